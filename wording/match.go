package wording

import "unicode/utf8"

// reading is a text cut up, classified and searched: what the clause checks look at.
type reading struct {
	text  string
	lang  string // of the text; empty when unknown
	toks  []token
	sents [][2]int          // first token and the one after the last
	hits  map[string][]span // pattern tag → where it was found
	x     *lexicon

	act              span // what byAct found; empty when nothing
	acted, actSought bool
}

// span is a stretch of tokens, the last not included.
type span struct{ from, to int }

// read cuts up and searches a text; mark sets which tokens are the business's name.
func read(text, lang string, mark func([]token)) *reading {
	r := &reading{text: text, lang: lang, toks: split(text), x: theLexicon(), hits: map[string][]span{}}
	mark(r.toks)
	r.classifyAll(lang)
	r.search(tagNeutral)
	for _, s := range r.hits[tagNeutral] {
		for i := s.from; i < s.to; i++ {
			r.toks[i].neutral = true
		}
	}
	r.search("")
	return r
}

// classifyAll gives every token its groups and finds the sentences. Where the language is known only its own negations
// count: mai is never in Italian, and May in German.
func (r *reading) classifyAll(lang string) {
	own, known := r.x.groups["@neg "+lang]
	for i := range r.toks {
		t := &r.toks[i]
		switch {
		case lang == "tr" && r.apostrophe(i):
			t.name = true // the ending of a name: WhatsApp'tan
		case !t.name:
			t.set = r.x.classify(t.norm)
		case t.norm != link:
			t.set.add(r.x.business)
		}
		if known && !t.set.has(own) {
			t.set.drop(r.x.neg)
		}
		if i == 0 || t.sent != r.toks[i-1].sent {
			r.sents = append(r.sents, [2]int{i, i})
		}
		r.sents[len(r.sents)-1][1] = i + 1
	}
}

// apostrophe reports whether one parts token i from the word before.
func (r *reading) apostrophe(i int) bool {
	c, _ := utf8.DecodeLastRuneInString(r.text[:r.toks[i].start])
	return i > 0 && r.toks[i].brk == joined && isApostrophe(c)
}

const tagNeutral = "NEUTRAL"

// search finds all patterns of a tag, or of all tags but NEUTRAL.
func (r *reading) search(only string) {
	for _, se := range r.sents {
		var have bits
		for i := se[0]; i < se[1]; i++ {
			have.merge(&r.toks[i].set)
		}
		for k := range r.x.patterns {
			p := &r.x.patterns[k]
			if (only == "") != (p.tag != tagNeutral) || !possible(p, &have) {
				continue
			}
			r.find(p, se)
		}
	}
}

func possible(p *pattern, have *bits) bool {
	for _, groups := range p.needs {
		if !have.hasAny(groups) {
			return false
		}
	}
	return true
}

// find notes every place in a sentence where a pattern matches.
func (r *reading) find(p *pattern, se [2]int) {
	for i := se[0]; i < se[1]; i++ {
		if !r.fits(p.steps[0], i, se[0]) {
			continue
		}
		if end := r.follow(p.steps[1:], i+1, se); end > 0 {
			r.hits[p.tag] = append(r.hits[p.tag], span{i, end})
		}
	}
}

// follow matches the rest of a pattern from token i on; it returns the end, or 0.
func (r *reading) follow(steps []step, i int, se [2]int) int {
	if len(steps) == 0 {
		return i
	}
	s := steps[0]
	if s.gap == 0 {
		if i < se[1] && r.fits(s, i, se[0]) {
			if end := r.follow(steps[1:], i+1, se); end > 0 {
				return end
			}
		}
		if s.optional {
			return r.follow(steps[1:], i, se)
		}
		return 0
	}
	for n, at := 0, i; n <= s.gap && at <= se[1]; at++ {
		if end := r.follow(steps[1:], at, se); end > 0 {
			return end
		}
		if at < se[1] && !s.any && r.turns(at) {
			return 0
		}
		if at+1 >= se[1] || !r.toks[at].name || !r.toks[at+1].name {
			n++ // a name counts once, however long
		}
	}
	return 0
}

// turns reports a word that turns a meaning round: a negation, or a word of leaving.
func (r *reading) turns(i int) bool {
	return r.negates(i) || r.toks[i].set.has(r.x.leave)
}

func (r *reading) negates(i int) bool { return r.toks[i].set.has(r.x.neg) && !r.toks[i].neutral }

// fits checks one step against one token.
func (r *reading) fits(s step, i, first int) bool {
	t := &r.toks[i]
	if !t.set.hasAny(s.groups) || (s.capital && !t.caps && !t.quoted) {
		return false
	}
	if s.first && !r.leads(i, first, sentence) {
		return false
	}
	return !s.start || r.leads(i, first, comma)
}

// leads reports whether a token begins its sentence or clause, small words like yes and please aside.
func (r *reading) leads(i, first int, brk uint8) bool {
	for ; i > first; i-- {
		if r.toks[i].brk >= brk && brk < sentence {
			return true
		}
		if !r.is(i-1, "@filler") {
			return false
		}
	}
	return true
}

// is reports whether a token belongs to a class.
func (r *reading) is(i int, class string) bool {
	if i < 0 || i >= len(r.toks) || r.toks[i].name {
		return false
	}
	g, ok := r.x.groups[class]
	return ok && r.toks[i].set.has(g)
}

// within reports whether a stretch holds a word of a class.
func (r *reading) within(s span, class string) bool { return r.index(s, class) >= 0 }

func (r *reading) index(s span, class string) int {
	for i := max(s.from, 0); i < s.to && i < len(r.toks); i++ {
		if r.is(i, class) {
			return i
		}
	}
	return -1
}

// sentenceOf is the sentence that holds token i.
func (r *reading) sentenceOf(i int) span {
	se := r.sents[r.toks[i].sent]
	return span{se[0], se[1]}
}

// clauseOf is the part of the sentence around a stretch, from mark to mark.
func (r *reading) clauseOf(s span, brk uint8) span {
	se := r.sentenceOf(s.from)
	for s.from > se.from && r.toks[s.from].brk < brk {
		s.from--
	}
	for s.to < se.to && r.toks[s.to].brk < brk {
		s.to++
	}
	return s
}

// negatedBefore looks for a negation up to n words before a stretch, in its clause.
func (r *reading) negatedBefore(s span, n int) bool {
	for i := s.from; i > 0 && s.from-i < n && r.toks[i].brk < comma; i-- {
		if r.negates(i - 1) {
			return true
		}
	}
	return false
}

// negatedAfter looks for a negation up to n words after a stretch, in its clause.
func (r *reading) negatedAfter(s span, n int) bool {
	for i := s.to; i < len(r.toks) && i-s.to < n && r.toks[i].brk < comma; i++ {
		if r.negates(i) && !r.is(i, "@without") {
			return true
		}
	}
	return false
}

// passage is the text of a stretch.
func (r *reading) passage(s span) string {
	if s.from < 0 || s.to <= s.from || s.to > len(r.toks) {
		return ""
	}
	return r.text[r.toks[s.from].start:r.toks[s.to-1].end]
}

// question reports whether a sentence ends with a question mark.
func (r *reading) question(se span) bool {
	for i := r.toks[se.to-1].end; i < len(r.text); i++ {
		switch r.text[i] {
		case '?':
			return true
		case ' ', '"', '\'', ')', 0xe2, 0x80, 0x9c, 0x9d, 0x99, 0xc2, 0xbb, 0xa0:
		default:
			return false
		}
	}
	return false
}
