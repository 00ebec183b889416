package quality

// Hold is a member of staff keeping a brake in a state for a while, against the machine or beyond it. The zero value is none.
type Hold struct {
	State Brake  // "" = nobody holds it
	Over  Rung   // where the machine stood then: anything worse ends a hold that lets more out
	Until int64  // a hold has an end
	By    string // id of staff
	Why   string
}

// on says whether the hold counts now.
func (h Hold) on(now int64) bool { return h.State != "" && now < h.Until }

// Braking is a brake as it stands: the machine, and whoever holds it.
type Braking struct {
	Machine
	Hold
	Off   bool  // the guard is not to touch this number: the machine goes along, only holds count
	Limit int64 // of the portfolio, from which a slow pace is taken
}

// Effect is what the gate obeys.
type Effect struct {
	State   Brake
	Cause   Cause
	Until   int64 // earliest end, as far as it is known; 0 = not known, or open
	Answers bool
	Pace    int64
}

// Effect of a brake now. What somebody stops stays stopped; what somebody opens stays open until it gets worse than it was when they
// did, and never beyond what Meta forbids.
func (b Braking) Effect(in Input, now int64) Effect {
	own := b.Machine
	if b.Off {
		own = Begin()
	}
	rung, e := own.Rung, Effect{Cause: own.Cause, Until: own.Until(in, now), Answers: own.Answers}
	if h := b.Hold.State.rung(); b.on(now) && (h <= rung || b.Machine.Rung >= b.Over && rung > RungStopped) {
		if h < rung {
			e.Answers = true
		}
		rung, e.Cause, e.Until = h, CauseByStaff, b.Hold.Until
	}
	e.State, e.Pace = rung.Brake(), rung.Pace(b.Limit)
	if e.State == Open && e.Cause != CauseByStaff {
		e.Cause, e.Until = NoCause, 0
	}
	return e
}

// Fallen says that a hold is over: its time has passed, or it let more out and things have become worse since.
func (b Braking) Fallen(now int64) bool {
	if b.Hold.State == "" {
		return false
	}
	return now >= b.Hold.Until || b.Hold.State.rung() > b.Machine.Rung && b.Machine.Rung < b.Over
}
