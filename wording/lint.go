// Package wording is the judge of opt-in texts: which clauses a text holds, by meaning.
//
// It decides on words alone; what a country asks for comes from rules.
package wording

import (
	"slices"
	"strings"
	"time"

	"jawort/rules"
)

// Input is a text with what is known about where it stands.
type Input struct {
	Business string `json:"business"`
	Lang     string `json:"lang"`    // of the text; empty: read as any of our languages
	Country  string `json:"country"` // ISO 3166, of the people who read it; empty: the Union's rules
	Text     string `json:"text"`
	UI       *UI    `json:"ui"`      // nil when nothing is known of the form around it
	Purpose  string `json:"purpose"` // marketing (default) or utility
	Kind     string `json:"kind"`    // web (default), thread, sms, ivr, missed_call, paper, confirm, stop_ack
}

// UI is the form around the text; nil means not known.
type UI struct {
	Checkbox         *bool `json:"checkbox"`
	Prechecked       *bool `json:"prechecked"`
	SeparateTerms    *bool `json:"separate_from_terms"`
	RequiredForOrder *bool `json:"required_for_order"`
}

// Warning is a clause that the country asks for and that was not found, or cannot be judged.
type Warning struct {
	Code    string `json:"code"`
	Passage string `json:"passage"` // the words it is about; empty when something is not there
	Text    string `json:"text"`    // German for German texts, else English
}

// Verdict is the judgement of one text.
type Verdict struct {
	OK       bool      `json:"ok"`
	Missing  []string  `json:"missing"`
	Warnings []Warning `json:"warnings"`

	Found  map[string]string `json:"-"` // clause → the words that hold it
	Faults []Warning         `json:"-"` // one for each missing clause: the words that contradict it, and how to mend it
	Promo  string            `json:"-"` // advertising in a confirmation or acknowledgement, where none may stand
}

// Clauses that every text must hold, in every country; and those that a text or its form may contradict.
const (
	BusinessName      = "BUSINESS_NAME"
	ChannelWhatsApp   = "CHANNEL_WHATSAPP"
	OptInStatement    = "OPT_IN_STATEMENT"
	Categories        = "CATEGORIES"
	WithdrawHow       = "WITHDRAW_HOW"
	WithdrawRight     = "WITHDRAW_RIGHT"
	SeparateFromTerms = "SEPARATE_FROM_TERMS"
	Unticked          = "UNTICKED"
	Voluntary         = "VOLUNTARY"
	NotCondition      = "NOT_CONDITION_OF_PURCHASE"
	ThirdPartiesNamed = "THIRD_PARTIES_NAMED"
)

const (
	kindWeb        = "web"
	kindThread     = "thread"
	kindSMS        = "sms"
	kindIVR        = "ivr"
	kindMissedCall = "missed_call"
	kindPaper      = "paper"
	kindConfirm    = "confirm"
	kindStopAck    = "stop_ack"
)

// Kinds and Purposes list what Input knows.
var (
	Kinds    = []string{kindWeb, kindThread, kindSMS, kindIVR, kindMissedCall, kindPaper, kindConfirm, kindStopAck}
	Purposes = []string{"marketing", "utility"}
)

// judge holds what the checks of one text share.
type judge struct {
	in    Input
	read  *reading
	rules rules.Rules
	out   Verdict
}

// dataDay is the day of the rules a text is judged by; what the linter needs from them has no later date.
var dataDay = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// Lint judges a text.
func Lint(in Input) Verdict {
	if in.Kind == "" {
		in.Kind = kindWeb
	}
	if !strings.HasPrefix(in.Lang, "de") && len(in.Lang) > 2 {
		in.Lang = in.Lang[:2]
	}
	name := newNaming(in.Business)
	var named []span
	j := &judge{in: in, rules: rules.For(in.Country, dataDay)}
	j.out = Verdict{Missing: []string{}, Warnings: []Warning{}, Found: map[string]string{}}
	j.read = read(in.Text, in.Lang, func(toks []token) {
		if named = name.find(toks, in.Lang); len(named) == 0 && brand(in.Business) {
			named = findBrand(in.Business, in.Text, toks)
		}
		for _, s := range named {
			bind(toks, s)
		}
	})
	j.name(named)
	if in.Kind == kindStopAck {
		j.stopAck()
	} else {
		j.musts()
		j.contradictions()
	}
	j.warnings()
	j.out.OK = len(j.out.Missing) == 0
	return j.out
}

