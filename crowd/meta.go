package crowd

// Rules of Meta that changed on 7 and 8 October 2025: since then a number no longer becomes FLAGGED and a fall of its rating no longer
// lowers the messaging limit (Meta, WA/upcoming-messaging-limits-changes).
type Rules int

// The two sets.
const (
	Today  Rules = iota
	Before       // FLAGGED for seven days, then one level down (told by partners of Meta's)
)

// Levels of the messaging limit: people a business may reach outside their windows in a moving 24 hours (Meta, WA/messaging-limits).
var Levels = []int{250, 2_000, 10_000, 100_000, -1}

// Unlimited is the last level.
const Unlimited = -1

// Held is what Meta forbids.
type Held int

// What it may be.
const (
	Free      Held = iota
	Limited        // 131048: so many and no more
	Templates      // 368: nothing that begins a conversation
	All            // 368: nothing at all
	Locked         // 131031: until an appeal
)

// steps of enforcement: a warning, 1 and 3 days without templates, 5, 7 and 30 days without anything, then locked
// (Meta, WA/policy-enforcement).
var steps = []struct {
	held Held
	days int64
}{{Free, 0}, {Templates, 1}, {Templates, 3}, {All, 5}, {All, 7}, {All, 30}, {Locked, 1 << 20}}

// Assumptions: Meta names the steps and not what leads from one to the next.
const (
	strictAfter  = 2 * Day  // so long red: 131048 beyond a tenth of the limit ("when quality stays low … the number of messages is rate-limited")
	stepAfter    = 7 * Day  // so long red: the next step
	forgivenIn   = 90 * Day // without a step
	strictShare  = 10
	flaggedLasts = 7 * Day
)

// Account is one number of a portfolio as Meta sees it.
type Account struct {
	Meter
	Rules   Rules
	Level   int // of Levels
	Step    int // of enforcement: how many were taken
	Flagged bool

	redSince, greenSince, stepAt int64 // 0 = not
	heldTo                       int64
	held                         Held
	raisedAt, flaggedAt          int64
}

// Limit is how many people it may reach in 24 hours; -1 = as many as it likes.
func (a *Account) Limit() int { return Levels[a.Level] }

// News is what happened at a look.
type News string

// What may happen.
const (
	Warned   News = "warned" // ACCOUNT_VIOLATION
	Confined News = "confined"
	Raised   News = "raised"
	Lowered  News = "lowered"
	Flag     News = "flagged"
	Unflag   News = "unflagged"
)

// Look judges the account now. reached is how many different people it reached outside their windows in the last seven days.
func (a *Account) Look(now int64, reached int) (out []News) {
	r := a.Rating(now)
	since(&a.redSince, r == Red, now)
	since(&a.greenSince, r == Green, now)
	if a.Step > 0 && now-a.stepAt >= forgivenIn {
		a.Step, a.stepAt = a.Step-1, now
	}
	out = append(out, a.enforce(now)...)
	if a.Rules == Before {
		out = append(out, a.flag(now)...)
	}
	// One level at a time, within six hours, when quality is high and half of the limit was used in seven days (Meta, WA/messaging-limits).
	if a.greenSince > 0 && now-a.greenSince >= 6*Hour && now-a.raisedAt >= 6*Hour && a.Limit() != Unlimited && 2*reached >= a.Limit() && a.Held(now) == Free {
		a.Level, a.raisedAt = a.Level+1, now
		out = append(out, Raised)
	}
	return out
}

func since(at *int64, is bool, now int64) {
	switch {
	case !is:
		*at = 0
	case *at == 0:
		*at = max(1, now)
	}
}

func (a *Account) enforce(now int64) []News {
	if a.redSince == 0 || now-max(a.redSince, a.stepAt, a.heldTo) < stepAfter || now < a.heldTo || a.held == Locked {
		return nil
	}
	s := steps[min(a.Step, len(steps)-1)]
	a.Step, a.stepAt = a.Step+1, now
	if s.held == Free {
		return []News{Warned}
	}
	a.held, a.heldTo = s.held, now+s.days*Day
	return []News{Confined}
}

// flag is the rule of before October 2025.
func (a *Account) flag(now int64) []News {
	switch {
	case !a.Flagged && a.redSince > 0:
		a.Flagged, a.flaggedAt = true, now
		return []News{Flag}
	case a.Flagged && a.redSince == 0:
		a.Flagged = false
		return []News{Unflag}
	case a.Flagged && now-a.flaggedAt >= flaggedLasts && a.Level > 0:
		a.Level, a.flaggedAt = a.Level-1, now
		return []News{Lowered}
	}
	return nil
}

// Held is what Meta forbids now.
func (a *Account) Held(now int64) Held {
	switch {
	case now < a.heldTo:
		return a.held
	case a.redSince > 0 && now-a.redSince >= strictAfter:
		return Limited
	}
	return Free
}

// HeldTo is when a restriction ends; 0 = there is none.
func (a *Account) HeldTo(now int64) int64 {
	if now < a.heldTo {
		return a.heldTo
	}
	return 0
}

// Room is how many people may be reached in 24 hours as things stand.
func (a *Account) Room(now int64) int {
	limit := a.Limit()
	if a.Held(now) != Limited {
		return limit
	}
	if limit == Unlimited {
		limit = Levels[len(Levels)-2]
	}
	return limit / strictShare
}

// Pauses is how long Meta pauses a template of low quality: 3 hours, 6 hours, then for good (Meta, WA/templates/template-pausing).
var Pauses = []int64{3 * Hour, 6 * Hour, -1}
