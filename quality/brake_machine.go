package quality

// Cause is what moved a brake.
type Cause string

// The closed list; say has "quality.cause.<word>".
const (
	NoCause                Cause = ""
	CauseRatingYellow      Cause = "rating_yellow"
	CauseRatingRed         Cause = "rating_red"
	CauseStatusFlagged     Cause = "status_flagged"
	CauseStatusLimited     Cause = "status_limited"
	CauseStatusGone        Cause = "status_gone"
	CauseRestrictedStarts  Cause = "restricted_starts"  // Meta lets no conversation begin
	CauseRestrictedAll     Cause = "restricted_all"     // Meta lets nothing out
	CauseRestrictedUtility Cause = "restricted_utility" // Meta lets no utility template out
	CauseViolation         Cause = "violation"
	CauseSpam              Cause = "spam"    // 131048
	CauseBlocked           Cause = "blocked" // 368, 131031
	CauseIndexWorse        Cause = "index_worse"
	CauseIndexBad          Cause = "index_bad"
	CauseTemplatePaused    Cause = "template_paused"
	CauseTemplateOff       Cause = "template_off"
	CauseTemplateNear      Cause = "template_near" // a template of the same account was paused
	CauseCalm              Cause = "calm"          // a step up after a day of quiet
	CauseByStaff           Cause = "staff"
)

// Causes lists them all.
var Causes = []Cause{CauseRatingYellow, CauseRatingRed, CauseStatusFlagged, CauseStatusLimited, CauseStatusGone, CauseRestrictedStarts, CauseRestrictedAll, CauseRestrictedUtility, CauseViolation,
	CauseSpam, CauseBlocked, CauseIndexWorse, CauseIndexBad, CauseTemplatePaused, CauseTemplateOff, CauseTemplateNear, CauseCalm, CauseByStaff}

// Level is what our own leading index says. IndexUneasy is the band between the two thresholds: it tightens nothing, and opens nothing.
type Level int

// The levels, the worst last.
const (
	IndexFine Level = iota
	IndexUneasy
	IndexWorse
	IndexBad
)

// Input is all that a brake goes by, of a number or of a template. Times are 0 when it never happened.
type Input struct {
	Rating      string // Meta's word, last known: GREEN YELLOW RED, anything else is none
	Status      string // Meta's word
	StartsUntil int64  // Meta lets no conversation begin until then
	AllUntil    int64  // Meta lets nothing out until then
	UtilityEnds int64  // Meta lets no utility template out until then
	ViolationAt int64  // Meta told of one
	SpamAt      int64  // Meta refused with 131048
	BlockedAt   int64  // Meta refused with 368 or 131031
	PausedAt    int64  // of a number: a template of its account was paused for its quality
	Index       Level
	Stale       bool // nobody has heard Meta for long: nothing opens
}

// How long something that is over still counts.
const (
	hour        = 3600 * Second
	step        = 24 * hour // of quiet before the next step up; Meta's rating looks back seven days
	spamLasts   = 6 * hour
	blockLasts  = 15 * 60 * Second // then something is tried again
	warnLasts   = 72 * hour
	pausedLasts = 24 * hour
)

// Machine is where a brake stands by itself. The zero value is none: begin with Begin.
type Machine struct {
	Rung    Rung
	Cause   Cause
	Since   int64
	CalmAt  int64 // since when nothing speaks against the next step up
	Answers bool  // what answers somebody in an open window goes, whatever else is stopped
}

// Begin is a brake that nothing has moved.
func Begin() Machine { return Machine{Rung: RungOpen, Answers: true} }

// Next is the machine after looking at what is known now: down at once, up a step a day. It is monotone: a worse input never leads
// higher (docs/states.md, Brake).
func (m Machine) Next(in Input, now int64) Machine {
	limit, cause := in.limit(now)
	m.Answers = now >= in.AllUntil && !gone(in.Status)
	switch {
	case limit < m.Rung:
		m.Rung, m.Cause, m.Since, m.CalmAt = limit, cause, now, now
	case m.Rung == RungOpen:
		m.Cause = NoCause
	case limit == m.Rung:
		m.Cause, m.CalmAt = cause, now
	case m.Rung == RungStopped: // what Meta allows again is not held back for its own sake
		m.Rung, m.Cause, m.Since, m.CalmAt = RungMarketing, CauseCalm, now, now
	case in.unsure():
		m.CalmAt = now
	case now-m.CalmAt >= step:
		m.Rung, m.Cause, m.Since, m.CalmAt = m.Rung+1, CauseCalm, now, now
	}
	return m
}

// unsure: nothing opens while nobody hears Meta, or while our own index is not fine.
func (in Input) unsure() bool { return in.Stale || in.Index >= IndexUneasy }

