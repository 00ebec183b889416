package consent

import "testing"

// Whatever speaks against a question is enough by itself.
func TestAskable(t *testing.T) {
	const now = 2_000_000_000_000_000
	const month = 30 * 24 * 3600 * 1_000_000
	for name, c := range map[string]struct {
		change              func(s *Standing)
		question, forNumber bool // may be asked for consent, for the number
	}{
		"nothing known":         {func(*Standing) {}, true, true},
		"agreed":                {func(s *Standing) { s.Topics["offers"] = TopicStanding{State: StateGranted} }, true, true},
		"stopped everything":    {func(s *Standing) { s.StopAll = true }, false, false},
		"stopped marketing":     {func(s *Standing) { s.StopMarketing = true }, false, true},
		"stopped a topic":       {func(s *Standing) { s.Topics["offers"] = TopicStanding{State: StateWithdrawn} }, false, true},
		"Meta's stop":           {func(s *Standing) { s.PlatformStops = map[string]int64{"1": 1} }, false, true},
		"stopped once":          {func(s *Standing) { s.Person.StoppedAt = 1 }, false, true},
		"on the list":           {func(s *Standing) { s.Person.Suppressed = true }, false, true},
		"no, eleven months ago": {func(s *Standing) { s.Person.DeclinedAt = now - 11*month }, false, true},
		"no, thirteen":          {func(s *Standing) { s.Person.DeclinedAt = now - 13*month }, true, true},
		"not theirs":            {func(s *Standing) { s.Person.WrongAddress = true }, false, false},
		"blocked us, it seems":  {func(s *Standing) { s.Person.SuspectedBlock = true }, false, false},
		"restricted":            {func(s *Standing) { s.Person.Restricted = true }, false, false},
		"erased":                {func(s *Standing) { s.Person.Erased = true }, false, false},
	} {
		s := Standing{Topics: map[string]TopicStanding{}}
		c.change(&s)
		if s.Askable(now) != c.question || s.NumberAskable() != c.forNumber {
			t.Errorf("%s: a question %v, for the number %v", name, s.Askable(now), s.NumberAskable())
		}
	}
}
