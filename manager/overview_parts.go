package manager

import (
	"cmp"
	"slices"

	"jawort/look"
	"jawort/say"
	"jawort/tally"
)

// origin is a source with its days.
type origin struct {
	name, kind, href string
	days             []int64
	sum              int64
}

// mostOrigins have a line of their own; the rest is one line.
const mostOrigins = 7

// originsOf are the sources people agreed at, most first, and the highest day of any.
func (v *visit) originsOf(d overviewData) (rows []origin, most int64) {
	shown := d.shown()
	named := map[string]sourceLine{}
	for _, s := range d.sources {
		named[s.Source] = s
	}
	for id, n := range d.figures.By(tally.Yes, shown, func(c tally.Count) string { return c.A }) {
		o := origin{name: v.say("manager.overview.origins.other"), sum: n}
		for _, c := range d.figures.Counts { // an empty id is no wish for all
			if c.What == tally.Yes && c.A == id && c.Day >= shown.From && c.Day <= shown.To {
				if o.days == nil {
					o.days = make([]int64, shown.To-shown.From+1)
				}
				o.days[c.Day-shown.From] += c.Times
			}
		}
		if s, ok := named[id]; ok {
			o.name, o.kind, o.href = s.Name, v.either("manager.channel", s.Kind), v.has("/sources/"+id, "GET /sources/{source}")
		}
		rows = append(rows, o)
	}
	slices.SortFunc(rows, func(a, b origin) int { return cmp.Or(cmp.Compare(b.sum, a.sum), cmp.Compare(a.name, b.name)) })
	rows = rows[:min(len(rows), mostOrigins)]
	for _, r := range rows {
		most = max(most, slices.Max(r.days))
	}
	return rows, most
}

// dayTable is a table behind a chart by day, the newest first.
type dayTable struct {
	heads []string
	rows  []dayRow
}

type dayRow struct {
	day    string
	values []int64
}

// table sets series side by side, day by day; days on which nothing was are left out.
func (v *visit) table(span tally.Days, heads []string, series [][]int64) dayTable {
	t := dayTable{heads: heads}
	for i := span.To - span.From; i >= 0; i-- {
		r := dayRow{day: look.ShortDate(v.lang, v.dayOf(span.From+i))}
		var any int64
		for _, s := range series {
			r.values, any = append(r.values, s[i]), any+s[i]
		}
		if any > 0 {
			t.rows = append(t.rows, r)
		}
	}
	return t
}

func (v *visit) originTable(d overviewData, rows []origin) dayTable {
	var heads []string
	var series [][]int64
	for _, r := range rows {
		heads, series = append(heads, r.name), append(series, r.days)
	}
	return v.table(d.shown(), heads, series)
}

// gateWords are what became of what was asked for, in the order they are drawn.
var gateWords = []struct {
	word, verdict string
	series        int
}{{"allow", "allow", 1}, {"wait", "wait", 3}, {"refuse", "refuse", 2}, {"observed", "", 4}}

// sends are what the gate said in the span.
type sends struct {
	parts        []look.Part
	sentence     string
	total, stray int64
}

func (v *visit) sendsOf(d overviewData) sends {
	var s sends
	said := say.Args{}
	for _, g := range gateWords {
		n := d.figures.Sum(tally.Gate, g.word, "", d.now)
		said[g.word] = look.Integer(v.lang, n)
		if g.word == "observed" && n == 0 {
			continue // only where somebody merely observes
		}
		s.total += n
		s.parts = append(s.parts, look.Part{Label: v.say("manager.overview.sends." + g.word), Value: n, Text: look.Integer(v.lang, n), Series: g.series,
			Href: decisionsPath(filter{"verdict", g.verdict})})
	}
	s.sentence = v.say("manager.overview.sends.sentence", say.Args{"Allow": said["allow"], "Wait": said["wait"], "Refuse": said["refuse"]})
	s.stray = d.figures.Sum(tally.Stray, "", "", d.now)
	return s
}

func (v *visit) sendTable(d overviewData) dayTable {
	var heads []string
	var series [][]int64
	for _, g := range gateWords[:3] {
		heads = append(heads, v.say("manager.overview.sends."+g.word))
		series = append(series, d.figures.ByDay(tally.Gate, g.word, "", d.now))
	}
	return v.table(d.now, heads, series)
}

// topicShare is how people stand with a topic.
type topicShare struct {
	code, name, class, agreed, share, sentence string
	parts                                      []look.Part
}

// topicParts are the states a topic's bar shows; what is in none of them is the rest.
var topicParts = []struct {
	word   string
	states []string
	series int
}{
	{"agreed", []string{"granted", "declared"}, 1}, {"asked", []string{"requested", "claimed", "paused"}, 3},
	{"stopped", []string{"withdrawn", "declined"}, 2}, {"lapsed", []string{"lapsed", "outdated"}, 0},
}

func (v *visit) topicsOf(d overviewData) []topicShare {
	var out []topicShare
	for _, t := range d.topics {
		states := d.standing(t.Code)
		s := topicShare{code: t.Code, name: t.Name, class: t.Class}
		var whole, agreed int64
		for _, p := range topicParts {
			var n int64
			for _, state := range p.states {
				n += states[state]
			}
			if p.word == "agreed" {
				agreed = n
			}
			whole += n
			label := v.say("manager.overview.topics." + p.word)
			s.parts = append(s.parts, look.Part{Label: label, Value: n, Text: look.Integer(v.lang, n), Series: p.series,
				Href: peoplePath(filter{"topic", t.Code}, filter{"state", p.states[0]})})
		}
		if t.Retired && whole == 0 {
			continue
		}
		s.agreed = look.Integer(v.lang, agreed)
		s.share = v.say("manager.overview.topics.share", say.Args{"Share": look.Percent(v.lang, agreed, whole), "Whole": look.Integer(v.lang, whole)})
		s.sentence = t.Name + ": " + s.agreed + " " + s.share
		out = append(out, s)
	}
	return out
}

// healthOf is a number's last days, and what they say.
func (v *visit) healthOf(d overviewData, n numberLine) ([]look.Spell, string) {
	days := make([]look.Spell, healthDays)
	first := d.now.To - healthDays + 1
	var bad, warn int
	for _, c := range d.figures.Counts {
		if c.What == tally.Health && c.A == n.Number && c.Day >= first && c.Day <= d.now.To {
			days[c.Day-first] = look.Spell(c.B)
		}
	}
	days[healthDays-1] = look.Spell(n.shape())
	for _, s := range days {
		switch s {
		case "bad":
			bad++
		case "warn":
			warn++
		}
	}
	return days, v.say("manager.overview.health.sentence", say.Args{"Name": n.Name, "Days": healthDays, "Bad": bad, "Warn": warn})
}

func (v *visit) healthWord(n numberLine) string {
	if n.Brake != "open" {
		return v.say("manager.overview.brake." + n.Brake)
	}
	if numberShape(n.Status) == "ok" && ratingShape(n.Rating) != "idle" {
		return v.rating(n.Rating)
	}
	return v.either("manager.number_status", n.Status)
}
