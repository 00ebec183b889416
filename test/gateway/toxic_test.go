package gateway

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"jawort/outbox"
	"jawort/test/fixture"
)

// road is the way to Meta with Shopify's toxiproxy in it.
type road struct {
	t     *testing.T
	proxy *toxiproxy.Proxy
}

// lead puts the proxy before the emulator.
func (r *road) lead(base string) string {
	u, err := url.Parse(base)
	if err == nil {
		r.proxy = toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "meta", "127.0.0.1:0", u.Host)
		err = r.proxy.Start()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(r.proxy.Stop)
	return "http://" + r.proxy.Listen
}

// suffers makes the road bad in one way; heal makes it good again.
func (r *road) suffers(kind, stream string, attributes map[string]int) (heal func()) {
	r.t.Helper()
	raw, _ := json.Marshal(map[string]any{"name": kind, "type": kind, "stream": stream, "toxicity": 1, "attributes": attributes})
	if _, err := r.proxy.Toxics.AddToxicJson(bytes.NewReader(raw)); err != nil {
		r.t.Fatal(err)
	}
	return func() {
		if err := r.proxy.Toxics.RemoveToxic(r.t.Context(), kind); err != nil {
			r.t.Fatal(err)
		}
	}
}

// TestBadRoads: slow, torn, cut and dead ways to Meta. What arrived is told as it came, what may have arrived is never repeated, what did not
// leave is never sent later.
func TestBadRoads(t *testing.T) {
	r := &road{t: t}
	h := newHouse(t, sqlite(t), plan{through: r.lead})
	const away = "away"
	cases := []struct {
		kind, stream string
		attributes   map[string]int
		status       int
		reason       string // "" = Meta's own answer
		state        outbox.State
		arrives      int // -1 = may or may not
	}{
		{"latency", "downstream", map[string]int{"latency": 400, "jitter": 100}, 200, "", outbox.Accepted, 1},
		{"latency", "upstream", map[string]int{"latency": 400}, 200, "", outbox.Accepted, 1},
		{"slicer", "downstream", map[string]int{"average_size": 3, "size_variation": 2, "delay": 500}, 200, "", outbox.Accepted, 1},
		{"slicer", "upstream", map[string]int{"average_size": 9, "size_variation": 4, "delay": 200}, 200, "", outbox.Accepted, 1},
		{"bandwidth", "downstream", map[string]int{"rate": 1}, 200, "", outbox.Accepted, 1},
		{"limit_data", "downstream", map[string]int{"bytes": 40}, 504, "OUTCOME_UNKNOWN", outbox.Unknown, 1}, // the answer is torn
		{"limit_data", "upstream", map[string]int{"bytes": 60}, 504, "OUTCOME_UNKNOWN", outbox.Unknown, 0},   // the request is
		{"reset_peer", "downstream", map[string]int{"timeout": 100}, 504, "OUTCOME_UNKNOWN", outbox.Unknown, -1},
		{"timeout", "upstream", map[string]int{"timeout": 200}, 504, "OUTCOME_UNKNOWN", outbox.Unknown, 0}, // swallowed, then hung up
		{away, "", nil, 503, "NOT_SENT", outbox.Failed, 0},
	}
	sent := 0
	for i, c := range cases {
		h.Grant(fixture.Phone(i))
		to := "+" + fixture.Phone(i).Digits()
		heal := func() {
			if err := r.proxy.Start(); err != nil {
				t.Fatal(err)
			}
		}
		if c.kind == away {
			r.proxy.Stop()
		} else {
			heal = r.suffers(c.kind, c.stream, c.attributes)
		}
		what := c.kind + " " + c.stream
		a := h.send(offer(to))
		heal()
		if c.reason != "" {
			a.want(t, what, c.status, map[int]int{503: 131016, 504: 131000}[c.status], c.reason)
		} else if a.status != c.status || !json.Valid(a.body) {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
		m := h.settled(a.header.Get("X-Jawort-Id"))
		if m.State != c.state {
			t.Errorf("%s: kept as %s", what, m.State)
		}
		n := len(h.arrivalsOf(fixture.Phone(i).Digits()))
		if c.arrives >= 0 && n != c.arrives || n > 1 {
			t.Errorf("%s: %d arrived, want %d", what, n, c.arrives)
		}
		sent += n
	}
	h.Grant(fixture.Phone(90)) // a last one passes: by then whatever would be repeated had its chance
	if a := h.send(offer("+" + fixture.Phone(90).Digits())); a.status != 200 {
		t.Errorf("the road is good again: %d %s", a.status, a.body)
	}
	if n := len(h.Arrivals()); n != sent+1 {
		t.Errorf("%d arrived in the end, were %d", n, sent)
	}
}

// TestSlowUpstream: while Meta takes its time and the house is full, programs are told to come again at once, and an opt-out is
// acknowledged without waiting for any of them.
func TestSlowUpstream(t *testing.T) {
	const sends = 8
	r := &road{t: t}
	h := newHouse(t, sqlite(t), plan{through: r.lead, sends: sends})
	heal := r.suffers("timeout", "downstream", map[string]int{"timeout": 0}) // no answer ever
	var held sync.WaitGroup
	answers := make(chan answer, sends)
	for i := range sends {
		h.Grant(fixture.Phone(i))
		held.Go(func() { answers <- h.send(offer("+" + fixture.Phone(i).Digits())) })
	}
	eventually(t, "all to be on their way", func() bool { return len(h.Arrivals()) == sends })
	h.Grant(fixture.Phone(20))
	a := h.send(offer("+" + fixture.Phone(20).Digits()))
	a.want(t, "one more", 400, 130429, "TOO_MANY")
	h.stops(30)
	h.stops(0) // one whose message is on its way: it waits for the fence, not for Meta
	if len(answers) != 0 {
		t.Error("the opt-outs waited for Meta's answers")
	}
	r.proxy.Stop()
	held.Wait()
	close(answers)
	for a := range answers {
		a.want(t, "after the road broke", 504, 131000, "OUTCOME_UNKNOWN")
	}
	heal()
	if n := len(h.Arrivals()); n != sends {
		t.Errorf("%d arrived, want %d", n, sends)
	}
}

func (h *house) arrivalsOf(digits string) []fixture.Arrival {
	return slices.DeleteFunc(h.Arrivals(), func(a fixture.Arrival) bool { return a.To != digits })
}