// limit is the highest rung that the input allows, and what says so.
func (in Input) limit(now int64) (Rung, Cause) {
	r, cause := RungOpen, NoCause
	for _, d := range []struct {
		when  bool
		rung  Rung
		cause Cause
	}{
		{now < in.AllUntil, RungStopped, CauseRestrictedAll},
		{gone(in.Status), RungStopped, CauseStatusGone},
		{now < in.StartsUntil, RungStopped, CauseRestrictedStarts},
		{recent(in.BlockedAt, blockLasts, now), RungStopped, CauseBlocked},
		{in.Rating == "RED", RungMarketing, CauseRatingRed},
		{recent(in.SpamAt, spamLasts, now), RungMarketing, CauseSpam},
		{now < in.UtilityEnds, RungMarketing, CauseRestrictedUtility},
		{in.Status == "RESTRICTED" || in.Status == "RATE_LIMITED", RungMarketing, CauseStatusLimited},
		{in.Status == "PAUSED", RungMarketing, CauseTemplatePaused},
		{in.Status == "DISABLED" || in.Status == "LOCKED", RungMarketing, CauseTemplateOff},
		{in.Rating == "YELLOW", RungCrawl, CauseRatingYellow},
		{in.Status == "FLAGGED", RungCrawl, CauseStatusFlagged},
		{in.Index == IndexBad, RungCrawl, CauseIndexBad},
		{recent(in.ViolationAt, warnLasts, now), RungCrawl, CauseViolation},
		{recent(in.PausedAt, pausedLasts, now), RungWalk, CauseTemplateNear},
		{in.Index == IndexWorse, RungWalk, CauseIndexWorse},
	} {
		if d.when && d.rung < r {
			r, cause = d.rung, d.cause
		}
	}
	return r, cause
}

// gone: from such a number nothing can be sent (facts/meta.md 2).
func gone(status string) bool {
	return status == "BANNED" || status == "DISCONNECTED" || status == "DELETED" || status == "MIGRATED" || status == "UNLINKED"
}

func recent(at, lasts, now int64) bool { return at > 0 && now < at+lasts }

// Forever is the end of what has no end that anybody knows.
const Forever = int64(1) << 62

// Until is when the machine may go up at the earliest, if all stays calm; 0 = it is open, or nobody knows.
func (m Machine) Until(in Input, now int64) int64 {
	if m.Rung == RungOpen {
		return 0
	}
	at := m.CalmAt + step
	if m.Rung == RungStopped {
		at = 0
	}
	for _, end := range []int64{in.AllUntil, in.StartsUntil, in.UtilityEnds} {
		if end == Forever {
			return 0
		}
		if end > now {
			at = max(at, end)
		}
	}
	if recent(in.BlockedAt, blockLasts, now) {
		at = max(at, in.BlockedAt+blockLasts)
	}
	return at
}

// Stage is a step up that comes if nothing else happens.
type Stage struct {
	Rung Rung
	At   int64
}

// Stages are the steps up to open, if all is calm from now on.
func (m Machine) Stages(in Input, now int64) (out []Stage) {
	at := m.Until(in, now)
	if limit, _ := in.limit(now); (limit <= m.Rung || in.unsure()) && m.Rung > RungStopped {
		at = max(at, now+step)
	}
	for r := m.Rung + 1; r <= RungOpen; r++ {
		if at == 0 {
			return nil // nobody knows when Meta opens again
		}
		out = append(out, Stage{r, at})
		at += step
	}
	return out
}

// Prospect is something that could happen, and where it would bring the brake.
type Prospect struct {
	Cause Cause
	Rung  Rung
}

// Suppose is what the brake would do at what happens most: shown before it does.
func (m Machine) Suppose(in Input, now int64, template bool) []Prospect {
	var out []Prospect
	for _, c := range []struct {
		cause  Cause
		of     bool // also of templates
		happen func(in *Input)
	}{
		{CauseIndexWorse, false, func(in *Input) { in.Index = max(in.Index, IndexWorse) }},
		{CauseIndexBad, false, func(in *Input) { in.Index = IndexBad }},
		{CauseRatingYellow, true, func(in *Input) { in.Rating = worseRating(in.Rating, "YELLOW") }},
		{CauseRatingRed, true, func(in *Input) { in.Rating = "RED" }},
		{CauseSpam, false, func(in *Input) { in.SpamAt = now }},
		{CauseRestrictedStarts, false, func(in *Input) { in.StartsUntil = now + step }},
	} {
		if template && !c.of {
			continue
		}
		then := in
		c.happen(&then)
		out = append(out, Prospect{c.cause, m.Next(then, now).Rung})
	}
	return out
}

func worseRating(a, b string) string {
	if a == "RED" {
		return a
	}
	return b
}
