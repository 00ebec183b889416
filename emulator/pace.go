package emulator

import (
	"sync"
	"time"
)

// bucket is a rate with a burst (GCRA): it keeps only the moment by which everything taken so far is paid for.
type bucket struct {
	mu    sync.Mutex
	every time.Duration // 0: no limit
	burst int
	paid  time.Time
}

func newBucket(perSecond int) *bucket {
	b := &bucket{}
	b.set(perSecond)
	return b
}

func (b *bucket) set(perSecond int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.every, b.burst, b.paid = 0, perSecond, time.Time{}
	if perSecond > 0 {
		b.every = time.Second / time.Duration(perSecond)
	}
}

func (b *bucket) perSecond() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.every == 0 {
		return 0
	}
	return b.burst
}

func (b *bucket) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.every == 0 {
		return true
	}
	ok, paid := spend(b.paid, now, b.every, b.burst)
	b.paid = paid
	return ok
}

func spend(paid, now time.Time, every time.Duration, burst int) (bool, time.Time) {
	if paid.Before(now) {
		paid = now
	}
	next := paid.Add(every)
	if next.Sub(now) > every*time.Duration(burst) {
		return false, paid
	}
	return true, next
}

// Pair rate: one message in 6 seconds to the same user, with a burst of 45 that is paid back (WA/messages/send-messages).
const (
	pairEvery = 6 * time.Second
	pairBurst = 45
)

// headroom counts the people a portfolio reached outside windows in a moving 24 h (WA/messaging-limits).
type headroom struct {
	mu    sync.Mutex
	last  map[*person]time.Time
	order []reached
}

type reached struct {
	who *person
	at  time.Time
}

func newHeadroom() *headroom { return &headroom{last: map[*person]time.Time{}} }

var tiers = map[string]int{"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1000, "TIER_2K": 2000, "TIER_10K": 10000,
	"TIER_100K": 100000, "TIER_UNLIMITED": -1, "TIER_NOT_SET": 250}

// take books one person; false if the limit is used up. A negative limit books nothing.
func (h *headroom) take(p *person, now time.Time, limit int) bool {
	if limit < 0 {
		return true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(now.Add(-24 * time.Hour))
	if _, seen := h.last[p]; !seen && len(h.last) >= limit {
		return false
	}
	h.last[p] = now
	h.order = append(h.order, reached{p, now})
	return true
}

func (h *headroom) forget(before time.Time) {
	for len(h.order) > 0 && !h.order[0].at.After(before) {
		first := h.order[0]
		h.order = h.order[1:]
		if at, ok := h.last[first.who]; ok && at.Equal(first.at) {
			delete(h.last, first.who)
		}
	}
}

func (h *headroom) used(now time.Time) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(now.Add(-24 * time.Hour))
	return len(h.last)
}

func (h *headroom) reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last, h.order = map[*person]time.Time{}, nil
}
