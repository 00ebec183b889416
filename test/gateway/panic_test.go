package gateway

import (
	"context"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/dispatch"
	"jawort/outbox"
	"jawort/test/fixture"
)

const words = "what somebody wrote"

// breaks is a context that panics as soon as the client of Meta looks into it: the message has been started by then.
type breaks struct{ context.Context }

func (breaks) Value(any) any { panic(words) }

// TestPanic: a fault of ours is answered as Meta answers one, with an id that the log knows; what was begun is an outcome that nobody knows,
// and the next call is served.
func TestPanic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var h *house
		how := ""
		h = newHouse(t, d, plan{forward: func(ctx context.Context, p dispatch.Passage) (dispatch.Passed, error) {
			if how == "underway" {
				ctx = breaks{ctx}
			}
			return h.Dispatcher.Forward(ctx, p)
		}})
		h.Grant(fixture.Phone(1), fixture.Phone(2))

		how = "underway"
		a := h.send(offer("+" + fixture.Phone(1).Digits()))
		a.want(t, "a panic while it is sent", 504, 131000, "OUTCOME_UNKNOWN")
		m := h.settled(a.header.Get("X-Jawort-Id"))
		if m.State != outbox.Unknown || strings.Contains(m.Error, words) {
			t.Errorf("kept %s, %s", m.State, m.Error)
		}
		if log := h.log.String(); !strings.Contains(log, "dispatch/forward.go") || strings.Contains(log, words) {
			t.Errorf("the log must name the place, and not the value:\n%s", log)
		}
		h.nothing("a panic before the first byte")

		how = ""
		if a := h.send(offer("+" + fixture.Phone(2).Digits())); a.status != 200 {
			t.Errorf("the next: %d %s", a.status, a.body)
		}
	})
}

// TestPanicBefore: where nothing was begun the answer says so, and the fault stands on the program's page.
func TestPanicBefore(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	keys := h.g.Keys
	h.g.Keys = nil // the number's token cannot be opened
	a := h.do("GET", "/v26.0/"+fixture.NumberID, h.token, nil, nil)
	h.g.Keys = keys
	a.want(t, "a panic before anything", 500, 131000, "INTERNAL")
	request := a.header.Get("X-Jawort-Id")
	if e := a.err(t); e.Trace != request || e.Data.Jawort.ID != request || a.decision() != "error" {
		t.Errorf("answer %s", a.body)
	}
	if log := h.log.String(); !strings.Contains(log, request) || !strings.Contains(log, "gateway/pass.go") {
		t.Errorf("the log must name id and place:\n%s", log)
	}
	if a := h.do("GET", "/v26.0/"+fixture.NumberID, h.token, nil, nil); a.status != 200 {
		t.Errorf("the next: %d %s", a.status, a.body)
	}
}
