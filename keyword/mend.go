package keyword

// slips maps a word with one letter left out to the words it may have been, for the words that carry the meaning:
// two words whose shortenings meet are at most two slips apart.
var slips map[uint64][]slip

type slip struct {
	word    string
	classes class
}

const shortest = 6 // shorter words resemble too many others

// strong are the bare keywords: here even short ones are mended, as long as no real word is near.
var strong = map[string]string{
	"sotp": "stop", "stpo": "stop", "tsop": "stop", "stoop": "stop", "stopo": "stop", "stop1": "stop", "srop": "stop", "dtop": "stop",
	"atop": "stop", "stip": "stop", "stopr": "stop", "sttop": "stop", "sstop": "stop", "stoip": "stop", "stp": "stop", "stopm": "stop",
	"spot": "", "shop": "", "stap": "stop", "stopall": "stop", "stopp": "stop", "stob": "stop", "ztop": "stop", "sto": "stop", "stoppp": "stop",
	"strat": "start", "satrt": "start", "strart": "start", "statr": "start", "sart": "start", "startt": "start", "hlep": "help", "hepl": "help",
	"hilf": "hilfe", "hlife": "hilfe", "hife": "hilfe", "unsub": "unsubscribe", "unsubcribe": "unsubscribe", "unsuscribe": "unsubscribe",
	"abmeldn": "abmelden", "abmlden": "abmelden", "abmedlen": "abmelden", "ambelden": "abmelden", "abmelen": "abmelden",
}

const carries = halt | unsub | remove | revoke | writes | send | msg | mkt | list | number | topic | startv | want | get | help | dontwrite

func remember(w string, c class) {
	if len(w) < shortest || !c.has(carries) || w[0] >= 0x80 {
		return
	}
	if slips == nil {
		slips = map[uint64][]slip{}
	}
	for i := -1; i < len(w); i++ {
		h := hashWithout(w, i)
		slips[h] = append(slips[h], slip{w, c})
	}
}

// hashWithout is FNV-1a over the word without its i-th byte.
func hashWithout(w string, i int) uint64 {
	h := uint64(14695981039346656037)
	for j := 0; j < len(w); j++ {
		if j != i {
			h = (h ^ uint64(w[j])) * 1099511628211
		}
	}
	return h
}

// mend corrects one slip of the pen in an unknown word.
func mend(s string) string {
	if w, ok := strong[s]; ok && w != "" {
		return w
	}
	if len(s) < shortest || len(s) > 24 || s[0] >= 0x80 || realWord[s] {
		return s
	}
	best := slip{word: s}
	for i := -1; i < len(s); i++ {
		for _, w := range slips[hashWithout(s, i)] {
			if w.word[0] != s[0] || !oneSlip(s, w.word) || w.classes.has(startv|unsub) && w.word[:3] != s[:3] && (len(w.word) != len(s) || w.word[:2] != s[:2] || s[:2] != "ab" && s[:2] != "an") {
				continue // "ab-" and "an-" are all that parts a stop from a start
			}
			if best.classes.has(startv) && w.classes.has(unsub) || best.classes.has(unsub) && w.classes.has(startv) {
				return s // as near to "anmelden" as to "abmelden": leave it alone
			}
			if best.classes == 0 {
				best = w
			}
		}
	}
	return best.word
}

// realWord are ordinary words one letter away from one that carries meaning.
var realWord = map[string]bool{
	"katalog": true, "catalogue": true, "catalog": true, "catalogo": true, "catalogus": true, "brochure": true, "broschure": true, "yapmayin": true, "yapma": true, "lastik": true, "storniert": true, "lustig": true, "lustige": true, "rastig": true, "messenger": true, "massages": true, "massage": true, "letters": true, "sender": true, "number": true, "lister": true,
	"werbung": true, "stopped": true, "stopper": true, "stepped": true, "shopping": true, "abholen": true, "anhalten": true, "erhielt": true,
	"starter": true, "schicker": true, "schreiben": true, "bestellen": true, "anmeldet": true, "sending": true, "reading": true,
	"posting": true, "testing": true, "tasting": true, "writer": true, "mailing": true, "contract": true, "contrat": true, "contrato": true,
	"contratto": true, "oferta": true, "cancelled": true, "melden": true, "gemeldet": true, "schrieben": true, "bestellt": true, "angebot": true,
	"wanted": true, "contant": true, "contanti": true, "contante": true, "contado": true, "receta": true, "recetas": true, "ricetta": true, "waiting": true, "melding": true, "abmahnen": true, "abholung": true, "anmerkung": true, "umleitung": true,
}

// oneSlip: one letter wrong, missing, too many, or two neighbours swapped.
func oneSlip(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	switch {
	case len(a) == len(b):
		return len(a) > 0 && (a[1:] == b[1:] || len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:])
	case len(a) == len(b)+1:
		return a[1:] == b
	case len(b) == len(a)+1:
		return b[1:] == a
	}
	return false
}
