package keyword

import (
	"slices"
	"strings"
)

// item is a word or phrase with what it can do.
type item struct {
	classes  class
	from, to int // words
	clause   int
	hides    bool // holds a negating word inside
	annoys   bool // tells of annoyance
	unasked  bool // says that nobody asked
}

// sentence is a text read with one lexicon.
type sentence struct {
	lex   *lexicon
	t     text
	items []item
}

// english is the language of words that all know, such as "stop".
var english = slices.IndexFunc(lexicons, func(l *lexicon) bool { return l.lang == "en" })

// arabizi is Arabic in Latin letters.
var arabizi = slices.IndexFunc(lexicons, func(l *lexicon) bool { return l.lang == "ar-latn" })

// languages are the one that knows most of the words and the one that knows second most (or -1).
func languages(t text, hint string) (int, int) {
	var score [16]int
	hint, _, _ = strings.Cut(strings.ToLower(hint), "-")
	for _, w := range t.words {
		k := known[w.s]
		weight := 2
		if len(w.s) > 3 {
			weight = 4
		}
		for i := range lexicons {
			if k>>i&1 == 1 {
				score[i] += weight
			} else if k>>(i+16)&1 == 1 {
				score[i] += weight / 2
			}
		}
	}
	if score[arabizi] > 0 {
		score[arabizi]-- // its short words are everybody's
	}
	first, second := english, -1
	for i, l := range lexicons {
		if hint != "" && strings.HasPrefix(l.lang, hint) && score[i] > 0 {
			score[i] += 3
		}
		if score[i] > score[first] {
			first = i
		}
	}
	for i := range lexicons {
		if i != first && score[i] > 0 && score[i]*10 >= score[first]*8 && (second < 0 || score[i] > score[second]) {
			second = i
		}
	}
	return first, second
}

// tag finds the longest phrase at each word, then joins separable verbs.
func tag(t text, lang int) sentence {
	s := sentence{lex: lexicons[lang], t: t, items: make([]item, 0, len(t.words))}
	for i := 0; i < len(t.words); {
		it := s.longest(i)
		s.items = append(s.items, it)
		i = it.to
	}
	s.joinVerbs()
	s.wasDone()
	s.plainThat()
	s.joinNe()
	s.jakWhen()
	s.joinTopics()
	s.onlyNotEnough()
	s.pointThem()
	s.joinExits()
	return s
}

func (s *sentence) longest(from int) item {
	ws := s.t.words
	it := item{from: from, to: from + 1, clause: ws[from].clause}
	level := s.lex.root
	for i := from; i < len(ws) && ws[i].sentence == ws[from].sentence; i++ {
		n := level[ws[i].s]
		if n == nil && i > from && filler[ws[i].s] && i+1 < len(ws) {
			continue // "lasst mich bitte in Ruhe"
		}
		if n == nil {
			break
		}
		if n.classes != 0 && !(n.classes.has(other|halt) && ws[i].clause != ws[from].clause) { // "didn't mean to stop, sign me up"
			it.classes, it.to, it.clause, it.hides, it.annoys, it.unasked = n.classes, i+1, ws[i].clause, n.hides, n.annoys, n.unasked
		}
		level = n.next
	}
	if it.classes.has(no) && ws[from].sentence == ws[it.to-1].sentence {
		it.clause = ws[from].clause // "avisos no, gracias"
	}
	if it.classes == 0 {
		it.classes = s.lex.shape(ws[from].s)
	}
	return it
}

// filler may stand inside any phrase without changing it.
var filler = words("bitte doch mal endlich jetzt einfach bloss gefalligst sofort hier dann also wirklich echt tf please pls plz just fucking fuckin")

// shape reads a word no list holds by its form: numbers and codes carry nothing, compounds follow their parts.
func (l *lexicon) shape(w string) class {
	if hasDigit(w) {
		return light
	}
	if l.lang == "de" || l.lang == "nl" {
		if k := l.compound(w); k != 0 {
			return k
		}
	}
	found := class(0)
	for _, a := range l.affix {
		if len(w) > len(a.head)+len(a.tail) && strings.HasPrefix(w, a.head) && strings.HasSuffix(w, a.tail) {
			if found == 0 || a.classes.has(mkt|topic) {
				found = a.classes // "Rabattnachrichten": what they are about says more than that they are messages
			}
		}
	}
	if found != 0 {
		return found
	}
	if l.lang == "tr" {
		if k := l.turkish(w); k != 0 {
			return k
		}
	}
	if l.lang == "ar" {
		if k := l.arabic(w); k != 0 {
			return k
		}
	}
	return borrowed(w)
}

