// Package docs is what the pages beside it draw, read for the tests that compare it with the code.
package docs

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"testing"
)

//go:embed states.md
var states string

// Arrow is one step of a state machine. From is "[*]" where it begins; By is what leads there, empty if that is not drawn.
type Arrow struct{ From, To, By string }

func (a Arrow) String() string {
	if a.By == "" {
		return a.From + " --> " + a.To
	}
	return a.From + " --> " + a.To + ": " + a.By
}

// Section is the part of states.md under a heading.
func Section(t testing.TB, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(states, "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("docs/states.md has no section %s", heading)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	return rest
}

var arrow = regexp.MustCompile(`(?m)^\s*(\S+) --> (\w+)(?:: (.+))?$`)

// Drawing is the arrows under a heading; one that several things lead along is several.
func Drawing(t testing.TB, heading string) []Arrow {
	t.Helper()
	var out []Arrow
	for _, m := range arrow.FindAllStringSubmatch(Section(t, heading), -1) {
		for by := range strings.SplitSeq(m[3], ", ") {
			out = append(out, Arrow{m[1], m[2], by})
		}
	}
	if len(out) == 0 {
		t.Fatalf("docs/states.md draws nothing under %s", heading)
	}
	return out
}

// Compare fails for each arrow that is drawn under a heading and not in the code, or the other way.
func Compare(t testing.TB, heading string, code []Arrow) {
	t.Helper()
	CompareWith(t, heading, Drawing(t, heading), code)
}

// CompareWith is Compare with a drawing of which only a part is meant.
func CompareWith(t testing.TB, heading string, drawn, code []Arrow) {
	t.Helper()
	for _, a := range code {
		if !slices.Contains(drawn, a) {
			t.Errorf("%s: the drawing lacks %s", heading, a)
		}
	}
	for _, a := range drawn {
		if !slices.Contains(code, a) {
			t.Errorf("%s: the code lacks %s", heading, a)
		}
	}
}

// Steps are the arrows of a machine that says which state may follow which.
func Steps[S ~string](all []S, may func(from, to S) bool) []Arrow {
	var out []Arrow
	for _, from := range all {
		for _, to := range all {
			if may(from, to) {
				out = append(out, Arrow{From: string(from), To: string(to)})
			}
		}
	}
	return out
}
