package wording

import "strings"

// terse reads wordings as posters and SMS have them: "JA = Angebote per WhatsApp", "START senden, fertig", "Eins für ja".
func (r *reading) terse() (span, bool) {
	for i := range r.toks {
		if !r.wordToSend(i) {
			continue
		}
		se := r.sentenceOf(i)
		sent := r.is(i+1, "@actinf") && r.toks[i+1].brk == joined && r.toks[i+1].sent == r.toks[i].sent
		if !sent && !r.equals(i) || r.negatedInside(se) || r.within(se, "@contactus") {
			continue
		}
		if r.kindTold(se) {
			return se, true
		}
		if before, ok := r.said(r.toks[i].sent); ok && sent && se.to-se.from <= 6 && r.kindTold(before) {
			return se, true
		}
	}
	return span{}, false
}

// wordToSend: token i is a word in capitals or quotation marks, and none of leaving.
func (r *reading) wordToSend(i int) bool {
	t := &r.toks[i]
	if !t.caps && !t.quoted && !(r.is(i, "@cmdword") && r.equals(i)) || t.name || t.norm == link {
		return false
	}
	return !r.is(i, "@leave") && !r.is(i, "@quit") && !r.is(i, "@no") && !r.is(i, "@stopword") && !r.is(i, "@wa") && !r.is(i, "@help")
}

// equals: a sign of equality stands behind token i, or behind the verb after it: "JA senden = …".
func (r *reading) equals(i int) bool {
	for k := i; k <= i+1 && k+1 < len(r.toks) && r.toks[k+1].sent == r.toks[i].sent; k++ {
		if strings.ContainsAny(r.text[r.toks[k].end:r.toks[k+1].start], "=→➜") {
			return k == i || r.is(k, "@actinf") || r.is(k, "@actEN") || r.is(k, "@cmdword")
		}
	}
	return false
}

// kindTold: the sentence says what comes, by WhatsApp or at all.
func (r *reading) kindTold(se span) bool {
	return r.within(se, "@wa") || r.anyHit(se, "CAT")
}
