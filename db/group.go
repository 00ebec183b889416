package db

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Outcome is what became of one intent.
type Outcome[R any] struct {
	Value R
	Err   error // this intent failed; others of its batch may be committed
}

// GroupOptions of NewGroup; the zero value is good.
type GroupOptions struct {
	Max        int           // most intents in one commit; 0 = 256
	Linger     time.Duration // most that a batch waits for as much company as there was before; 0 = 300 µs, negative = never waits
	Gather     time.Duration // a batch that is not full always waits so long: for intents that nobody waits for; 0 = never
	Committers int           // most commits at the same time on PostgreSQL; 0 = 4. SQLite has one
}

// Group lets callers that come at the same time share a commit: a durable commit costs the same for one row as for hundreds.
// apply gets the batch and works with set-based statements; it answers one Outcome for each intent, in order. An intent whose
// Outcome has an Err must have left nothing behind. If apply fails as a whole, because of a constraint for instance, the batch
// is split in halves down to single intents, so that one bad intent fails alone. apply runs again when a transaction is repeated.
type Group[I, R any] struct {
	d     *DB
	o     GroupOptions
	apply func(ctx context.Context, tx *Tx, in []I) ([]Outcome[R], error)

	mu      sync.Mutex
	first   []*call[I, R] // taken before queue
	queue   []*call[I, R]
	company int           // how many intents were under way when the last batch was answered: as many may come again
	wake    chan struct{} // has a token when something was queued
	full    chan struct{} // has a token when a lingering committer need not wait longer
	enough  int           // queue length at which full is signalled; 0 = nobody lingers
	took    time.Duration // by the last commit
	busy    int           // committers that linger or commit
	closed  bool
	closing chan struct{}
	running sync.WaitGroup
}

// call is one intent on its way.
type call[I, R any] struct {
	in    I
	out   Outcome[R]
	state state
	done  *waiter
}

type state int

const (
	queued state = iota
	taken
	answered
	withdrawn
)

// waiter is told when all calls of one Do or DoAll are answered.
type waiter struct {
	left int // under Group.mu
	all  chan struct{}
}

// NewGroup starts a group; it ends with Close, or with the database.
func NewGroup[I, R any](d *DB, o GroupOptions, apply func(ctx context.Context, tx *Tx, in []I) ([]Outcome[R], error)) *Group[I, R] {
	o.Max = orDefault(o.Max, 256)
	if o.Linger == 0 {
		o.Linger = 300 * time.Microsecond
	}
	o.Committers = orDefault(o.Committers, 4)
	if d.engine == SQLite {
		o.Committers = 1
	}
	g := &Group[I, R]{d: d, o: o, apply: apply, wake: make(chan struct{}, 1), full: make(chan struct{}, 1), closing: make(chan struct{})}
	d.mu.Lock()
	if d.groups == nil {
		g.closed = true
	} else {
		d.groups[g] = true
	}
	d.mu.Unlock()
	if !g.closed {
		for range o.Committers {
			g.running.Add(1)
			go g.commitAll()
		}
	}
	return g
}

// Do adds an intent to the next shared commit and answers after it is durable. If ctx ends first, an intent still waiting is withdrawn
// and ctx's error answered; one already taken may be applied, and the error is ErrUncertain as well.
func (g *Group[I, R]) Do(ctx context.Context, in I) (R, error) {
	out := g.do(ctx, false, []I{in})[0]
	return out.Value, out.Err
}

// DoFirst is Do at the head of the queue.
func (g *Group[I, R]) DoFirst(ctx context.Context, in I) (R, error) {
	out := g.do(ctx, true, []I{in})[0]
	return out.Value, out.Err
}

// DoAll adds many intents, which may be spread over several commits, and answers for each in order.
func (g *Group[I, R]) DoAll(ctx context.Context, in []I) []Outcome[R] {
	return g.do(ctx, false, in)
}

func (g *Group[I, R]) do(ctx context.Context, first bool, in []I) []Outcome[R] {
	if len(in) == 0 {
		return nil
	}
	calls := make([]*call[I, R], len(in))
	block := make([]call[I, R], len(in))
	w := &waiter{left: len(in), all: make(chan struct{})}
	for i := range in {
		block[i] = call[I, R]{in: in[i], done: w}
		calls[i] = &block[i]
	}
	err := ctx.Err()
	if err == nil {
		err = g.enqueue(first, calls)
	}
	if err != nil {
		return failAll[R](len(in), err)
	}
	select {
	case <-w.all:
	case <-ctx.Done():
	}
	return g.collect(ctx, calls)
}

func failAll[R any](n int, err error) []Outcome[R] {
	out := make([]Outcome[R], n)
	for i := range out {
		out[i].Err = err
	}
	return out
}

func (g *Group[I, R]) enqueue(first bool, calls []*call[I, R]) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return ErrClosed
	}
	if first {
		g.first = append(g.first, calls...)
	} else {
		g.queue = append(g.queue, calls...)
	}
	signal(g.wake)
	if g.enough > 0 && len(g.first)+len(g.queue) >= g.enough {
		signal(g.full)
	}
	return nil
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// collect reads the outcomes; what was not taken yet is withdrawn, which happens only when ctx has ended.
func (g *Group[I, R]) collect(ctx context.Context, calls []*call[I, R]) []Outcome[R] {
	out := make([]Outcome[R], len(calls))
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, c := range calls {
		switch c.state {
		case answered:
			out[i] = c.out
		case queued:
			c.state = withdrawn // take leaves it out
			out[i].Err = ctx.Err()
		default:
			out[i].Err = fmt.Errorf("%w: %w", ErrUncertain, ctx.Err())
		}
	}
	return out
}
