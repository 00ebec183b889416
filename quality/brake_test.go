package quality

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"jawort/docs"
)

// The table: what one look does to a brake that stands somewhere.
func TestMachineTightensAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		in    Input
		rung  Rung
		cause Cause
	}{
		"nothing known":      {Input{}, RungOpen, NoCause},
		"green":              {Input{Rating: "GREEN", Status: "CONNECTED"}, RungOpen, NoCause},
		"no rating":          {Input{Rating: "NA", Status: "APPROVED"}, RungOpen, NoCause},
		"yellow":             {Input{Rating: "YELLOW"}, RungCrawl, CauseRatingYellow},
		"red":                {Input{Rating: "RED"}, RungMarketing, CauseRatingRed},
		"flagged":            {Input{Status: "FLAGGED"}, RungCrawl, CauseStatusFlagged},
		"restricted":         {Input{Status: "RESTRICTED"}, RungMarketing, CauseStatusLimited},
		"banned":             {Input{Status: "BANNED", Rating: "RED"}, RungStopped, CauseStatusGone},
		"no starts":          {Input{StartsUntil: t0 + 1}, RungStopped, CauseRestrictedStarts},
		"starts again":       {Input{StartsUntil: t0}, RungOpen, NoCause},
		"nothing out":        {Input{AllUntil: t0 + 1}, RungStopped, CauseRestrictedAll},
		"no utility":         {Input{UtilityEnds: t0 + 1}, RungMarketing, CauseRestrictedUtility},
		"131048 just now":    {Input{SpamAt: t0}, RungMarketing, CauseSpam},
		"131048 long ago":    {Input{SpamAt: t0 - spamLasts}, RungOpen, NoCause},
		"368":                {Input{BlockedAt: t0 - Second}, RungStopped, CauseBlocked},
		"368 is tried again": {Input{BlockedAt: t0 - blockLasts}, RungOpen, NoCause},
		"violation":          {Input{ViolationAt: t0 - hour}, RungCrawl, CauseViolation},
		"paused template":    {Input{Status: "PAUSED"}, RungMarketing, CauseTemplatePaused},
		"template is off":    {Input{Status: "DISABLED"}, RungMarketing, CauseTemplateOff},
		"a paused neighbour": {Input{PausedAt: t0 - hour}, RungWalk, CauseTemplateNear},
		"uneasy":             {Input{Index: IndexUneasy}, RungOpen, NoCause},
		"worse":              {Input{Index: IndexWorse}, RungWalk, CauseIndexWorse},
		"bad":                {Input{Index: IndexBad}, RungCrawl, CauseIndexBad},
		"yellow and red":     {Input{Index: IndexBad, Rating: "RED"}, RungMarketing, CauseRatingRed},
	} {
		if m := Begin().Next(c.in, t0); m.Rung != c.rung || m.Cause != c.cause {
			t.Errorf("%s: rung %d for %q, want %d for %q", name, m.Rung, m.Cause, c.rung, c.cause)
		}
	}
}

// The story of a red week: down in one leap, up a step a day, and what Meta allows goes at once.
func TestMachineReopensStepByStep(t *testing.T) {
	now := t0
	look := func(in Input) func(m Machine) Machine { return func(m Machine) Machine { return m.Next(in, now) } }
	m := look(Input{StartsUntil: t0 + 72*hour, Rating: "RED"})(Begin())
	if m.Rung != RungStopped || !m.Answers {
		t.Fatalf("%+v", m)
	}
	now += 72 * hour
	if m = look(Input{StartsUntil: t0 + 72*hour, Rating: "RED"})(m); m.Rung != RungMarketing || m.Cause != CauseCalm {
		t.Fatalf("when the restriction ends utility waits: %+v", m)
	}
	now += 30 * hour
	if m = look(Input{Rating: "RED"})(m); m.Rung != RungMarketing || m.Cause != CauseRatingRed {
		t.Fatalf("red: %+v", m)
	}
	now += hour
	if m = look(Input{Rating: "YELLOW"})(m); m.Rung != RungMarketing {
		t.Fatalf("yellow an hour ago: %+v", m)
	}
	now += 23 * hour
	if m = look(Input{Rating: "YELLOW"})(m); m.Rung != RungCrawl {
		t.Fatalf("a day after the last red: %+v", m)
	}
	now += 100 * hour
	if m = look(Input{Rating: "YELLOW"})(m); m.Rung != RungCrawl {
		t.Fatalf("yellow does not open further: %+v", m)
	}
	for _, want := range []Rung{RungCrawl, RungWalk, RungJog, RungOpen, RungOpen} {
		if m = look(Input{Rating: "GREEN"})(m); m.Rung != want {
			t.Fatalf("green: rung %d, want %d", m.Rung, want)
		}
		now += step
	}
}

func TestAnswersGoWhileMetaLetsThem(t *testing.T) {
	for name, c := range map[string]struct {
		in   Input
		want bool
	}{"no starts": {Input{StartsUntil: t0 + 1}, true}, "nothing": {Input{AllUntil: t0 + 1}, false}, "banned": {Input{Status: "BANNED"}, false},
		"368": {Input{BlockedAt: t0}, true}, "red": {Input{Rating: "RED"}, true}} {
		if m := Begin().Next(c.in, t0); m.Answers != c.want {
			t.Errorf("%s: answers %v", name, m.Answers)
		}
	}
}

