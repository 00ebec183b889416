package db

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// SharedRead lets callers that come at the same time share one read, as Group lets them share one commit (request coalescing): of what
// nearly every request needs, such as the key it carries. Nothing is kept: who does not begin a read joins one that has
// not begun, so everybody sees what was committed before they asked. What it answers belongs to several callers: it must not be changed.
type SharedRead[K comparable, V any] struct {
	d    *DB
	read func(ctx context.Context, tx *Tx, key K) (V, error)

	mu      sync.Mutex
	running int           // flights under way
	began   time.Time     // the last of them
	next    *flight[K, V] // of those who wait until one of them has landed; nil = nobody
}

// flight is one read for all who came before it began.
type flight[K comparable, V any] struct {
	keys []K
	out  map[K]Outcome[V]
	done chan struct{}
}

// NewSharedRead makes one; read runs under Peek, once for each key that is asked for. Its error is the answer for that key.
func NewSharedRead[K comparable, V any](d *DB, read func(ctx context.Context, tx *Tx, key K) (V, error)) *SharedRead[K, V] {
	return &SharedRead[K, V]{d: d, read: read}
}

const (
	flights   = 4                    // at the same time: one that is held up does not hold up all
	heldUp    = 2 * time.Millisecond // after so long another begins; until then whoever comes waits for the one under way, and shares the next
	readLimit = 30 * time.Second     // of one flight: it is ended by no single caller
)

// Get reads the key's value. The first to come reads, for itself and whoever joins; if ctx of one who joined ends first, that is its error.
func (s *SharedRead[K, V]) Get(ctx context.Context, key K) (V, error) {
	s.mu.Lock()
	f, first := s.next, s.next == nil
	if first {
		f = &flight[K, V]{out: map[K]Outcome[V]{}, done: make(chan struct{})}
		s.next = f
	}
	if _, asked := f.out[key]; !asked {
		f.out[key] = Outcome[V]{}
		f.keys = append(f.keys, key)
	}
	goes := s.takesOff(f)
	s.mu.Unlock()
	if goes {
		s.fly(ctx, f)
	}
	var late <-chan time.Time
	if first && !goes {
		late = time.After(heldUp)
	}
	for {
		select {
		case <-f.done:
			return f.out[key].Value, f.out[key].Err
		case <-ctx.Done():
			var none V
			return none, ctx.Err()
		case <-late:
			s.mu.Lock()
			goes := s.takesOff(f)
			s.mu.Unlock()
			if goes {
				s.fly(ctx, f)
			}
			late = time.After(heldUp)
		}
	}
}

// takesOff says whether f begins now: alone, or because those under way are held up. The caller holds mu, and flies it.
func (s *SharedRead[K, V]) takesOff(f *flight[K, V]) bool {
	now := time.Now()
	if s.next != f || s.running >= flights || s.running > 0 && now.Sub(s.began) < heldUp {
		return false
	}
	s.running++
	s.next, s.began = nil, now
	return true
}

// fly makes a flight, and leaves those that came meanwhile to another goroutine: whoever reads for all is not kept longer than the rest.
func (s *SharedRead[K, V]) fly(ctx context.Context, f *flight[K, V]) {
	ctx = context.WithoutCancel(ctx)
	limit, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	err := s.readAll(limit, f)
	for _, k := range f.keys {
		if o := f.out[k]; err != nil && o.Err == nil {
			f.out[k] = Outcome[V]{Err: err}
		}
	}
	close(f.done)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		s.running--
		return
	}
	go s.fly(ctx, s.next)
	s.next, s.began = nil, time.Now()
}

func (s *SharedRead[K, V]) readAll(ctx context.Context, f *flight[K, V]) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("read panicked (%T)", p) // the panic's own text may hold personal data
		}
	}()
	return s.d.Peek(ctx, func(ctx context.Context, tx *Tx) error {
		for _, k := range f.keys {
			v, err := s.read(ctx, tx, k)
			if tx.failed != nil { // the statement's fault, not the key's: Peek may repeat it
				return tx.failed
			}
			f.out[k] = Outcome[V]{Value: v, Err: err}
		}
		return nil
	})
}
