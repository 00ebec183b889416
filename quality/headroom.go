package quality

// Span is how long a slot of the messaging limit is held after a send (facts/meta.md 3: a moving 24 h).
const Span = 24 * 3600 * Second

// reservePercent of the limit is kept for what is not marketing, so that offers cannot use up the order updates' room.
const reservePercent = 10

// Reserve is the part of a limit that marketing cannot take.
func Reserve(limit int64) int64 { return limit * reservePercent / 100 }

// Space is what is left of a portfolio's messaging limit.
type Space struct {
	Free          int64 // slots for anything
	FreeMarketing int64 // slots for marketing: Free less the reserve
	NextAt        int64 // when the next held slot falls free; 0 while there is room for marketing
}

// Slot is one person outside a service window that a message wants to reach.
type Slot struct {
	Number    string // that sends; empty: it is not asked whether it moved
	Portfolio string
	Contact   string
	Message   string
	Marketing bool
	Limit     int64 // the portfolio's; -1 = unlimited
}

// spaceOf counts what a portfolio with so many held slots has left.
func spaceOf(limit, held int64) Space {
	if limit < 0 {
		return Space{Free: 1 << 62, FreeMarketing: 1 << 62}
	}
	free := limit - held
	return Space{Free: free, FreeMarketing: free - Reserve(limit)}
}

// take removes one slot if there is one for this kind.
func (s *Space) take(marketing bool) bool {
	if s.Free <= 0 || marketing && s.FreeMarketing <= 0 {
		return false
	}
	s.Free--
	s.FreeMarketing--
	return true
}
