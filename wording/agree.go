package wording

// agrees checks one found statement: not denied, not conditional, and about messages.
func (r *reading) agrees(s span) bool {
	if r.is(s.from-1, "@if") && !r.is(s.from, "@if") || r.conditional(s) {
		return false
	}
	if r.onlyIf(s.from, r.sentenceOf(s.from)) && !r.is(s.from, "@iffy") || r.wheneverWanted(s) || r.senderWishes(s) || s.from > 0 && r.toks[s.from-1].norm == "plus" && r.toks[s.from].norm == "envie" {
		return false
	}
	if n := r.toks[s.from].norm; s.from > 0 && r.toks[s.from-1].norm == "we" && n == "can" && !r.question(r.sentenceOf(s.from)) {
		return false // we can use WhatsApp: an offer
	}
	if !r.speaksGerman() && !r.speaks("en") && (r.anyHit(s, "WDRIGHT") || r.insideOf(s, "WDRIGHT") || r.endsIt(s)) {
		return false // Bu onayı her zaman geri alabilirim
	}
	if r.negatedBefore(s, 3) || r.denied(s) || r.leaves(s) || r.announced(s) {
		return false
	}
	return r.aboutMessages(r.sentenceOf(s.from)) || r.button(s) || r.answers(s)
}

// conditional: "if you agree" says what would be, not that it is.
func (r *reading) conditional(s span) bool {
	if !r.is(s.from, "@subjyou") && !r.is(s.from+1, "@subjyou") {
		return false
	}
	cl := r.clauseOf(span{s.from, s.from + 1}, comma)
	return r.within(span{cl.from, s.from}, "@if")
}

// denied: German puts its no behind the verb (ich willige nicht ein, ich möchte keine).
func (r *reading) denied(s span) bool {
	reach := 2
	if r.is(s.to-1, "@ja1") || r.is(s.to-1, "@mag") {
		reach = 8
	}
	for i := s.to; i < len(r.toks) && i < s.to+reach && r.toks[i].brk < comma; i++ {
		if r.is(i, "@both") {
			return false
		}
		if r.negates(i) {
			return true
		}
	}
	return false
}

// leaves: I want to stop, ich möchte mich abmelden.
func (r *reading) leaves(s span) bool {
	reach := 2
	if r.is(s.to-1, "@mag") {
		reach = 5
	}
	for i := s.to; i < len(r.toks) && i < s.to+reach && r.toks[i].brk < comma; i++ {
		if r.is(i, "@both") || r.is(i, "@msg") || r.toks[i].caps {
			return false
		}
		if r.is(i, "@quit") {
			return true
		}
	}
	return false
}

// announced: "will send me" tells what happens; only permission or a wish is agreement.
func (r *reading) announced(s span) bool {
	return r.is(s.from-1, "@will")
}

// aboutMessages: agreeing to the terms alone is no agreement to messages; a short button stands for the text beside it.
func (r *reading) aboutMessages(se span) bool {
	for i := se.from; i < se.to; i++ {
		if r.is(i, "@msg") || r.is(i, "@wa") || r.is(i, "@chat") || r.is(i, "@knowde") || r.is(i, "@otherchannel") || r.is(i, "@sendde") {
			return true
		}
	}
	for _, s := range r.hits["CAT"] {
		if s.from >= se.from && s.to <= se.to {
			return true
		}
	}
	return se.to-se.from <= 5 && !r.within(se, "@tnc") && !r.within(se, "@privacyword")
}

// answers: "… on WhatsApp. If that is fine, press 1 to agree": the sentence before says what is agreed to.
func (r *reading) answers(s span) bool {
	se := r.sentenceOf(s.from)
	if before, ok := r.said(r.toks[s.from].sent); ok && !r.within(se, "@tnc") && !r.within(se, "@privacyword") && se.to-se.from <= 14 {
		return r.aboutWhatsApp(before)
	}
	return false
}

// button: a short part behind a colon, like "[Yes, please]", stands for the text beside it.
func (r *reading) button(s span) bool {
	cl := r.clauseOf(s, clause)
	return cl.to-cl.from <= 4 && r.toks[cl.from].brk >= clause && !r.within(cl, "@tnc") && !r.within(cl, "@privacyword")
}

// saysYes: a sentence that begins with yes is agreement, unless it goes on to speak to the person.
func (r *reading) saysYes(se span) bool {
	i := se.from
	for i < se.to && (r.toks[i].norm == box || r.toks[i].norm == ticked || r.is(i, "@oh")) {
		i++
	}
	if i >= se.to || !r.is(i, "@yes") || r.question(se) || r.onlyIf(i, se) {
		return false
	}
	rest := span{i + 1, se.to}
	if r.is(i, "@gladly") && r.within(rest, "@subjyou") {
		return false // gern beraten wir Sie
	}
	if r.is(i+1, "@subjyou") || r.is(i+1, "@no") || (r.within(rest, "@youword") && !r.within(rest, "@meword")) {
		return false
	}
	if r.negatedAfter(span{i, i + 1}, 6) {
		return false
	}
	return r.aboutMessages(se) || r.within(se, "@here")
}

// onlyIf: si without its accent is "if" in Spanish and French, unless a comma follows.
func (r *reading) onlyIf(i int, se span) bool {
	t := &r.toks[i]
	return t.norm == "si" && t.end-t.start == 2 && !t.caps && i+1 < se.to && r.toks[i+1].brk < comma && !r.is(i+1, "@wish")
}

// wheneverWanted: "quand je veux", "wann ich will" says when, not that.
func (r *reading) wheneverWanted(s span) bool {
	return s.from > 0 && s.to-s.from <= 4 && r.toks[s.from].brk == joined && (r.is(s.from-1, "@whenever") || r.toks[s.from-1].norm == "wann")
}

// senderWishes: "Northgate Library would like to let you know": what the sender wishes is no agreement.
func (r *reading) senderWishes(s span) bool {
	for k := s.from - 1; k >= 0 && s.from-k <= 5 && r.toks[k+1].brk == joined && r.toks[k+1].sent == r.toks[k].sent; k-- {
		if r.toks[k].name {
			return senderWish[r.toks[k+1].norm] && !r.is(k+2, "@meword") && r.within(span{k + 2, s.to + 6}, "@youword")
		}
	}
	return false
}

var senderWish = wordSet("would wants möchte mochte will")

// insideOf reports whether a stretch lies inside a place where a pattern of a tag was found.
func (r *reading) insideOf(in span, tag string) bool {
	for _, s := range r.hits[tag] {
		if in.from >= s.from && in.to <= s.to {
			return true
		}
	}
	return false
}

// endsIt: "Para deixar de receber, mande SAIR": the act named is one of leaving.
func (r *reading) endsIt(s span) bool {
	if !r.within(s, "@actother") {
		return false
	}
	for i := s.from; i < min(s.to+2, len(r.toks)); i++ {
		if r.toks[i].caps && r.is(i, "@endword") && r.toks[i].sent == r.toks[s.from].sent {
			return true
		}
	}
	return false
}
