package wording

// withdrawal finds the way (send STOP) and the right (at any time) to end the messages: GDPR Art. 7(3).
func (r *reading) withdrawal() (how, right span, hasHow, hasRight bool) {
	if r.denies() {
		return
	}
	how, hasHow = r.leaving("WDHOW")
	right, hasRight = r.leaving("WDRIGHT")
	return
}

// denies: irrevocable, cannot be withdrawn.
func (r *reading) denies() bool { return len(r.hits["WDNO"]) > 0 }

func (r *reading) leaving(tag string) (span, bool) {
	for _, s := range r.hits[tag] {
		if !r.otherEnd(s) {
			return s, true
		}
	}
	return span{}, false
}

// otherEnd sorts out what ends something else: an order, an appointment, within 14 days; and what is denied.
func (r *reading) otherEnd(s span) bool {
	if s.to-s.from == 1 && r.toks[s.from].caps {
		return r.negatedBefore(s, 1)
	}
	if r.negatedBefore(s, 2) || r.negatedAfter(s, 1) {
		return true
	}
	for i := s.from; i < s.to; i++ {
		if r.is(i, "@quit") && r.is(i+1, "@elsewhere") && r.toks[i+1].brk == joined {
			return true // stop by our shop
		}
	}
	cl := r.clauseOf(s, comma)
	if r.within(cl, "@days") && !r.within(cl, "@always") {
		return true
	}
	if k := s.to; k < len(r.toks) && r.toks[k-1].norm == "leave" && r.is(k, "@det") && r.toks[k].brk == joined {
		return true
	}
	return r.ofContract(s, cl)
}

// ofContract: the words around speak of an order or an appointment and not of messages or consent.
func (r *reading) ofContract(s, cl span) bool {
	for i := max(cl.from, s.from-4); i < min(cl.to, s.to+4); i++ {
		if r.is(i, "@object") && !r.is(i+1, "@info") {
			return !r.within(cl, "@consentn")
		}
	}
	return false
}
