package manager

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// piece is a part of a quoted text; marked is what made it unclear.
type piece struct {
	text   string
	marked bool
}

// marked finds the words that decided in the text as it was written: they were matched in lower case, without accents and with
// single spaces (package keyword). Where they cannot be found, nothing is marked.
func marked(text, words string) []piece {
	plain, at := folded(text)
	want, _ := folded(words)
	i := strings.Index(plain, want)
	if want == "" || i < 0 {
		return []piece{{text: text}}
	}
	from, to := at[i], len(text)
	if end := i + len(want); end < len(at) {
		to = at[end]
	}
	found := strings.TrimRightFunc(text[from:to], func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
	to = from + len(found)
	var out []piece
	for _, p := range []piece{{text: text[:from]}, {text: text[from:to], marked: true}, {text: text[to:]}} {
		if p.text != "" {
			out = append(out, p)
		}
	}
	return out
}

// folded is a text as words are matched, and for each of its bytes where it stood.
func folded(text string) (plain string, at []int) {
	var b strings.Builder
	space := true // none at the beginning
	for i, r := range text {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			if !space {
				b.WriteByte(' ')
				at = append(at, i)
			}
			space = true
			continue
		}
		for _, d := range norm.NFKD.String(string(unicode.ToLower(r))) {
			if unicode.Is(unicode.Mn, d) {
				continue
			}
			n, _ := b.WriteRune(d)
			for range n {
				at = append(at, i)
			}
		}
		space = false
	}
	return strings.TrimRight(b.String(), " "), at
}
