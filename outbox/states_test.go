package outbox

import (
	"slices"
	"testing"

	"jawort/docs"
)

func TestDrawingIsTheMachine(t *testing.T) {
	code := docs.Steps(States, State.May)
	for _, begin := range []State{Queued, Waiting, Started} {
		code = append(code, docs.Arrow{From: "[*]", To: string(begin)})
	}
	docs.Compare(t, "Message", code)
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
