package wording

import "strings"

// barred finds force whatever its words: something to be had, and only with agreement, or not without it.
// "Buchungen können ohne dieses Häkchen leider nicht bestätigt werden", "We only take orders from people who have ticked this".
func (r *reading) barred() (span, bool) {
	for i := range r.toks {
		if r.negates(i) && r.negatesToo(i) {
			return r.around(i, 30, 30, clause), true
		}
		if r.is(i, "@orelse") && r.elseNot(i) {
			return r.around(i, 30, 30, clause), true
		}
		without, only := r.is(i, "@lacking") || r.is(i, "@unless"), r.is(i, "@onlyword")
		if !without && !only {
			continue
		}
		if part := r.around(i, 30, 30, clause); r.bars(part, i, without) {
			return part, true
		}
	}
	return span{}, false
}

// elseNot: "Bitte ankreuzen, sonst können wir Ihre Reservierung nicht annehmen".
func (r *reading) elseNot(i int) bool {
	before, after := r.around(i, 14, 1, sentence), r.around(i, 1, 14, clause)
	return r.within(before, "@agreed") && r.within(after, "@deal") && r.negatedInside(after) && !r.messaging(after, -1) && !r.negatedInside(before)
}

// negatesToo: "No tick, no ride", "Kein Häkchen, kein Termin".
func (r *reading) negatesToo(i int) bool {
	if !r.is(i+1, "@agreed") && !(r.is(i+2, "@agreed") && r.toks[i+2].brk == joined && r.is(i+1, "@det")) {
		return false
	}
	for k := i + 2; k < len(r.toks) && k <= i+5 && r.toks[k].sent == r.toks[i].sent; k++ {
		if r.negates(k) && !r.is(k, "@without") {
			next := span{k + 1, min(k+4, len(r.toks))}
			return next.to > next.from && !r.messaging(next, -1) && !r.within(next, "@msg") && !r.within(next, "@katn")
		}
	}
	return false
}

func (r *reading) bars(part span, i int, without bool) bool {
	if without && r.negatedBefore(span{i, i + 1}, 4) && r.within(span{i + 1, min(i+4, part.to)}, "@agreed") && !r.messaging(span{max(part.from, i-4), i}, -1) && !r.within(part, "@free") {
		return true // no moving date without consent
	}
	if r.within(part, "@free") || r.within(part, "@needword") && r.negatedInside(part) || !r.within(part, "@deal") {
		return false
	}
	if without {
		act := r.index(span{i + 1, min(i+7, part.to)}, "@agreed")
		if act < 0 && i+2 < part.to && r.is(i, "@unless") && (r.toks[i+2].norm == "do" || r.toks[i+2].norm == "tust") {
			act = i + 2
		}
		if act < 0 {
			return false
		}
		if n := r.negationIn(part, i, act); n < 0 || r.messaging(span{max(part.from, n-5), min(part.to, n+5)}, act) {
			return false
		}
		return true
	}
	cond := r.index(span{max(part.from, i-3), min(i+14, part.to)}, "@ifonly")
	if cond < 0 {
		return false
	}
	act := r.index(span{cond, min(cond+12, part.to)}, "@agreed")
	return act >= 0 && !r.messaging(span{max(part.from, i-4), cond}, -1) && (!r.within(span{cond, act}, "@deal") || r.within(span{i, cond}, "@deal"))
}

// negationIn is the negation of the part that is not the "without" itself, nor stands inside the agreement.
func (r *reading) negationIn(part span, without, act int) int {
	for i := part.from; i < part.to; i++ {
		if r.negates(i) && i != without && (i < without || i > act) {
			return i
		}
		if r.is(i, "@impossible") {
			return i
		}
	}
	return -1
}

// messaging: what does not happen without agreement is the sending of messages; that is as it should be.
func (r *reading) messaging(s span, but int) bool {
	for i := s.from; i < s.to; i++ {
		if i != but && !(r.is(i, "@wa") && r.is(i+1, "@agreed")) && (r.is(i, "@sending") || r.is(i, "@sendde") || r.is(i, "@wa")) && !r.is(i, "@deal") {
			return true
		}
	}
	return false
}

// byOther finds agreement by an act that is about something else: "By entering the gym you agree", "Mit Nutzung des WLANs
// stimmen Sie zu". What may be done to agree (tick, send, tap, sign) is no such act.
func (r *reading) byOther() (span, bool) {
	for i := range r.toks {
		from, ok := r.otherAct(i)
		if !ok || !(r.toks[i].brk >= comma || r.leads(i, r.sentenceOf(i).from, comma)) {
			continue
		}
		part := span{i, min(i+16, r.sentenceOf(i).to)}
		agree := r.index(part, "@agreeverb")
		if agree <= from || !r.aboutMessages(r.sentenceOf(i)) { // "By agreeing below you consent": the act is the agreement
			continue
		}
		by := span{i, agree}
		if who := r.index(by, "@sieword"); who > i+1 {
			by.to = who
		}
		if r.within(by, "@byhand") || r.within(by, "@wa") || r.within(by, "@msg") || r.negatedInside(span{i, agree + 1}) || r.negatedAfter(span{agree, agree + 1}, 3) {
			continue
		}
		return span{i, agree + 1}, true
	}
	return span{}, false
}

// otherAct: token i begins with what is done: by entering, bei Nutzung, al inscribirte, en achetant, iscrivendoti.
func (r *reading) otherAct(i int) (from int, ok bool) {
	if i+2 >= len(r.toks) || r.toks[i].name || r.toks[i+1].name || r.toks[i+1].brk != joined {
		return 0, false
	}
	w := r.toks[i].norm
	switch {
	case r.speaks("it"):
		return i + 1, strings.HasSuffix(w, "ando") || strings.HasSuffix(w, "endo") || strings.HasSuffix(w, "ndoti") || strings.HasSuffix(w, "ndosi")
	case r.speaks("pl"):
		return i + 1, strings.HasSuffix(w, "ac") && len(w) > 5
	case r.speaks("es"):
		return i + 1, w == "al"
	case r.speaks("pt"):
		return i + 1, w == "ao"
	case r.speaks("fr"):
		return i + 1, w == "en" && strings.HasSuffix(r.toks[i+1].norm, "ant")
	case r.speaks("nl"):
		return i + 1, w == "door" && r.toks[i+1].norm == "te"
	}
	if !r.is(i, "@byact") {
		return 0, false
	}
	doing := i + 1
	for doing < len(r.toks)-1 && doing < i+3 && r.is(doing, "@det") {
		doing++
	}
	return doing, isDoing(r.toks[doing].norm, r.is(i, "@byde"))
}

// isDoing: entering, Nutzung, Betreten, Einkauf.
func isDoing(w string, german bool) bool {
	ends := []string{"ing"}
	if german {
		ends = []string{"ung", "nahme", "kauf", "besuch", "tritt", "eten", "chen", "gang", "schluss", "enthalt", "antrag", "reise"}
	}
	for _, e := range ends {
		if strings.HasSuffix(w, e) && (len(w) > len(e)+1 || w == "kauf" || w == "besuch") {
			return true
		}
	}
	return false
}
