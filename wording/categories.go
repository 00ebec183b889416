package wording

import (
	"strings"
	"unicode/utf8"
)

// categories finds the kind of messages: offers, order updates, reminders. "Messages", "news" and "important
// information" say nothing (facts/legal.md, section 5).
func (r *reading) categories() (span, bool) {
	for _, s := range r.hits["CAT"] {
		if !r.emptyKind(s) {
			return s, true
		}
	}
	for i := range r.toks {
		if s, ok := r.topicAfter(i); ok {
			return s, true
		}
		if s, ok := r.thingSent(i); ok {
			return s, true
		}
		if s, ok := r.namedNews(i); ok {
			return s, true
		}
		if s, ok := r.thingBefore(i); ok {
			return s, true
		}
		if s, ok := r.event(i); ok {
			return s, true
		}
		if s, ok := r.eventEN(i); ok {
			return s, true
		}
		if s, ok := r.wanted(i); ok {
			return s, true
		}
		if _, s, ok := r.forThat(r.sentenceOf(i)); ok && s.from == i {
			return s, true
		}
		if s, ok := r.remindedOf(i); ok {
			return s, true
		}
		if s, ok := r.eventOther(i); ok {
			return s, true
		}
		if s, ok := r.objectBefore(i); ok {
			return s, true
		}
		if s, ok := r.listed(i); ok {
			return s, true
		}
		if s, ok := r.mine(i); ok {
			return s, true
		}
		if s, ok := r.sentThem(i); ok {
			return s, true
		}
	}
	for _, b := range r.sents {
		if s, ok := r.fragment(span{b[0], b[1]}); ok {
			return s, true
		}
		if s, ok := r.headline(span{b[0], b[1]}); ok {
			return s, true
		}
	}
	return span{}, false
}

// emptyKind sorts out what only looks like a kind of message.
func (r *reading) emptyKind(s span) bool {
	if r.inConditions(s) || r.negatedBefore(s, 4) && !r.wished(r.sentenceOf(s.from)) && !r.within(span{s.from - 4, s.from}, "@agreed") {
		return true
	}
	if r.within(span{s.from - 3, s.to}, "@thanks") {
		return true // grazie dell'ordine
	}
	if s.to-s.from > 1 {
		return false
	}
	if r.is(s.from, "@vaguecomp") {
		return true
	}
	t := r.toks[s.from].norm
	if r.within(span{s.to, s.to + 5}, "@vagueother") && !r.speaksGerman() && !r.speaks("en") && !r.is(s.from, "@katn") {
		return true // recordemos cosas
	}
	if t == "bericht" && r.speaks("nl") {
		return true // a message
	}
	if t == "offers" { // Harbour Books offers you messages
		return r.is(s.to, "@offered") && r.toks[s.to].brk == joined
	}
	return false
}

// thingBefore reads a German noun that no lexicon knows right before the channel: "Terminabsprachen via WhatsApp".
func (r *reading) thingBefore(i int) (span, bool) {
	if !r.is(i, "@wa") || !r.is(i-1, "@by") || r.lang != "" && !strings.HasPrefix(r.lang, "de") || !r.offered(r.sentenceOf(i)) {
		return span{}, false
	}
	if k := i + 1; k < len(r.toks) && r.toks[k].brk == joined && r.toks[k].title && !r.toks[k].name {
		if r.toks[k].set == (bits{}) || r.is(k, "@topic") { // per WhatsApp Ferienkurse ankündigen
			return span{k, k + 1}, true
		}
	}
	k := i - 2
	for k > 0 && (r.toks[k].name || r.is(k, "@ofword")) {
		k--
	}
	if k < 0 || r.toks[k].sent != r.toks[i].sent {
		return span{}, false
	}
	t, before := &r.toks[k], &token{name: true}
	for k > 0 && r.toks[k].start == r.toks[k-1].end+1 && r.text[r.toks[k].start-1] == '-' {
		k-- // Last-Minute-Preise
	}
	if k > 0 && r.toks[k].brk < sentence {
		before = &r.toks[k-1]
		if r.negates(k-1) || r.is(k-1, "@the") && !pluralDE(t.norm) {
			return span{}, false
		}
	}
	alone := before.name || !before.title && !r.is(k-1, "@ofword") && !r.is(k-1, "@prep")
	return span{k, k + 1}, t.title && !t.name && (t.set == (bits{}) || r.question(r.sentenceOf(i))) && r.concrete(k) && alone && utf8.RuneCountInString(t.norm) >= 5
}

