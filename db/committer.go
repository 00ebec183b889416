package db

import (
	"context"
	"errors"
	"fmt"
	"time"
)

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
