package wording

// optIn finds the statement with which the person agrees. Mere notice (we will send you), presumption (you are deemed
// to agree) and the inverse (tick if you do not want) are none: GDPR Art. 4(11), recital 32.
func (r *reading) optIn(in Input) (span, bool) {
	if r.presumed() {
		return span{}, false
	}
	for _, s := range r.hits["OPTIN"] {
		if r.agrees(s) {
			return r.clauseOf(s, comma), true
		}
	}
	for _, se := range r.sents {
		if s := (span{se[0], se[1]}); r.saysYes(s) {
			return s, true
		}
	}
	if s, ok := r.keywordSent(); ok {
		return s, true
	}
	if s, ok := r.wordAsked(); ok {
		return s, true
	}
	if s, ok := r.terse(); ok {
		return s, true
	}
	if s, ok := r.boxForMe(in); ok {
		return s, true
	}
	if s, ok := r.withOrder(); ok {
		return s, true
	}
	if s, ok := r.byAct(); ok {
		return s, true
	}
	for _, b := range r.sents {
		if s, _, ok := r.forThat(span{b[0], b[1]}); ok {
			return s, true
		}
	}
	return r.asked(in)
}

// keywordSent: "Mit WURST an 71234 kommen Angebote per WhatsApp", whatever the word.
func (r *reading) keywordSent() (span, bool) {
	for i := 0; i+2 < len(r.toks); i++ {
		t, to := &r.toks[i], &r.toks[i+2]
		if !t.caps && !t.quoted || r.is(i, "@leave") || r.is(i, "@quit") || r.is(i, "@no") || t.name || !r.is(i+1, "@to") || (to.norm[0] < '0' || to.norm[0] > '9') && !r.within(span{i + 2, i + 5}, "@wa") {
			continue
		}
		se := r.sentenceOf(i)
		if to.sent != t.sent || r.within(se, "@leave") {
			continue
		}
		if r.aboutWhatsApp(se) {
			return se, true
		}
		if before, ok := r.said(t.sent); ok && se.to-se.from <= 10 && r.aboutWhatsApp(before) {
			return se, true // Angebote jetzt auf WhatsApp! Schreib BLUME an 0170 123
		}
	}
	return span{}, false
}

// wordAsked: "Get gate changes on WhatsApp: reply FLY", a word to send in the sentence that says what comes.
func (r *reading) wordAsked() (span, bool) {
	for i := range r.toks {
		if !r.is(i, "@actEN") && !r.is(i, "@actdu") && !r.is(i, "@actsie") && !r.is(i, "@actother") || r.is(i, "@wa") && (r.speaksGerman() || r.is(i-1, "@by")) {
			continue
		}
		part := r.around(i, 6, 12, comma)
		if r.toLeave(i) || r.tired(part) || r.within(part, "@no") || r.within(part, "@help") || !r.aboutWhatsApp(r.sentenceOf(i)) {
			continue
		}
		for k := i + 1; k < part.to && k <= i+3; k++ {
			if t := &r.toks[k]; (t.caps || t.quoted) && !t.name && !r.is(k, "@wa") {
				return r.sentenceOf(i), true
			}
		}
	}
	return span{}, false
}

// boxForMe: an empty box before a sentence of the first person: "[ ] The gym sends me offers on WhatsApp".
func (r *reading) boxForMe(in Input) (span, bool) {
	form := in.UI != nil && isTrue(in.UI.Checkbox)
	for _, b := range r.sents {
		se := span{b[0], b[1]}
		if !(form || r.toks[se.from].norm == box || r.toks[se.from].norm == ticked) || r.saysNo(se) || r.question(se) {
			continue
		}
		if r.boxedVerb(se) {
			return se, true
		}
		m := r.index(se, "@tome")
		if k := r.index(se, "@please"); m < 0 && r.toks[se.from].norm == box && se.to-se.from > 3 {
			m = k // [ ] Terminbestätigungen bitte per WhatsApp
		}
		if m >= 0 && r.aboutWhatsApp(se) && !r.within(span{se.from, m}, "@if") && !r.negatedInside(se) && !r.within(se, "@tnc") && !r.anyHit(se, "WDRIGHT") && !r.anyHit(se, "WDHOW") {
			return se, true
		}
	}
	return span{}, false
}

// boxedVerb: "[ ] WhatsApp-Newsletter abonnieren", "[ ] Get offers on WhatsApp".
func (r *reading) boxedVerb(se span) bool {
	if r.toks[se.from].norm != box && r.toks[se.from].norm != ticked || !r.aboutWhatsApp(se) || r.negatedInside(se) || r.within(se, "@tnc") {
		return false
	}
	if first := se.from + 1; r.is(first, "@getv") && !r.speaksGerman() {
		return true
	}
	for i := se.from + 1; i < se.to; i++ {
		if r.is(i, "@knowde") && !r.toks[i].title {
			return !r.within(se, "@subjyou")
		}
	}
	return false
}

// withOrder: "your purchase confirms your consent" states agreement, if not a free one; that is SEPARATE_FROM_TERMS.
func (r *reading) withOrder() (span, bool) {
	if s, ok := r.byOther(); ok {
		return s, true
	}
	for _, s := range r.hits["BUNDLE"] {
		if !r.within(s, "@tnc") && !r.negatedInside(s) && !r.negatedBefore(s, 4) && r.aboutMessages(r.sentenceOf(s.from)) {
			return s, true
		}
	}
	return span{}, false
}

// presumed reports that agreement is taken for granted or that one must act so as not to be written to.
func (r *reading) presumed() bool {
	if len(r.hits["IMPLIED"]) > 0 {
		return true
	}
	for _, s := range r.hits["OPTOUT"] {
		se := r.sentenceOf(s.from)
		if r.saysNo(se) || r.within(s, "@yes") || r.within(span{s.from, s.to + 4}, "@more") || r.laterNegation(s, se) || r.preTicked(s, se) {
			continue
		}
		if act, ok := r.byAct(); ok && act.to <= se.from && r.anyHit(se, "WDHOW") {
			continue // press 2 to get them, press 9 to come off the list
		}
		return true
	}
	return false
}

// preTicked: beside a statement in words, "untick to decline" tells only that the box is ticked.
func (r *reading) preTicked(s, se span) bool {
	if !r.anyHit(se, "PREWORDS") {
		return false
	}
	for _, o := range r.hits["OPTIN"] {
		apart := r.toks[o.from].sent != r.toks[s.from].sent || o.from >= s.to && r.clauseOf(o, clause).from >= s.to
		if apart && r.agrees(o) {
			return true
		}
	}
	return false
}

// saysNo reports a sentence that is the other answer: No, I do not want it.
func (r *reading) saysNo(se span) bool {
	for se.from < se.to && (r.toks[se.from].norm == box || r.toks[se.from].norm == ticked) {
		se.from++
	}
	return r.is(se.from, "@no")
}

// laterNegation: "without an answer we send nothing" presumes nothing.
func (r *reading) laterNegation(s, se span) bool {
	for i := s.to; i < se.to; i++ {
		if r.negates(i) {
			return true
		}
	}
	return false
}
