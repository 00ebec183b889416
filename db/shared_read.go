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
	landed  time.Time     // the last that carried more than one
	next    *flight[K, V] // of those who wait until one of them has landed; nil = nobody
}

// flight is one read for all who came before it began.
type flight[K comparable, V any] struct {
	callers int
	keys    []K
	out     map[K]Outcome[V]
	done    chan struct{}
}

// NewSharedRead makes one; read runs under Peek, once for each key that is asked for. Its error is the answer for that key.
func NewSharedRead[K comparable, V any](d *DB, read func(ctx context.Context, tx *Tx, key K) (V, error)) *SharedRead[K, V] {
	return &SharedRead[K, V]{d: d, read: read}
}

const (
	flights   = 4                    // at the same time: one that is held up does not hold up all
	heldUp    = 2 * time.Millisecond // after so long another begins; until then whoever comes waits for the one under way, and shares the next
	gather    = time.Millisecond / 2 // where many come, the next begins so long after the last has landed; one caller after another never waits
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
	f.callers++
	goes := s.takesOff(f)
	s.mu.Unlock()
	switch {
	case goes:
		s.fly(ctx, f)
	case first:
		go s.later(ctx, f)
	}
	select {
	case <-f.done:
		return f.out[key].Value, f.out[key].Err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// later flies f as soon as it may begin, unless a newcomer did: whoever waits for it may give up, the others still want their answer.
func (s *SharedRead[K, V]) later(ctx context.Context, f *flight[K, V]) {
	for waits := true; waits; {
		time.Sleep(gather)
		s.mu.Lock()
		goes := s.takesOff(f)
		waits = s.next == f
		s.mu.Unlock()
		if goes {
			s.fly(ctx, f)
		}
	}
}

// takesOff says whether f begins now: alone, or because those under way are held up. The caller holds mu, and flies it.
func (s *SharedRead[K, V]) takesOff(f *flight[K, V]) bool {
	now := time.Now()
	if s.next != f || s.running >= flights || s.running > 0 && now.Sub(s.began) < heldUp || s.running == 0 && now.Sub(s.landed) < gather {
		return false
	}
	s.running++
	s.next, s.began = nil, now
	return true
}

// fly makes a flight. Those that come meanwhile gather for the next.
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
	s.running--
	if f.callers > 1 {
		s.landed = time.Now()
	}
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
