package manager

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"jawort/db"
)

// hub tells streams what changed. It looks at the database once a second for each tenant that somebody listens for, and not at
// all when nobody does; so it works the same with any number of processes.
type hub struct {
	db    *db.DB
	log   *slog.Logger
	every time.Duration

	mu       sync.Mutex
	watches  map[string]*watch    // by tenant
	sessions map[string][]*stream // oldest first
	count    int
}

// watch is the look-out for one tenant.
type watch struct {
	streams map[*stream]bool
	stop    context.CancelFunc
}

// stream is one listener.
type stream struct {
	tenant, session string
	news            chan struct{} // something waits to be taken
	end             chan struct{} // closed: this one was too many

	mu      sync.Mutex
	waiting map[string]bool
}

const (
	mostStreams    = 2000 // of this process
	mostOfASession = 6    // browsers open no more to one host; the oldest makes room
)

func newHub(d *db.DB, log *slog.Logger) *hub {
	return &hub{db: d, log: log, every: time.Second, watches: map[string]*watch{}, sessions: map[string][]*stream{}}
}

// join opens a stream; nil when this process has too many.
func (h *hub) join(tenant, session string) *stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count >= mostStreams {
		return nil
	}
	if own := h.sessions[session]; len(own) >= mostOfASession {
		close(own[0].end)
		h.drop(own[0])
	}
	s := &stream{tenant: tenant, session: session, news: make(chan struct{}, 1), end: make(chan struct{}), waiting: map[string]bool{}}
	h.sessions[session] = append(h.sessions[session], s)
	h.count++
	w := h.watches[tenant]
	if w == nil {
		ctx, stop := context.WithCancel(context.Background())
		w = &watch{streams: map[*stream]bool{}, stop: stop}
		h.watches[tenant] = w
		go h.look(ctx, tenant)
	}
	w.streams[s] = true
	return s
}

// leave closes a stream. Who leaves twice, because another took its place, leaves once.
func (h *hub) leave(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(s)
}

func (h *hub) drop(s *stream) {
	own := h.sessions[s.session]
	at := slices.Index(own, s)
	if at < 0 {
		return
	}
	h.count--
	if own = slices.Delete(own, at, at+1); len(own) > 0 {
		h.sessions[s.session] = own
	} else {
		delete(h.sessions, s.session)
	}
	w := h.watches[s.tenant]
	delete(w.streams, s)
	if len(w.streams) == 0 {
		w.stop()
		delete(h.watches, s.tenant)
	}
}

// look compares a tenant's marks with those of the second before until nobody listens.
func (h *hub) look(ctx context.Context, tenant string) {
	tick := time.NewTicker(h.every)
	defer tick.Stop()
	var before map[string]string
	for {
		var now map[string]string
		err := h.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			now, err = marks(ctx, tx, tenant)
			return err
		})
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			h.log.WarnContext(ctx, "live", "error", err) // the next second tries again
		default:
			h.tell(tenant, changed(before, now))
			before = now
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// changed names the kinds that differ; nothing does at the first look.
func changed(before, now map[string]string) []string {
	var out []string
	for _, kind := range liveKinds {
		if before != nil && before[kind] != now[kind] {
			out = append(out, kind)
		}
	}
	return out
}

func (h *hub) tell(tenant string, kinds []string) {
	if len(kinds) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.watches[tenant]
	if w == nil {
		return
	}
	for s := range w.streams {
		s.put(kinds)
	}
}

// put keeps kinds until they are taken; a slow reader gets each once.
func (s *stream) put(kinds []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range kinds {
		s.waiting[k] = true
	}
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// take empties what waits, in the order of liveKinds.
func (s *stream) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, k := range liveKinds {
		if s.waiting[k] {
			out = append(out, k)
		}
	}
	clear(s.waiting)
	return out
}
