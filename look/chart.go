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
	chartTop   = 12.0
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
	Up, Down     []bar
	Below        string // y of the day labels
	Labels       []tick
	Left, Bottom string
}

type tick struct{ At, Text string }

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
		if h := float64(d.Up) * scale; d.Up > 0 {
			out.Up = append(out.Up, bar{pct(x), pct(w), px(base - h), px(h)})
		}
		if h := float64(d.Down) * scale; d.Down > 0 {
			out.Down = append(out.Down, bar{pct(x), pct(w), px(base + 1), px(h)})
		}
		if every := max(1, (len(c.Days)+3)/4); i%every == 0 {
			out.Labels = append(out.Labels, tick{pct(x), d.short()})
		}
	}
	return out
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
