package manager

import (
	"net/http"
	"strings"
	"time"

	"jawort/account"
	"jawort/errs"
	"jawort/look"
	"jawort/rules"
	"jawort/say"
)

var guideRoutes = []route{
	{"GET /guide", account.MaySee, guideIndex},
	{"GET /guide/{topic}", account.MaySee, guidePage},
}

// guideQuestions are what people come with, each with where it is answered.
var guideQuestions = []struct{ word, path string }{
	{"yellow", "/guide/trouble#yellow"},
	{"red", "/guide/trouble#red"},
	{"refused", "/guide/gate#why"},
	{"first", "/guide/ways#first"},
	{"limit", "/guide/rating#levels"},
	{"lacks", "/guide/wording#five"},
	{"letter", "/guide/leaving#staff"},
	{"program", "/guide/gate#programs"},
}

func guideIndex(v *visit) error { return v.show(http.StatusOK, guideIndexView(v)) }

func guidePage(v *visit) error {
	t, before, after := guideTopicOf(v.r.PathValue("topic"))
	if t == nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return v.show(http.StatusOK, guideView(v, *t, before, after))
}

// sourceWords say where a fact is from: title, and of when.
func (v *visit) guideOf(s guideSource) string {
	t, err := time.Parse(time.DateOnly, s.of)
	if err != nil {
		return ""
	}
	return v.say("guide.source.of", say.Args{"Date": look.Date(v.lang, t)})
}

// goesOf are the places that are there for the reader.
func (v *visit) goesOf(p guidePart) (out []look.Way) {
	for _, g := range p.goes {
		if v.s.has(g.pattern) && v.may(v.s.needs[g.pattern]) {
			out = append(out, look.Way{Label: v.say("guide.go." + g.word), Href: g.path})
		}
	}
	return out
}

// wayShown is one of the six ways as the drawing shows it: what the person does, and what their yes counts as before and after it is proven.
type wayShown struct {
	kind, icon, first, then string // first: the state at once; then: what makes it whole
}

var waysShown = []wayShown{
	{"thread", "message-square", "declared", ""},
	{"sms", "smartphone", "requested", "tap"},
	{"web", "globe", "requested", "tap"},
	{"ivr", "phone", "requested", "tap"},
	{"missed_call", "phone-off", "requested", "question"},
	{"paper", "file-down", "claimed", "tap"},
}

// guideLevels are Meta's limits as the drawing shows them, the last without end.
func (v *visit) guideLevels() (out []string) {
	for _, n := range levels {
		out = append(out, v.limitWord(n))
	}
	return out
}

// guideLanes is a made-up fortnight: green, yellow for a while, green again.
func (v *visit) guideLanes() look.Lanes {
	return look.Lanes{Words: [3]string{v.rating("GREEN"), v.rating("YELLOW"), v.rating("RED")},
		Runs: []look.Run{{From: 0, To: .36, Is: "ok"}, {From: .36, To: .57, Is: "warn"}, {From: .57, To: .68, Is: "bad"}, {From: .68, To: .82, Is: "warn"}, {From: .82, To: 1, Is: "ok"}}}
}

// guideGauge is a made-up day: a limit of 2,000 with 1,240 used.
func (v *visit) guideGauge() look.Level {
	return look.Level{ID: "guide-hatch", Used: 1240, Reserved: 200, Limit: 2000, Tight: 80, TightWord: "80\u202f%", Half: look.Integer(v.lang, 1000),
		Whole: look.Integer(v.lang, 2000), Sentence: v.say("guide.draw.gauge")}
}

// guideModes are the three modes, mildest first, with what each does to a message that is not allowed.
var guideModes = []struct{ mode, shape string }{{"observe", "idle"}, {"warn", "warn"}, {"enforce", "bad"}}

// firstOf is what a yes counts as at once, in the business's country.
func (v *visit) firstOf(w wayShown) string {
	if w.kind == "sms" && !rules.For(v.tenant.Country, v.now()).ConfirmSMSByTap {
		return "declared"
	}
	return w.first
}

// guideMarked are the five things of a wording, in the order in which the sample says them.
var guideMarked = []string{"opt_in_statement", "business_name", "channel_whatsapp", "categories", "withdraw_how"}

// leavingIcons go with the steps after an opt-out.
var leavingIcons = []string{"lock", "check", "zap-off", "message-square", "send-horizontal"}

// guidePiece is a run of the sample; number 0 = between two marks.
type guidePiece struct {
	text   string
	number int
}

// tail is the last word, which the number stays beside; head is what is before it.
func (p guidePiece) tail() string { return p.text[strings.LastIndex(p.text, " ")+1:] }
func (p guidePiece) head() string { return strings.TrimSuffix(p.text, p.tail()) }

// guidePieces cuts the sample at its marks.
func guidePieces(lang string) (out []guidePiece) {
	rest := say.Text(lang, "guide.wording.five.sample")
	for i, mark := range guideTexts(lang, "guide.wording.five.mark") {
		before, after, _ := strings.Cut(rest, mark)
		out = append(out, guidePiece{before, 0}, guidePiece{mark, i + 1})
		rest = after
	}
	return append(out, guidePiece{rest, 0})
}
