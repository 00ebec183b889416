package keyword

// What the second reader must be sure of before it is heard.
const (
	sureStop   = 0.75 // of a stop, with a word that refuses or ends
	sureBare   = 0.95 // of a stop without one
	sureOther  = 0.65 // of a start or a wish for help
	sureSoft   = 0.95 // against a rule that took something else for what the message is about
	sureNarrow = 0.9  // that a stop means only a part
	mostWords  = 45   // of a longer text too little is known
)

// refuses are the classes of words that refuse, end or take away.
const refuses = quiet | stopVerb | weakhalt | remove | cancel | revoke | leave | dontwrite | no | haltpast | negpast

// secondOpinion fills in where no rule found anything, and says what part is meant where a stop names something no list knows.
// It never speaks against a negation, a condition or somebody else whom a rule saw, and never turns a start or a stop round.
func (s *sentence) secondOpinion(r Reading) Reading {
	if len(s.t.words) < 2 || len(s.t.words) > mostWords {
		return r
	}
	var room [1200]uint16
	switch {
	case r.Intent == StopAll && r.Confidence < 0.98 && s.namesUnknown():
		if in, sure := likely(s.gather(room[:0])); (in == StopMarketing || in == StopTopic) && sure > sureNarrow {
			r.Intent = in
		}
	case (r.Intent == None || r.Intent == Unsure) && !r.firm:
		in, sure := likely(s.gather(room[:0]))
		if in == None || sure < sureOther || r.settled && sure < sureSoft || in.Stops() && (sure < sureStop || sure < sureBare && !s.mentions(refuses)) {
			return r
		}
		r.Intent, r.Confidence = in, 0.7*sure
		r.Matched = s.words(s.items[0], s.items[min(len(s.items), 12)-1])
	}
	return r
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
