package keyword

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// example is a text as the second reader sees it, with what it asks for.
type example struct {
	features features
	want     int
	share    float32 // how much it counts
}

// frameShare is how many of the built sentences are learnt, and frameWeight how much each counts.
const frameShare, frameWeight = 0.05, 0.5

// lessons are all texts the second reader learns from: those labelled by hand, and some of those built from frames. What is held out
// stays held out.
func lessons(t testing.TB) []example {
	return appendLessons(appendLessons(nil, readLabelled(t, "labelled.jsonl"), 1), someFrames(t), frameWeight)
}

func someFrames(t testing.TB) []labelled {
	r := rand.New(rand.NewPCG(3, 3))
	var some []labelled
	for _, l := range framed(t) {
		if r.Float64() < frameShare {
			some = append(some, l)
		}
	}
	return some
}

func appendLessons(out []example, set []labelled, share float32) []example {
	r := rand.New(rand.NewPCG(9, uint64(len(set))))
	for _, l := range set {
		t := clean(l.Text, l.Via)
		if l.Asked != AskedNothing || len(t.words) == 0 {
			continue
		}
		first, _ := languages(t, l.Lang)
		s := tag(t, first)
		want := 0
		for k, o := range outcomes {
			if o == l.Want {
				want = k
			}
		}
		out = append(out, example{s.gather(nil), want, share})
		for range blurred {
			out = append(out, example{blur(s, r).gather(nil), want, share * blurWeight})
		}
	}
	return out
}

// Each text is learnt once as it is and some times blurred, less each: with some words that no list knows and some letters that nobody
// has read. The lists know nearly all words of the labelled texts, which of a fresh text they do not.
const blurred, blurWeight, unlisted, unread = 3, 0.5, 0.3, 0.15

func blur(s sentence, r *rand.Rand) *sentence {
	s.items, s.t.words = slices.Clone(s.items), slices.Clone(s.t.words)
	for i := range s.items {
		if !s.items[i].classes.has(polite|greet|light) && r.Float64() < unlisted {
			s.items[i].classes = 0
		}
	}
	for i := range s.t.words {
		if r.Float64() < unread {
			s.t.words[i].s = "zq" + string(rune('a'+r.IntN(26))) + string(rune('a'+r.IntN(26)))
		}
	}
	return &s
}

// learn is a multinomial logistic regression by AdaGrad; the order is drawn, but the same each time.
func learn(set []example) []float32 {
	const rounds, rate, pull = 4, 0.1, 5e-4
	w, seen := make([]float32, buckets*len(outcomes)), make([]float32, buckets*len(outcomes))
	r := rand.New(rand.NewPCG(1, 1))
	for range rounds {
		r.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
		for _, x := range set {
			step(w, seen, x, rate, pull)
		}
	}
	return w
}

func step(w, seen []float32, x example, rate, pull float32) {
	var z [len(outcomes)]float64
	for _, b := range x.features {
		for k := range z {
			z[k] += float64(w[int(b)*len(outcomes)+k])
		}
	}
	most, all := math.Inf(-1), 0.0
	for _, v := range z {
		most = max(most, v)
	}
	for k := range z {
		z[k] = math.Exp(z[k] - most)
		all += z[k]
	}
	scale := x.share * float32(5/math.Sqrt(float64(len(x.features))))
	for k := range z {
		off := float32(z[k] / all)
		if k == x.want {
			off--
		}
		for _, b := range x.features {
			i := int(b)*len(outcomes) + k
			g := off*scale + pull*w[i]
			seen[i] += g * g
			w[i] -= rate * g / (float32(math.Sqrt(float64(seen[i]))) + 1e-2)
		}
	}
}

// name tells one set of lessons from another.
func name(set []example) []byte {
	h := fnv.New64a()
	for _, x := range set {
		binary.Write(h, binary.LittleEndian, x.features)
		binary.Write(h, binary.LittleEndian, int32(x.want))
	}
	return h.Sum(nil)
}

// relearn writes the weights anew; the tables of the docs are measured with them.
func relearn(t testing.TB) {
	if relearnt {
		return
	}
	relearnt = true
	set := lessons(t)
	out := name(set)
	for _, w := range learn(set) {
		out = append(out, stored8(w))
	}
	if err := os.WriteFile("second.bin", out, 0o644); err != nil {
		t.Fatal(err)
	}
	learnt = out
}

var relearnt bool

// TestSecondReader: the stored weights come from the labelled texts as they are now.
func TestSecondReader(t *testing.T) {
	if *update {
		relearn(t)
	}
	if !bytes.Equal(learnt[:learntHead], name(lessons(t))) {
		t.Error("second.bin was learnt from other texts or other word lists; run go test ./keyword -update")
	}
}
