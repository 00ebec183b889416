package wording

import "slices"

// asked: a question about messages with a way to answer yes.
func (r *reading) asked(in Input) (span, bool) {
	way := len(r.hits["PATH"]) > 0 || in.Kind == kindConfirm && len(r.hits["DECLINE"]) > 0 || in.UI != nil && isTrue(in.UI.Checkbox)
	keyword := r.keywordAsked()
	for _, s := range r.hits["ASK"] {
		se := r.sentenceOf(s.from)
		if in.Kind != kindConfirm && (!r.question(se) || !r.aboutMessages(se) || r.is(se.from, "@howword") && !r.aboutWhatsApp(se)) {
			continue
		}
		if way || keyword {
			return se, true
		}
	}
	for _, s := range r.hits["REQUEST"] {
		if se := r.sentenceOf(s.from); (len(r.hits["PATH"]) > 0 || r.drawsBox()) && r.aboutWhatsApp(se) && !r.negatedBefore(s, 3) {
			return se, true
		}
	}
	for _, b := range r.sents {
		if se := (span{b[0], b[1]}); in.Kind == kindConfirm && way && r.question(se) && r.within(se, "@askback") {
			return se, true // Dein Wunsch? Was it you?
		}
	}
	for _, b := range r.sents { // without a verb: "Weekend menus on WhatsApp?"
		se := span{b[0], b[1]}
		if (way || keyword) && r.question(se) && (r.aboutWhatsApp(se) || r.anyHit(se, "CAT") || in.Kind == kindThread && (r.within(se, "@chat") || r.saysHere(se))) && !(r.within(se, "@contactus") && in.Kind != kindThread) && !r.within(se, "@more") && !r.negatedInside(se) {
			return se, true
		}
	}
	return span{}, false
}

// drawsBox: the text itself shows a box to tick.
func (r *reading) drawsBox() bool {
	return slices.ContainsFunc(r.toks, func(t token) bool { return t.norm == box })
}

// keywordAsked: "Antworte EIS", a word in capitals to send that is no word of leaving.
func (r *reading) keywordAsked() bool {
	for i := range r.toks {
		if !r.is(i, "@actdu") && !r.is(i, "@actsie") && !r.is(i, "@actEN") && !r.is(i, "@actother") {
			continue
		}
		from, to := i+1, i+3
		if r.speaks("tr") || r.speaks("hi") {
			from, to = max(0, i-3), i-1 // the verb stands last
		}
		for k := from; k < len(r.toks) && k <= to; k++ {
			if r.toks[k].sent != r.toks[i].sent {
				continue
			}
			if t := &r.toks[k]; (t.caps || t.quoted) && !t.name && !r.is(k, "@leave") && !r.is(k, "@quit") && !r.is(k, "@no") && !(r.is(k+1, "@leave") && r.toks[k+1].sent == t.sent) {
				return true
			}
		}
	}
	return false
}

// saysHere: Italian "qui" and Polish "tu" are other words in other languages.
func (r *reading) saysHere(se span) bool {
	if r.within(se, "@here") {
		return true
	}
	for i := se.from; i < se.to; i++ {
		if n := r.toks[i].norm; r.speaks("it") && n == "qui" || r.speaks("pl") && n == "tu" {
			return true
		}
	}
	return false
}