var (
	ratings  = []string{"GREEN", "UNKNOWN", "", "YELLOW", "RED"}
	statuses = []string{"CONNECTED", "", "FLAGGED", "RESTRICTED", "BANNED"}
)

func genInput(t *rapid.T, label string, now int64) Input {
	ago := func(n string) int64 { // 0 = never
		return max(0, now-rapid.Int64Range(0, 100).Draw(t, label+n)*hour) * rapid.Int64Range(0, 1).Draw(t, label+n+"?")
	}
	return Input{Rating: rapid.SampledFrom(ratings).Draw(t, label+"rating"), Status: rapid.SampledFrom(statuses).Draw(t, label+"status"),
		StartsUntil: ago("starts") + 50*hour, AllUntil: ago("all") + 10*hour, UtilityEnds: ago("utility"), ViolationAt: ago("violation"), SpamAt: ago("spam"),
		BlockedAt: ago("blocked"), PausedAt: ago("paused"), Index: Level(rapid.IntRange(0, 3).Draw(t, label+"index")), Stale: rapid.Bool().Draw(t, label+"stale")}
}

// worst of two inputs, part by part: nothing in it is better than in either.
func worst(a, b Input) Input {
	word := func(of []string, x, y string) string { return of[max(slices.Index(of, x), slices.Index(of, y))] }
	return Input{Rating: word(ratings, a.Rating, b.Rating), Status: word(statuses, a.Status, b.Status), StartsUntil: max(a.StartsUntil, b.StartsUntil),
		AllUntil: max(a.AllUntil, b.AllUntil), UtilityEnds: max(a.UtilityEnds, b.UtilityEnds), ViolationAt: max(a.ViolationAt, b.ViolationAt),
		SpamAt: max(a.SpamAt, b.SpamAt), BlockedAt: max(a.BlockedAt, b.BlockedAt), PausedAt: max(a.PausedAt, b.PausedAt), Index: max(a.Index, b.Index),
		Stale: a.Stale || b.Stale}
}

// Whatever happens in whatever order: who sees something worse each time never stands higher, and never answers where the other may not.
func TestWorseNeverOpensMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, now := Begin(), Begin(), t0
		for range rapid.IntRange(1, 60).Draw(t, "looks") {
			now += rapid.Int64Range(1, 30*60).Draw(t, "minutes") * 60 * Second
			in := genInput(t, "in", now)
			a, b = a.Next(in, now), b.Next(worst(in, genInput(t, "more", now)), now)
			if b.Rung > a.Rung || b.Answers && !a.Answers {
				t.Fatalf("the worse one stands on %d, the better on %d", b.Rung, a.Rung)
			}
		}
	})
}

// No flapping: between two steps up lies a day, but for the way out of what Meta forbade; the machine never stands above what its input
// allows; what Meta allows of utility is never held.
func TestNoFlapping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, now, lastUp := Begin(), t0, int64(0)
		for range rapid.IntRange(1, 200).Draw(t, "looks") {
			now += rapid.Int64Range(1, 600).Draw(t, "minutes") * 60 * Second
			in := genInput(t, "in", now)
			next := m.Next(in, now)
			limit, _ := in.limit(now)
			switch {
			case next.Rung > limit:
				t.Fatalf("rung %d where %d is allowed", next.Rung, limit)
			case next.Rung > m.Rung+1:
				t.Fatalf("from %d to %d at once", m.Rung, next.Rung)
			case next.Rung > m.Rung && m.Rung > RungStopped && lastUp > 0 && now-lastUp < step:
				t.Fatalf("two steps up within %d h", (now-lastUp)/hour)
			case next.Rung.Brake().Stops(false) && limit > RungStopped:
				t.Fatal("utility stands still though Meta lets it go")
			}
			if next.Rung > m.Rung && m.Rung > RungStopped {
				lastUp = now
			}
			m = next
		}
	})
}