// borrowed reads a word of another language in a mixed sentence, if all that know it agree: "I don't want più messaggi".
func borrowed(w string) class {
	k := known[w] & (1<<len(lexicons) - 1)
	if k == 0 || len(w) < 5 {
		return 0
	}
	found := class(0)
	for i, l := range lexicons {
		if k>>i&1 == 0 {
			continue
		}
		c := l.root[w].classes
		if found != 0 && c != found || c&^(msg|mkt|topic|order|unsub|list) != 0 {
			return 0
		}
		found = c
	}
	return found
}

// arabic looks a word up without the particles and pronouns written onto it: "بالعروض", "لرسائلكم".
func (l *lexicon) arabic(w string) class {
	for _, head := range []string{"", "وال", "بال", "لل", "ال", "و", "ف", "ب", "ل"} {
		stem, ok := strings.CutPrefix(w, head)
		if !ok {
			continue
		}
		for _, tail := range []string{"", "كم", "ك", "هم", "ها", "ه", "وا", "و", "ي"} {
			if s, ok := strings.CutSuffix(stem, tail); ok && len(s) >= 6 && l.root[s] != nil && l.root[s].classes.has(carries|order|consent) {
				return l.root[s].classes
			}
		}
	}
	return 0
}

// pointThem: in "stop them", "don't send it" the pronoun is what is sent, nobody.
func (s *sentence) pointThem() {
	for i := 1; i < len(s.items); i++ {
		it := &s.items[i]
		if !it.classes.has(they) || s.items[i-1].clause != it.clause || !s.items[i-1].classes.has(stopVerb|weakhalt|remove|cancel|send|get|notwant|want) {
			continue
		}
		switch s.t.words[it.from].s {
		case "them", "it":
			it.classes = light
		}
	}
}

// onlyNotEnough: Arabic "بس" is "enough" alone, "but" or "only" among other words.
func (s *sentence) onlyNotEnough() {
	if s.lex.lang != "ar" || len(s.items) < 2 {
		return
	}
	for i := range s.items {
		it := &s.items[i]
		if !it.classes.has(halt) || !it.classes.has(only) {
			continue
		}
		for j := max(0, i-1); j <= min(len(s.items)-1, i+1); j++ {
			if j != i && s.items[j].clause == it.clause && s.items[j].classes.has(want|mkt|topic|msg|order|neg|negdet|no|notwant|stopVerb) && !(j > i && s.items[j].classes.has(msg)) {
				it.classes = it.classes&^halt | but
			}
		}
	}
}

// joinVerbs gives a verb the meaning it has with its particle further on in the clause.
func (s *sentence) joinVerbs() {
	if len(s.lex.verbs) == 0 {
		return
	}
	for i := range s.items {
		it := &s.items[i]
		if it.to-it.from != 1 {
			continue
		}
		rules := s.lex.verbs[s.t.words[it.from].s]
		if rules == nil {
			continue
		}
		for j := i + 1; j < len(s.items) && j < i+12 && s.items[j].clause == it.clause; j++ {
			p := &s.items[j]
			if p.to-p.from == 1 && joins(rules, s.t.words[p.from].s, it) {
				p.classes = light
				break
			}
		}
	}
}

func joins(rules []separable, particle string, it *item) bool {
	for _, r := range rules {
		if r.particle == particle {
			it.classes = r.classes
			return true
		}
	}
	return false
}

// words is the normalised text of the items from a to b.
func (s *sentence) words(a, b item) string {
	var out strings.Builder
	for i := a.from; i < b.to; i++ {
		if i > a.from {
			out.WriteByte(' ')
		}
		out.WriteString(s.t.words[i].s)
	}
	return out.String()
}