// offered: the sentence is a statement of agreement, or asks for one: "Freie Stellplätze per WhatsApp?"
func (r *reading) offered(se span) bool {
	return r.anyHit(se, "OPTIN") || r.question(se) && !r.within(se, "@contactus") && !r.within(se, "@quit") || r.within(se, "@if") && r.within(se, "@youwish")
}

// mine reads what the reader is asked about: "Mein Rezept ist da?", "Where's my parcel?"
func (r *reading) mine(i int) (span, bool) {
	if !r.is(i, "@myword") || i+1 >= len(r.toks) || r.toks[i+1].brk != joined || !r.question(r.sentenceOf(i)) {
		return span{}, false
	}
	for k := i + 1; k <= i+2 && k < len(r.toks) && r.toks[k].brk == joined; k++ {
		if r.speaksGerman() && !r.toks[k].title {
			continue
		}
		return span{i, k + 1}, r.concrete(k) && !r.is(k, "@consentn")
	}
	return span{}, false
}

// fragment reads a question that is only a thing and its state: "Kirschen reif?", "Trainingsausfall?", "Class moved?"
func (r *reading) fragment(se span) (span, bool) {
	n := se.to - se.from
	if n < 1 || n > 6 || !r.question(se) || r.negatedInside(se) || r.within(se, "@quit") || r.within(se, "@youword") || r.within(se, "@subjyou") || r.within(se, "@contactus") {
		return span{}, false
	}
	t := &r.toks[se.from]
	if r.speaksGerman() {
		thing := t.title && !t.name && t.set == (bits{}) && !r.is(se.from+1, "@place")
		return se, thing && (n > 1 || len(t.norm) > 7 && !isPredicate(t.norm))
	}
	last := r.toks[se.to-1].norm
	return se, r.speaks("en") && n > 1 && n < 5 && !t.name && r.concrete(se.from) && (states[last] || len(last) > 4 && strings.HasSuffix(last, "ed"))
}

