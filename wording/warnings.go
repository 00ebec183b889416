package wording

import "slices"

// evidence says which patterns show that a clause of a country is there.
var evidence = map[string][]string{
	"MARKETING_NATURE": {"MARKETING"}, "PRODUCTS_CONCRETE": {"CONCRETE"}, "PURPOSE": {"CAT", "PURPOSE"},
	Voluntary: {"VOLUNTARY"}, NotCondition: {"NOTCOND"}, "VOLUNTARY_PURPOSES": {"VOLUNTARY"},
	"PRIVACY_LINK": {"PRIVACY"}, "TERMS_LINK": {"TERMSLINK"}, "FREQUENCY": {"FREQ"}, "META_INVOLVED": {"META"},
	"CONTACT": {"CONTACT"}, "MAILING_ADDRESS": {"ADDRESS"}, "AGE": {"AGE"}, "AUTOMATED_TECH": {"AUTO"},
	"MSG_DATA_RATES": {"RATES"}, "HELP": {"HELP"}, "RETENTION": {"RETENTION"}, "RIGHTS": {"RIGHTS"},
	"GRIEVANCE": {"GRIEVANCE"}, "COMPLAINT_TO_BOARD": {"COMPLAINT"}, "PHONE_NUMBER_IDENTIFIED": {"NUMBER"},
	"DATA_ITEMISED": {"DATA"}, "VALUE": {"CAT"},
}

// marketingOnly are clauses that a text about service messages need not hold.
var marketingOnly = []string{"MARKETING_NATURE", "PRODUCTS_CONCRETE", "CHANNEL_CHOICE", "SEPARATE_PURPOSES", "THIRD_PARTIES_NAMED"}

// judgedElsewhere are clauses that the musts, the form or the name decide.
var judgedElsewhere = []string{BusinessName, ChannelWhatsApp, OptInStatement, Categories, SeparateFromTerms, ThirdPartiesNamed, "ON_BEHALF_OF", "LOCAL_LANGUAGE", "VALUE"}

// warnings names what the country asks for beyond the musts, what may not stand in short messages, and what could not
// be judged.
func (j *judge) warnings() {
	if j.in.Kind == kindStopAck || j.in.Kind == kindConfirm {
		j.noAdvertising()
		return
	}
	for _, c := range j.rules.Clauses {
		if slices.Contains(judgedElsewhere, c.Code) || slices.Contains(j.out.Missing, c.Code) || j.out.Found[c.Code] != "" {
			continue
		}
		if j.in.Purpose == "utility" && slices.Contains(marketingOnly, c.Code) {
			continue
		}
		if s, ok := j.evident(c.Code); ok {
			j.found(c.Code, s)
			continue
		}
		if (c.Code == WithdrawHow || c.Code == WithdrawRight) && slices.Contains(j.out.Missing, WithdrawHow) {
			continue
		}
		j.warn(c.Code, span{})
	}
	j.form()
	j.vague()
}

// evident looks for any pattern that shows a clause.
func (j *judge) evident(code string) (span, bool) {
	for _, tag := range evidence[code] {
		if hits := j.read.hits[tag]; len(hits) > 0 {
			return hits[0], true
		}
	}
	switch code {
	case "CONTACT", "PRIVACY_LINK", "TERMS_LINK":
		for i, t := range j.read.toks {
			if t.norm == link {
				return span{i, i + 1}, true
			}
		}
	case "PRODUCTS_CONCRETE":
		for i := range j.read.toks {
			if s, ok := j.read.topicAfter(i); ok {
				return s, true
			}
		}
	}
	return span{}, false
}

func (j *judge) warn(code string, s span) {
	j.out.Warnings = append(j.out.Warnings, Warning{Code: code, Passage: clip(j.read.passage(s)), Text: Hint(code, j.in.Lang)})
}

// noAdvertising: a question for consent and an acknowledgement of a stop may hold no offer (VwGH 2012/03/0089).
func (j *judge) noAdvertising() {
	r := j.read
	for _, s := range r.hits["PROMO"] {
		if j.in.Kind == kindConfirm && r.anyHit(r.sentenceOf(s.from), "ASK") && s.to-s.from == 1 && !r.toks[s.from].caps {
			continue // naming what is asked for is no advertising
		}
		if r.negatedBefore(s, 4) || r.within(r.sentenceOf(s.from), "@requested") {
			continue
		}
		j.out.Promo = r.passage(r.sentenceOf(s.from))
		j.out.Warnings = append(j.out.Warnings, Warning{"MARKETING_NATURE", clip(j.out.Promo), say(j.in.Lang, promoHint)})
		return
	}
}

// form warns where nothing is known about the box or button beside the text.
func (j *judge) form() {
	if j.in.UI == nil && (j.in.Kind == kindWeb || j.in.Kind == kindPaper) {
		j.out.Warnings = append(j.out.Warnings, Warning{Unticked, "", say(j.in.Lang, noFormHint)})
	}
	if j.in.Purpose == "utility" {
		for _, s := range j.read.hits["PROMO"] {
			if !j.read.negatedBefore(s, 4) {
				j.out.Warnings = append(j.out.Warnings, Warning{"MARKETING_NATURE", clip(j.read.passage(j.read.sentenceOf(s.from))), say(j.in.Lang, mixedHint)})
				return
			}
		}
	}
}

// vague points at "and more": a consent to it covers nothing.
func (j *judge) vague() {
	if slices.Contains(j.out.Missing, Categories) {
		for i := range j.out.Faults {
			if hits := j.read.hits["VAGUE"]; j.out.Faults[i].Code == Categories && len(hits) > 0 {
				j.out.Faults[i].Passage = j.read.passage(hits[0])
			}
		}
	}
}
