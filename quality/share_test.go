package quality

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The values are from integrating the density in small steps, but for the ends.
func TestShare(t *testing.T) {
	for _, c := range []struct {
		k, n      int64
		low, high float64
	}{
		{0, 0, 0, 1}, {-1, 3, 0, 1}, {4, 3, 0, 1},
		{0, 10, 0, 0.217196}, {10, 10, 0.782804, 1}, {5, 10, 0.223529, 0.776471}, {1, 10, 0.011011, 0.381315}, {34, 436, 0.055575, 0.105962},
	} {
		low, high := Share(c.k, c.n)
		if math.Abs(low-c.low) > 2e-4 || math.Abs(high-c.high) > 2e-4 {
			t.Errorf("%d of %d: %.6f to %.6f, want %.6f to %.6f", c.k, c.n, low, high, c.low, c.high)
		}
	}
}

// Whatever was seen, the rate seen lies in the range; ten times the sample makes it narrower; the opposite is the mirror.
func TestShareHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 100_000).Draw(t, "n")
		k := rapid.Int64Range(0, n).Draw(t, "k")
		low, high := Share(k, n)
		rate := float64(k) / float64(n)
		if !(0 <= low && low <= rate && rate <= high && high <= 1) {
			t.Fatalf("%d of %d: %g to %g", k, n, low, high)
		}
		low2, high2 := Share(10*k, 10*n)
		if high2-low2 > high-low {
			t.Fatalf("%d of %d: more is less sure", k, n)
		}
		low3, high3 := Share(n-k, n)
		if math.Abs(low3-(1-high)) > 1e-9 || math.Abs(high3-(1-low)) > 1e-9 {
			t.Fatalf("%d of %d: mirror %g %g", k, n, low3, high3)
		}
	})
}
