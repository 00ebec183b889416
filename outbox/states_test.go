package outbox

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var arrowLine = regexp.MustCompile(`(?m)^\s*(\S+) --> (\S+)$`)

// drawn reads the arrows of the section Message of docs/states.md; "[*]" is the beginning.
func drawn(t *testing.T) [][2]State {
	t.Helper()
	b, err := os.ReadFile("../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "\n## Message\n")
	if !ok {
		t.Fatal("docs/states.md has no section Message")
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	var out [][2]State
	for _, m := range arrowLine.FindAllStringSubmatch(rest, -1) {
		out = append(out, [2]State{State(m[1]), State(m[2])})
	}
	return out
}

func TestDrawingIsTheMachine(t *testing.T) {
	picture := drawn(t)
	code := [][2]State{{"[*]", Queued}, {"[*]", Waiting}, {"[*]", Started}}
	for _, from := range States {
		for _, to := range States {
			if from.May(to) {
				code = append(code, [2]State{from, to})
			}
		}
	}
	for _, a := range code {
		if !slices.Contains(picture, a) {
			t.Errorf("the drawing lacks %s --> %s", a[0], a[1])
		}
	}
	for _, a := range picture {
		if !slices.Contains(code, a) {
			t.Errorf("the code lacks %s --> %s", a[0], a[1])
		}
	}
}

// What the machine must never do, whoever edits it.
func TestMachineKeepsItsPromises(t *testing.T) {
	for _, s := range States {
		if s != Queued && s != Waiting && s.May(Started) {
			t.Errorf("%s may be started again", s)
		}
		if s.May(s) {
			t.Errorf("%s may follow itself", s)
		}
		if end := s == Read || s == Failed || s == Refused; end != (len(next[s]) == 0) {
			t.Errorf("%s: end %v, followed by %v", s, end, next[s])
		}
	}
	if Unknown.May(Queued) || Unknown.May(Waiting) {
		t.Error("what may have been sent is queued again")
	}
	for from, list := range next {
		for _, to := range append(list, from) {
			if !slices.Contains(States, to) {
				t.Errorf("%s is not in States", to)
			}
		}
	}
}
