package keyword

import "strings"

// whole judges a message that is nothing but a keyword, with courtesy around it.
func (s *sentence) whole() (act, bool) {
	if len(s.t.words) > 12 {
		return act{}, false
	}
	key := s.words(s.items[0], s.items[len(s.items)-1])
	in, ok := keywords[key]
	if !ok {
		key = s.core()
		if in, ok = keywords[key]; !ok {
			return act{}, false
		}
	}
	if s.t.words[0].question && in != Help && !strings.HasPrefix(key, "stop") && !unsubWord(s) {
		return act{}, false
	}
	return act{intent: in, confidence: 0.99, matched: key}, true
}

func unsubWord(s *sentence) bool {
	for _, it := range s.items {
		if it.classes.has(unsub) {
			return true
		}
	}
	return false
}

// core is the message without courtesy; the same word twice counts once ("stop stop stop").
func (s *sentence) core() string {
	var out []string
	for _, it := range s.items {
		if it.classes.has(polite|greet) && !it.classes.has(stopVerb|help) {
			continue
		}
		w := s.words(it, it)
		if len(out) == 0 || out[len(out)-1] != w {
			out = append(out, w)
		}
		if len(out) > 6 {
			return ""
		}
	}
	return strings.Join(out, " ")
}
