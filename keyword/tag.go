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
}

// sentence is a text read with one lexicon.
type sentence struct {
	lex   *lexicon
	t     text
	items []item
}

// english is the language of words that all know, such as "stop".
var english = slices.IndexFunc(lexicons, func(l *lexicon) bool { return l.lang == "en" })

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
	s.joinTopics()
	return s
}

// joinTopics makes "infos zu meiner Bestellung", "messages about my order" one topic: the order is what they are about.
func (s *sentence) joinTopics() {
	for i := 0; i+1 < len(s.items); i++ {
		it := &s.items[i]
		if next := &s.items[i+1]; it.classes == order && it.to-it.from == 1 && next.classes.has(msg) && next.clause == it.clause && strings.HasSuffix(s.t.words[next.to-1].s, "s") {
			it.classes, next.classes = light, topic // "order pings"
			continue
		}
		if i+2 >= len(s.items) || !it.classes.has(msg) || it.to-it.from != 1 || !about[s.t.words[s.items[i+1].from].s] {
			continue
		}
		j := i + 2
		for j < len(s.items) && j < i+5 && s.items[j].clause == it.clause && s.items[j].classes.has(me|light|you) && !s.items[j].classes.has(msg|order) {
			j++
		}
		if j < len(s.items) && s.items[j].clause == it.clause && s.items[j].classes.has(order) {
			it.classes = topic
			s.items[j].classes = light
		}
	}
}

var about = words("zu zur zum uber wegen bzgl betreffend about on regarding re for concerning sobre sur concernant su sul sulla sui over o dotyczace")

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
			it.classes, it.to, it.clause, it.hides, it.annoys = n.classes, i+1, ws[i].clause, n.hides, n.annoys
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
	if l.lang == "ar" {
		return l.arabic(w)
	}
	return 0
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
