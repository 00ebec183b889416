package keyword

import (
	_ "embed"
	"math/bits"
	"strings"
)

// A concept is what a word is about, the same in all languages: "click", "parcel", "family". The rules know none; the second
// reader learns from one language's sentences what to make of another's.

//go:embed words/concepts.tab
var conceptTable string

// concepts finds words and beginnings of words by their hashes, so that all beginnings of a word are tried while it is read once.
var concepts = loadConcepts(conceptTable)

const conceptBits = 14 // of the table; a third of it is used

type conceptIndex [1 << conceptBits]struct {
	key uint64
	id  uint8
}

func (x *conceptIndex) slot(key uint64) int {
	i := int(key * 0x9e3779b97f4a7c15 >> (64 - conceptBits))
	for x[i].id != 0 && x[i].key != key {
		i = (i + 1) & (len(x) - 1)
	}
	return i
}

// hashed is a language, or with letters added, a word of it.
func hashed(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

const (
	conceptSeed = 14695981039346656037
	wholeWord   = 0x5bd1e9955bd1e995 // tells a word from a beginning
)

func loadConcepts(table string) *conceptIndex {
	x, id := &conceptIndex{}, uint8(0)
	for line := range strings.SplitSeq(table, "\n") {
		name, rest, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		id++
		for part := range strings.SplitSeq(rest, "\t") {
			lang, list, _ := strings.Cut(part, " ")
			for w := range strings.FieldsSeq(list) {
				w, open := strings.CutSuffix(w, "*")
				for _, s := range spellings(w) {
					key := hashed(hashed(conceptSeed, lang), strings.Join(s, " "))
					if !open {
						key ^= wholeWord
					}
					if i := x.slot(key); len(s) > 0 && x[i].id == 0 {
						x[i].key, x[i].id = key, id
					}
				}
			}
		}
	}
	return x
}

// of is what a word is about, 0 when nothing knows it; the longest beginning decides.
func (x *conceptIndex) of(lang uint64, w string) (id uint8) {
	h := lang
	for i := range len(w) {
		h = (h ^ uint64(w[i])) * 1099511628211
		if at := x.slot(h); x[at].id != 0 {
			id = x[at].id
		}
	}
	if at := x.slot(h ^ wholeWord); x[at].id != 0 {
		return x[at].id
	}
	return id
}

// gatherConcepts adds what the text is about: each concept, what follows what, and which stand together.
func (s *sentence) gatherConcepts(f features) features {
	lang, _, _ := strings.Cut(s.lex.lang, "-")
	seed := hashed(conceptSeed, lang)
	var before, before2 uint64
	var seen [4]uint64
	for i := range s.t.words {
		id := uint64(concepts.of(seed, s.t.words[i].s))
		if id == 0 {
			continue
		}
		f.add(id*0x9e3779b97f4a7c15 + 31)
		f.add(id*0x9e3779b97f4a7c15 + before*0x2545f491 + 32)
		f.add(id*0x9e3779b97f4a7c15 + before*0x2545f491 + before2*0x51ed270b + 33)
		if s.t.words[i].question {
			f.add(id*0x9e3779b97f4a7c15 + 34)
		}
		seen[id>>6] |= 1 << (id & 63)
		before2, before = before, id
	}
	var all [24]uint64
	n := 0
	for k, set := range seen {
		for ; set != 0 && n < len(all); set &= set - 1 {
			all[n] = uint64(k)<<6 + uint64(bits.TrailingZeros64(set))
			n++
		}
	}
	for i := range all[:n] {
		for _, b := range all[i+1 : n] {
			f.add(all[i]*0x6c62272e07bb0142 + b*0x27d4eb2f165667c5 + 35)
		}
	}
	return f
}
