package crowd

import (
	"maps"
	"slices"
	"testing"
)

// acts of n people to whom the same thing is sent so often, a time apart.
func acts(n int, expects bool, m Message, times int, apart int64) map[Act]int {
	out := map[Act]int{}
	for i := range n {
		p := NewPerson(7, uint64(i), expects)
		for k := range times {
			out[p.Receive(m, int64(k+1)*apart)]++
		}
	}
	return out
}

func bad(a map[Act]int) int { return a[Block] + a[Report] }

func TestSameSeedSamePeople(t *testing.T) {
	m := Message{Marketing: true, Fit: 0.5, WayOut: true}
	if a, b := acts(200, false, m, 10, Day), acts(200, false, m, 10, Day); !maps.Equal(a, b) {
		t.Errorf("%v, then %v", a, b)
	}
	if NewPerson(1, 5, true).Patience == NewPerson(2, 5, true).Patience || NewPerson(1, 5, true).Patience == NewPerson(1, 6, true).Patience {
		t.Error("another seed or another number is the same person")
	}
}

// What makes people act more, all else alike.
func TestWhatAnnoys(t *testing.T) {
	offer := Message{Marketing: true, Fit: 0.6, WayOut: true}
	with := func(f func(m *Message)) Message { m := offer; f(&m); return m }
	weekly := func(expects bool, m Message) int { return bad(acts(2000, expects, m, 8, 7*Day)) }
	for name, c := range map[string]struct{ less, more int }{
		"nobody asked for it": {weekly(true, offer), weekly(false, offer)},
		"badly aimed":         {weekly(true, with(func(m *Message) { m.Fit = 1 })), weekly(true, with(func(m *Message) { m.Fit = 0 }))},
		"at night":            {weekly(false, offer), weekly(false, with(func(m *Message) { m.Night = true }))},
		"too often":           {weekly(true, offer), bad(acts(2000, true, offer, 8, Day/2))},
		"no way out":          {weekly(false, offer), weekly(false, with(func(m *Message) { m.WayOut = false }))},
		"advertising":         {weekly(true, with(func(m *Message) { m.Marketing = false })), weekly(true, offer)},
	} {
		if c.more <= c.less {
			t.Errorf("%s: %d block, without it %d", name, c.more, c.less)
		}
	}
}

// The shares of the acts are those that the page tells of: one in ten acts on the first message out of nowhere.
func TestFirstMessageOutOfNowhere(t *testing.T) {
	a := acts(10_000, false, Message{Marketing: true, Fit: 0.5, WayOut: true}, 1, Day)
	acted := a[Stop] + a[Tapped] + a[Archive] + bad(a)
	if acted < 800 || acted > 1200 || a[Block] < a[Stop] || a[Report] == 0 || a[Read] < 3000 {
		t.Errorf("%v", a)
	}
}

// Whoever said that it is to end is not asked twice; whoever blocked hears nothing more.
func TestAfterTheEnd(t *testing.T) {
	p := NewPerson(1, 1, true)
	p.Ended = true
	if got := p.Receive(Message{Marketing: true, WayOut: true}, Day); got != Block && got != Report {
		t.Errorf("advertising after a stop: %q", got)
	}
	if got := p.Receive(Message{Marketing: true}, 2*Day); !p.Gone || got != Nothing {
		t.Errorf("after a block: %q", got)
	}
	q := NewPerson(1, 2, true)
	q.Ended = true
	if got := q.Receive(Message{}, Day); got == Block || got == Report {
		t.Errorf("an order update after a stop of advertising: %q", got)
	}
}

func TestSharesAreWhole(t *testing.T) {
	for _, expects := range []bool{true, false} {
		for _, m := range []Message{{}, {Marketing: true}, {Marketing: true, WayOut: true}} {
			sum := 0.0
			for _, s := range outlets(expects, m) {
				sum += s.of
				if !m.Marketing && s.act == Tapped {
					t.Error("Meta's button on an order update")
				}
			}
			if sum < 0.999 || sum > 1.001 {
				t.Errorf("%v %+v: %.3f", expects, m, sum)
			}
		}
	}
	var delays []int64
	p := NewPerson(3, 3, true)
	for range 1000 {
		delays = append(delays, p.Delay())
	}
	slices.Sort(delays)
	if delays[0] < 0 || delays[500] > 3*Hour || delays[999] < 6*Hour {
		t.Errorf("delays from %d over %d to %d", delays[0], delays[500], delays[999])
	}
}
