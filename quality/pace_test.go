package quality

import (
	"testing"

	"pgregory.net/rapid"
)

const t0 = int64(1_795_000_000) * Second

// The story of Meta's page: 45 at once, then one in six seconds, and after a rest the burst is there again.
func TestPairRate(t *testing.T) {
	var owed int64
	for i := range PairBurst {
		if PairFree(owed) > t0 {
			t.Fatalf("message %d of the burst has to wait", i+1)
		}
		owed = PairTake(owed, t0)
	}
	if got := PairFree(owed) - t0; got != PairEvery {
		t.Errorf("after the burst the next is free in %d µs", got)
	}
	owed = PairTake(owed, t0+PairEvery)
	if got := PairFree(owed) - t0; got != 2*PairEvery {
		t.Errorf("the one after that in %d µs", got)
	}
	if back := PairGiveBack(owed); PairFree(back)-t0 != PairEvery {
		t.Error("giving back does not undo taking")
	}
	if PairFree(owed) > t0+10*60*Second {
		t.Error("the burst is not paid back in ten minutes")
	}
	if PairFree(0) > 0 || PairGiveBack(0) != 0 {
		t.Error("a pair that never spoke has to wait")
	}
}

// Whatever is asked for when: in no window of time more than the burst and what the rate gives.
func TestPairRateHoldsInEveryWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var owed int64
		var sent []int64
		now := t0
		for range 120 {
			now += rapid.Int64Range(0, 8*Second).Draw(t, "pause")
			if PairFree(owed) > now {
				continue
			}
			owed = PairTake(owed, now)
			sent = append(sent, now)
		}
		for i := range sent {
			for k := i; k < len(sent); k++ {
				if most := PairBurst + (sent[k]-sent[i])/PairEvery; int64(k-i+1) > most {
					t.Fatalf("%d messages in %d s", k-i+1, (sent[k]-sent[i])/Second)
				}
			}
		}
	})
}

func TestBucket(t *testing.T) {
	b := Bucket{Rate: 80}
	if got, _ := b.Take(100, t0); got != 80 {
		t.Errorf("a full bucket gave %d", got)
	}
	got, next := b.Take(1, t0)
	if got != 0 || next != t0+Second/80 {
		t.Errorf("an empty one gave %d, next in %d", got, next-t0)
	}
	if got, _ := b.Take(1, next); got != 1 {
		t.Error("the promised token is not there")
	}
	if got, _ := b.Take(100, t0-5*Second); got != 0 {
		t.Error("a clock that went back earned tokens")
	}
	b.GiveBack(3)
	if got, _ := b.Take(100, next); got != 3 {
		t.Errorf("gave back 3, got %d", got)
	}
	if got, _ := b.Take(200, t0+3600*Second); got != 80 {
		t.Errorf("an hour saved up %d", got)
	}
	none := Bucket{}
	if got, next := none.Take(1, t0); got != 0 || next <= t0 {
		t.Errorf("no rate gave %d, next %d", got, next-t0)
	}
}

// In no second more than twice the rate: a full bucket and what flows in.
func TestBucketHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Bucket{Rate: rapid.Int64Range(1, 1000).Draw(t, "rate")}
		now, total := t0, int64(0)
		for range 50 {
			now += rapid.Int64Range(0, Second).Draw(t, "pause")
			got, next := b.Take(rapid.IntRange(0, 500).Draw(t, "n"), now)
			total += int64(got)
			if next != 0 && next <= now {
				t.Fatalf("next token in the past")
			}
			if most := b.Rate + (now-t0)*b.Rate/Second; total > most {
				t.Fatalf("%d tokens where %d are allowed", total, most)
			}
		}
	})
}

func TestBrakesHoldBackMoreAndMore(t *testing.T) {
	for _, marketing := range []bool{false, true} {
		last := 0
		for _, b := range Brakes {
			now := 0
			if b.Slows(marketing) {
				now = 1
			}
			if b.Stops(marketing) {
				now = 2
			}
			if now < last || !b.Known() {
				t.Errorf("%s, marketing %v", b, marketing)
			}
			last = now
		}
		if last != 2 {
			t.Errorf("stopped does not stop, marketing %v", marketing)
		}
	}
	if Brake("").Known() || !Brake("").Stops(false) || Slow.Stops(true) || Slow.Slows(false) || MarketingStopped.Stops(false) {
		t.Error("states")
	}
}
