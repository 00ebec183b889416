package rules

import (
	"slices"
	"strings"
	"time"
)

// span is a record's rules from one day on.
type span struct {
	from  time.Time
	rules Rules
}

// timeline builds a record's rules anew for each day on which one of our dated leaves begins.
func (b *book) timeline(id string) []span {
	days := []time.Time{{}}
	for _, d := range b.ours.Leaves {
		if d.Record == "*" || d.Record == id || d.Record == b.land(id) {
			days = append(days, d.from())
		}
	}
	slices.SortFunc(days, time.Time.Compare)
	days = slices.CompactFunc(days, time.Time.Equal)
	if len(days) > 1 {
		days = days[1:] // what began first also answers for the time before
	}
	var line []span
	for _, day := range days {
		line = append(line, span{day, b.merge(id, day)})
	}
	return line
}

// land is the country of a US state, else the id itself.
func (b *book) land(id string) string {
	land, _, _ := strings.Cut(id, "-")
	return land
}

// own finds our leaf in force on a day: the record's own, its country's, or the general one, the latest of each.
func (b *book) own(id, field string, day time.Time) (leaf, bool) {
	for _, rec := range []string{id, b.land(id), "*"} {
		var best *dated
		for i := range b.ours.Leaves {
			d := &b.ours.Leaves[i]
			if d.Record != rec || d.Field != field || d.from().After(day) {
				continue
			}
			if best == nil || d.from().After(best.from()) {
				best = d
			}
		}
		if best != nil {
			return best.leaf, true
		}
	}
	return leaf{}, false
}

// merge lays Meta's policy under the country's record: clauses united, ages the higher, the stricter value each time
// (facts/legal.md, section 4).
func (b *book) merge(id string, day time.Time) Rules {
	meta, rec := b.research.Jurisdictions["META"], b.research.Jurisdictions[id]
	r := Rules{Record: id, Proofs: map[string]Proof{}}
	r.Version = b.version(id, day)
	r.Clauses = b.clauses(meta.Disclosures, rec.Disclosures)
	b.expiry(&r, id, rec, day)
	ages := decode[struct {
		Years, Regulated int
	}](rec.MinAge, id+"/min_age")
	metaAges := decode[struct {
		Years     int
		Regulated int `json:"regulated_verticals"`
	}](meta.MinAge, "META/min_age")
	r.MinAge, r.RegulatedAge = max(ages.Years, metaAges.Years), max(ages.Regulated, metaAges.Regulated)
	r.Proofs["min_age"] = rec.MinAge.proof()
	b.quiet(&r, id, rec, day)
	r.DoubleOptIn = decode[string](rec.DoubleOptIn, id+"/double_opt_in")
	r.Proofs["double_opt_in"] = rec.DoubleOptIn.proof()
	r.ConfirmAdFree = true // everywhere: we never send an advertising question (legal.md 1.5)
	if rec.ConfirmFree != nil {
		r.Proofs["confirm_ad_free"] = rec.ConfirmFree.proof()
	}
	ack := decode[struct {
		Allowed   bool
		Max       int
		Marketing bool `json:"marketing_content"`
	}](rec.StopAck, id+"/optout_confirmation")
	r.StopAck = StopAck(ack)
	r.Proofs["stop_ack"] = rec.StopAck.proof()
	b.terms(&r, id, rec, day)
	b.defaults(&r, id, day)
	return r
}

// defaults fills what only ours.json says.
func (b *book) defaults(r *Rules, id string, day time.Time) {
	take := func(field string) leaf {
		l, _ := b.own(id, field, day)
		r.Proofs[field] = l.proof()
		return l
	}
	r.ConfirmSMSByTap = decode[bool](take("confirm_sms_by_tap"), "confirm_sms_by_tap")
	r.MarketingDelivered = decode[bool](take("marketing_delivered"), "marketing_delivered")
	ask := decode[struct {
		Per24h       int    `json:"per_24h"`
		Per90d       int    `json:"per_90d"`
		Open         string `json:"open"`
		QuietAfterNo string `json:"quiet_after_no"`
	}](take("reask"), "reask")
	r.Reask = Reask{ask.Per24h, ask.Per90d, parseDays(ask.Open), parseMonths(ask.QuietAfterNo)}
}

// expiry takes the record's own default first, then ours; a fixed end of unused consent shortens both.
func (b *book) expiry(r *Rules, id string, rec record, day time.Time) {
	e := decode[struct {
		Unused  string `json:"unused_after"`
		Default string `json:"product_default"`
		Warn    string `json:"warn_after"`
	}](rec.Expiry, id+"/expiry")
	warn, _ := b.own(id, "warn_after", day)
	lapse, _ := b.own(id, "lapse_after", day)
	r.WarnAfter, r.Proofs["warn_after"] = parseMonths(decode[string](warn, "warn_after")), warn.proof()
	r.LapseAfter, r.Proofs["lapse_after"] = parseMonths(decode[string](lapse, "lapse_after")), lapse.proof()
	if e.Warn != "" {
		r.WarnAfter, r.Proofs["warn_after"] = parseMonths(e.Warn), rec.Expiry.proof()
	}
	if e.Default != "" {
		r.LapseAfter, r.Proofs["lapse_after"] = parseMonths(e.Default), rec.Expiry.proof()
	}
	if e.Unused != "" {
		r.LapseAfter = min(r.LapseAfter, parseMonths(e.Unused))
	}
}

// clauses unites the lists; a clause that either asks for as a must is a must.
func (b *book) clauses(lists ...leaf) []Clause {
	at := map[string]int{}
	var out []Clause
	for _, l := range lists {
		lists := decode[struct{ Must, Should []string }](l, "disclosures")
		for i, code := range slices.Concat(lists.Must, lists.Should) {
			c := Clause{Code: code, Must: i < len(lists.Must), Meaning: b.research.Clauses[code], Proof: l.proof()}
			if j, ok := at[code]; !ok {
				at[code] = len(out)
				out = append(out, c)
			} else if c.Must && !out[j].Must {
				out[j] = c
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Clause) int { return rank(x) - rank(y) })
	return out
}

func rank(c Clause) int {
	if c.Must {
		return 0
	}
	return 1
}

// version names the record and the day of the newest value in force.
func (b *book) version(id string, day time.Time) string {
	newest := b.research.AsOf
	for _, d := range b.ours.Leaves {
		mine := d.Record == "*" || d.Record == id || d.Record == b.land(id)
		if mine && !d.from().After(day) && d.ValidFrom > newest {
			newest = d.ValidFrom
		}
	}
	return strings.ToLower(id) + "@" + newest
}
