package keyword

import "strings"

// jakWhen: Polish "jak" asks how, but in "jak dojadę, to napiszę" it says when; an infinitive behind it asks.
func (s *sentence) jakWhen() {
	if s.lex.lang != "pl" {
		return
	}
	for i := range s.items {
		it := &s.items[i]
		if it.to-it.from != 1 || s.t.words[it.from].s != "jak" {
			continue
		}
		then := false
		for k := it.from + 1; k < len(s.t.words) && s.t.words[k].sentence == s.t.words[it.from].sentence; k++ {
			w := s.t.words[k].s
			if infinitive(w) || w == "sie" && k == it.from+1 {
				then = false
				break
			}
			then = then || w == "to" && k > it.from+1 && k+1 < len(s.t.words)
		}
		if then {
			it.classes = ifs
		}
	}
}

func infinitive(w string) bool {
	return len(w) > 3 && (strings.HasSuffix(w, "ac") || strings.HasSuffix(w, "ic") || strings.HasSuffix(w, "yc") || strings.HasSuffix(w, "ec") || strings.HasSuffix(w, "sc"))
}
