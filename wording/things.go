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
		case r.concrete(k) && (art == bare || r.is(k, "@topic") || pluralDE(t.norm) || r.is(i, "@thereis")):
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
	if t.name || utf8.RuneCountInString(t.norm) < 3 || descriptors[t.norm] || strings.HasSuffix(t.norm, "es") && t.title {
		return false
	}
	if t.set == (bits{}) || r.is(k, "@topic") && !r.is(k, "@vague") && !r.is(k, "@generic") {
		return true
	}
	return !t.set.hasAny(r.x.dull)
}

// dull are the classes whose words name no kind of message.
var dull = []string{"@vague", "@vaguecomp", "@generic", "@msg", "@info", "@consentn", "@legalword", "@device", "@otherchannel", "@quit", "@leave",
	"@tnc", "@partner", "@companies", "@days", "@phoneword", "@agreeing", "@agree", "@accept", "@privacyword", "@subjyou", "@youword", "@meword",
	"@yes", "@no", "@neg", "@det", "@about", "@by", "@place", "@here", "@chat", "@contactus", "@writeus", "@wa", "@cmdword", "@actdu", "@actsie",
	"@actEN", "@getv", "@getde", "@sendto", "@sendde", "@ja1", "@ja2", "@mag", "@if", "@filler", "@always", "@condition", "@both", "@will", "@excl",
	"@purchase", "@object", "@it", "@anytime", "@needword", "@thirdn", "@party", "@free", "@may", "@gone", "@telldu", "@endget", "@terms1"}

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
		case k == i+2 && r.loneThing(k):
			return span{k, k + 1}, true
		case (pluralEN(t.norm) || r.is(k, "@topic")) && r.concrete(k):
			if !place {
				return span{k, k + 1}, true
			}
			place = false
		}
	}
	return span{}, false
}

// loneThing: "a quote" before the end or the channel; "a short message" is none.
func (r *reading) loneThing(k int) bool {
	if n := r.toks[k-1].norm; n != "a" && n != "an" || !r.concrete(k) {
		return false
	}
	last := k+1 >= len(r.toks) || r.toks[k+1].sent != r.toks[k].sent || r.toks[k+1].brk > joined
	return last || r.is(k+1, "@by") || r.is(k+1, "@placeen")
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
	if r.toks[i].norm == "wann" && cl.to-i >= 4 && !r.within(cl, "@vague") && !r.is(i+1, "@subjyou") {
		return span{i, cl.to}, true // wann gepflückt werden kann
	}
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

// objectBefore reads the noun right before a verb of getting: "Freie Stellplätze zuerst erfahren".
func (r *reading) objectBefore(i int) (span, bool) {
	if !r.is(i, "@knowde") || r.toks[i].title {
		return span{}, false
	}
	for k := i - 1; k >= 0 && k >= i-4 && r.toks[k+1].brk == joined && r.toks[k+1].sent == r.toks[k].sent; k-- {
		if r.is(k, "@wa") || r.is(k, "@by") || !r.toks[k].title || r.toks[k].name {
			continue
		}
		ok := r.concrete(k) && !(k > 0 && r.toks[k].brk == joined && (r.is(k-1, "@place") || r.is(k-1, "@the")))
		return span{k, i + 1}, ok && (r.toks[k].brk == sentence || r.toks[k-1].brk == sentence || pluralDE(r.toks[k].norm))
	}
	return span{}, false
}

// listed reads two unknown plurals side by side as kinds: "Spielverlegungen und Vereinsfeste", "fair dates and volunteer calls".
func (r *reading) listed(i int) (span, bool) {
	if i > 0 && r.toks[i].brk == joined && (r.is(i-1, "@place") || r.is(i-1, "@the")) {
		return span{}, false
	}
	if r.plainPlural(i) {
		k := i + 1
		if r.is(k, "@both") {
			k++
		} else if k >= len(r.toks) || r.toks[k].brk != comma {
			return span{}, false
		}
		return span{i, k + 1}, k < len(r.toks) && r.toks[k].sent == r.toks[i].sent && r.plainPlural(k)
	}
	next := r.is(i+1, "@both") || i+1 < len(r.toks) && r.toks[i+1].brk == comma
	if r.speaksGerman() || !next || !pluralEN(r.toks[i].norm) || !r.concrete(i) || !r.aboutMessages(r.sentenceOf(i)) {
		return span{}, false
	}
	for k := i + 1; k < len(r.toks) && k <= i+4 && r.toks[k].sent == r.toks[i].sent && (k == i+1 || r.toks[k].brk == joined) && !r.is(k, "@placeen"); k++ {
		if pluralEN(r.toks[k].norm) && r.concrete(k) {
			return span{i, k + 1}, true
		}
	}
	return span{}, false
}

func (r *reading) speaksGerman() bool { return strings.HasPrefix(r.lang, "de") }

func (r *reading) plainPlural(k int) bool {
	t := &r.toks[k]
	if !t.title || len(t.norm) < 6 || !r.concrete(k) || r.lang != "" && !r.speaksGerman() {
		return false
	}
	return strings.ContainsRune("ens", rune(t.norm[len(t.norm)-1])) && !strings.HasSuffix(t.norm, "ss") && !strings.HasSuffix(t.norm, "in")
}

// eventEN reads when a message comes: "WhatsApp me as soon as this lamp is back".
func (r *reading) eventEN(i int) (span, bool) {
	if !r.is(i, "@whenen") || r.speaksGerman() || i+2 >= len(r.toks) {
		return span{}, false
	}
	se := r.sentenceOf(i)
	if k := i + 1; !r.is(k, "@deten") || r.is(k+1, "@vague") || r.is(k+1, "@generic") || r.is(k+1, "@msg") {
		return span{}, false
	}
	told := r.within(span{max(se.from, i-9), i}, "@inform") || r.within(span{max(se.from, i-9), i}, "@sendto")
	return span{i, min(i+4, se.to)}, told && !r.within(se, "@quit") && !r.within(se, "@leave")
}
