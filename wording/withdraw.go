package wording

// withdrawal finds the way (send STOP) and the right (at any time) to end the messages: GDPR Art. 7(3).
func (r *reading) withdrawal() (how, right span, hasHow, hasRight bool) {
	if r.denies() {
		return
	}
	how, hasHow = r.leaving("WDHOW")
	if !hasHow {
		how, hasHow = r.askedToLeave()
	}
	right, hasRight = r.leaving("WDRIGHT")
	if !hasRight {
		right, hasRight = r.leavesAnytime()
	}
	return
}

// askedToLeave: "Genug davon? Schreib „SATT“", "Keine Lust mehr: „FERTIG“ tippen": first the wish, then the way.
func (r *reading) askedToLeave() (span, bool) {
	for i := 1; i < len(r.toks); i++ {
		if r.toks[i].brk < comma {
			continue
		}
		before := r.clauseOf(span{i - 1, i}, comma)
		if asks := r.toks[i].brk == sentence; asks && !r.question(before) || !asks && !r.wishes(i, before) {
			continue
		}
		if before.to-before.from > 8 || !r.tired(before) || r.within(before, "@object") {
			continue
		}
		next := r.clauseOf(span{i, i + 1}, comma)
		for k := next.from; k < next.to; k++ {
			if t := &r.toks[k]; r.is(k, "@actdu") || r.is(k, "@actsie") || r.is(k, "@actEN") || r.is(k, "@actother") || r.is(k, "@actnoun") || (t.caps || t.quoted) && !t.name {
				return span{before.from, next.to}, !r.question(next) && !r.negatedInside(next)
			}
		}
	}
	return span{}, false
}

// wishes: what stands before token i is set apart from it as a wish from its way: "Keine Lust mehr: …", "Para dejarlo, …".
func (r *reading) wishes(i int, before span) bool {
	return r.text[r.toks[i-1].end] == ':' || r.is(before.from, "@purpose") || r.is(before.from, "@purposeother")
}

// leavesAnytime: a word of leaving and one of "whenever", near each other, in whatever language and order.
func (r *reading) leavesAnytime() (span, bool) {
	for i := range r.toks {
		if !r.is(i, "@leaveother") || r.negatedBefore(span{i, i + 1}, 3) {
			continue
		}
		near := r.around(i, 8, 9, clause)
		if r.within(near, "@whenever") && !r.within(near, "@object") {
			return near, true
		}
	}
	return span{}, false
}

// tired: a wish to leave, or no wish to stay.
func (r *reading) tired(s span) bool {
	return r.within(s, "@quit") || r.within(s, "@leaveother") || r.within(s, "@leave") || r.within(s, "@enough") || (r.within(s, "@lust") || r.within(s, "@more")) && r.negatedInside(s) ||
		r.anyHit(s, "WDHOW") || r.anyHit(s, "WDRIGHT")
}

// denies: irrevocable, cannot be withdrawn.
func (r *reading) denies() bool {
	for _, s := range r.hits["WDNO"] {
		if !r.neutral(s) {
			return true
		}
	}
	return false
}

// neutral: every negation in the stretch takes nothing away (ohne Nachteile).
func (r *reading) neutral(s span) bool {
	some := false
	for i := s.from; i < s.to; i++ {
		if r.negates(i) {
			return false
		}
		some = some || r.toks[i].neutral
	}
	return some
}

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
	if t := &r.toks[s.from]; s.to-s.from == 1 && (t.caps || t.quoted) {
		if r.is(s.from, "@no") && r.within(r.around(s.from, 5, 1, sentence), "@yes") {
			return true // tippe „Ja“ oder „Nein“: to decline is not to leave
		}
		return r.is(s.from-1, "@no") // until I write STOP, as long as I do not write STOP
	}
	if r.negatedBefore(s, 2) || r.negatedAfter(s, 1) {
		return true
	}
	for i := s.from; i < s.to; i++ {
		if (r.toks[i].norm == "stop" || r.toks[i].norm == "stopping") && r.is(i+1, "@elsewhere") && !r.toks[i].caps && r.toks[i+1].brk == joined {
			return true // stop by our shop
		}
	}
	cl := r.clauseOf(s, comma)
	if r.within(cl, "@days") && !r.within(cl, "@always") {
		return true
	}
	if r.ofThing(s, cl) {
		return true
	}
	if k := s.to; k < len(r.toks) && r.toks[k-1].norm == "leave" && r.is(k, "@det") && r.toks[k].brk == joined {
		return true
	}
	return r.ofContract(s, cl)
}

// ofThing: "unsere Bio-Kiste ist jederzeit kündbar" ends a thing that is no message.
func (r *reading) ofThing(s, cl span) bool {
	k := r.index(s, "@endable")
	if k < 0 || !r.speaksGerman() {
		return false
	}
	for i := k - 1; i >= cl.from && i > k-7; i-- {
		if r.toks[i].title && !r.toks[i].name && !r.is(i, "@subjyou") && !r.is(i, "@it") {
			return r.toks[i].set == (bits{}) && i > cl.from && (r.is(i-1, "@the") || r.is(i-1, "@det") || r.text[r.toks[i].start-1] == '-')
		}
	}
	return false
}

// ofContract: what is ended is an order or an appointment and not messages or consent.
func (r *reading) ofContract(s, cl span) bool {
	q := r.index(s, "@quit")
	if q < 0 {
		q = s.from
	}
	if next := (span{q + 1, q + 4}); r.is(q, "@cancel") && r.is(q+1, "@det") && !r.is(q+2, "@whenword") && r.toks[q+1].brk == joined && (r.within(next, "@object") || !r.within(next, "@consentn")) {
		return true // cancel a lesson
	}
	if r.is(q, "@cancelled") {
		for i := max(cl.from, q-4); i < q; i++ {
			if r.is(i, "@modal") && i > cl.from && !r.is(i-1, "@it") && !r.is(i-1, "@msg") && !r.is(i-1, "@consentn") {
				return true // boxes can be cancelled
			}
		}
	}
	for i := max(cl.from, q-7); i < min(cl.to, q+4); i++ {
		if k := r.index(span{i + 1, q}, "@both"); k > 0 && r.is(k+1, "@modal") {
			continue // has nothing to do with your order and can be withdrawn
		}
		if r.is(i, "@object") && !r.is(i-1, "@inword") && !(r.is(i-2, "@inword") && r.toks[i-1].brk == joined) && !r.is(i, "@quit") && !r.is(i+1, "@info") && !(r.is(i, "@subscription") && r.within(cl, "@stopword")) {
			return !r.within(cl, "@consentn")
		}
	}
	return false
}
