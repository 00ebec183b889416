package emulator

import (
	"encoding/json"
	"io"
	"sync"
	"time"
)

// arrival is one accepted message as the log keeps it: the request, and when its bytes came in.
type arrival struct {
	ID            string          `json:"id"`
	PhoneNumberID string          `json:"phone_number_id"`
	To            string          `json:"to"` // digits, no plus; of a send to a user id the digits of that person
	Recipient     string          `json:"recipient,omitempty"`
	Edge          string          `json:"edge"`
	Body          json.RawMessage `json:"body"`
	FirstByteUS   int64           `json:"first_byte_us"`
	LastByteUS    int64           `json:"last_byte_us"`
	At            time.Time       `json:"at"`

	seq     int64
	wa      string
	history []happened
}

// happened is one status of a message, for GET /{phone}/message_history.
type happened struct {
	status string
	at     time.Time
	code   int
}

// arrivals is the log of accepted messages in order of acceptance, a ring of fixed size.
type arrivals struct {
	mu   sync.RWMutex
	ring []*arrival
	byID map[string]*arrival
	next int64 // sequence of the next one; ring[(seq) % len]
	from int64 // oldest one kept
	lost int64
}

func newArrivals(keep int) *arrivals {
	return &arrivals{ring: make([]*arrival, max(1, keep)), byID: map[string]*arrival{}}
}

func (a *arrivals) add(m *arrival) {
	a.mu.Lock()
	defer a.mu.Unlock()
	slot := a.next % int64(len(a.ring))
	if old := a.ring[slot]; old != nil {
		delete(a.byID, old.ID)
		a.lost++
	}
	m.seq = a.next
	a.ring[slot], a.byID[m.ID] = m, m
	a.next++
	if a.next-a.from > int64(len(a.ring)) {
		a.from = a.next - int64(len(a.ring))
	}
}

func (a *arrivals) find(id string) *arrival {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.byID[id]
}

func (a *arrivals) note(m *arrival, h happened) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m.history = append(m.history, h)
}

func (a *arrivals) historyOf(m *arrival) []happened {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return append([]happened(nil), m.history...)
}

// list gives what is kept in order; empty filters match all. since is a sequence, limit 0 means all.
func (a *arrivals) list(to, number string, since int64, limit int) (out []*arrival, next int64) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	out = []*arrival{}
	wa := waID(to)
	seq := max(a.from, since)
	for ; seq < a.next; seq++ {
		m := a.ring[seq%int64(len(a.ring))]
		if to != "" && m.wa != wa || number != "" && m.PhoneNumberID != number {
			continue
		}
		if limit > 0 && len(out) == limit {
			break
		}
		out = append(out, m)
	}
	return out, seq
}

func (a *arrivals) counts() (kept, accepted, forgotten int64) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return int64(len(a.byID)), a.next, a.lost
}

func (a *arrivals) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.ring)
	clear(a.byID)
	a.from = a.next
}

// stamped notes when the first and the last byte of a request body were read.
type stamped struct {
	r           io.Reader
	first, last int64
}

func (s *stamped) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if n > 0 {
		now := monotonicUS()
		if s.first == 0 {
			s.first = now
		}
		s.last = now
	}
	return n, err
}
