package keyword

import "strings"

// byAnnoyance: "das nervt", "genug jetzt", "it's annoying": with nothing else to be annoyed at, it is our messages.
func (c *clause) byAnnoyance(Input) (act, bool) {
	if !c.annoys || c.question || c.unknown > 0 || c.has.has(foreign|neg|notwant|they|ifs|wh|negpast|hesitate|exist|said|yes) {
		return act{}, false
	}
	return act{intent: c.scope(), confidence: 0.6, matched: c.s.words(c.items[0], c.items[len(c.items)-1]), bare: true, annoyed: true}, true
}

// fewer: "nicht so viele Nachrichten", "not every day" asks for less, not for nothing.
func (c *clause) fewer() bool {
	if c.has.has(all) && !c.has.has(light) {
		return false
	}
	first, last := c.items[0].from, c.items[len(c.items)-1].to
	at := 0
	for i := first; i < last; i++ {
		for c.items[at].to <= i {
			at++
		}
		if c.items[at].classes.has(notwant) && c.items[at].to-c.items[at].from > 1 {
			continue // "harta de tantos mensajes"
		}
		w := c.s.t.words[i].s
		if lessWords[w] {
			return true
		}
		if i+1 < last && lessPairs[w] != nil && lessPairs[w][c.s.t.words[i+1].s] || c.moreThan(i, last) {
			return true
		}
	}
	return false
}

var lessWords = words("standig dauernd andauernd permanent constantly constamment constantemente continuamente ciagle surekli voortdurend weniger seltener less fewer menos moins meno minder mniej rzadziej raramente tantos tantas tanti tante autant zoveel tylu tyle itne itni इतने इतनी")

// moreThan: at word i begins "not more than three", "no más de 3": a number is refused, and what goes beyond it.
func (c *clause) moreThan(i, last int) bool {
	ws := c.s.t.words
	switch w := ws[i].s; {
	case i+1 < last && thanPairs[w] != nil:
		return thanPairs[w][ws[i+1].s] && (thanWords[ws[i+1].s] || i+2 < last && isCount(ws[i+2].s))
	case w == "fazla" && i > c.items[0].from:
		return isCount(ws[i-1].s) || strings.HasSuffix(ws[i-1].s, "den") || strings.HasSuffix(ws[i-1].s, "ten") || strings.HasSuffix(ws[i-1].s, "dan") || strings.HasSuffix(ws[i-1].s, "tan")
	case w == "zyada" && i > c.items[0].from+1:
		return ws[i-1].s == "se" && isCount(ws[i-2].s)
	}
	return false
}

var thanPairs = map[string]map[string]bool{
	"mehr": words("als wie"), "more": words("than"), "meer": words("dan"), "wiecej": words("niz"), "اكثر": words("من"),
	"mas": words("de"), "mais": words("de que"), "piu": words("di"), "plus": words("de"),
}

// thanWords compare by themselves; the others may also mean "more of".
var thanWords = words("als wie than dan niz من")

func isCount(w string) bool { return len(w) == 1 || hasDigit(w) || counts[w] } // a lone digit was taken for a letter

var counts = words("zwei drei vier two three four dos tres cuatro deux trois quatre dois duas quatro due tre quattro iki uc dort do teen char een twee drie vier dwa dwie trzy ek")

var lessPairs = map[string]map[string]bool{
	"so": words("viele viel oft haufig many much often frequently vaak veel"), "as": words("many much often"), "that": words("many often"),
	"jeden": words("tag"), "every": words("day"), "tant": words("de"), "si": words("souvent"), "tan": words("seguido a frecuencia"),
	"cosi": words("tanti tante spesso tanto"), "zo": words("veel vaak"), "tak": words("czesto duzo"), "bu": words("kadar"), "cada": words("dia"), "chaque": words("jour"),
	"ogni": words("giorno"), "todos": words("os"), "tous": words("les"),
}
