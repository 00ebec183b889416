package wording

// bundled finds agreement that comes with something else: terms in the same box, an order (GDPR Art. 7(2)).
func (r *reading) bundled() (span, bool) {
	for _, s := range r.hits["BUNDLE"] {
		if r.negatedBefore(s, 4) || r.negatedInside(s) || r.ownBox(s) || r.joinsList(s) {
			continue
		}
		if r.anyHit(r.sentenceOf(s.from), "FORCED") && !r.within(s, "@tnc") {
			continue // that is force, and reported as such
		}
		return s, true
	}
	return r.byOther()
}

// joinsList: "By joining our WhatsApp list you agree": what is done is the agreement itself.
func (r *reading) joinsList(s span) bool {
	if !r.is(s.from, "@byact") || r.within(s, "@tnc") {
		return false
	}
	by := span{s.from, s.to}
	if who := r.index(span{s.from + 2, s.to}, "@sieword"); who > 0 {
		by.to = who
	}
	if who := r.index(span{s.from + 2, by.to}, "@self"); who > 0 {
		by.to = who
	}
	if who := r.index(span{s.from + 2, by.to}, "@youword"); who > 0 && !r.is(who, "@ourword") && !r.is(who, "@deten") {
		by.to = who
	}
	return r.within(by, "@wa") && (r.within(by, "@listword") || r.within(by, "@sub"))
}

// ownBox: terms that have a box of their own are separate from the agreement, which must have another.
func (r *reading) ownBox(s span) bool {
	boxes, mine := 0, false
	se := r.sentenceOf(s.from)
	for i := range r.toks {
		if r.toks[i].norm != box && r.toks[i].norm != ticked {
			continue
		}
		boxes++
		mine = mine || (i >= se.from && i < se.to)
	}
	return boxes > 1 && mine && !r.aboutWhatsApp(se)
}

func (r *reading) aboutWhatsApp(se span) bool {
	return r.within(se, "@wa") || r.anyHit(se, "CAT") && r.within(se, "@msg")
}

// privacyBundle: accepting the privacy notice and agreeing to messages in one sentence. To have read it is no bundle.
func (r *reading) privacyBundle() (span, bool) {
	for i := range r.toks {
		if r.is(i, "@privacyword") && r.aboutWhatsApp(r.sentenceOf(i)) {
			if k := r.index(span{i + 1, min(i+5, r.sentenceOf(i).to)}, "@acceptpast"); k > 0 && !r.negatedInside(span{i, k}) {
				return span{i, k + 1}, true
			}
		}
		if !r.is(i, "@accept") || r.is(i, "@read") {
			continue
		}
		for k := i + 1; k < len(r.toks) && k <= i+4 && r.toks[k].sent == r.toks[i].sent; k++ {
			if r.is(k, "@privacyword") && r.aboutWhatsApp(r.sentenceOf(i)) && !r.within(span{i + 1, k}, "@msg") {
				return span{i, k + 1}, true
			}
		}
	}
	return span{}, false
}

// forced finds agreement without which there is no order, account or prize draw (GDPR Art. 7(4), 47 CFR 64.1200).
func (r *reading) forced() (span, bool) {
	for _, s := range r.hits["FORCED"] {
		if r.negatedBefore(s, 4) || r.freed(s) || r.infoNeeded(s) || r.otherNeed(s) {
			continue
		}
		return s, true
	}
	return r.barred()
}

// otherNeed: "when my batteries need replacing" forces nobody to agree.
func (r *reading) otherNeed(s span) bool {
	return r.is(s.from, "@needverb") && !r.within(s, "@agreeing") && !r.within(s, "@agree") && !r.within(s, "@accept") && !r.within(s, "@ja2") && !r.within(s, "@endget")
}

// freed: not a condition, also without agreement, whether or not.
func (r *reading) freed(s span) bool {
	se := r.sentenceOf(s.from)
	for i := max(se.from, s.from-2); i < s.to; i++ {
		if r.is(i, "@free") {
			return true
		}
		if r.is(i, "@mustword") && r.negates(i+1) {
			return true
		}
		if r.toks[i].neutral || (r.negates(i) && r.is(i+1, "@needword")) || (r.negates(i) && r.is(i+2, "@needword")) {
			return true
		}
	}
	return r.toks[s.from].neutral
}

// infoNeeded: "required for order updates" asks for the number, not for agreement.
func (r *reading) infoNeeded(s span) bool {
	if r.is(s.to, "@info") && r.is(s.to-1, "@topic") {
		return true
	}
	cl := r.clauseOf(span{s.from, s.from + 1}, clause)
	if r.is(s.from, "@lacking") {
		return r.within(s, "@msg") // without consent we send nothing
	}
	return r.within(span{cl.from, s.to}, "@phoneword") && !r.within(span{cl.from, s.to}, "@agreeing")
}

func (r *reading) negatedInside(s span) bool {
	for i := s.from; i < s.to; i++ {
		if r.negates(i) {
			return true
		}
	}
	return false
}
