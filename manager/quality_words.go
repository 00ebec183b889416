package manager

import (
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jawort/look"
	"jawort/quality"
	"jawort/say"
)

// ratingShape is Meta's rating as every page draws it: of a number and of a template.
func ratingShape(rating string) string {
	switch rating {
	case "GREEN":
		return "ok"
	case "YELLOW":
		return "warn"
	case "RED":
		return "bad"
	}
	return "idle"
}

// rating is the word; what Meta leaves out, and what it calls NA or UNKNOWN, is one: not rated yet.
func (v *visit) rating(rating string) string {
	if ratingShape(rating) == "idle" {
		rating = "UNKNOWN"
	}
	return v.say("quality.rating." + rating)
}

func (n *qualityNumber) rating() string { return n.stand[quality.Rating].Value }

// status is Meta's word; before the first poll the one that the number was connected with.
func (n *qualityNumber) status() string {
	if s := n.stand[quality.Status].Value; s != "" {
		return s
	}
	return n.Status
}

// ratingSince says since when it is so, and what comes next.
func (v *visit) ratingSince(d qualityData, n qualityNumber) string {
	s, known := n.stand[quality.Rating]
	word := ratingShape(s.Value)
	if !known || word == "idle" {
		return v.say("quality.since.unknown")
	}
	args := say.Args{"When": v.when(s.Since), "Count": int((d.now - s.Since) / hour24), "Name": n.Name}
	switch {
	case word == "ok" && s.Before == "":
		return v.say("quality.since.first", args)
	case word == "ok" && d.now-s.Since >= 2*hour24:
		return v.say("quality.since.ok", args)
	case word == "ok":
		return v.say("quality.since.back", args)
	case n.Guarded:
		return v.say("quality.since."+word, args)
	}
	return v.say("quality.since."+word+".unguarded", args)
}

// restrictions are what holds an account back now, the one that ends last on top.
func (d *qualityData) restrictions(waba string) []quality.Standing {
	var health quality.Standing
	for _, s := range d.accounts[waba] {
		if s.What == quality.CanSend {
			health = s
		}
	}
	var out []quality.Standing
	for _, s := range d.accounts[waba] {
		if (s.What.IsRestriction() || s.What == quality.Ban) && quality.InForce(s, health, d.now) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b quality.Standing) int { return int(min(max(b.Until-a.Until, -1), 1)) })
	return out
}

// restriction is what an account may not do, in words.
func (v *visit) restriction(s quality.Standing) string {
	if s.What == quality.Ban {
		return v.either("quality.ban", s.Value)
	}
	if key := "quality.restriction." + s.What.Kind(); say.Has(v.lang, key) {
		return v.say(key)
	}
	return v.say("quality.restriction.other", say.Args{"Word": s.What.Kind()})
}

// until says when something ends, in the reader's zone.
func (v *visit) until(micros int64) string {
	if micros == 0 {
		return v.say("quality.no_end")
	}
	return v.say("quality.until", say.Args{"When": look.DateTime(v.lang, time.UnixMicro(micros).In(v.zone))})
}

// limitWord is a limit as people say it.
func (v *visit) limitWord(n int64) string {
	if n < 0 {
		return v.say("quality.unlimited")
	}
	return look.Integer(v.lang, n)
}

// metaPath is the page of Meta's manager where a number is looked after.
func metaPath(n qualityNumber) string {
	return "https://business.facebook.com/latest/whatsapp_manager/phone_numbers?business_id=" + n.Portfolio + "&asset_id=" + n.WABA
}

// levels are Meta's levels of the limit (facts/meta.md 3).
var levels = []int64{250, 2_000, 10_000, 100_000, -1}

// step is one rung of the ladder.
type step struct {
	word, hint string
	past, now  bool
	endless    bool // there is no number: a narrow page shows a sign
}

func (v *visit) ladder(d qualityData, p portfolioUse) []step {
	var out []step
	reached := false
	for _, s := range levels {
		x := step{word: v.limitWord(s), past: s >= 0 && (p.Limit < 0 || s < p.Limit), now: s == p.Limit, endless: s < 0}
		switch {
		case x.now:
			x.hint, reached = v.say("quality.step.now"), true
		case !x.past && !reached: // a limit between two levels, of Meta's older ones
			x.word, x.now, x.hint, reached = v.limitWord(p.Limit), true, v.say("quality.step.now"), true
		case reached && len(out) > 0 && out[len(out)-1].now:
			x.hint = v.next(d, p)
		}
		out = append(out, x)
	}
	return out
}

// next says what the next level hangs on.
func (v *visit) next(d qualityData, p portfolioUse) string {
	for _, n := range d.numbers {
		if w := ratingShape(n.rating()); n.Portfolio == p.ID && (w == "warn" || w == "bad") {
			return v.say("quality.step.rests", say.Args{"Rating": v.rating(n.rating())})
		}
	}
	if p.Limit <= 250 {
		return v.say("quality.step.verify")
	}
	return v.say("quality.step.half", say.Args{"Number": look.Integer(v.lang, p.Limit/2)})
}