func TestHold(t *testing.T) {
	yellow, red, shut := Input{Rating: "YELLOW"}, Input{Rating: "RED"}, Input{StartsUntil: t0 + 100*hour}
	hold := func(s Brake, over Rung) Hold {
		return Hold{State: s, Over: over, Until: t0 + hour, By: "usr_1", Why: "sale"}
	}
	for name, c := range map[string]struct {
		in     Input
		hold   Hold
		off    bool
		now    int64
		want   Brake
		cause  Cause
		fallen bool
	}{
		"nobody":                       {in: yellow, now: t0, want: Slow, cause: CauseRatingYellow},
		"opened on yellow":             {in: yellow, hold: hold(Open, RungCrawl), now: t0, want: Open, cause: CauseByStaff},
		"opened, its time is over":     {in: yellow, hold: hold(Open, RungCrawl), now: t0 + hour, want: Slow, cause: CauseRatingYellow, fallen: true},
		"opened on yellow, now red":    {in: red, hold: hold(Open, RungCrawl), now: t0, want: MarketingStopped, cause: CauseRatingRed, fallen: true},
		"nobody opens what Meta shuts": {in: shut, hold: hold(Open, RungStopped), now: t0, want: Stopped, cause: CauseRestrictedStarts},
		"stopped by hand":              {hold: hold(MarketingStopped, RungOpen), now: t0, want: MarketingStopped, cause: CauseByStaff},
		"stopped by hand, then yellow": {in: yellow, hold: hold(MarketingStopped, RungOpen), now: t0, want: MarketingStopped, cause: CauseByStaff},
		"slowed by hand, then red":     {in: red, hold: hold(Slow, RungOpen), now: t0, want: MarketingStopped, cause: CauseRatingRed, fallen: true},
		"all stopped by hand":          {hold: hold(Stopped, RungOpen), now: t0, want: Stopped, cause: CauseByStaff},
		"the guard is off":             {in: red, off: true, now: t0, want: Open},
		"off, yet stopped by hand":     {in: red, off: true, hold: hold(MarketingStopped, RungMarketing), now: t0, want: MarketingStopped, cause: CauseByStaff},
	} {
		b := Braking{Machine: Begin().Next(c.in, t0), Hold: c.hold, Off: c.off, Limit: 10_000}
		e := b.Effect(c.in, c.now)
		if e.State != c.want || e.Cause != c.cause || b.Fallen(c.now) != c.fallen {
			t.Errorf("%s: %s for %q, fallen %v", name, e.State, e.Cause, b.Fallen(c.now))
		}
		if !e.Answers {
			t.Errorf("%s: no answers", name)
		}
		if (e.Pace > 0) != (e.State == Slow) {
			t.Errorf("%s: pace %d", name, e.Pace)
		}
	}
}

func TestPaces(t *testing.T) {
	for _, c := range []struct {
		r     Rung
		limit int64
		want  int64
	}{{RungCrawl, 10_000, 500}, {RungWalk, 10_000, 2000}, {RungJog, 250, 125}, {RungCrawl, 250, 12}, {RungCrawl, 0, 10}, {RungCrawl, -1, 5000}, {RungOpen, 250, 0}, {RungMarketing, 250, 0}} {
		if got := c.r.Pace(c.limit); got != c.want {
			t.Errorf("rung %d of %d: %d a day", c.r, c.limit, got)
		}
	}
	if Every(0) != 0 || Every(24) != hour {
		t.Error("time between two messages")
	}
	for _, b := range Brakes {
		if b.rung().Brake() != b {
			t.Errorf("%s", b)
		}
	}
}

// What the page shows before anything happens is what then happens.
func TestSupposeAndStagesComeTrue(t *testing.T) {
	for _, w := range Begin().Suppose(Input{Rating: "GREEN"}, t0, false) {
		want := map[Cause]Rung{CauseIndexWorse: RungWalk, CauseIndexBad: RungCrawl, CauseRatingYellow: RungCrawl, CauseRatingRed: RungMarketing,
			CauseSpam: RungMarketing, CauseRestrictedStarts: RungStopped}
		if got, ok := want[w.Cause]; !ok || got != w.Rung {
			t.Errorf("%s leads to rung %d", w.Cause, w.Rung)
		}
	}
	if got := Begin().Suppose(Input{}, t0, true); len(got) != 2 {
		t.Errorf("of a template: %v", got)
	}
	m := Begin().Next(Input{SpamAt: t0}, t0)
	for _, s := range m.Stages(Input{SpamAt: t0}, t0+10*hour) {
		if before := m.Next(Input{SpamAt: t0}, s.At-1); before.Rung != s.Rung-1 {
			t.Errorf("rung %d before its time", before.Rung)
		}
		if m = m.Next(Input{SpamAt: t0}, s.At); m.Rung != s.Rung {
			t.Errorf("at its time rung %d, promised %d", m.Rung, s.Rung)
		}
	}
	if m.Rung != RungOpen || len(m.Stages(Input{}, t0)) != 0 {
		t.Error("the stages do not lead to open")
	}
}

// The drawing of docs/states.md is what the machine does: every leap down that some input causes, every step up after quiet.
func TestBrakeIsDrawn(t *testing.T) {
	names := []string{"stopped", "marketing_stopped", "slow_5", "slow_20", "slow_50", "open"}
	code := []docs.Arrow{{From: "[*]", To: "open"}}
	for from := RungStopped; from <= RungOpen; from++ {
		for _, in := range []Input{{}, {Status: "BANNED"}, {Rating: "RED"}, {Rating: "YELLOW"}, {Index: IndexWorse}} {
			m := Machine{Rung: from, CalmAt: t0 - step, Answers: true}
			if to := m.Next(in, t0).Rung; to != from {
				if a := (docs.Arrow{From: names[from], To: names[to]}); !slices.Contains(code, a) {
					code = append(code, a)
				}
			}
		}
	}
	drawn := docs.Drawing(t, "Brake")
	for i := range drawn {
		drawn[i].By = "" // what led there is told in words
	}
	docs.CompareWith(t, "Brake", drawn, code)
}
