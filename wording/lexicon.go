package wording

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The lexicon: classes of words and patterns over them, one file a language. Its first file explains the notation.
//
//go:embed lexicon/*.txt
var lexiconFiles embed.FS

const words64 = 40 // room for 2560 groups of words

// bits is a set of word groups.
type bits [words64]uint64

func (b *bits) drop(i int) { b[i/64] &^= 1 << (i % 64) }
func (b *bits) add(i int)  { b[i/64] |= 1 << (i % 64) }
func (b *bits) hasAny(groups []int) bool {
	for _, g := range groups {
		if b.has(g) {
			return true
		}
	}
	return false
}
func (b *bits) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b *bits) merge(o *bits) {
	for i := range b {
		b[i] |= o[i]
	}
}

// step is one element of a pattern: a word of a group, or a gap.
type step struct {
	groups   []int // the word must be in one of these
	gap      int   // up to this many words between; 0 when the step is a word
	any      bool  // the gap may hold negations and words of leaving
	start    bool  // the word must begin its clause
	first    bool  // the word must begin its sentence
	capital  bool  // the word must be in capitals
	optional bool
}

// pattern is a row of steps that mean something when they occur in one sentence.
type pattern struct {
	tag   string
	steps []step
	needs [][]int // of each of these a word must be there
	line  string
}

// lexicon is everything read from the files.
type lexicon struct {
	groups         map[string]int
	exact          map[string]*bits
	prefix, suffix map[string]*bits
	patterns       []pattern
	neg, leave     int   // groups asked for often
	business       int   // the group of the business's name: @biz in patterns
	dull           []int // groups of words that name no kind of message
}

// words reads the embedded files once.
var theLexicon = sync.OnceValue(func() *lexicon {
	names, err := lexiconFiles.ReadDir("lexicon")
	if err != nil {
		panic(err)
	}
	x := &lexicon{groups: map[string]int{}, exact: map[string]*bits{}, prefix: map[string]*bits{}, suffix: map[string]*bits{}}
	for _, n := range names {
		raw, err := lexiconFiles.ReadFile("lexicon/" + n.Name())
		if err != nil {
			panic(err)
		}
		for i, l := range strings.Split(string(raw), "\n") {
			if err := x.read(l, strings.TrimSuffix(n.Name(), ".txt")); err != nil {
				panic(fmt.Sprintf("lexicon %s line %d: %v", n.Name(), i+1, err))
			}
		}
	}
	x.neg, x.leave, x.business = x.group("@neg"), x.group("@leave"), x.group("@biz")
	for _, class := range dull {
		x.dull = append(x.dull, x.group(class))
	}
	return x
})

// read takes in one line: a class, a pattern, a comment or nothing.
func (x *lexicon) read(line, lang string) error {
	line, _, _ = strings.Cut(line, "#")
	line = strings.TrimSpace(line)
	if line == "" {
		return nil
	}
	if strings.HasPrefix(line, "@") {
		name, list, ok := strings.Cut(line, "=")
		if !ok {
			return fmt.Errorf("class without =: %q", line)
		}
		if name = strings.TrimSpace(name); name == "@neg" {
			if err := x.fill("@neg "+lang, strings.Fields(list)); err != nil {
				return err
			}
		}
		return x.fill(name, strings.Fields(list))
	}
	tag, body, ok := strings.Cut(line, ":")
	if !ok {
		return fmt.Errorf("neither class nor pattern: %q", line)
	}
	return x.addPattern(tag, strings.Fields(body), line)
}

// group numbers a group of words.
func (x *lexicon) group(name string) int {
	i, ok := x.groups[name]
	if !ok {
		i = len(x.groups)
		if i >= words64*64 {
			panic("lexicon: more groups than bits")
		}
		x.groups[name] = i
	}
	return i
}

// fill adds words to a group: exact, stem* or *ending.
func (x *lexicon) fill(name string, list []string) error {
	g := x.group(name)
	for _, w := range list {
		into := x.exact
		switch {
		case strings.HasSuffix(w, "*"):
			into, w = x.prefix, strings.TrimSuffix(w, "*")
		case strings.HasPrefix(w, "*"):
			into, w = x.suffix, strings.TrimPrefix(w, "*")
		}
		if w = fold(w); w == "" {
			return fmt.Errorf("empty word in %s", name)
		}
		if into[w] == nil {
			into[w] = &bits{}
		}
		into[w].add(g)
	}
	return nil
}

func (x *lexicon) addPattern(tag string, elements []string, line string) error {
	p := pattern{tag: tag, line: line}
	for _, e := range elements {
		s, err := x.step(e)
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		p.steps = append(p.steps, s)
		if s.gap == 0 && !s.optional {
			p.needs = append(p.needs, s.groups)
		}
	}
	if len(p.needs) == 0 || p.steps[0].gap > 0 {
		return fmt.Errorf("pattern must begin with a word: %s", line)
	}
	x.patterns = append(x.patterns, p)
	return nil
}

// step reads one element of a pattern.
func (x *lexicon) step(e string) (step, error) {
	if n, ok := strings.CutPrefix(e, ".."); ok {
		gap, err := strconv.Atoi(n)
		return step{gap: gap}, err
	}
	if n, ok := strings.CutPrefix(e, "~"); ok {
		gap, err := strconv.Atoi(n)
		return step{gap: gap, any: true}, err
	}
	var s step
	for len(e) > 0 && strings.ContainsRune("^<!", rune(e[0])) {
		s.first = s.first || e[0] == '<'
		s.start = s.start || e[0] == '^'
		s.capital = s.capital || e[0] == '!'
		e = e[1:]
	}
	e, s.optional = strings.CutSuffix(e, "?")
	if e == "" {
		return s, fmt.Errorf("empty element")
	}
	var words []string
	for w := range strings.SplitSeq(e, "|") {
		if strings.HasPrefix(w, "@") {
			s.groups = append(s.groups, x.group(w))
		} else {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return s, nil
	}
	g, err := x.anonymous(words)
	s.groups = append(s.groups, g)
	return s, err
}

// anonymous makes a group of words given with |.
func (x *lexicon) anonymous(list []string) (int, error) {
	slices.Sort(list)
	name := strings.Join(list, "|")
	if g, known := x.groups[name]; known {
		return g, nil
	}
	g := x.group(name)
	return g, x.fill(name, list)
}

// classify gives the groups of a word; an unknown German word is tried again with ae, oe, ue as ä, ö, ü.
func (x *lexicon) classify(w string) bits {
	b, found := x.lookup(w)
	if !found && (strings.Contains(w, "ae") || strings.Contains(w, "oe") || strings.Contains(w, "ue")) {
		b, _ = x.lookup(umlauts.Replace(w))
	}
	return b
}

var umlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")

func (x *lexicon) lookup(w string) (b bits, found bool) {
	if e := x.exact[w]; e != nil {
		b, found = *e, true
	}
	for i := 2; i <= len(w); i++ {
		if p := x.prefix[w[:i]]; p != nil {
			b.merge(p)
			found = true
		}
		if p := x.suffix[w[len(w)-i:]]; p != nil {
			b.merge(p)
			found = true
		}
	}
	return b, found
}