// level is the gauge of a portfolio.
func (v *visit) level(p portfolioUse, id string) look.Level {
	free := max(0, p.Limit-p.Used-p.Reserved)
	num := func(n int64) string { return look.Integer(v.lang, n) }
	return look.Level{ID: id, Used: p.Used, Reserved: p.Reserved, Limit: p.Limit, Tight: tightShare, Half: num(p.Limit / 2), Whole: num(p.Limit),
		TightWord: v.say("quality.tight", say.Args{"Share": v.percent(tightShare)}),
		Sentence: v.say("quality.gauge", say.Args{"Used": num(p.Used), "Limit": num(p.Limit), "Reserved": num(p.Reserved), "Free": num(free),
			"Share": v.percent(tightShare)})}
}

// percent sets a whole number of percent.
func (v *visit) percent(n int64) string {
	if v.lang == "de" {
		return look.Integer(v.lang, n) + "\u202f%"
	}
	return look.Integer(v.lang, n) + "%"
}

// tightShare is the percentage of the limit from which on it is tight.
const tightShare = 80

// inPortfolio are the numbers that share a limit.
func (d *qualityData) inPortfolio(id string) []qualityNumber {
	var out []qualityNumber
	for _, n := range d.numbers {
		if n.Portfolio == id {
			out = append(out, n)
		}
	}
	return out
}

// groups are the portfolios that have numbers; a number whose portfolio is not known yet still shows.
func (v *visit) groups(d qualityData) []portfolioUse {
	var out []portfolioUse
	for _, n := range d.numbers {
		if slices.ContainsFunc(out, func(p portfolioUse) bool { return p.ID == n.Portfolio }) {
			continue
		}
		p := portfolioUse{ID: n.Portfolio, Limit: 250}
		for _, known := range d.portfolios {
			if known.ID == n.Portfolio {
				p = known
			}
		}
		out = append(out, p)
	}
	return out
}

func wabasOf(numbers []qualityNumber) []string {
	var out []string
	for _, n := range numbers {
		if !slices.Contains(out, n.WABA) {
			out = append(out, n.WABA)
		}
	}
	return out
}

func steppedOn(now bool) templ.Attributes {
	if now {
		return templ.Attributes{"aria-current": "step"}
	}
	return templ.Attributes{}
}

// means and helps are what a state of Meta's means, and what to do; empty when all is well, or when nobody knows the word.
func (v *visit) means(status string) string { return v.ifSaid("quality.status." + status + ".means") }

func (v *visit) helps(status string) string { return v.ifSaid("quality.status." + status + ".do") }

func (v *visit) ifSaid(key string) string {
	if say.Has(v.lang, key) {
		return v.say(key)
	}
	return ""
}

// oddities are what is worth knowing of a number only when it is not as usual.
func (v *visit) oddities(n qualityNumber) []look.Field {
	var out []look.Field
	add := func(name, value string) { out = append(out, look.Field{Name: v.say(name), Value: value}) }
	if s := n.stand[quality.Name].Value; s != "" && s != "APPROVED" && s != "AVAILABLE_WITHOUT_REVIEW" && s != "NONE" {
		add("quality.name", v.either("quality.name", s))
	}
	if s := n.stand[quality.CanSend]; s.Value == "LIMITED" || s.Value == "BLOCKED" {
		text := v.say("quality.can_send." + s.Value)
		if s.Note != "" {
			text += " " + s.Note
		}
		add("quality.can_send", text)
	}
	switch s := n.stand[quality.Token]; {
	case s.Value == "INVALID":
		add("quality.token", v.say("quality.token.INVALID"))
	case s.Until > 0 && s.Until-v.now().UnixMicro() < 14*hour24:
		add("quality.token", v.say("quality.token.EXPIRING")+" "+v.until(s.Until))
	}
	return out
}

func (v *visit) polledWhen(h qualityHead) string {
	if h.polled == 0 {
		return v.say("quality.polled.not_yet")
	}
	return v.when(h.polled)
}

// historySentence tells the lanes to whoever does not see them.
func (v *visit) historySentence(d qualityData) string {
	var lines []string
	for _, n := range d.numbers {
		var parts []string
		for _, s := range d.spells(n.Number) {
			parts = append(parts, v.say("quality.spell", say.Args{"Rating": v.rating(s.rating), "From": v.when(s.from), "To": v.spellEnd(d, s)}))
		}
		if parts == nil {
			parts = []string{v.rating("")}
		}
		lines = append(lines, n.Name+": "+strings.Join(parts, ", ")+".")
	}
	return strings.Join(lines, " ")
}

func (v *visit) spellEnd(d qualityData, s ratedSpell) string {
	if s.to >= d.now {
		return v.say("quality.now")
	}
	return v.when(s.to)
}
