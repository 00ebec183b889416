package keyword

import (
	_ "embed"
	"math"
	"slices"
)

// The second reader is a linear model over what a text shows: words, pairs of words, runs of letters, and what its words can do.
// It is asked only where no rule of the first reader says anything (opinion.go), and learns from testdata (train_test.go).

// outcomes are what it tells apart, in the order of its weights.
var outcomes = [...]Intent{None, StopAll, StopMarketing, StopTopic, Start, Help}

const (
	bucketBits = 16 // of the table of weights; features that fall into one bucket share their weights
	buckets    = 1 << bucketBits
	weightUnit = 1.0 / 32 // of a stored weight
)

// learnt holds each bucket's weights, one a byte, behind the eight bytes that name the set it learnt from.
//
//go:embed second.bin
var learnt []byte

const learntHead = 8

// features are the buckets a text falls into.
type features []uint16

func (f *features) add(h uint64) {
	h = (h ^ h>>29) * 0x9e3779b97f4a7c15
	*f = append(*f, uint16(h>>(64-bucketBits)))
}

// gather lists a text's features.
func (s *sentence) gather(f features) features {
	var before, before2 uint64
	for i := range s.t.words {
		w := hashWithout(s.t.words[i].s, -1)
		f.add(w)
		f.add(w*31 + before*17 + 1)
		f.add(w*31 + before2*13 + 2)
		f.grams(s.t.words[i].s)
		before2, before = before, w
	}
	return s.gatherClasses(s.gatherConcepts(f))
}

// gatherClasses adds what the words can do, alone, in their order, and together: this is the same in all languages.
func (s *sentence) gatherClasses(f features) features {
	const edge = 1 << 63
	clause, before, before2, all := -1, class(0), class(0), class(0)
	for i := range s.items {
		it := &s.items[i]
		if it.clause != clause {
			clause, before, before2 = it.clause, edge, 0
		}
		k := it.classes
		if k == light {
			continue
		}
		all |= k
		h := uint64(k)*0x9e3779b97f4a7c15 + 5
		f.add(h)
		f.add(h*31 + uint64(before)*3 + 11)
		f.add(h*31 + uint64(before)*3 + uint64(before2)*7 + 12)
		if s.t.words[it.from].question {
			f.add(h + 77)
		}
		for b := k; b != 0; b &= b - 1 {
			f.add(uint64(b&-b)*0x51ed27 + 99)
		}
		before2, before = before, k
	}
	for a := all &^ (light | polite | greet); a != 0; a &= a - 1 {
		for b := a & (a - 1); b != 0; b &= b - 1 {
			f.add(uint64(a&-a)*0x12345677 + uint64(b&-b)*0x7654321b + 1234)
		}
	}
	f.add(uint64(min(len(s.t.words), 12)) + 424242)
	return f
}

// grams adds the runs of three and four letters of a word, its ends marked; a letter beyond ASCII counts as two or three.
func (f *features) grams(w string) {
	step := 1
	if w[0] >= 0x80 {
		step = 2
	}
	at := func(i int) uint64 {
		switch {
		case i < 0:
			return '<'
		case i >= len(w):
			return '>'
		}
		return uint64(w[i])
	}
	for i := -1; i+3*step <= len(w)+1; i++ {
		h := uint64(14695981039346656037)
		for j := i; j < i+3*step; j++ {
			h = (h ^ at(j)) * 1099511628211
		}
		f.add(h + 3)
		if i+4*step > len(w)+1 {
			continue
		}
		for j := i + 3*step; j < i+4*step; j++ {
			h = (h ^ at(j)) * 1099511628211
		}
		f.add(h + 4)
	}
}

// likelihoods are how likely each outcome is.
type likelihoods [len(outcomes)]float64

func likely(f features) likelihoods {
	var sum [len(outcomes)]int32
	table := learnt[learntHead:]
	for _, b := range f {
		row := table[int(b)*len(outcomes) : int(b)*len(outcomes)+len(outcomes)]
		for k := range sum {
			sum[k] += int32(int8(row[k]))
		}
	}
	most, all := slices.Max(sum[:]), 0.0
	var out likelihoods
	for k := range sum {
		out[k] = math.Exp(float64(sum[k]-most) * weightUnit)
		all += out[k]
	}
	for k := range out {
		out[k] /= all
	}
	return out
}

// best is the likeliest outcome, how likely it is, and how likely the opposite of it: a stop's is a start, a start's any stop.
// The stops count together: whether one is asked for is one question, of what is another.
func (l likelihoods) best() (in Intent, sure, opposite float64) {
	stops, most := 0.0, 0.0
	for k, v := range l {
		if outcomes[k].Stops() {
			stops += v
		}
	}
	for k, v := range l {
		if outcomes[k].Stops() == (stops > 0.5) && v > most {
			in, sure, most = outcomes[k], v, v
		}
	}
	switch {
	case in.Stops():
		return in, stops, l.of(Start)
	case in == Start:
		return in, sure, stops
	}
	return in, sure, 0
}

// of is how likely an outcome is.
func (l likelihoods) of(in Intent) float64 {
	for k, v := range l {
		if outcomes[k] == in {
			return v
		}
	}
	return 0
}
