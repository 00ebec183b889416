package keyword

import "strings"

// read judges clause by clause and puts the acts together.
func (s *sentence) read(in Input) Reading {
	if a, ok := s.whole(); ok {
		return s.reading(a)
	}
	cs := s.clauses()
	acts := make([]act, len(cs))
	for i := range cs {
		acts[i] = cs[i].judge(in)
	}
	refer(cs, acts)
	onlyTheRest(cs, acts)
	r := s.reading(weigh(cs, acts))
	if r.Intent != None && r.Intent != Unsure {
		return r
	}
	r.firm = postponed(cs, acts) || othersNotMe(cs) || len(cs) == 1 && cs[0].refusesAThing()
	for i := range acts {
		r.settled = r.settled || acts[i].settled
		r.mistaken = r.mistaken || cs[i].has.has(mistake)
		r.firm = r.firm || acts[i].settled && cs[i].has.has(quiet|negpast|dontstop|dontwrite|they|hesitate|wait) || cs[i].about() || cs[i].notByPhone() || cs[i].endsThing() || cs[i].asksAgain() || cs[i].saysWhere()
	}
	return r
}

func (s *sentence) reading(a act) Reading {
	lang := s.lex.lang
	lang, _, _ = strings.Cut(lang, "-") // hi-latn, ar-latn
	r := Reading{Intent: a.intent, Confidence: a.confidence, Matched: a.matched, Lang: lang}
	for _, it := range s.items {
		r.WrongPerson = r.WrongPerson || it.classes.has(wrong)
		r.NoAnswer = r.NoAnswer || a.intent == StopAll && it.classes.has(neg|dontwrite|notwant|leave) && !it.classes.has(wrong) && s.mentionsWriting()
	}
	if s.none() {
		r.Lang = ""
	}
	return r
}

func (s *sentence) none() bool {
	for _, it := range s.items {
		if it.classes != 0 {
			return false
		}
	}
	return true
}

// courtesy says whether nothing but courtesy is there.
func (s *sentence) courtesy() bool {
	for _, it := range s.items {
		if !it.classes.has(polite | greet) {
			return false
		}
	}
	return true
}

// mentions says whether any item is of the classes.
func (s *sentence) mentions(k class) bool {
	for _, it := range s.items {
		if it.classes.has(k) {
			return true
		}
	}
	return false
}

func (s *sentence) mentionsWriting() bool {
	for _, it := range s.items {
		if it.classes.has(writes|dontwrite|leave) && !it.classes.has(wrong) {
			return true
		}
	}
	return false
}
