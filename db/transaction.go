package db

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Write runs f in one transaction and commits it durably. When the engine reports a deadlock, a serialisation conflict, a busy file or a
// connection lost before the commit, f is run again from its beginning, so f must have no effect but on tx (use OnCommit for others).
// An error of f or of any statement rolls everything back. After the commit was sent only ErrUncertain can tell of a lost connection.
func (d *DB) Write(ctx context.Context, f func(ctx context.Context, tx *Tx) error) error {
	return d.repeat(ctx, true, true, f)
}

// Read runs f in a transaction that cannot write and sees one moment of the database for all its statements.
func (d *DB) Read(ctx context.Context, f func(ctx context.Context, tx *Tx) error) error {
	return d.repeat(ctx, false, true, f)
}

// Peek is Read for a function with one statement: each statement sees its own moment, and is spared a transaction around it.
func (d *DB) Peek(ctx context.Context, f func(ctx context.Context, tx *Tx) error) error {
	return d.repeat(ctx, false, false, f)
}

const attempts = 12 // with the pauses below about 2 s

// repeat runs one transaction until it goes through, is refused for good, or has been tried often enough.
func (d *DB) repeat(ctx context.Context, write, begin bool, f func(ctx context.Context, tx *Tx) error) error {
	for try := 1; ; try++ {
		err := d.once(ctx, write, begin, f)
		again := IsRetry(err) || kindOf(err) == gone && d.engine == Postgres && !errors.Is(err, ErrUncertain)
		if err == nil || !again || try == attempts || d.closed.Load() {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

// pause waits longer with each try, and differently for each who waits.
func pause(ctx context.Context, try int) error {
	most := min(time.Millisecond<<try, 400*time.Millisecond)
	t := time.NewTimer(most/2 + rand.N(most/2))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// once runs one attempt.
func (d *DB) once(ctx context.Context, write, begin bool, f func(ctx context.Context, tx *Tx) error) (err error) {
	if d.closed.Load() {
		return ErrClosed
	}
	c, err := d.store.take(ctx, write)
	if err != nil {
		return err
	}
	defer d.store.give(c, write)
	if begin {
		if err := c.begin(ctx, write); err != nil {
			return fmt.Errorf("begin: %w", mapped(err))
		}
	}
	tx := &Tx{d: d, conn: c, write: write && begin}
	committed := false
	defer func() { // also when f panics
		tx.end()
		if begin && !committed {
			c.rollback(context.WithoutCancel(ctx))
		}
	}()
	if err := f(ctx, tx); err != nil {
		return err
	}
	tx.end()
	if tx.failed != nil {
		return tx.failed
	}
	if !begin {
		return nil
	}
	committed = true
	return tx.commit(ctx, write)
}

// commit is not ended by the caller's context: a commit cut off half-way would leave nobody knowing.
func (tx *Tx) commit(ctx context.Context, write bool) error {
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if err := tx.conn.commit(limit); err != nil {
		err = mapped(err)
		if write && (kindOf(err) == gone || errors.Is(err, context.DeadlineExceeded)) {
			return fmt.Errorf("commit: %w: %w", ErrUncertain, err)
		}
		return fmt.Errorf("commit: %w", err)
	}
	for _, f := range tx.onCommit {
		f()
	}
	return nil
}
