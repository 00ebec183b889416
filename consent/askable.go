package consent

// quietAfterNo is how long a no keeps questions away, microseconds: twelve months (DESIGN section 5).
const quietAfterNo = 365 * 24 * 3600 * 1_000_000

// EverStopped says that the person opted out of anything at any time, also where a later act of theirs lifted it: they are asked
// nothing they did not ask for themselves.
func (s *Standing) EverStopped() bool { return s.Stops() || s.Person.StoppedAt > 0 }

// DeclinedLately says that a no still keeps questions away.
func (s *Standing) DeclinedLately(now int64) bool {
	return s.Person.DeclinedAt > 0 && s.Person.DeclinedAt > now-quietAfterNo
}

// doubtful says that whoever reads there may be somebody else, or nobody, or may not be written to at all.
func (s *Standing) doubtful() bool {
	p := &s.Person
	return p.WrongAddress || p.SuspectedBlock || p.Restricted || p.Erased
}

// Askable says that staff may put a question for consent to the person.
func (s *Standing) Askable(now int64) bool {
	return !s.EverStopped() && !s.DeclinedLately(now) && !s.doubtful()
}

// NumberAskable says that staff may ask the person for their number: it is no question for consent, so only a stop of everything forbids it.
func (s *Standing) NumberAskable() bool { return !s.StopAll && !s.doubtful() }
