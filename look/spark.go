package look

import "slices"

// Small charts beside a figure. All are drawn in percent across and pixels down; the words beside them say the same.

// sparkHigh is the height of a Spark.
const sparkHigh = 30

// stroke is one piece of a line.
type stroke struct{ X1, Y1, X2, Y2 string }

// spark works out a line through values, its end at the right.
func spark(values []int64) (lines []stroke, end stroke) {
	if len(values) == 0 {
		return nil, stroke{}
	}
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	y := func(v int64) float64 {
		if high == low {
			return 26
		}
		return 26 - 22*float64(v-low)/float64(high-low)
	}
	x := func(i int) float64 { return 98 * float64(i) / float64(max(1, len(values)-1)) }
	for i := 1; i < len(values); i++ {
		lines = append(lines, stroke{pct(x(i - 1)), px(y(values[i-1])), pct(x(i)), px(y(values[i]))})
	}
	last := len(values) - 1
	return lines, stroke{X1: pct(x(last)), Y1: px(y(values[last]))}
}

// flat is whether there is nothing to draw a line through.
func flat(values []int64) bool {
	return !slices.ContainsFunc(values, func(v int64) bool { return v != 0 })
}

// miniHigh is the height of Mini columns.
const miniHigh = 28

// mini works out columns against a common highest value, so that rows can be compared.
func mini(values []int64, most int64) []bar {
	var out []bar
	step := 100 / float64(max(1, len(values)))
	for i, v := range values {
		if v <= 0 {
			continue
		}
		h := max(2, float64(miniHigh-1)*float64(v)/float64(max(1, most)))
		out = append(out, bar{pct(step*float64(i) + step*0.12), pct(step * 0.76), px(miniHigh - 1 - h), px(h)})
	}
	return out
}

// Part is one part of a whole. Series 1 to 4 is its colour and pattern; 0 is the empty rest.
type Part struct {
	Label, Href string
	Value       int64
	Text        string // the value as it is set
	Series      int
}

// parts works out the parts side by side, with a hair of paper between them.
func parts(all []Part) []bar {
	var whole int64
	for _, p := range all {
		whole += p.Value
	}
	out, at := make([]bar, len(all)), 0.0
	for i, p := range all {
		w := 100 * float64(p.Value) / float64(max(1, whole))
		out[i] = bar{X: pct(at), Width: pct(max(0, w-0.3))}
		at += w
	}
	return out
}

func fill(series int) string {
	switch series {
	case 1:
		return "f1"
	case 2:
		return "f2"
	case 3:
		return "f3"
	case 4:
		return "f4"
	}
	return "f-line"
}

// Spell is one day of a Strip: ok, warn, bad or idle; "" = nothing is known.
type Spell string

// spell is how a day is drawn: the worse, the higher, so that colour only repeats it.
func spell(s Spell) (class, y, height string) {
	switch s {
	case "ok":
		return "f-ok", "22", "8"
	case "warn":
		return "f-warn", "14", "16"
	case "bad":
		return "f-bad", "4", "26"
	case "idle":
		return "f-idle", "26", "4"
	}
	return "f-line", "28", "2"
}
