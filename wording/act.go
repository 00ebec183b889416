package wording

// byAct: the person does something and messages follow: "Ein Klick auf „Dabei“ und Prana schreibt dir per WhatsApp",
// "Give us a missed call and O'Malley's will drop the gig list into your WhatsApp". Who sends, and the word for it, may be any.
func (r *reading) byAct() (span, bool) {
	if !r.actSought { // asked for at every mention of WhatsApp, so looked for once
		r.act, r.acted = r.findAct()
		r.actSought = true
	}
	return r.act, r.acted
}

func (r *reading) findAct() (span, bool) {
	for i := range r.toks {
		if !r.acts(i) {
			continue
		}
		se := r.sentenceOf(i)
		if s, ok := r.followed(i, se); ok {
			return s, true
		}
		if before, ok := r.said(r.toks[i].sent); ok && se.to-se.from <= 6 && !r.within(se, "@purpose") {
			if !r.question(before) && r.promises(before) && r.aboutWhatsApp(before) {
				return se, true // "Wir erinnern dich per WhatsApp. Haken setzen, fertig."
			}
		}
	}
	return span{}, false
}

// around is the part of token i's sentence between marks, at most so many words back and on.
func (r *reading) around(i, back, on int, brk uint8) span {
	se, s := r.sentenceOf(i), span{i, i + 1}
	for s.from > se.from && s.from > i-back && r.toks[s.from].brk < brk {
		s.from--
	}
	for s.to < se.to && s.to < i+on && r.toks[s.to].brk < brk {
		s.to++
	}
	return s
}

// said is the sentence before sentence n, short questions between them aside: "… on WhatsApp. Interested? Tap here."
func (r *reading) said(n int) (span, bool) {
	for n--; n >= 0; n-- {
		s := span{r.sents[n][0], r.sents[n][1]}
		if n > 0 && s.to-s.from <= 3 && r.question(s) && !r.tired(s) && !r.aboutWhatsApp(s) {
			continue
		}
		return s, true
	}
	return span{}, false
}

// acts: token i begins what the reader is told to do, and that is not to leave, to ask, to buy or to read.
func (r *reading) acts(i int) bool {
	if r.toks[i].name || !r.actWord(i) || r.negatedBefore(span{i, i + 1}, 2) || r.toks[i].norm == "providing" {
		return false
	}
	part := r.around(i, 6, 12, comma)
	if !r.is(i, "@actinf") {
		part.from = i
	}
	for _, class := range []string{"@leave", "@quit", "@tnc", "@privacyword", "@legalword", "@buying", "@contactus", "@no"} {
		if r.within(part, class) && !(class == "@no" && r.speaks("pt")) { // no WhatsApp: on WhatsApp
			return false
		}
	}
	return !r.negatedInside(part) && !r.toLeave(i)
}

// toLeave: the sentence has named leaving before token i: "Para salirte, escribe SALIR". German and English have their own patterns.
func (r *reading) toLeave(i int) bool {
	if r.speaksGerman() || r.speaks("en") {
		return false
	}
	before := span{r.sentenceOf(i).from, i}
	for k := i + 1; k < len(r.toks) && k <= i+2 && r.toks[k].sent == r.toks[i].sent; k++ {
		if r.toks[k].caps && r.is(k, "@endword") {
			return true
		}
	}
	return r.question(r.sentenceOf(i)) || r.within(before, "@leaveother") || r.within(before, "@leave") || r.within(before, "@quit") || r.within(before, "@enough")
}

func (r *reading) actWord(i int) bool {
	lead := r.toks[i].brk >= comma || i == 0 || r.is(i-1, "@filler") || r.is(i-1, "@please") || r.is(i-1, "@both")
	byHand := r.is(i, "@actdu") && !r.speaks("en") || r.is(i, "@actEN") && !r.speaks("de") || r.is(i, "@actother") && !r.speaks("de") && !r.speaks("en")
	last := r.speaks("tr") || r.speaks("hi") // the verb stands last
	switch {
	case r.is(i, "@actsie") && r.is(i+1, "@sieword"), byHand && lead, last && r.is(i, "@actother"):
		return true
	case r.is(i, "@actnoun"): // ein Klick, a missed call
		return lead || i == 1 || r.toks[i-1].brk >= comma || r.is(i-1, "@deten") && (i < 3 || r.toks[i-2].brk >= comma)
	case r.is(i, "@actinf") && !r.toks[i].title: // Haken setzen, hier tippen
		return i-r.sentenceOf(i).from <= 4 && (i+1 >= len(r.toks) || r.toks[i+1].brk >= comma || r.is(i+1, "@both"))
	}
	return false
}

// reach is how far on the fruit of an act may stand, in words.
const reach = 40

// followed: behind the act, in its sentence or the next, stands what the person will get.
func (r *reading) followed(i int, se span) (span, bool) {
	rest := span{i + 1, min(se.to, i+reach)}
	if !r.promises(rest) {
		n := r.toks[i].sent + 1
		if n >= len(r.sents) {
			return span{}, false
		}
		rest = span{r.sents[n][0], min(r.sents[n][1], r.sents[n][0]+reach)}
		if !r.promises(rest) || r.question(rest) {
			return span{}, false
		}
		se.to = rest.to
	}
	near := span{max(se.from, i-reach), min(se.to, i+2*reach)}
	return se, r.aboutWhatsApp(near) || r.within(near, "@device") && r.anyHit(near, "CAT")
}

// promises: the business or "we" sends, or "you" get.
func (r *reading) promises(s span) bool {
	for i := s.from; i < s.to; i++ {
		var verb string
		switch {
		case r.toks[i].name || r.is(i, "@wesend"):
			verb = "@sending"
		case r.is(i, "@youget"):
			verb = "@getting"
		case r.is(i, "@arrives") && (r.is(i-1, "@thenword") || r.is(i-2, "@thenword")): // …, schon kommen Angebote
			return true
		case r.is(i, "@youwill"):
			return !r.negatedInside(span{s.from, i + 1})
		default:
			continue
		}
		for k := max(s.from, i-3); k < s.to && k <= i+9; k++ {
			if r.is(k, "@leave") || r.is(k, "@quit") || r.negates(k) {
				break
			}
			if k != i && r.is(k, verb) {
				return true
			}
		}
	}
	return false
}

// speaks reports the language of the text, where it is known.
func (r *reading) speaks(lang string) bool {
	return len(r.lang) >= 2 && r.lang[:2] == lang
}
