package app

import "testing"

// TestSpare: memory is given back only when nobody needed a collection for a while, and only where there is much of it.
func TestSpare(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		name        string
		before, now heap
		want        bool
	}{
		{"garbage of a burst", heap{cycles: 7}, heap{cycles: 7, live: 50 * mb, objects: 90 * mb}, true},
		{"freed, but kept", heap{cycles: 7}, heap{cycles: 7, live: 50 * mb, objects: 50 * mb, free: 40 * mb}, true},
		{"at work", heap{cycles: 7}, heap{cycles: 8, live: 50 * mb, objects: 90 * mb}, false},
		{"not worth it", heap{cycles: 7}, heap{cycles: 7, live: 50 * mb, objects: 58 * mb, free: 4 * mb}, false},
		{"less than at the last collection", heap{cycles: 7}, heap{cycles: 7, live: 50 * mb, objects: 20 * mb}, false},
	} {
		if got := c.now.spare(c.before); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if h := readHeap(); h.objects == 0 || h.live == 0 {
		t.Errorf("the runtime tells nothing: %+v", h)
	}
}
