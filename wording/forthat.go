package wording

// forThat: "Für Änderungen der Besuchszeiten per WhatsApp wählen Sie die Drei": what it is for stands first, then the key. The first
// stretch is the statement, the second the kind of message; that may be empty ("for news").
func (r *reading) forThat(se span) (statement, kind span, ok bool) {
	if !r.is(se.from, "@forany") || r.within(se, "@leave") || r.within(se, "@quit") || r.within(se, "@contactus") || r.negatedInside(se) {
		return span{}, span{}, false
	}
	wa, act := r.index(se, "@wa"), -1
	for i := se.from + 2; i < se.to; i++ {
		if r.is(i, "@actsie") || r.is(i, "@actEN") && r.speaks("en") && !r.is(i, "@wa") && r.toks[i].brk >= comma || r.is(i, "@actother") && !r.speaksGerman() && !r.speaks("en") {
			act = i
		}
	}
	if wa < 0 || act < wa || se.to-act > 6 {
		return span{}, span{}, false
	}
	for k := se.from + 1; k < wa; k++ {
		t := &r.toks[k]
		noun := r.speaksGerman() && t.title || !r.speaksGerman() && (pluralEN(t.norm) || r.is(k-1, "@detany"))
		if noun && r.concrete(k) && !r.is(k, "@vagueother") {
			return se, span{k, k + 1}, true
		}
	}
	return se, span{}, true
}
