package wording

import (
	"strings"
	"unicode/utf8"
)

// thingSent reads the object of telling, whatever noun it is: "dir am Freitag per WhatsApp die Brotsorten", "send me viewings".
func (r *reading) thingSent(i int) (span, bool) {
	if r.is(i, "@minede") {
		return r.germanThing(i)
	}
	if r.is(i, "@mineen") || r.is(i, "@offered") && r.within(span{i - 2, i}, "@sendto") {
		return r.englishThing(i)
	}
	return span{}, false
}

// article is what stands before a noun: it tells a thing (Röstungen) from who sends it (die Klinik).
type article uint8

const (
	bare article = iota
	definite
	inPlace // behind a preposition: not what is sent
)

// germanThing walks from "mir" or "bekomme" to the first noun that is neither the sender nor behind a preposition.
func (r *reading) germanThing(i int) (span, bool) {
	art := bare
	for k := i + 1; k < len(r.toks) && k <= i+14 && r.toks[k].brk <= comma && r.toks[k].sent == r.toks[i].sent; k++ {
		t := &r.toks[k]
		switch {
		case r.negates(k) || r.is(k, "@if") || r.is(k, "@thatde") || r.is(k, "@leave"):
			return span{}, false
		case t.name || r.is(k, "@wa"):
			art = bare
		case r.is(k, "@place"):
			art = inPlace
		case r.is(k, "@the") && art == bare:
			art = definite
		case !t.title || r.is(k, "@subjyou") || r.is(k, "@youword"):
		case art == inPlace:
			art = bare
		case r.concrete(k) && (art == bare || r.is(k, "@topic") || pluralDE(t.norm)):
			return span{k, k + 1}, true
		default:
			art = bare
		}
	}
	return span{}, false
}

// concrete: a noun that names something; not message, number or firm, nor an adjective made a noun (Wichtiges).
func (r *reading) concrete(k int) bool {
	t := &r.toks[k]
	if t.name || r.is(k, "@vague") || r.is(k, "@generic") || descriptors[t.norm] || strings.HasSuffix(t.norm, "es") && r.toks[k].title {
		return false
	}
	return utf8.RuneCountInString(t.norm) >= 3 && (t.set == (bits{}) || r.is(k, "@topic"))
}

// pluralDE: after "die" and "unsere" only a plural is surely a thing: die Brotsorten, not die Klinik.
func pluralDE(w string) bool {
	return strings.HasSuffix(w, "en") || strings.HasSuffix(w, "eln") || strings.HasSuffix(w, "ern")
}

// englishThing walks from "me" or "receive" to the first plural that nobody knows: appointment slots.
func (r *reading) englishThing(i int) (span, bool) {
	place := false
	for k := i + 1; k < len(r.toks) && k <= i+12 && r.toks[k].brk <= comma && r.toks[k].sent == r.toks[i].sent; k++ {
		t := &r.toks[k]
		switch {
		case r.negates(k) || r.is(k, "@if") || r.is(k, "@thaten") || r.is(k, "@leave") || r.is(k, "@about"):
			return span{}, false
		case t.name || r.is(k, "@wa") || r.is(k, "@otherchannel") || r.is(k, "@device"):
			place = false
		case r.is(k, "@placeen"):
			place = true
		case r.is(k, "@forword"):
			place = false
		case pluralEN(t.norm) && r.concrete(k):
			if !place {
				return span{k, k + 1}, true
			}
			place = false
		}
	}
	return span{}, false
}

func pluralEN(w string) bool {
	n := len(w)
	return n > 3 && w[n-1] == 's' && !strings.ContainsRune("sui'", rune(w[n-2]))
}

// event reads a clause that tells when a message comes: "sobald mein Rad fertig ist". Not: when there is news, if you like.
func (r *reading) event(i int) (span, bool) {
	if !r.is(i, "@whende") || r.toks[i].name {
		return span{}, false
	}
	se := r.sentenceOf(i)
	if !r.within(se, "@informde") && !r.within(se, "@wa") || r.within(se, "@quit") || r.within(se, "@leave") {
		return span{}, false
	}
	cl := r.clauseOf(span{i, i + 1}, comma)
	if r.within(cl, "@may") || r.within(cl, "@mag") || r.within(cl, "@wants") || r.negatedAfter(span{i, i + 1}, 12) {
		return span{}, false
	}
	for k := i + 1; k < cl.to && k <= i+4; k++ {
		if r.toks[k].title && r.concrete(k) && !r.is(k, "@subjyou") && !r.is(k, "@youword") {
			return span{i, cl.to}, true
		}
	}
	return span{}, false
}
