package wording

// eventOther reads when a message comes in the nine other languages: "avvisato quando scadono tagliando e revisione".
func (r *reading) eventOther(i int) (span, bool) {
	if !r.is(i, "@whenother") || r.speaksGerman() || r.speaks("en") || i+2 >= len(r.toks) || r.toks[i].name {
		return span{}, false
	}
	se := r.sentenceOf(i)
	cl := r.clauseOf(span{i, i + 1}, comma)
	told := r.within(span{max(se.from, i-9), i}, "@informother") || r.within(span{max(se.from, i-9), i}, "@sending")
	if !told || cl.to-i < 3 || r.within(se, "@quit") || r.within(se, "@leave") || r.within(se, "@leaveother") || r.negatedInside(span{i, cl.to}) {
		return span{}, false
	}
	for k := i + 1; k < cl.to; k++ {
		if r.is(k, "@vagueother") || r.is(k, "@youwant") || r.is(k, "@wish") {
			return span{}, false
		}
	}
	return span{i, cl.to}, true
}

// remindedOf reads the object of reminding in the nine other languages: "vous signaler la fin de vos prêts".
func (r *reading) remindedOf(i int) (span, bool) {
	if !r.is(i, "@remindother") || r.speaksGerman() || r.speaks("en") || r.negatedBefore(span{i, i + 1}, 2) {
		return span{}, false
	}
	for k := i + 1; k+1 < len(r.toks) && k <= i+7 && r.toks[k+1].sent == r.toks[i].sent && r.toks[k].brk < comma; k++ {
		noun := &r.toks[k+1]
		if r.is(k, "@detother") && !r.is(k-1, "@prepother") && !noun.name && noun.brk == joined && len(noun.norm) > 2 && r.concrete(k+1) && !r.is(k+1, "@vagueother") && !r.is(k+1, "@device") {
			return span{i, k + 2}, true
		}
	}
	return span{}, false
}

// wanted reads what the reader is asked to want, in the nine other languages: "quer a programação da semana no WhatsApp?"
func (r *reading) wanted(i int) (span, bool) {
	if !r.is(i, "@youwant") || r.speaksGerman() || r.speaks("en") || !r.question(r.sentenceOf(i)) {
		return span{}, false
	}
	for k := i + 1; k+1 < len(r.toks) && k <= i+3 && r.toks[k].brk < comma && r.toks[k+1].sent == r.toks[i].sent; k++ {
		noun := &r.toks[k+1]
		if r.is(k, "@detany") && noun.brk == joined && !noun.name && len(noun.norm) > 3 && r.concrete(k+1) && !r.is(k+1, "@vagueother") && !r.is(k+1, "@device") && !r.is(k+1, "@getany") {
			return span{i, k + 2}, true
		}
	}
	return span{}, false
}
