package emulator

import (
	"sync"
	"time"
)

// event is a line of "what happened" beside the phones.
type event struct {
	At     time.Time
	Kind   string // in, out, webhook, failed, fault
	Who    string // a name
	What   string
	Detail string
	OK     bool
	Took   time.Duration
}

const storyKeep = 60

// stories are the latest events.
type stories struct {
	mu   sync.Mutex
	list []event
}

func (s *stories) add(e event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) >= 2*storyKeep {
		s.list = append(s.list[:0], s.list[storyKeep:]...)
	}
	s.list = append(s.list, e)
}

// latest gives the newest first.
func (s *stories) latest() []event {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []event
	for i := len(s.list) - 1; i >= 0 && len(out) < storyKeep; i-- {
		out = append(out, s.list[i])
	}
	return out
}

func (s *Server) story(kind, who, what, detail string) {
	s.feed.stories.add(event{At: s.clock.Now(), Kind: kind, Who: who, What: what, Detail: detail, OK: true})
	s.feed.tell("log")
}

// noteDelivery is told of every webhook attempt.
func (s *Server) noteDelivery(_ string, p *parcel, ok bool) {
	if s.knobs.get().sink {
		return
	}
	kind := "webhook"
	if !ok {
		kind = "failed"
	}
	s.feed.stories.add(event{At: s.clock.Now(), Kind: kind, What: p.field, Detail: p.what, OK: ok, Took: p.took})
	s.feed.tell("log")
}
