package quality

import (
	"testing"

	"pgregory.net/rapid"
)

// Three stops of ten do not outrank thirty of a thousand, whatever is usual.
func TestRank(t *testing.T) {
	for _, usual := range []float64{0, 0.009, 0.033, 0.2} {
		got := Rank([]Feedback{{Key: "few", Reached: 10, Stopped: 3}, {Key: "calm", Reached: 3000, Stopped: 9}, {Key: "many", Reached: 1000, Stopped: 30}, {Key: "none"}}, usual)
		order := ""
		for _, r := range got {
			order += r.Key + " "
		}
		if order != "many calm few none " {
			t.Errorf("usual %g: %s", usual, order)
		}
		if got[0].Hot != (usual < 0.02) || got[2].Hot || !got[2].Few {
			t.Errorf("usual %g: %+v", usual, got)
		}
	}
}

func TestUsual(t *testing.T) {
	for _, c := range []struct {
		before, whole Feedback
		want          float64
	}{
		{Feedback{Reached: 1000, Stopped: 8}, Feedback{Reached: 1200, Stopped: 48}, 0.008},
		{Feedback{Reached: 49, Stopped: 1}, Feedback{Reached: 1000, Stopped: 30}, 0.03},
		{Feedback{}, Feedback{}, 0},
	} {
		if got := Usual(c.before, c.whole); got != c.want {
			t.Errorf("%+v: %g, want %g", c, got, c.want)
		}
	}
	// What is bad today is not hidden by being most of what is sent: the raffle of a quiet business.
	raffle := Feedback{Key: "raffle", Reached: 160, Stopped: 14}
	if usual := Usual(Feedback{Reached: 140, Stopped: 1}, raffle); !Rank([]Feedback{raffle}, usual)[0].Hot {
		t.Errorf("not seen against %g", usual)
	}
	if Rank([]Feedback{{Reached: 60, Stopped: 3}}, 0)[0].Hot {
		t.Error("three people are a cause")
	}
}

func TestWeights(t *testing.T) {
	f := Feedback{Reached: 1000, Stopped: 3, MetaStop: 1, NotMe: 2, Complaints: 3, Enough: 50, Nowhere: 50}
	if f.Bad() != 3+1+4+6 || f.Rate() != 0.014 {
		t.Errorf("%d, %g", f.Bad(), f.Rate())
	}
	if (Feedback{Reached: 2, NotMe: 9}).Bad() != 2 || (Feedback{NotMe: 9}).Rate() != 0 {
		t.Error("more annoyed than reached")
	}
}

func TestLevels(t *testing.T) {
	for _, c := range []struct {
		bad, reached int64
		usual        float64
		want         Level
	}{{0, 0, 0, IndexFine}, {4, 60, 0, IndexFine}, {3, 10, 0, IndexFine}, {8, 2000, 0.004, IndexFine}, {22, 2000, 0.004, IndexUneasy}, {50, 2000, 0.004, IndexWorse},
		{50, 2000, 0.02, IndexFine}, {140, 2000, 0.004, IndexBad}, {140, 2000, 0.03, IndexUneasy}, {5, 60, 0.004, IndexWorse}} {
		if got := LevelOf(Feedback{Reached: c.reached, Stopped: c.bad}, c.usual); got != c.want {
			t.Errorf("%d of %d, usually %g: level %d, want %d", c.bad, c.reached, c.usual, got, c.want)
		}
	}
}

// More annoyed people never make a better level, and a higher usual never a worse one.
func TestLevelsAreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 100_000).Draw(t, "n")
		k := rapid.Int64Range(0, n).Draw(t, "k")
		more := rapid.Int64Range(k, n).Draw(t, "more")
		usual := rapid.Float64Range(0, 0.1).Draw(t, "usual")
		if LevelOf(Feedback{Reached: n, Stopped: more}, usual) < LevelOf(Feedback{Reached: n, Stopped: k}, usual) ||
			LevelOf(Feedback{Reached: n, Stopped: k}, usual+0.01) > LevelOf(Feedback{Reached: n, Stopped: k}, usual) {
			t.Fatal("not monotone")
		}
	})
}

func TestEarly(t *testing.T) {
	for _, c := range []struct {
		f     Feedback
		usual float64
		want  bool
	}{
		{Feedback{}, 0, false}, {Feedback{Reached: 19, Stopped: 5}, 0, false}, {Feedback{Reached: 40, Stopped: 1}, 0, false}, {Feedback{Reached: 40, Stopped: 2}, 0, true},
		{Feedback{Reached: 40, NotMe: 1}, 0, true}, {Feedback{Reached: 200, Stopped: 2}, 0, false}, {Feedback{Reached: 40, Stopped: 2}, 0.05, false},
		{Feedback{Reached: 40, Stopped: 4}, 0.05, true}, {Feedback{Reached: 30, Stopped: 2}, 0.02, true},
	} {
		if got := Early(c.f, c.usual); got != c.want {
			t.Errorf("%+v, usual %v: %v", c.f, c.usual, got)
		}
	}
}
