package dispatch

import (
	"sync"

	"jawort/account"
	"jawort/address"
	"jawort/graph"
	"jawort/outbox"
)

// heard remembers which pairs of telephone number and user id were handed on, so that each is handed on once. It says
// nothing about consent, and forgetting it costs only a look into the database.
type heard struct {
	mu    sync.Mutex
	pairs map[[2]string]struct{}
}

const mostHeard = 100_000

func (h *heard) first(phone address.Address, user string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := [2]string{string(phone), user}
	if _, ok := h.pairs[key]; ok {
		return false
	}
	if h.pairs == nil || len(h.pairs) >= mostHeard {
		h.pairs = map[[2]string]struct{}{}
	}
	h.pairs[key] = struct{}{}
	return true
}

func (h *heard) forget(phone address.Address, user string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.pairs, [2]string{string(phone), user})
}

// hear hands on whom Meta took a telephone number for: it is the platform's proof that number and user id are one
// person's (DESIGN section 5, Identity). It comes after the outcome is written: no opt-out waits for it.
func (d *Dispatcher) hear(n account.Number, m *outbox.Message, a graph.Answer) {
	if d.o.Learn == nil || a.Outcome != graph.Sent || len(a.Contacts) != 1 || a.Contacts[0].UserID == "" || !m.Address.IsPhone() {
		return
	}
	user := a.Contacts[0].UserID
	if !d.heard.first(m.Address, user) {
		return
	}
	if err := d.o.Learn(n, m.Address, m.StartedAt, a); err != nil {
		d.heard.forget(m.Address, user)
		d.o.Log.Error("learn from an answer", "message", m.ID, "error", err)
	}
}
