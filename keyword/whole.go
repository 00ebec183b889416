package keyword

import "strings"

// whole judges a message that is nothing but a keyword, with courtesy around it.
func (s *sentence) whole() (act, bool) {
	if len(s.t.words) > 12 {
		return act{}, false
	}
	var room [64]byte
	key := s.key(room[:0], false)
	if slippedStop(string(key)) {
		return act{intent: StopAll, confidence: 0.9, matched: string(key)}, true
	}
	in, ok := keywords[string(key)]
	if !ok {
		key = s.key(room[:0], true)
		if in, ok = keywords[string(key)]; !ok {
			return act{}, false
		}
	}
	matched := string(key)
	if s.t.words[0].question && in != Help && !strings.HasPrefix(matched, "stop") && !s.unsubscribes() {
		return act{}, false
	}
	return act{intent: in, confidence: 0.99, matched: matched}, true
}

// slippedStop: a message of one word that is one slip away from "stop" or "stopp", and no other word.
func slippedStop(w string) bool {
	return len(w) >= 3 && len(w) <= 6 && w[0] == 's' && !nearStop[w] && (oneSlip(w, "stop") || oneSlip(w, "stopp"))
}

var nearStop = words("shop slop step stow swop stomp strop sto spot stops stoff stoop stupp stopf stoppt stoppe")

func (s *sentence) unsubscribes() bool {
	for _, it := range s.items {
		if it.classes.has(unsub) {
			return true
		}
	}
	return false
}

// key is the message as one string; its core is without courtesy, and the same word twice counts once ("stop stop stop").
func (s *sentence) key(b []byte, core bool) []byte {
	last := ""
	for _, it := range s.items {
		if core && it.classes.has(polite|greet) && !it.classes.has(stopVerb|help) {
			continue
		}
		for _, w := range s.t.words[it.from:it.to] {
			if core && w.s == last {
				continue
			}
			last = w.s
			if len(b) > 0 {
				b = append(b, ' ')
			}
			if b = append(b, last...); len(b) > 60 {
				return nil
			}
		}
	}
	return b
}
