// Package rules is what law and Meta ask for, country by country: data with sources, read by day.
//
// It is not legal advice: a country's record needs a local lawyer's check before it is the only guard of a send.
package rules

import (
	"slices"
	"strings"
	"time"
)

// Rules are the merged rules of Meta's policy and one country (or US state) on one day. The slices and maps are shared
// between callers and must not be written to.
type Rules struct {
	Country string // as asked for, upper case; empty when unknown
	Record  string // the record that answered: DE, US-TX, or EU when the country has no own one
	Version string // short id that a decision carries, such as de@2026-11-22

	Clauses []Clause // what an opt-in text should hold, musts first

	WarnAfter  Months // an unused marketing consent this old is shown for renewal
	LapseAfter Months // an unused marketing consent this old no longer counts

	MinAge       int // youngest age that consents without a parent
	RegulatedAge int // youngest age for regulated goods (Meta's policy)

	Quiet         []Window // when marketing on WhatsApp may arrive, recipient's local time; empty: always
	QuietHolidays bool     // public holidays are quiet too
	QuietByLaw    bool     // the windows are law; otherwise custom or our advice

	DoubleOptIn     string // required_de_facto, required_for_sms_dca, recommended, not_required
	ConfirmSMSByTap bool   // an opt-in by SMS is confirmed by a tap in WhatsApp as well
	ConfirmAdFree   bool   // the confirming question may hold no advertising
	Reask           Reask
	StopAck         StopAck

	StopWithin   Term // how soon an opt-out must be obeyed; we obey at once, so it matters for what waits for somebody
	AnswerWithin Term // how soon a wish to be forgotten must be answered

	// MarketingDelivered is false where Meta does not deliver marketing templates (United States, meta.md 4.4).
	MarketingDelivered bool

	// Proofs tells for each field (names as in docs/laws.md) where its value comes from.
	Proofs map[string]Proof
}

// Clause is one thing an opt-in text must or should say.
type Clause struct {
	Code    string
	Must    bool
	Meaning string // one line, English
	Proof
}

// Proof is where a value comes from and how far to trust it.
type Proof struct {
	Sources    []string // ids; Source tells title and address
	Confidence string   // high, medium, low
	AsOf       string   // YYYY-MM-DD, the day of the review
	Note       string   // empty when there is nothing to add
}

// Reask limits the confirming question in WhatsApp (DESIGN section 5, Confirming).
type Reask struct {
	Per24h, Per90d int
	Open           time.Duration // how long an answer still counts
	QuietAfterNo   Months        // no further question after a no
}

// StopAck says whether an opt-out may be acknowledged, and how.
type StopAck struct {
	Allowed   bool
	Max       int
	Marketing bool // may hold advertising: false everywhere
}

// For gives the rules for people in a country on a day. The country is ISO 3166 alpha-2, with a US state as US-TX.
// Members of the European Economic Area without an own record get the Union's rules, and so does every country we know
// nothing of: the stricter answer is the one that sends less.
func For(country string, at time.Time) Rules {
	country = strings.ToUpper(strings.TrimSpace(country))
	b := load()
	id := b.answering(country)
	line := b.lines[id]
	r := line[0].rules
	for _, s := range line[1:] {
		if !s.from.After(at) {
			r = s.rules
		}
	}
	r.Country = country
	return r
}

// Known reports whether the country has its own record.
func Known(country string) bool {
	_, ok := load().research.Jurisdictions[strings.ToUpper(country)]
	return ok && strings.ToUpper(country) != "META"
}

// Records lists the ids of all records, sorted.
func Records() []string {
	var ids []string
	for id := range load().research.Jurisdictions {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Meaning is the one-line English meaning of a clause code, empty when the code is unknown.
func Meaning(code string) string { return load().research.Clauses[code] }

// Source gives title and address of a source id; the address is empty where there is none.
func Source(id string) (title, url string) {
	b := load()
	s, ok := b.ours.Sources[id]
	if !ok {
		s = b.research.Sources[id]
	}
	if s.URL != nil {
		url = *s.URL
	}
	return s.Title, url
}

// Asks reports whether the clause is asked for, and whether as a must.
func (r Rules) Asks(code string) (asked, must bool) {
	for _, c := range r.Clauses {
		if c.Code == code {
			return true, c.Must
		}
	}
	return false, false
}

// answering picks the record that speaks for a country.
func (b *book) answering(country string) string {
	if _, ok := b.research.Jurisdictions[country]; ok && country != "META" {
		return country
	}
	if land, _, ok := strings.Cut(country, "-"); ok {
		return b.answering(land)
	}
	return "EU"
}
