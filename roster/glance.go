package roster

import "errors"

// Glance is the beginning of a table, for whoever says what its columns are.
type Glance struct {
	List
	First [][]string // its first rows, as they stand there
}

// shownCell is how much of a cell a glance shows.
const shownCell = 60

// Look reads the beginning of a file.
func Look(b []byte, o Options, rows int) (*Glance, error) {
	g := &Glance{}
	enough := errors.New("enough")
	err := walk(b, &g.List, o, func(_ map[Field]int, rec record) error {
		cells := make([]string, len(g.Columns))
		for i := range cells {
			if i < len(rec.cells) {
				cells[i] = Shorten(rec.cells[i], shownCell)
			}
		}
		if g.First = append(g.First, cells); len(g.First) >= rows {
			return enough
		}
		return nil
	})
	if err != nil && !errors.Is(err, enough) {
		return nil, err
	}
	return g, nil
}

// Records goes through the rows of a file as they stand there, with the lines they begin in; line 0 is the heading. false ends it.
func Records(b []byte, o Options, each func(line int, cells []string) bool) error {
	l, enough := &List{}, errors.New("enough")
	told := false
	err := walk(b, l, o, func(_ map[Field]int, rec record) error {
		if !told {
			told = true
			head := make([]string, len(l.Columns))
			for i, c := range l.Columns {
				head[i] = c.Head
			}
			if !each(0, head) {
				return enough
			}
		}
		if !each(rec.line, rec.cells) {
			return enough
		}
		return nil
	})
	if errors.Is(err, enough) {
		return nil
	}
	return err
}