// isPredicate: interessiert, neugierig: how somebody is, no thing.
func isPredicate(w string) bool {
	for _, end := range []string{"iert", "ig", "lich", "isch", "tert", "elt", "gt", "mt", "ugt", "eit", "acht", "en"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}

var states = wordSet("ready due open closed late here in out back over")

// headline reads what stands before a dash or a colon: "Gratis-Maki-Tage & neue Rollen – Sushi Koi meldet sich per WhatsApp".
func (r *reading) headline(se span) (span, bool) {
	to := se.from + 1
	for to < se.to && r.toks[to].brk < comma {
		to++
	}
	if to >= se.to || to-se.from > 9 || !strings.ContainsAny(r.text[r.toks[to-1].end:r.toks[to].start], ":–—-") || !r.aboutWhatsApp(se) && !r.promises(se) {
		return span{}, false
	}
	head := span{se.from, to}
	for _, class := range []string{"@leave", "@quit", "@subjyou", "@meword", "@youword", "@wa", "@chat", "@actdu", "@actEN", "@legalword", "@consentn", "@filler"} {
		if r.within(head, class) && !(class == "@filler" && !r.is(se.from, "@filler")) {
			return span{}, false
		}
	}
	for i := head.from; i < head.to; i++ {
		if t := &r.toks[i]; !t.name && (r.speaksGerman() && t.title && len(t.norm) > 3 && t.set == (bits{}) && i > head.from || r.speaks("en") && pluralEN(t.norm) && r.concrete(i)) {
			return head, true
		}
	}
	return span{}, false
}

// sentThem reads what stood before: "Free-coffee Fridays and new roasts! Bean There posts them on WhatsApp."
func (r *reading) sentThem(i int) (span, bool) {
	if !r.is(i, "@sending") || r.toks[i].sent == 0 || i+1 < len(r.toks) && r.toks[i+1].norm == "sie" && r.toks[i+1].title || !r.within(span{i + 1, i + 3}, "@them") || !r.aboutWhatsApp(r.sentenceOf(i)) {
		return span{}, false
	}
	b := r.sents[r.toks[i].sent-1]
	for k := b[0]; k < b[1]; k++ {
		if w := r.toks[k].norm; (pluralEN(w) || r.speaksGerman() && r.toks[k].title && pluralDE(w)) && r.concrete(k) {
			return span{b[0], b[1]}, true
		}
	}
	return span{}, false
}

// namedNews reads a plain noun before news, updates, tips: "volunteering news". Adjectives say nothing.
func (r *reading) namedNews(i int) (span, bool) {
	if !r.is(i, "@newsword") || i == 0 || r.toks[i].brk != joined {
		return span{}, false
	}
	t := &r.toks[i-1]
	if t.name || t.set != (bits{}) || utf8.RuneCountInString(t.norm) < 3 {
		return span{}, false
	}
	for _, end := range []string{"ful", "ous", "able", "ible", "ive", "ant", "ent", "al", "ly", "ed", "ige", "igen", "liche", "lichen", "ische", "ischen", "ante", "anten", "ende", "enden"} {
		if strings.HasSuffix(t.norm, end) {
			return span{}, false
		}
	}
	return span{i - 1, i + 1}, true
}

// wished: "I want no offers" names offers; "no advertising" names nothing.
func (r *reading) wished(se span) bool {
	return r.within(se, "@if") || r.within(se, "@self") || r.within(se, "@wants")
}

// inConditions: terms of sale, condition of the offer.
func (r *reading) inConditions(s span) bool {
	return r.is(s.from-1, "@genitive") && (r.is(s.from-2, "@tnc") || r.is(s.from-2, "@condition"))
}

// topicAfter reads "messages about X": any plain noun will do for X, but not us, news, WhatsApp or the law.
func (r *reading) topicAfter(i int) (span, bool) {
	incident := r.is(i, "@incase") && r.anchored(i) && i+1 < len(r.toks) && r.toks[i+1].title && r.concrete(i+1)
	if incident {
		return span{i, i + 2}, true // bei Terminausfällen benachrichtigen
	}
	if !(r.is(i, "@about") && r.anchored(i)) && !(r.is(i, "@with") && r.within(span{max(i-4, r.sentenceOf(i).from), i}, "@service")) {
		return span{}, false
	}
	for k := i + 1; k < len(r.toks) && k <= i+6 && r.toks[k].brk < comma && r.toks[k].sent == r.toks[i].sent; k++ {
		t := &r.toks[k]
		switch {
		case r.is(k, "@det") && !r.is(k, "@vague"):
			continue
		case t.name || r.is(k, "@vague") || r.is(k, "@legalword") || r.is(k, "@wa") || r.is(k, "@otherchannel") || r.is(k, "@device") || r.is(k, "@leave") || r.is(k, "@quit") || r.negates(k):
			return span{}, false
		case r.is(k, "@det") || r.is(k, "@about"):
			continue
		case r.german(i) && !t.title:
			if k+1 < len(r.toks) && r.toks[k+1].title && isAdjective(t.norm) {
				continue
			}
			return span{}, false
		case utf8.RuneCountInString(t.norm) >= 3:
			return span{i, k + 1}, true
		}
	}
	return span{}, false
}

// german: the preposition tells that nouns have capitals.
func (r *reading) german(i int) bool {
	return r.is(i, "@aboutde") || r.is(i, "@with") || r.is(i, "@incase")
}

func isAdjective(w string) bool {
	n := len(w)
	return n > 4 && (w[n-2:] == "en" || w[n-2:] == "er" || w[n-2:] == "em" || w[n-2:] == "es" || w[n-1] == 'e') && w != "erhalten" && w != "bekommen"
}

// anchored: the preposition belongs to a word of telling.
func (r *reading) anchored(i int) bool {
	for k := i - 1; k >= 0 && i-k <= 7 && r.toks[k].sent == r.toks[i].sent; k-- {
		if r.is(k, "@inform") || r.is(k, "@informde") || r.is(k, "@info") {
			return true
		}
	}
	for k := i + 2; k < len(r.toks) && k <= i+12 && r.toks[k].sent == r.toks[i].sent && r.german(i); k++ {
		if r.is(k, "@tellde") {
			return true
		}
	}
	return false
}
