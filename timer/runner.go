package timer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"jawort/db"
)

// Handler runs the timers of a kind: exactly one of its fields is set.
type Handler struct {
	// Within runs due timers of one kind, of any tenants, in the transaction that has just removed them. It may set the same timers again.
	// If a batch fails, each of its timers is tried by itself.
	Within func(ctx context.Context, tx *db.Tx, due []Timer) error
	// Alone runs one timer; ctx ends with its lease. again > 0 sets it anew for that time instead of removing it.
	Alone func(ctx context.Context, t Timer) (again int64, err error)
}

// Runner runs the timers of one process; every process may have one.
type Runner struct {
	DB       *db.DB
	Handlers map[string]Handler // by kind; other kinds are left to other processes
	Batch    int                // most timers claimed at once; 0 = 200
	Width    int                // most Alone handlers at once; 0 = 4
	Lease    time.Duration      // how long an Alone handler has; 0 = one minute
	Poll     time.Duration      // how often the table is looked at; 0 = 250 ms
	Log      *slog.Logger       // nil = slog.Default()
}

// Run runs timers until ctx ends, and lets running handlers come to their end.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.check(); err != nil {
		return err
	}
	poll := orElse(r.Poll, 250*time.Millisecond)
	for ctx.Err() == nil {
		ran, err := r.Step(ctx)
		if errors.Is(err, db.ErrClosed) {
			return err
		}
		if err != nil && ctx.Err() == nil {
			r.log().Error("timers cannot be run", "error", err)
		}
		if ran > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(poll):
		}
	}
	return nil
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

func (r *Runner) log() *slog.Logger { return orElse(r.Log, slog.Default()) }

func (r *Runner) check() error {
	for kind, h := range r.Handlers {
		if (h.Within == nil) == (h.Alone == nil) {
			return fmt.Errorf("timer %s: a handler is either Within or Alone", kind)
		}
	}
	return nil
}

// Step claims and runs what is due now, once, and says how many timers were claimed.
func (r *Runner) Step(ctx context.Context) (int, error) {
	within, alone := r.kinds()
	something, err := r.anythingDue(ctx, slices.Concat(within, alone))
	if err != nil || !something {
		return 0, err
	}
	a, err := r.stepWithin(ctx, within)
	if err != nil {
		return a, err
	}
	b, err := r.stepAlone(ctx, alone)
	return a + b, err
}

func (r *Runner) kinds() (within, alone []string) {
	for kind, h := range r.Handlers {
		if h.Within != nil {
			within = append(within, kind)
		} else {
			alone = append(alone, kind)
		}
	}
	slices.Sort(within)
	slices.Sort(alone)
	return within, alone
}

// anythingDue looks without a lock, so that an idle process writes nothing.
func (r *Runner) anythingDue(ctx context.Context, kinds []string) (bool, error) {
	due := false
	err := r.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		var next int64
		err = tx.Row(ctx, nextDue, now, kinds).Scan(&next)
		due = err == nil && next <= now
		if errors.Is(err, db.ErrNone) {
			return nil
		}
		return err
	})
	return due, err
}

func (r *Runner) claim(ctx context.Context, tx *db.Tx, kinds []string, now int64, most int) ([]Timer, error) {
	rows, err := tx.Query(ctx, claim, now, kinds, most)
	return db.All(rows, err, func(rows *db.Rows, t *Timer) error {
		return rows.Scan(&t.Tenant, &t.Kind, &t.Key, &t.Due, &t.Attempts, &t.Payload)
	})
}
