package manager

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/look"
	"jawort/notice"
	"jawort/quality"
	"jawort/source"
	"jawort/tally"
)

var sourceRoutes = []route{
	{"GET /sources", account.MaySee, sources},
	{"GET /sources/new", account.MayEdit, newSource},
	{"POST /sources/new", account.MayEdit, createSource},
	{"GET /sources/{source}", account.MaySee, showSource},
	{"POST /sources/{source}/pause", account.MayEdit, pauseSource},
	{"POST /sources/{source}/resume", account.MayEdit, resumeSource},
	{"POST /sources/{source}/archive", account.MayEdit, archiveSource},
	{"POST /sources/{source}/restore", account.MayEdit, restoreSource},
	{"GET /sources/{source}/wording", account.MayEdit, editWording},
	{"POST /sources/{source}/wording", account.MayEdit, saveWording},
	{"POST /sources/{source}/check", account.MayEdit, checkWording},
	{"GET /sources/{source}/versions", account.MaySee, showVersions},
	{"GET /sources/{source}/settings", account.MayEdit, sourceSettings},
	{"POST /sources/{source}/settings", account.MayEdit, saveSourceSettings},
	{"GET /sources/{source}/qr.svg", account.MaySee, sourceSVG},
	{"GET /sources/{source}/qr.png", account.MaySee, sourcePNG},
	{"GET /sources/{source}/poster.pdf", account.MaySee, sourcePoster},
}

// kindIcon is the picture of a kind.
func kindIcon(kind string) string {
	switch kind {
	case "web":
		return "globe"
	case "thread":
		return "message-square"
	case "sms":
		return "smartphone"
	case "ivr":
		return "phone"
	case "missed_call":
		return "phone-off"
	}
	return "file-down"
}

// figures are what a source did in the last figureDays.
type figures struct {
	Days             []int64 // agreements by day, the last one is today
	Today            int64
	Asked, Confirmed int64 // people who had to confirm, and of those who did
	People           int64 // who agreed
	Stopped, Left    int64 // of those: soon after, and at any time since
	Answers          answers
}

// figureDays is how far a source's figures reach back.
const figureDays = 30

// share is how many of a hundred people stopped, and the range that the sample leaves open.
func (f figures) share() (low, high float64) { return quality.Share(f.Stopped, f.People) }

// sourceCard is one source of the list.
type sourceCard struct {
	source.Source
	figures
	Draft bool // a newer wording waits to be published
}

// sourceGroup is a kind with its sources.
type sourceGroup struct {
	Kind  string
	Cards []sourceCard
}

// apart takes the archived ones out of the list.
func apart(all []source.Source) (shown, archived []source.Source) {
	for _, s := range all {
		if s.State == source.StateArchived {
			archived = append(archived, s)
		} else {
			shown = append(shown, s)
		}
	}
	return shown, archived
}

func sources(v *visit) error {
	var all, archived []source.Source
	counts := map[string]figures{}
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if all, err = source.List(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		all, archived = apart(all)
		counts, err = v.figures(ctx, tx, all)
		return err
	})
	if err != nil {
		return err
	}
	var groups []sourceGroup
	for _, kind := range notice.Kinds {
		g := sourceGroup{Kind: kind}
		for _, s := range all {
			if s.Kind == kind {
				g.Cards = append(g.Cards, sourceCard{Source: s, figures: counts[s.ID]})
			}
		}
		groups = append(groups, g)
	}
	return v.show(http.StatusOK, sourcesView(v, groups, archived, len(all)+len(archived) == 0))
}

// figures reads what sources did lately, from the counts that are kept. Drafts did nothing.
func (v *visit) figures(ctx context.Context, tx *db.Tx, all []source.Source) (map[string]figures, error) {
	out := map[string]figures{}
	all = slices.DeleteFunc(slices.Clone(all), func(s source.Source) bool { return s.State == source.StateDraft })
	if len(all) == 0 {
		return out, nil
	}
	today := tally.Day(v.now(), v.zone)
	span := tally.Days{From: today - figureDays + 1, To: today}
	counts, err := tally.ReadSources(ctx, tx, v.tenant.ID, v.zone, span)
	if err != nil {
		return nil, err
	}
	of := func(what string) map[string]int64 {
		return counts.By(what, span, func(c tally.Count) string { return c.A })
	}
	asked, confirmed, people, stopped, left := of(tally.Asked), of(tally.Confirmed), of(tally.Joined), of(tally.LeftSoon), of(tally.Left)
	for _, s := range all {
		f := figures{Days: counts.ByDay(tally.Yes, s.ID, "", span), Asked: asked[s.ID], Confirmed: confirmed[s.ID],
			People: people[s.ID], Stopped: stopped[s.ID], Left: left[s.ID]}
		f.Today = f.Days[len(f.Days)-1]
		if f.Answers, err = answersOf(ctx, tx, v.tenant.ID, s.ID); err != nil {
			return nil, err
		}
		out[s.ID] = f
	}
	return out, nil
}

// answerWords says what came of the questions: 31 yes, 4 no, 1 "not me", 14 without an answer.
func (v *visit) answerWords(a answers) string {
	var out []string
	for _, x := range []struct {
		key string
		n   int64
	}{{"yes", a.Yes}, {"no", a.No}, {"not_me", a.NotMe}, {"open", a.Open}} {
		if x.n > 0 {
			out = append(out, look.Integer(v.lang, x.n)+" "+v.say("manager.sources.answers."+x.key))
		}
	}
	return strings.Join(out, " · ")
}

// sourceShape is the shape of a state.
func sourceShape(s source.State) string {
	switch s {
	case source.StateLive:
		return "ok"
	case source.StatePaused:
		return "warn"
	}
	return "idle"
}

// stopWords are the rate and its range in words: 7,8 % and (5,6 bis 10,8 %).
func (v *visit) stopWords(f figures) (rate, span string) {
	low, high := f.share()
	const fine = 100_000
	return look.Percent(v.lang, f.Stopped, f.People), v.say("manager.sources.range", map[string]any{
		"Low": v.withoutSign(look.Percent(v.lang, int64(low*fine), fine)), "High": look.Percent(v.lang, int64(high*fine+0.5), fine)})
}

// withoutSign is a percentage without its sign, for the first of a range.
func (v *visit) withoutSign(percent string) string {
	for _, end := range []string{"\u202f%", "%"} {
		if n := len(percent) - len(end); n > 0 && percent[n:] == end {
			return percent[:n]
		}
	}
	return percent
}

// atMost sets a count that ended at mostCounted.
func (v *visit) atMost(n int64) string {
	if n > mostCounted {
		return v.say("manager.sources.more_than", map[string]any{"N": look.Integer(v.lang, mostCounted)})
	}
	return look.Integer(v.lang, n)
}
