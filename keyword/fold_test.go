package keyword

import (
	"flag"
	"math"
	"testing"
)

var folds = flag.Int("folds", 0, "learn as many times, each time without one run of the labelled texts, and read that")

// TestFolds says what the second reader makes of texts it did not learn from: the labelled texts stand in the order of their batches, so a
// run of them holds batches it has not seen. The rules have seen all of them; of the rules this says nothing. It takes minutes.
func TestFolds(t *testing.T) {
	if *folds < 2 {
		t.Skip("only with -folds N")
	}
	stored := learnt
	defer func() { learnt = stored }()
	set := readLabelled(t, "labelled.jsonl")
	var alone, both score
	for i := range *folds {
		from, to := i*len(set) / *folds, (i+1)*len(set) / *folds
		rest := append(append([]labelled{}, set[:from]...), set[to:]...)
		w := learn(appendLessons(appendLessons(nil, rest, 1), someFrames(t), frameWeight))
		learnt = append(make([]byte, 0, len(stored)), stored[:learntHead]...)
		for _, v := range w {
			learnt = append(learnt, stored8(v))
		}
		for _, l := range set[from:to] {
			both.count(l.Want, Read(Input{Text: l.Text, Lang: l.Lang, Via: l.Via, Asked: l.Asked}).Intent)
			text := clean(l.Text, l.Via)
			if l.Asked != AskedNothing || len(text.words) == 0 {
				continue
			}
			first, _ := languages(text, l.Lang)
			s := tag(text, first)
			in, _, _ := likely(s.gather(nil)).best()
			alone.count(l.Want, in)
		}
	}
	t.Logf("second reader alone, unseen: %d of %d (%.1f %%), %d of %d false stops, %d reversed", alone.right, alone.n, percent(alone.right, alone.n), alone.falseStops, alone.none, alone.reversed)
	t.Logf("with the rules: %d of %d (%.1f %%), %d of %d false stops, %d reversed", both.right, both.n, percent(both.right, both.n), both.falseStops, both.none, both.reversed)
	if percent(alone.right, alone.n) < 90 {
		t.Error("the second reader knows less of what it has not seen than it did")
	}
}

// stored8 is a weight as second.bin holds it.
func stored8(w float32) byte {
	return byte(int8(max(-127, min(127, math.Round(float64(w)/weightUnit)))))
}
