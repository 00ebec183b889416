package intake

import (
	"testing"

	"jawort/gate"
	"jawort/round"
	"jawort/source"
)

// A closed window alone speaks against nobody; any other refusal does, and waits that hold up everybody are no question yet.
func TestVerdictOf(t *testing.T) {
	reason := func(g *gate.Ground, until int64) gate.Reason { return gate.Reason{Ground: g, Until: until} }
	for name, c := range map[string]struct {
		reasons []gate.Reason
		want    verdict
	}{
		"nothing against it":        {nil, verdict{word: round.Ask}},
		"window":                    {[]gate.Reason{reason(gate.WindowClosed, 0)}, verdict{word: round.Window}},
		"window and brake":          {[]gate.Reason{reason(gate.WindowClosed, 0), reason(gate.BrakeStopped, 9)}, verdict{word: round.Window}},
		"stop behind the window":    {[]gate.Reason{reason(gate.WindowClosed, 0), reason(gate.QuestionAfterStop, 0)}, verdict{word: "QUESTION_AFTER_STOP"}},
		"suppressed":                {[]gate.Reason{reason(gate.Suppressed, 0), reason(gate.WindowClosed, 0)}, verdict{word: "SUPPRESSED"}},
		"a pace that passes":        {[]gate.Reason{reason(gate.PairRate, 9)}, verdict{word: round.Ask}},
		"the share of questions":    {[]gate.Reason{reason(gate.DoorsFull, 5*minute)}, verdict{word: round.Later, until: 5 * minute}},
		"a wait of no known end":    {[]gate.Reason{reason(gate.HeldAfterRestore, 0)}, verdict{word: round.Later, until: 2 * minute}},
		"a wait and then a refusal": {[]gate.Reason{reason(gate.BrakeStopped, 9), reason(gate.QuestionAfterNo, 0)}, verdict{word: "QUESTION_AFTER_NO"}},
	} {
		if got := verdictOf(&gate.Decision{Reasons: c.reasons}, minute); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestMayAsk(t *testing.T) {
	live := source.Source{Kind: "thread", State: source.StateLive, Topics: []string{"offers"}}
	if !MayAsk(&live, "offers") || MayAsk(&live, "order_updates") {
		t.Error("a source asks for its topics")
	}
	for _, change := range []func(s *source.Source){func(s *source.Source) { s.State = source.StatePaused }, func(s *source.Source) { s.Kind = "web" }} {
		s := live
		change(&s)
		if MayAsk(&s, "offers") {
			t.Errorf("%s %s asks in a chat", s.Kind, s.State)
		}
	}
}
