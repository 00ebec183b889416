package wording

import (
	"slices"
	"strings"
)

// find returns the stretches of tokens that are the business's name.
func (n naming) find(toks []token, lang string) []span {
	var found []span
	for i := range toks {
		toks[i].canon = canonical(toks[i].norm)
	}
	for i := 0; i < len(toks); i++ {
		for _, form := range n.forms {
			if to := n.match(toks, i, form); to > 0 {
				for to < len(toks) && toks[to].brk == joined && legalForms[toks[to].norm] && len(toks[to].norm) > 1 && (!alsoWords[toks[to].norm] || toks[to].caps || toks[to].title) {
					to++
				}
				found = append(found, span{i, to})
				i = to - 1
				break
			}
		}
	}
	if len(found) == 0 {
		return n.findShort(toks, strings.HasPrefix(lang, "de"))
	}
	return found
}

// bind makes a name one stretch: what is set inside it, a comma or a full stop, parts nothing.
func bind(toks []token, s span) {
	for i := s.from; i < s.to; i++ {
		toks[i].name = true
		if i == s.from {
			continue
		}
		if toks[i].brk == sentence {
			for k := i; k < len(toks); k++ {
				toks[k].sent--
			}
		}
		toks[i].brk = joined
	}
}

// findShort finds the brand alone; behind "in" and the like it may be a place.
func (n naming) findShort(toks []token, german bool) (found []span) {
	for i, t := range toks {
		if n.first != "" && i > 0 && t.brk == joined && t.norm != link && senders[toks[i-1].norm] && sameWord(t.canon, n.first) {
			found = append(found, span{i, i + 1}) // Angebote von tegut
			continue
		}
		if !t.title && (t.norm[0] < '0' || t.norm[0] > '9') || t.norm == link || i > 0 && t.brk == joined && placeWords[toks[i-1].norm] {
			continue
		}
		if german && i > 0 && t.brk == joined && possessives[toks[i-1].norm] {
			continue // Ihr Pflegedienst: what it is, not who
		}
		if t.caps && len(t.norm) > 2 && !n.capitals {
			continue // Txt BURGER to 77777: a word to send
		}
		if i+1 < len(toks) && toks[i+1].title && toks[i+1].brk == joined && !legalForms[toks[i+1].norm] && (!german || isTrade(toks[i+1].norm) || trailing[toks[i+1].norm]) {
			continue // Bluebird Bikes is somebody else
		}
		inside := !german && n.first != "" && t.title && i > 0 && t.brk < sentence && sameWord(t.canon, n.first) // … when my boiler service with QuickFix
		if inside || slices.ContainsFunc(n.short, func(w string) bool { return sameWord(t.canon, w) }) {
			found = append(found, span{i, i + 1})
		}
	}
	return found
}

// senders are words after which stands who sends.
var senders = wordSet("von vom bei from with by chez")

var possessives = wordSet("ihr ihre ihrem ihren dein deine deinem deinen euer eure eurem unser unsere unserem unseren")

var placeWords = wordSet("in aus nach near at bei um raum stadt strasse herr frau herrn mr mrs ms")

// match matches a form of the name at token i; it returns the token after, or 0.
func (n naming) match(toks []token, i int, form []string) int {
	if to := n.matchWords(toks, i, form); to > 0 {
		return to
	}
	return matchGlued(toks, i, form)
}

// matchWords goes word by word, joiners and endings aside.
func (n naming) matchWords(toks []token, i int, form []string) int {
	at := i
	for k, w := range form {
		if joiners[w] && (at >= len(toks) || toks[at].canon != w) {
			if at < len(toks) && joiners[toks[at].norm] {
				at++
			}
			continue
		}
		if at < len(toks) && k > 0 && !joiners[w] && joiners[toks[at].norm] && toks[at].canon != w {
			at++
		}
		if at >= len(toks) || toks[at].norm == link || at > i && toks[at].brk == sentence && !n.dotted[toks[at-1].canon] || !sameWord(toks[at].canon, w) {
			return 0
		}
		at++
	}
	return at
}

// sameWord allows the endings that a name takes in a sentence: Meiers, Goldenen, Stadtwerken.
func sameWord(got, want string) bool {
	if got == want {
		return true
	}
	if rest, ok := strings.CutPrefix(got, "ل"); ok && (rest == want || "ا"+got == want) {
		return true // لمركز: to the centre
	}
	if rest, ok := strings.CutPrefix(got, "ب"); ok && rest == want {
		return true
	}
	if len(want) < 4 && len(want) > 1 && got == want+"s" {
		return true // Joe's, Joes
	}
	if len(want) < 4 || len(got) < 4 {
		return false
	}
	if isEnding(got, want) {
		return true
	}
	if n := len(want) - 1; n >= 4 && strings.ContainsRune("aeyio", rune(want[n])) && strings.HasPrefix(got, want[:n]) && slavic[got[n:]] {
		return true // kwiaciarnia, od kwiaciarni
	}
	stem := strings.TrimRight(want, "enrms")
	return len(stem) >= 4 && strings.HasPrefix(got, stem) && isEnding(got, stem)
}

// slavic are endings that a last vowel gives way to.
var slavic = map[string]bool{"": true, "i": true, "y": true, "e": true, "u": true, "a": true, "om": true, "ie": true, "ii": true, "ow": true, "ej": true}

func isEnding(got, stem string) bool {
	tail, ok := strings.CutPrefix(got, stem)
	switch tail {
	case "s", "n", "en", "er", "em", "es", "e", "ns", "u", "a", "owi": // -u, -a, -owi: Auto-Serwisu Nowaka
		return ok
	}
	return false
}

// matchGlued finds a name that is written in one word, or in more than the business does: HarbourBooks, Harbour-Books.
func matchGlued(toks []token, i int, form []string) int {
	want := strings.Join(slices.DeleteFunc(slices.Clone(form), func(w string) bool { return joiners[w] }), "")
	if len(want) < 5 || toks[i].canon == "" || toks[i].canon[0] != want[0] {
		return 0
	}
	got := ""
	for to := i; to < len(toks) && to < i+6; to++ {
		if toks[to].norm == link || (to > i && toks[to].brk > joined) {
			return 0
		}
		if w := toks[to].canon; to == i || !joiners[w] {
			got += w
		}
		if sameWord(got, want) {
			return to + 1
		}
		if len(got) > len(want) {
			return 0
		}
	}
	return 0
}
