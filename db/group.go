package db

import (
	"context"
	"errors"
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

// commitAll is one committer: batch after batch until the group is closed and drained.
func (g *Group[I, R]) commitAll() {
	defer g.running.Done()
	for {
		select {
		case <-g.wake:
		case <-g.closing:
			if g.waiting() == 0 {
				return
			}
		}
		if !g.join() {
			continue
		}
		for {
			g.linger()
			batch := g.take()
			if len(batch) == 0 {
				break
			}
			g.commit(batch)
		}
	}
}

// patience is how long a second committer leaves a small queue to the first, at least; otherwise as long as a few commits take. Two
// half-full commits cost more than one, but a commit that waits for a lock must not hold up the rest.
const patience = 4 * time.Millisecond

// join counts a committer in, at once if it is the only one or a full batch waits.
func (g *Group[I, R]) join() bool {
	const step = 500 * time.Microsecond
	for waited := time.Duration(0); ; waited += step {
		g.mu.Lock()
		waiting := len(g.first) + len(g.queue)
		if waiting > 0 && (g.busy == 0 || waiting >= g.o.Max || waited >= max(patience, 4*g.took) || g.closed) {
			g.busy++
			g.mu.Unlock()
			return true
		}
		g.mu.Unlock()
		if waiting == 0 {
			return false
		}
		time.Sleep(step)
	}
}

func (g *Group[I, R]) waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.first) + len(g.queue)
}

// linger waits a moment until as many intents have come as were under way when the last batch was answered: callers that come back
// for more then share one commit instead of alternating between two half-empty ones. A single caller never waits, unless Gather says so.
func (g *Group[I, R]) linger() {
	g.mu.Lock()
	waiting, enough, most := len(g.first)+len(g.queue), min(g.company, g.o.Max), g.o.Linger
	if g.o.Gather > 0 {
		enough, most = g.o.Max, g.o.Gather
	}
	if most < 0 || waiting == 0 || waiting >= enough || g.closed || g.enough > 0 {
		g.mu.Unlock()
		return
	}
	select { // an old token
	case <-g.full:
	default:
	}
	g.enough = enough
	g.mu.Unlock()
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-t.C:
	case <-g.full:
	case <-g.closing:
	}
	g.mu.Lock()
	g.enough = 0
	g.mu.Unlock()
}

// take takes the next batch, and wakes another committer if more is left. With nothing to take the committer is counted out.
func (g *Group[I, R]) take() []*call[I, R] {
	g.mu.Lock()
	defer g.mu.Unlock()
	var batch []*call[I, R]
	g.first, batch = g.move(g.first, batch)
	g.queue, batch = g.move(g.queue, batch)
	if len(g.first)+len(g.queue) > 0 {
		signal(g.wake)
	}
	if len(batch) == 0 {
		g.busy--
	}
	return batch
}

func (g *Group[I, R]) move(from, batch []*call[I, R]) (left, more []*call[I, R]) {
	for i, c := range from {
		if len(batch) == g.o.Max {
			return from[i:], batch
		}
		if c.state == queued {
			c.state = taken
			batch = append(batch, c)
		}
	}
	return nil, batch
}

// commit applies a batch and answers each of its calls. Who comes while the batch waits for its transaction goes along: SQLite has one
// writer, and a batch that left them behind would make them wait for the whole of another.
func (g *Group[I, R]) commit(batch []*call[I, R]) {
	in := make([]I, 0, len(batch))
	for _, c := range batch {
		in = append(in, c.in)
	}
	began := time.Now()
	boarded := false
	out := g.run(in, func() []I {
		if !boarded { // not again when the transaction is repeated
			boarded, batch = true, g.board(batch)
			for _, c := range batch[len(in):] {
				in = append(in, c.in)
			}
		}
		return in
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.took = min(time.Since(began), 50*time.Millisecond)
	g.company = len(batch) + len(g.first) + len(g.queue)
	for i, c := range batch {
		c.out, c.state = out[i], answered
		if c.done.left--; c.done.left == 0 {
			close(c.done.all)
		}
	}
}

// board adds who has come since the batch was taken.
func (g *Group[I, R]) board(batch []*call[I, R]) []*call[I, R] {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.first, batch = g.move(g.first, batch)
	g.queue, batch = g.move(g.queue, batch)
	return batch
}

// run applies intents in one transaction, or in two halves when they fail together by their own fault. all, if given, answers the
// intents anew once the transaction has begun.
func (g *Group[I, R]) run(in []I, all func() []I) []Outcome[R] {
	var out []Outcome[R]
	err := g.d.Write(context.Background(), func(ctx context.Context, tx *Tx) (err error) {
		if all != nil {
			in = all()
		}
		out, err = g.guarded(ctx, tx, in)
		return err
	})
	switch {
	case err == nil:
		return out
	case len(in) == 1 || !divisible(err):
		return failAll[R](len(in), err)
	}
	half := len(in) / 2
	return append(g.run(in[:half], nil), g.run(in[half:], nil)...)
}

// divisible says whether a part of the batch may do well where the whole did not.
func divisible(err error) bool {
	if errors.Is(err, ErrUncertain) || errors.Is(err, ErrClosed) {
		return false
	}
	k := kindOf(err)
	return k != gone && k != retry
}

// guarded calls apply; a panic is the batch's failure, and so in the end that of the one intent behind it.
func (g *Group[I, R]) guarded(ctx context.Context, tx *Tx, in []I) (out []Outcome[R], err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("apply panicked (%T)", p) // the panic's own text may hold personal data
		}
	}()
	out, err = g.apply(ctx, tx, in)
	if err == nil && len(out) != len(in) {
		err = fmt.Errorf("apply answered %d outcomes for %d intents", len(out), len(in))
	}
	return out, err
}

// Close takes no more intents, commits those that wait, and returns when all are answered.
func (g *Group[I, R]) Close() {
	g.mu.Lock()
	if !g.closed {
		g.closed = true
		close(g.closing)
	}
	g.mu.Unlock()
	g.running.Wait()
	g.d.mu.Lock()
	delete(g.d.groups, g)
	g.d.mu.Unlock()
}
