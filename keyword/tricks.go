package keyword

import (
	"strings"
	"unicode/utf8"
)

// joinSpelled puts letters written apart back together: "S T O P", "S.T.O.P", "u n s u b s c r i b e".
func joinSpelled(ws []word) []word {
	out := ws[:0]
	for i := 0; i < len(ws); {
		j := i
		for j < len(ws) && utf8.RuneCountInString(ws[j].s) == 1 {
			j++
		}
		if j-i < 3 {
			j = i + 1
			out = append(out, ws[i])
			i = j
			continue
		}
		out = appendRun(out, ws[i:j])
		i = j
	}
	return joinHalves(out)
}

func appendRun(out, run []word) []word {
	var b strings.Builder
	for _, w := range run {
		b.WriteString(w.s)
	}
	if s := plain(b.String()); knownAnywhere(s) {
		w := run[0]
		w.s, w.loud = s, true
		return append(out, w)
	}
	for i := 4; i+3 < b.Len(); i++ {
		first, second := b.String()[:i], b.String()[i:]
		if bareStops[first] && knownAnywhere(second) {
			v, w := run[0], run[len(run)-1]
			v.s, v.loud, w.s = first, true, second
			return append(out, v, w) // "s t o p  p l e a s e"
		}
	}
	return append(out, run...)
}

var bareStops = words("stop stopp abmelden unsubscribe")

// joinHalves heals "st op" and "sto p" where the message is hardly more.
func joinHalves(ws []word) []word {
	if len(ws) < 2 || len(ws) > 4 {
		return ws
	}
	for i := 0; i+1 < len(ws); i++ {
		s := ws[i].s + ws[i+1].s
		if (s == "stop" || s == "stopp" || s == "unsubscribe" || s == "abmelden") && !(ws[i].s == "stop") {
			ws[i].s = s
			return append(ws[:i+1], ws[i+2:]...)
		}
	}
	return ws
}

// plain undoes look-alike letters, digits for letters and drawn-out letters, if that yields a word we know.
func plain(s string) string {
	if knownAnywhere(s) || len(s) > 1 && strings.Trim(s, "0123456789") == "" {
		return s // "numbers 12 and 45"
	}
	if m := latin(s); m != s && (knownAnywhere(m) || mixed(s)) {
		s = m
	}
	if knownAnywhere(s) {
		return s
	}
	for _, most := range []int{2, 1} {
		if q := squeeze(s, most); q != s && knownAnywhere(q) {
			return q
		}
	}
	if q := undouble(s); q != s {
		return q
	}
	if q := squeeze(latin(s), 1); q != s && knownAnywhere(q) && (drawnOut(s) || hasDigit(s)) {
		return q
	}
	return mend(s)
}

// lookalikes are Cyrillic and Greek letters, digits and signs that are drawn like Latin ones.
var lookalikes = map[rune]rune{
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'у': 'y', 'х': 'x', 'т': 't', 'ѕ': 's', 'і': 'i', 'ј': 'j', 'һ': 'h',
	'м': 'm', 'н': 'h', 'к': 'k', 'в': 'b', 'ԁ': 'd', 'ո': 'n', 'ѵ': 'v', 'α': 'a', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'ѐ': 'e',
	'ε': 'e', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'υ': 'u', 'χ': 'x', 'β': 'b', 'ѡ': 'w', 'օ': 'o', 'ս': 'u', 'տ': 's',
	'ѳ': 'o', 'ꜱ': 's', 'ᴛ': 't', 'ᴏ': 'o', 'ᴘ': 'p', 'п': 'n', '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't',
}

func latin(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 || r < 'a' }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if l, ok := lookalikes[r]; ok {
			return l
		}
		return r
	}, s)
}

// mixed: Latin letters beside Cyrillic or Greek ones are nobody's spelling.
func mixed(s string) bool {
	var ours, theirs bool
	for _, r := range s {
		ours = ours || r >= 'a' && r <= 'z'
		theirs = theirs || r >= 0x370 && r <= 0x52f
	}
	return ours && theirs
}

// undouble takes one of two equal letters away, if that yields a word we know: "abbmelden".
func undouble(s string) string {
	for i := 1; i < len(s) && len(s) > shortest; i++ {
		if s[i] == s[i-1] && s[i] < 0x80 && i+1 < len(s) && !strings.ContainsRune("aeiou", rune(s[i])) && !strings.ContainsRune("aeiou", rune(s[i+1])) {
			if q := s[:i] + s[i+1:]; knownAnywhere(q) {
				return q
			}
		}
	}
	return s
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func drawnOut(s string) bool {
	run, last := 0, rune(-1)
	for _, r := range s {
		if run++; r != last {
			run, last = 1, r
		}
		if run == 3 {
			return true
		}
	}
	return false
}

// squeeze leaves n of the same letter where there are three or more in a row; "bitte" keeps its two.
func squeeze(s string, n int) string {
	if !drawnOut(s) {
		return s
	}
	out, rs := make([]rune, 0, len(s)), []rune(s)
	for i := 0; i < len(rs); {
		j := i
		for j < len(rs) && rs[j] == rs[i] {
			j++
		}
		keep := j - i
		if keep > 2 {
			keep = n
		}
		out = append(out, rs[i:i+keep]...)
		i = j
	}
	return string(out)
}
