package manager

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"jawort/look"
	"jawort/say"
	"jawort/tally"
)

// digits sets digits for addresses and keys.
func digits(n int) string { return strconv.Itoa(n) }

// currently marks the link that is shown.
func currently(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"aria-current": "true"}
	}
	return templ.Attributes{}
}

func (d overviewData) firstPoints() []point {
	if d.all || len(d.points) <= mostPoints {
		return d.points
	}
	return d.points[:mostPoints]
}

// spanWords says how long a span is: today, or the last so many days.
func (v *visit) spanWords(days int) string {
	return v.say("manager.overview.days", say.Args{"Count": days})
}

// clock sets a moment of today to the second, else in full: how fresh figures are.
func (v *visit) clock(micros int64) string {
	at := time.UnixMicro(micros).In(v.zone)
	if at.Format(time.DateOnly) == v.now().Format(time.DateOnly) {
		return at.Format("15:04:05")
	}
	return look.DateTime(v.lang, at)
}

// tileOf is one figure with what it is compared to, and the list behind it.
type tileOf struct {
	label, figure, of, strong, delta, href string
	line                                   []int64
}

func (v *visit) tilesOf(d overviewData) []tileOf {
	shown := d.shown()
	reach, _ := d.figures.Latest(tally.Reach, "", "", d.now.To)
	was, known := d.figures.Latest(tally.Reach, "", "", d.before.To)
	people := tileOf{label: v.say("manager.overview.reach"), figure: look.Integer(v.lang, reach), href: "/people?state=granted", line: d.reach(),
		delta: v.say("manager.overview.reach.new")}
	if known && was > 0 {
		people.strong, people.delta = signed(v.lang, reach-was), v.say("manager.overview.in_span", say.Args{"Count": d.days})
	}
	compared := func(label, what, href string) tileOf {
		now, before := d.total(what, "")
		return tileOf{label: label, figure: look.Integer(v.lang, now), strong: signed(v.lang, now-before), href: href,
			delta: v.say("manager.overview.than_before", say.Args{"Count": d.days}), line: d.figures.ByDay(what, "", "", shown)}
	}
	yes := compared(v.say("manager.overview.yes"), tally.Yes, "/people?state=granted")
	off := compared(v.say("manager.overview.off"), tally.Off, "/people?state=withdrawn")
	no, before := d.total(tally.Gate, "refuse")
	all, _ := d.total(tally.Gate, "")
	refused := tileOf{label: v.say("manager.overview.refused"), figure: look.Integer(v.lang, no), strong: signed(v.lang, no-before),
		of: v.say("manager.overview.of", say.Args{"Number": look.Integer(v.lang, all)}), href: "/decisions?verdict=refuse",
		delta: v.say("manager.overview.than_before", say.Args{"Count": d.days}), line: d.figures.ByDay(tally.Gate, "refuse", "", shown)}
	return []tileOf{people, yes, off, refused}
}

// signed sets a change with its sign.
func signed(lang string, n int64) string {
	if n > 0 {
		return "+" + look.Integer(lang, n)
	}
	if n == 0 {
		return "±0"
	}
	return look.Integer(lang, n)
}

// actsOf is the chart of yes and no by day.
func (v *visit) actsOf(d overviewData) look.Columns {
	shown := d.shown()
	c := look.Columns{UpWord: v.say("manager.overview.yes"), DownWord: v.say("manager.overview.off"), DayWord: v.say("manager.day"),
		TableWord: v.say("manager.as_table"), Lang: v.lang}
	up, down := d.figures.ByDay(tally.Yes, "", "", shown), d.figures.ByDay(tally.Off, "", "", shown)
	var yes, off int64
	for i := range up {
		at := v.dayOf(shown.From + int64(i))
		c.Days = append(c.Days, look.Column{Label: look.ShortDate(v.lang, at), Short: look.AxisDate(v.lang, at), Up: up[i], Down: down[i]})
		yes, off = yes+up[i], off+down[i]
	}
	c.Title = v.say("manager.overview.chart", say.Args{"Days": len(up), "Yes": look.Integer(v.lang, yes), "Off": look.Integer(v.lang, off)})
	return c
}

// amounts are counts as bars, the largest first.
func (v *visit) amounts(by map[string]int64, most int, word func(key string) (label, href string)) []look.Amount {
	var out []look.Amount
	for key, n := range by {
		label, href := word(key)
		out = append(out, look.Amount{Label: label, Href: href, Value: n, Text: look.Integer(v.lang, n)})
	}
	slices.SortFunc(out, func(a, b look.Amount) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Label, b.Label))
	})
	return out[:min(most, len(out))]
}

func (v *visit) waysOf(d overviewData) []look.Amount {
	by := d.figures.By(tally.Off, d.now, func(c tally.Count) string { return c.A })
	return v.amounts(by, 8, func(way string) (string, string) { return v.either("manager.channel", way), "/people?state=withdrawn" })
}

// effectOf is how long opt-outs on one way took until they held everywhere.
type effectOf struct {
	way        string
	half, most time.Duration
	of         int64
}

// effectsOf are the ways, the one most taken first; counts of before ways were told apart have none.
func (v *visit) effectsOf(d overviewData) (out []effectOf) {
	for way := range d.figures.By(tally.Effect, d.now, func(c tally.Count) string { return c.B }) {
		if way == "" {
			continue
		}
		e := effectOf{way: v.either("manager.channel", way)}
		e.half, e.of = d.figures.QuantileOf(way, 0.5, d.now)
		e.most, _ = d.figures.QuantileOf(way, 1, d.now)
		out = append(out, e)
	}
	if len(out) == 1 {
		return nil // the figures above say it
	}
	slices.SortFunc(out, func(a, b effectOf) int { return cmp.Or(cmp.Compare(b.of, a.of), cmp.Compare(a.way, b.way)) })
	return out[:min(8, len(out))]
}

func (v *visit) reasonsOf(d overviewData) []look.Amount {
	type key struct{ verdict, reason string }
	by, keys := map[string]int64{}, map[string]key{}
	for _, c := range d.figures.Counts {
		if c.What == tally.Gate && c.A != "allow" && c.B != "" && c.Day >= d.now.From && c.Day <= d.now.To {
			k := key{c.A, c.B}
			if k.verdict == "observed" {
				k.verdict = ""
			}
			name := k.verdict + "/" + k.reason
			by[name] += c.Times
			keys[name] = k
		}
	}
	return v.amounts(by, 6, func(name string) (string, string) {
		k := keys[name]
		return v.reasonWord(k.reason), decisionsPath(filter{"verdict", k.verdict}, filter{"reason", k.reason})
	})
}

// brief sets how long something took.
func (v *visit) brief(d time.Duration) string {
	switch {
	case d < 50*time.Millisecond:
		return v.say("manager.span.at_once")
	case d < 100*time.Second:
		return look.Decimal(v.lang, d.Seconds()) + "\u202fs"
	}
	return v.span(d)
}

// span sets a time in its largest unit.
func (v *visit) span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return v.say("manager.span.minutes", say.Args{"Count": max(1, int(d.Minutes()))})
	case d < 48*time.Hour:
		return v.say("manager.span.hours", say.Args{"Count": int(d.Hours())})
	}
	return v.say("manager.span.days", say.Args{"Count": int(d.Hours() / 24)})
}

// shortened cuts a text at a word.
func shortened(text string, most int) string {
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	cut := string(r[:most])
	for i := len(cut) - 1; i > len(cut)/2; i-- {
		if cut[i] == ' ' {
			return cut[:i] + " …"
		}
	}
	return cut + "…"
}
