package wording

// whatsApp finds WhatsApp as the channel of the messages: not as one that is excluded, not only as a way to ask
// questions or to leave, and not only in a note on data protection.
func (r *reading) whatsApp(in Input) (span, bool) {
	for i := range r.toks {
		if !r.isWhatsApp(i) {
			continue
		}
		s := span{i, i + 1}
		if !r.excluded(s) && !r.beside(in, s) {
			return r.clauseOf(s, comma), true
		}
	}
	if in.Kind == kindThread || in.Kind == kindConfirm {
		for i := range r.toks { // in the chat itself "here" names the channel
			if r.is(i, "@chat") || r.saysHere(span{i, i + 1}) {
				return span{i, i + 1}, true
			}
		}
	}
	return span{}, false
}

// isWhatsApp reads WhatsApp, Whats App, What's App and the short WA after a word like per.
func (r *reading) isWhatsApp(i int) bool {
	t := &r.toks[i]
	if t.name {
		return false
	}
	if r.is(i, "@wa") {
		return true
	}
	if (t.norm == "whats" || t.norm == "what's") && i+1 < len(r.toks) && (r.toks[i+1].norm == "app" || r.toks[i+1].norm == "up") {
		return r.toks[i+1].norm == "app"
	}
	return t.norm == "wa" && t.caps && r.is(i-1, "@by")
}

// excluded: not by WhatsApp, instead of WhatsApp.
func (r *reading) excluded(s span) bool {
	for i := s.from - 1; i >= 0 && s.from-i <= 5 && r.toks[i+1].brk < clause && r.toks[i].sent == r.toks[s.from].sent; i-- {
		if r.is(i, "@excl") && s.from-i <= 3 {
			return true
		}
		if r.negates(i) && !r.within(span{r.clauseOf(s, comma).from, i}, "@if") && !r.within(span{i + 1, s.from}, "@agreed") && !r.is(i+1, "@cost") && r.toks[i+1].brk == joined && !r.within(span{i, s.from}, "@kind") {
			return true
		}
		if r.toks[i+1].brk == comma {
			break
		}
	}
	return r.negatedAfter(s, 1) || r.within(span{s.to, s.to + 6}, "@used") && r.laterNegation(s, span{s.from, min(s.to+9, r.clauseOf(s, comma).to)})
}

// beside: the mention belongs to contact, leaving or data protection, in a sentence that promises no messages.
func (r *reading) beside(in Input, s span) bool {
	se := r.sentenceOf(s.from)
	if r.anyHit(se, "OPTIN") || r.anyHit(se, "CAT") || r.anyHit(se, "ASK") && r.question(se) {
		return r.tail(s, se)
	}
	if k := s.to; k < len(r.toks) && k < se.to && (r.toks[k].norm == link || r.toks[k].norm[0] >= '0' && r.toks[k].norm[0] <= '9') && !r.is(s.from-1, "@by") {
		return true // WhatsApp 0151 …
	}
	if act, ok := r.byAct(); ok && act.from <= s.from && s.to <= act.to {
		return false
	}
	if in.Kind == kindConfirm && r.within(se, "@requested") {
		return false // jemand hat sich bei uns auf WhatsApp eingetragen
	}
	if r.within(se, "@contactus") || r.within(se, "@legalword") || r.toks[s.from].norm == "meta" {
		return true
	}
	if r.anyHit(se, "WDHOW") || r.anyHit(se, "WDRIGHT") {
		return true
	}
	cl := r.clauseOf(s, comma)
	return r.within(cl, "@writeus") && r.within(cl, "@actEN") // message us on WhatsApp
}

// tail: the sentence names another channel for its messages, WhatsApp only in a later part on leaving or contact.
func (r *reading) tail(s, se span) bool {
	cl := r.clauseOf(s, comma)
	if cl == se || !r.within(span{se.from, cl.from}, "@otherchannel") {
		return false
	}
	return r.anyHit(cl, "WDHOW") || r.anyHit(cl, "WDRIGHT") || r.within(cl, "@contactus")
}

// anyHit reports whether a pattern of a tag was found inside a stretch.
func (r *reading) anyHit(in span, tag string) bool {
	for _, s := range r.hits[tag] {
		if s.from >= in.from && s.to <= in.to {
			return true
		}
	}
	return false
}
