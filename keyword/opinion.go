package keyword

// What the second reader must be sure of before it is heard.
const (
	sureStop      = 0.85 // of a stop, with a word that refuses or ends
	sureBare      = 0.95 // of a stop without one
	sureVague     = 0.9  // of a stop that names nothing it could be about
	sureAsked     = 0.9  // of a start that is a question, or beside a mistake
	sureOther     = 0.45 // of a start or a wish for help
	sureSoft      = 0.95 // against a rule that took something else for what the message is about
	sureNarrow    = 0.9  // that a stop means only advertising
	sureTopic     = 0.75 // that a stop means only one kind of message
	sureDoubt     = 0.8  // that what a rule took for a start is a stop
	sureDemand    = 0.97 // that who asks something wants an end of it
	sureRule      = 0.76 // of a rule that hears a stop, to be believed alone
	sureNothing   = 0.7  // that nothing is asked for, where the rule is not
	mayBeStop     = 0.1  // that a stop is asked for, lest a rule that hears one be overruled
	mayBeNothing  = 0.5  // that nothing is asked for, to overrule it
	mayBeOpposite = 0.03 // that the message asks for the very opposite
	mostWords     = 45   // of a longer text too little is known
)

// refuses are the classes of words that refuse, end or take away.
const refuses = quiet | stopVerb | weakhalt | remove | cancel | revoke | leave | dontwrite | no | haltpast | negpast

// concerns are the classes of words that have to do with messages, or with being somewhere one wants to leave.
const concerns = comm | writes | send | get | stopVerb | consent | sub | leave | dontwrite | me

// secondOpinion fills in where no rule found anything, and says what part is meant where a stop names something no list knows.
// It never speaks against a negation, a condition or somebody else whom a rule saw, and never turns a start or a stop round: a start
// that it takes for a stop is nobody's to decide but a person's. What a rule only guesses to be a stop is none when it is surer of that.
func (s *sentence) secondOpinion(r Reading) Reading {
	if len(s.t.words) < 2 || len(s.t.words) > mostWords {
		return r
	}
	var room [2000]uint16
	switch {
	case r.Intent.Stops() && r.Confidence < 0.98:
		return s.doubt(r, likely(s.gather(room[:0])))
	case r.Intent == Start && r.Confidence < 0.98:
		if in, sure, _ := likely(s.gather(room[:0])).best(); in.Stops() && sure > sureDoubt {
			r.Intent, r.Confidence = Unsure, 0.5 // somebody has to look
		}
	case r.Intent == Help && r.Confidence < 0.98 && s.mentions(refuses|why|who):
		if in, sure, opposite := likely(s.gather(room[:0])).best(); in.Stops() && sure > sureDemand && opposite < mayBeOpposite {
			r.Intent, r.Confidence = in, 0.7*sure // "why do you still write? Leave it."
		}
	case (r.Intent == None || r.Intent == Unsure) && !r.firm:
		in, sure, opposite := likely(s.gather(room[:0])).best()
		if in == None || opposite > mayBeOpposite || sure < s.needed(in, r) {
			return r
		}
		if r.Intent == Unsure && !in.Stops() {
			return r // a rule heard a stop that may be one: somebody has to look
		}
		r.Intent, r.Confidence = in, 0.7*sure
		r.Matched = s.words(s.items[0], s.items[min(len(s.items), 12)-1])
	}
	return r
}

// doubt narrows a stop to the part it means, and drops what a rule only guessed.
func (s *sentence) doubt(r Reading, l likelihoods) Reading {
	stops := l.of(StopAll) + l.of(StopMarketing) + l.of(StopTopic)
	switch {
	case r.Confidence < sureRule && l.of(None) > sureNothing || r.Intent != StopTopic && !(r.Intent == StopMarketing && s.mentions(mkt)) && stops < mayBeStop && l.of(None) > mayBeNothing:
		return Reading{Intent: None, Confidence: 0.7, Lang: r.Lang}
	case r.Intent != StopAll:
	case l.of(StopTopic) > sureTopic:
		r.Intent = StopTopic
	case l.of(StopMarketing) > sureNarrow && s.namesUnknown():
		r.Intent = StopMarketing
	}
	return r
}

// needed is how sure the second reader must be.
func (s *sentence) needed(in Intent, r Reading) float64 {
	least := sureOther
	switch {
	case in.Stops() && (s.mentions(startv|begin|again) || s.t.laughs > 0), r.mistaken && in != Start:
		return 2 // never
	case r.mistaken:
		return sureAsked
	case in.Stops() && !s.mentions(refuses):
		least = sureBare
	case in.Stops() && !s.mentions(concerns):
		least = sureVague
	case in.Stops():
		least = sureStop
	case in == Start && s.t.words[len(s.t.words)-1].question:
		least = sureAsked
	}
	if r.settled {
		least = max(least, sureSoft)
	}
	return least
}

// namesUnknown says whether a word stands there that no list explains, or an order.
func (s *sentence) namesUnknown() bool {
	for i := range s.items {
		if s.items[i].classes == 0 || s.items[i].classes.has(order) {
			return true
		}
	}
	return false
}
