package keyword

// readSigns reads a message without words: emoji are an answer, punctuation is nothing ("?" asks for help).
func readSigns(t text, asked Asked) Reading {
	switch {
	case t.stop > 0 && t.yes == 0:
		return Reading{Intent: StopAll, Confidence: 0.9, Matched: "stop sign", Declined: asked == AskedOptin}
	case asked == AskedOptin && t.yes > 0 && t.nay == 0:
		return Reading{Intent: Start, Confidence: 0.9, Matched: "yes sign"}
	case asked == AskedStopScope && t.yes > 0 && t.nay == 0:
		return Reading{Intent: StopAll, Confidence: 0.8, Matched: "yes sign"}
	case asked == AskedOptin && t.nay > 0:
		return Reading{Intent: None, Confidence: 0.9, Matched: "no sign", Declined: true}
	}
	if t.asks && t.yes+t.nay == 0 {
		return Reading{Intent: Help, Confidence: 0.7, Matched: "?"}
	}
	return Reading{Intent: None, Confidence: 0.9}
}

// answer reads a text as the answer to our open question.
func answer(r Reading, s sentence, t text, asked Asked) Reading {
	if asked == AskedStopScope {
		return s.scopeAnswer(r, t)
	}
	if r.Intent.Stops() {
		r.Declined = true
		if r.Confidence <= 0.6 { // "kein Interesse" refuses what we asked, no more
			r.Intent, r.Confidence = None, 0.9
		}
		return r
	}
	y, n := s.yesNo(t)
	switch {
	case r.WrongPerson || n && r.Intent != Start && (r.Intent != Help || s.endsWithNo()):
		r.Intent, r.Declined, r.Confidence = None, true, 0.9
	case r.Intent == None && y:
		r.Intent, r.Confidence = Start, 0.9
	}
	return r
}

var oftens = words("oft haufig viele often frequently many souvent seguido menudo frecuencia frequencia spesso sempre vaak czesto sik كثير كتير zyada ज्यादा")

// endsWithNo: "who's asking? no".
func (s *sentence) endsWithNo() bool {
	last := s.items[len(s.items)-1]
	return last.classes.has(no) && (len(s.items) == 1 || s.items[len(s.items)-2].clause != last.clause)
}

// yesNo: how the message begins, if the rest is no question about something else.
func (s *sentence) yesNo(t text) (bool, bool) {
	var seen class
	questions, unknown := false, 0
	first := class(0)
	for _, it := range s.items {
		if it.classes.has(yes) {
			seen |= it.classes &^ ifs // Spanish "si"
		} else {
			seen |= it.classes
		}
		questions = questions || s.t.words[it.from].question && !it.classes.has(yes)
		if it.classes == 0 {
			unknown++
		}
		if first == 0 && it.classes.has(yes|no|neg|notwant|negdet) {
			first = it.classes
		}
	}
	if first == 0 {
		sends := seen.has(send|begin) && !questions && unknown == 0 && seen&^(send|begin|light|polite|greet|me|msg|they|all) == 0 // "schickt mal"
		return t.nay == 0 && (t.yes > 0 && len(s.items) <= 3 || sends), t.nay > 0 && t.yes == 0
	}
	if s.holds(oftens) && first.has(yes) && !first.has(no) && !seen.has(msg|mkt|writes) {
		seen &^= neg | negdet | ifs | but | no
		unknown -= 3 // "ja, aber nicht so oft", "sure, as long as it's not too often"
	}
	if seen.has(no|notwant) || seen.has(neg) && first.has(neg) {
		return false, true
	}
	partly := seen.has(but) && seen.has(only) && seen.has(mkt|topic|msg) // "ja, aber nur Angebote"
	return first.has(yes) && !questions && !seen.has(neg|negdet|ifs|wait|hesitate) && (!seen.has(but) || partly) && unknown <= 2, seen.has(neg | negdet)
}

// kinds of messages that are a topic when we asked which ones.
var kinds = words("reminder reminders updates alerts erinnerungen recordatorios rappels promemoria lembretes herinneringen przypomnienia hatirlatmalar")

// scopeAnswer: which messages shall stop? Everything unless a part is named.
func (s *sentence) scopeAnswer(r Reading, t text) Reading {
	var seen class
	for _, it := range s.items {
		seen |= it.classes
	}
	if r.Intent == Help || r.Intent == Start || seen.has(quiet) && r.Intent.Stops() && !seen.has(only) {
		return r
	}
	scope := Intent("")
	switch {
	case seen.has(except):
		c := s.clause(s.items)
		scope = c.exceptScope()
	case seen.has(all) && !seen.has(mkt|topic), seen.has(yes) && !seen.has(mkt|topic|neg|no) && !s.t.words[0].question:
		scope = StopAll
	case seen.has(keep) && !seen.has(only):
		return r
	case seen.has(mkt) && seen.has(topic):
		scope = StopAll
	case seen.has(mkt):
		scope = StopMarketing
	case seen.has(topic) || seen.has(order) && (seen.has(only) || seen&^(order|light|polite|msg|they|me|you) == 0 && !s.t.words[0].question) || seen.has(msg) && s.holds(kinds):
		scope = StopTopic
	default:
		return r
	}
	r.Intent, r.Confidence = scope, 0.9
	return r
}
