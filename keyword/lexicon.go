package keyword

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

//go:embed words/*.txt
var files embed.FS

// lexicon is one language: phrases with their classes, as a tree of words.
type lexicon struct {
	lang   string
	root   map[string]*node
	affix  []affix
	verbs  map[string][]separable
	before bool // a negation stands before its verb only (not so in German, Dutch, French)
	final  bool // the verb stands last (Hindi, Turkish)
}

// node is a phrase so far; classes is 0 when no phrase ends here.
type node struct {
	classes class
	annoys  bool // the phrase tells of annoyance
	unasked bool // the phrase says that nobody asked
	hides   bool // the phrase holds a negation
	next    map[string]*node
}

// affix is a pattern "werbe*", "*nachrichten" or "bestell*nachrichten".
type affix struct {
	head, tail string
	classes    class
}

// separable is a verb and the particle that gives it its meaning: "meldet … ab".
type separable struct {
	particle string
	classes  class
}

var lexicons = load()

// known says which languages know a word: by itself (low half) or as part of a phrase (high half).
var known map[string]uint32

func load() []*lexicon {
	known = map[string]uint32{}
	entries, err := files.ReadDir("words")
	if err != nil {
		panic(err) // embedded: cannot happen in a built program
	}
	var out []*lexicon
	common, _ := files.ReadFile("words/und.txt")
	for _, e := range entries {
		lang := strings.TrimSuffix(e.Name(), ".txt")
		if lang == "und" {
			continue
		}
		b, err := files.ReadFile(path.Join("words", e.Name()))
		if err != nil {
			panic(err)
		}
		l := &lexicon{lang: lang, root: map[string]*node{}, verbs: map[string][]separable{}, before: lang != "de" && lang != "nl" && lang != "fr", final: lang == "tr" || strings.HasPrefix(lang, "hi")}
		if err := l.parse(string(b)+"\n"+string(common), len(out)); err != nil {
			panic(err)
		}
		l.uncover(l.root, 0, 1)
		out = append(out, l)
	}
	return out
}

// parse reads "class: phrase, phrase" and "sep: class = verb verb + particle particle" lines.
func (l *lexicon) parse(s string, index int) error {
	for line := range strings.SplitSeq(s, "\n") {
		name, rest, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		if name == "sep" {
			if err := l.separable(rest); err != nil {
				return err
			}
			continue
		}
		c, err := parseClass(name)
		if err != nil {
			return err
		}
		for phrase := range strings.SplitSeq(rest, ",") {
			phrase = strings.TrimSpace(phrase)
			l.add(phrase, c, index)
			switch name {
			case "annoy":
				l.mark(phrase, func(n *node) { n.annoys = true })
			case "unasked":
				l.mark(phrase, func(n *node) { n.unasked = true })
			}
		}
	}
	return nil
}

func (l *lexicon) separable(rule string) error {
	name, rest, _ := strings.Cut(rule, "=")
	verbs, particles, ok := strings.Cut(rest, "+")
	if !ok {
		return fmt.Errorf("read lexicon %s: no particle in %q", l.lang, rule)
	}
	c, err := parseClass(strings.TrimSpace(name))
	if err != nil {
		return err
	}
	for _, v := range spellings(verbs) {
		for _, p := range spellings(particles) {
			for _, verb := range v {
				for _, particle := range p {
					l.verbs[verb] = append(l.verbs[verb], separable{particle, c})
				}
			}
		}
	}
	return nil
}

func (l *lexicon) add(phrase string, c class, index int) {
	if phrase == "" {
		return
	}
	if head, tail, ok := strings.Cut(phrase, "*"); ok {
		l.affix = append(l.affix, affix{flat(head), flat(tail), c})
		return
	}
	for _, ws := range spellings(phrase) {
		l.addWords(ws, c, index)
	}
}

// mark notes of a phrase what no class says: that the reader is annoyed (alone it asks to end it), that nobody asked.
func (l *lexicon) mark(phrase string, note func(*node)) {
	for _, ws := range spellings(phrase) {
		level, n := l.root, (*node)(nil)
		for _, w := range ws {
			n = level[w]
			level = n.next
		}
		note(n)
	}
}

func (l *lexicon) addWords(ws []string, c class, index int) {
	level := l.root
	for i, w := range ws {
		n := level[w]
		if n == nil {
			n = &node{}
			level[w] = n
		}
		if len(ws) == 1 {
			known[w] |= 1 << index
			remember(w, c)
		} else {
			known[w] |= 1 << (index + 16)
		}
		if i == len(ws)-1 {
			n.classes |= c
			return
		}
		if n.next == nil {
			n.next = map[string]*node{}
		}
		level = n.next
	}
}

// uncover marks phrases that hold a negating word, and gives it back to those that only say how much or for how long:
// "gar keine" is "all", and no all the same.
func (l *lexicon) uncover(level map[string]*node, negation class, depth int) {
	for w, n := range level {
		inside := negation
		if single := l.root[w]; single != nil {
			inside |= single.classes & (neg | negdet)
		}
		if depth > 1 && inside != 0 && n.classes != 0 {
			n.hides = !n.classes.has(yes)
			if n.classes.has(all|more|get) && !n.classes.has(leave|unsub|hesitate|notwant|negpast|getind) {
				n.classes |= inside
			}
		}
		l.uncover(n.next, inside, depth+1)
	}
}

// spellings are a phrase's words as clean would cut them, with umlauts as one letter and as two.
func spellings(phrase string) [][]string {
	out := [][]string{cut(phrase)}
	if two := umlauts.Replace(phrase); two != phrase {
		out = append(out, cut(two))
	}
	return out
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")

func cut(phrase string) []string {
	c := cutter{}
	for _, r := range fold(phrase) {
		c.take(r)
	}
	c.wordEnd()
	out := make([]string, len(c.t.words))
	for i, w := range c.t.words {
		out[i] = w.s
	}
	return out
}

func flat(s string) string { return strings.Join(cut(s), "") }

func knownAnywhere(s string) bool { return known[s] != 0 }
