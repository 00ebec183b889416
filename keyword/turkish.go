package keyword

import "strings"

// turkish looks a noun up without its endings ("tekliflerinizle"), and knows a verb that forbids by its own ("şişirmeyin").
func (l *lexicon) turkish(w string) class {
	for _, end := range []string{"meyin", "mayin", "meyiniz", "mayiniz"} {
		if len(w) > len(end)+2 && strings.HasSuffix(w, end) {
			return neg
		}
	}
	for i := len(w) - 1; i >= 4; i-- {
		if n := l.root[w[:i]]; n != nil && n.classes.has(mkt|topic|msg|order|list) && !n.classes.has(stopVerb|want|get) && endings(w[i:], 4) {
			return n.classes
		}
	}
	return 0
}

// endings says whether a rest is nothing but case, plural and possession.
func endings(rest string, most int) bool {
	if rest == "" {
		return true
	}
	for n := min(len(rest), 4); n > 0 && most > 0; n-- {
		if suffixes[rest[:n]] && endings(rest[n:], most-1) {
			return true
		}
	}
	return false
}

var suffixes = words("lar ler lari leri larin im in i u um un imiz iniz umuz unuz si su sini sine nin nun den dan tan ten de da te ta e a ye ya yi yu yle yla le la ne na ni nda nde ile li lik siz")