// findBrand finds a business whose name is an address: shop.example.
func findBrand(business, text string, toks []token) []span {
	want := strings.ToLower(strings.TrimSpace(business))
	for i, t := range toks {
		if t.norm == link && strings.ToLower(text[t.start:t.end]) == want {
			return []span{{i, i + 1}}
		}
	}
	return nil
}

func (j *judge) name(named []span) {
	if len(named) == 0 {
		j.miss(BusinessName, span{})
		return
	}
	j.found(BusinessName, named[0])
}

func (j *judge) found(code string, s span) { j.out.Found[code] = j.read.passage(s) }

// miss notes a missing clause with the words that contradict it.
func (j *judge) miss(code string, s span) {
	if slices.Contains(j.out.Missing, code) {
		return
	}
	j.out.Missing = append(j.out.Missing, code)
	j.out.Faults = append(j.out.Faults, Warning{Code: code, Passage: clip(j.read.passage(s)), Text: Hint(code, j.in.Lang)})
}

// need notes a clause as found or missing.
func (j *judge) need(code string, s span, ok bool) {
	if ok {
		j.found(code, s)
	} else {
		j.miss(code, span{})
	}
}

// musts are the clauses that every text must hold.
func (j *judge) musts() {
	r := j.read
	s, ok := r.whatsApp(j.in)
	j.need(ChannelWhatsApp, s, ok)
	s, ok = r.optIn(j.in)
	j.need(OptInStatement, s, ok)
	s, ok = r.categories()
	j.need(Categories, s, ok)
	how, right, hasHow, hasRight := r.withdrawal()
	if hasHow {
		j.found(WithdrawHow, how)
	}
	if hasRight {
		j.found(WithdrawRight, right)
	}
	if j.in.Kind == kindConfirm && !r.denies() && len(r.hits["DECLINE"]) > 0 {
		hasHow = true // whoever is asked and may say no has the way out before anything begins
		j.found(WithdrawHow, r.hits["DECLINE"][0])
	}
	if !hasHow && !hasRight {
		var denied span
		if r.denies() {
			denied = r.hits["WDNO"][0]
		}
		j.miss(WithdrawHow, denied)
	}
}

// contradictions are clauses that need no words, but that text or form may contradict.
func (j *judge) contradictions() {
	r, ui := j.read, j.in.UI
	if ui == nil {
		ui = &UI{}
	}
	if s, ok := r.bundled(); ok {
		j.miss(SeparateFromTerms, s)
	} else if s, ok := r.privacyBundle(); ok {
		j.miss(SeparateFromTerms, s)
	} else if isFalse(ui.SeparateTerms) {
		j.miss(SeparateFromTerms, span{})
	}
	if s, ok := r.ticked(); ok || isTrue(ui.Prechecked) {
		j.miss(Unticked, s)
	}
	if s, ok := r.forced(); ok || isTrue(ui.RequiredForOrder) {
		j.miss(j.freeChoice(), s)
	}
	if s, ok := r.unnamedPartners(); ok {
		j.miss(ThirdPartiesNamed, s)
	}
}

// freeChoice is the code under which the country asks for a free choice.
func (j *judge) freeChoice() string {
	if asked, _ := j.rules.Asks(NotCondition); asked {
		return NotCondition
	}
	return Voluntary
}

// ticked finds a box that the text itself draws or calls ticked.
func (r *reading) ticked() (span, bool) {
	for i := range r.toks {
		if r.toks[i].norm == ticked && (i == 0 || r.toks[i].end-r.toks[i].start == 3 && r.text[r.toks[i].start] == '[') {
			return span{i, i + 1}, true
		}
	}
	for _, s := range r.hits["PREWORDS"] {
		asked := span{max(s.from-4, r.sentenceOf(s.from).from), s.from} // unless the box is ticked
		if !r.negatedBefore(s, 4) && !r.negatedInside(s) && !r.within(asked, "@if") && !r.within(asked, "@unless") {
			return s, true
		}
	}
	return span{}, false
}

// stopAck: an acknowledgement names the business and says that it is over; it asks for nothing and offers nothing.
func (j *judge) stopAck() {
	if hits := j.read.hits["STOPPED"]; len(hits) > 0 {
		j.found(WithdrawHow, hits[0])
		return
	}
	j.miss(WithdrawHow, span{})
}

func isTrue(b *bool) bool  { return b != nil && *b }
func isFalse(b *bool) bool { return b != nil && !*b }

// clip keeps a passage short enough to show.
func clip(s string) string {
	const most = 160
	if len(s) <= most {
		return s
	}
	cut := s[:most]
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.ToValidUTF8(cut, "") + " …"
}
