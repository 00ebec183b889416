package roster

import (
	"iter"
	"strings"
)

// record is a row of cells. open says that its quotation mark is never closed: then it is one line, taken as it stands.
type record struct {
	line  int
	cells []string
	open  bool
	text  string
}

// mostLines is how far a quoted cell may reach: an address has a few lines. One that goes on has lost its closing mark.
const mostLines = 20

// split reads the table by whatever separates its cells (RFC 4180, with ; and tabs as spreadsheets write them). A mark that is never
// closed spoils its own line and no other.
func split(text string) iter.Seq[record] {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	from, told := 1, byte(0)
	if first, rest, _ := strings.Cut(text, "\n"); len(first) == 5 && strings.EqualFold(first[:4], "sep=") { // Excel's own line
		text, from, told = rest, 2, first[4]
	}
	sep := separator(text)
	if told != 0 {
		sep = told
	}
	return func(yield func(record) bool) {
		rest := text
		for line := from; rest != ""; {
			first, _, _ := strings.Cut(rest, "\n")
			cells, used, open := one(rest, sep)
			if open {
				cells, used = strings.Split(first, string(sep)), min(len(first)+1, len(rest))
			}
			if (strings.TrimSpace(first) != "" || len(cells) > 1) && !yield(record{line, cells, open, first}) {
				return
			}
			line += strings.Count(rest[:used], "\n")
			rest = rest[used:]
		}
	}
}

// separator is what stands most often in the first lines, outside quotation marks; a list of bare numbers has none.
func separator(text string) byte {
	counts := map[byte]int{}
	lines, quoted := 0, false
	for i := 0; i < len(text) && lines < 20; i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\n':
			lines++
			quoted = false
		case !quoted && (c == ',' || c == ';' || c == '\t' || c == '|'):
			counts[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t', '|'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

// one reads one record from the beginning of a text, and answers how many bytes it took.
func one(text string, sep byte) (cells []string, used int, open bool) {
	i, lines := 0, 0
	for {
		cell, end, ok := cellAt(text, i, sep, &lines)
		if !ok {
			return nil, 0, true
		}
		cells = append(cells, cell)
		switch {
		case end >= len(text):
			return cells, len(text), false
		case text[end] == '\n':
			return cells, end + 1, false
		}
		i = end + 1
	}
}

// cellAt reads a cell and answers where it ends; ok is false where its quotation mark is not closed.
func cellAt(text string, i int, sep byte, lines *int) (cell string, end int, ok bool) {
	if i >= len(text) || text[i] != '"' {
		end = i
		for end < len(text) && text[end] != sep && text[end] != '\n' {
			end++
		}
		return strings.TrimSpace(text[i:end]), end, true
	}
	var b strings.Builder
	for k := i + 1; k < len(text); k++ {
		switch c := text[k]; {
		case c == '"' && k+1 < len(text) && text[k+1] == '"':
			b.WriteByte('"')
			k++
		case c == '"':
			for k++; k < len(text) && text[k] != sep && text[k] != '\n'; k++ {
				b.WriteByte(text[k]) // "Müller" GmbH: what stands behind the mark belongs to the cell
			}
			return strings.TrimSpace(b.String()), k, true
		case c == '\n':
			if *lines++; *lines > mostLines {
				return "", 0, false
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
		if b.Len() > maxCell {
			return "", 0, false
		}
	}
	return "", 0, false
}
