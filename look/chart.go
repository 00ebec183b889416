package look

import "fmt"

// Column is one day of a Columns chart: Up stands above the line, Down below.
type Column struct {
	Label    string
	Short    string // below the axis; "" = the label
	Up, Down int64
}

// Columns is a chart of two series by day, with its sentence and its table.
type Columns struct {
	Title            string // a sentence: what it shows, read aloud in place of the picture
	UpWord, DownWord string
	DayWord          string // head of the table's first column
	TableWord        string // "as a table"
	Lang             string // in which numbers are set
	Days             []Column
}

// Sizes in pixels; widths are percent, so that bars stretch and text never scales.
const (
	chartUp    = 120.0 // height of the largest bar
	chartTop   = 24.0
	chartFoot  = 26.0
	chartLeft  = 5.0 // percent for the axis text
	chartFloor = 14.0
)

// bar is one drawn rectangle.
type bar struct{ X, Width, Y, Height string }

// drawn is a chart worked out.
type drawn struct {
	Height       string
	Base         string // y of the line
	Grid         []tick
	Days         []drawnDay
	Below        string // y of the day labels
	Labels       []tick
	Left, Bottom string
}

// drawnDay is what stands over one day: its bars, the ground that answers to a pointer, and what is read there.
type drawnDay struct {
	Hit      bar
	Up, Down []bar
	Read     string // "17 Nov: 12 agreements, 1 opt-out"
}

type tick struct{ At, Text string }

// Empty is whether all days are nought.
func (c Columns) Empty() bool {
	for _, d := range c.Days {
		if d.Up != 0 || d.Down != 0 {
			return false
		}
	}
	return true
}

func (c Column) short() string {
	if c.Short == "" {
		return c.Label
	}
	return c.Short
}

// draw works out a chart. Both series share one scale, so that they can be compared.
func (c Columns) draw() drawn {
	var most, least int64 = 1, 0
	for _, d := range c.Days {
		most, least = max(most, d.Up, d.Down), max(least, d.Down)
	}
	top := round(most)
	scale := chartUp / float64(top)
	base := chartTop + chartUp
	down := max(chartFloor, float64(least)*scale)
	out := drawn{Height: px(base + down + chartFoot), Base: px(base), Below: px(base + down + 18), Left: pct(chartLeft)}
	for i := range int64(3) {
		v := top * i / 2
		out.Grid = append(out.Grid, tick{px(base - float64(v)*scale), Integer(c.Lang, v)})
	}
	step := (100 - chartLeft) / float64(max(1, len(c.Days)))
	for i, d := range c.Days {
		x, w := chartLeft+step*(float64(i)+0.15), step*0.7
		day := drawnDay{Hit: bar{pct(chartLeft + step*float64(i)), pct(step), px(chartTop), px(chartUp + down)}, Read: c.read(d)}
		if h := float64(d.Up) * scale; d.Up > 0 {
			day.Up = append(day.Up, bar{pct(x), pct(w), px(base - h), px(h)})
		}
		if h := float64(d.Down) * scale; d.Down > 0 {
			day.Down = append(day.Down, bar{pct(x), pct(w), px(base + 1), px(h)})
		}
		out.Days = append(out.Days, day)
		if every := max(1, (len(c.Days)+3)/4); i%every == 0 {
			out.Labels = append(out.Labels, tick{pct(x), d.short()})
		}
	}
	return out
}

// read is what a day says under the pointer.
func (c Columns) read(d Column) string {
	return fmt.Sprintf("%s  ·  %s %s  ·  %s %s", d.Label, c.UpWord, Integer(c.Lang, d.Up), c.DownWord, Integer(c.Lang, d.Down))
}

// round is the next round number at or above n, even, so that its half is whole.
func round(n int64) int64 {
	for size := int64(1); ; size *= 10 {
		for _, step := range []int64{2, 4, 6, 8, 10} {
			if step*size >= n {
				return step * size
			}
		}
	}
}

func px(v float64) string  { return fmt.Sprintf("%.1f", v) }
func pct(v float64) string { return fmt.Sprintf("%.2f%%", v) }

// Amount is one line of a Bars chart.
type Amount struct {
	Label, Href string
	Value       int64
	Text        string // the value as it is set
}

// width is the line's share of the largest one.
func width(all []Amount, value int64) string {
	var most int64 = 1
	for _, a := range all {
		most = max(most, a.Value)
	}
	return pct(100 * float64(value) / float64(most))
}
