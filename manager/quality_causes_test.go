package manager

import (
	"slices"
	"testing"

	"jawort/quality"
)

// The same messages rest on a source, a topic and a template: where it accounts for most of them, the source is the one to look at first. What explains
// little stays where its rate puts it, and a few messages stand above nothing.
func TestSourceBeforeWhatItSends(t *testing.T) {
	var all []cause
	add := func(kind string, stopped, reached int64) {
		for _, r := range quality.Rank([]quality.Feedback{{Key: kind, Reached: reached, Stopped: stopped}}, 0.01) {
			all = append(all, cause{Ranked: r, kind: kind})
		}
	}
	add("topic", 42, 180)
	add("template", 41, 170)
	add("number", 42, 220)
	add("source", 40, 172)
	add("program", 20, 1000) // explains the half of it
	add("staff", 3, 10)
	rows, few := ranked(all)
	var order []string
	for _, c := range rows {
		order = append(order, c.kind)
	}
	if want := []string{"source", "template", "topic", "number", "program", "staff"}; !slices.Equal(order, want) || few != 1 {
		t.Errorf("%v with %d few, want %v", order, few, want)
	}
}
