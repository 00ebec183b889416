package wording

import "strings"

// unnamedPartners finds others that may write or get the number without being named (BGH VI ZR 721/15).
func (r *reading) unnamedPartners() (span, bool) {
	for i := range r.toks {
		s, ok := r.others(i)
		if !ok || r.toks[i].name {
			continue
		}
		if r.spared(s) || r.named(s) {
			continue
		}
		return s, true
	}
	return span{}, false
}

// others recognises partners, third parties, affiliates, other companies.
func (r *reading) others(i int) (span, bool) {
	switch {
	case r.is(i, "@partner"):
		return span{i, i + 1}, r.plural(i) && !r.is(i-1, "@processor")
	case strings.HasSuffix(r.toks[i].norm, "partner") && len(r.toks[i].norm) > 8 && !r.is(i, "@processor") && !r.is(i, "@ownpartner"):
		return span{i, i + 1}, r.plural(i) && (r.within(span{i - 2, i}, "@ourword") || r.within(span{i - 2, i}, "@otherword") || r.is(i-1, "@both"))
	case r.is(i-1, "@kin") && pluralEN(r.toks[i].norm) && r.toks[i].brk == joined && !r.is(i, "@katn") && !r.is(i, "@catn") && !r.is(i, "@msg") && !r.is(i, "@info") && !r.is(i, "@topic"):
		return span{i - 1, i + 1}, true
	case r.is(i, "@thirdn"):
		next := i+1 < len(r.toks) && r.is(i+1, "@party")
		bare := r.is(i, "@thirdbare") && (r.toks[i].title || !r.is(i, "@thirdde"))
		if next {
			return span{i, i + 2}, true
		}
		return span{i, i + 1}, bare && r.is(i-1, "@toword")
	case r.is(i, "@companies") && (r.is(i-1, "@otherword") || r.is(i-2, "@otherword") && r.is(i-1, "@det")):
		return span{i - 1, i + 1}, true
	case r.is(i, "@otherword") && r.joins(i) && i+1 < len(r.toks) && r.toks[i+1].brk == joined && !r.is(i+1, "@msg") && !r.is(i+1, "@katn"):
		return span{i, i + 2}, true // … und andere Studios
	case r.is(i, "@companies") && r.is(i-1, "@det") && r.is(i-2, "@both") && r.toks[i-3].name:
		return span{i - 1, i + 1}, true
	case r.is(i, "@companies") && r.within(span{i - 8, i}, "@sharing") && r.within(span{i - 4, i}, "@to"):
		return span{i, i + 1}, true
	case r.is(i, "@companies") && (r.is(i-1, "@inword") || r.is(i-2, "@inword") && r.is(i-1, "@det")):
		return span{}, false // Aktionen im Laden: where, not who
	case r.is(i, "@companies") && r.within(span{i - 5, i}, "@both") && r.anyHit(r.sentenceOf(i), "OPTIN"):
		return span{i, i + 1}, !r.within(span{i - 5, i}, "@to")
	}
	return span{}, false
}

// joins: token i stands behind the business's name or "we" and an "and": … und die teilnehmenden Hotels.
func (r *reading) joins(i int) bool {
	if r.is(i-1, "@det") && r.is(i-2, "@both") {
		i--
	}
	return i > 1 && r.is(i-1, "@both") && (r.toks[i-2].name || r.is(i-2, "@weword"))
}

// plural: "partner" alone is often the reader's or a title; "our partner", "und Partner" is not.
func (r *reading) plural(i int) bool {
	if w := r.toks[i].norm; w != "partner" {
		return true
	}
	return r.is(i-1, "@ourword") || r.is(i-1, "@otherword") || r.is(i-1, "@both")
}

// spared: the sentence says that nothing goes to them.
func (r *reading) spared(s span) bool {
	se := r.sentenceOf(s.from)
	for i := se.from; i < se.to; i++ {
		if r.negates(i) && i-s.to < 10 && s.from-i < 14 {
			return true
		}
	}
	return false
}

// named: a name follows: partners Alpha GmbH and Beta AG.
func (r *reading) named(s span) bool {
	se := r.sentenceOf(s.from)
	for i := s.to; i < se.to && i < s.to+3; i++ {
		t := &r.toks[i]
		if r.is(i, "@namely") {
			continue
		}
		if t.norm == link {
			return false
		}
		return t.name || (t.title && t.set == (bits{})) || r.legalFormNear(i, se)
	}
	return false
}

func (r *reading) legalFormNear(i int, se span) bool {
	if !r.toks[i].title {
		return false
	}
	for k := i + 1; k < se.to && k <= i+3; k++ {
		if n := r.toks[k].norm; len(n) > 1 && legalForms[n] && (r.toks[k].caps || r.toks[k].title) {
			return true
		}
	}
	return false
}
