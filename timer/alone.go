package timer

import (
	"context"
	"fmt"
	"sync"
	"time"

	"jawort/db"
)

// stepAlone leases due timers and runs them side by side.
func (r *Runner) stepAlone(ctx context.Context, kinds []string) (int, error) {
	if len(kinds) == 0 {
		return 0, nil
	}
	width, length := orElse(r.Width, 4), orElse(r.Lease, time.Minute)
	var due []Timer
	var until int64
	err := r.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		until = now + length.Microseconds()
		// No more than can begin at once: a timer that waits behind another would lose its lease.
		if due, err = r.claim(ctx, tx, kinds, now, width); err != nil || len(due) == 0 {
			return err
		}
		_, err = tx.Exec(ctx, lease, db.RowsOf(due, func(t Timer) []any { return []any{t.Tenant, t.Kind, t.Key} }), until)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("lease timers: %w", err)
	}
	var running sync.WaitGroup
	for _, t := range due {
		running.Go(func() { r.alone(ctx, t, until, length) })
	}
	running.Wait()
	return len(due), nil
}

// alone runs one leased timer and writes down how it went. If that cannot be written, the lease runs out and it comes again.
func (r *Runner) alone(ctx context.Context, t Timer, until int64, length time.Duration) {
	limited, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	next, err := r.guarded(limited, t)
	if err != nil {
		r.log().Error("timer failed", "kind", t.Kind, "attempts", t.Attempts+1, "error", err)
	}
	err = r.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		now, e := tx.Now(ctx)
		if e != nil {
			return e
		}
		switch {
		case err != nil:
			_, e = tx.Exec(ctx, again, t.Tenant, t.Kind, t.Key, until, now+backoff(t.Attempts+1), t.Attempts+1)
		case next > 0:
			_, e = tx.Exec(ctx, again, t.Tenant, t.Kind, t.Key, until, next, 0)
		default:
			_, e = tx.Exec(ctx, finish, t.Tenant, t.Kind, t.Key, until)
		}
		return e
	})
	if err != nil {
		r.log().Error("timer's end cannot be written; it will run again", "kind", t.Kind, "error", err)
	}
}

// guarded is handle for an Alone handler.
func (r *Runner) guarded(ctx context.Context, t Timer) (next int64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("handler panicked (%T)", p)
		}
	}()
	return r.Handlers[t.Kind].Alone(ctx, t)
}
