package timer

import (
	"context"
	"fmt"

	"jawort/db"
)

// stepWithin runs each kind's batch in a transaction of its own.
func (r *Runner) stepWithin(ctx context.Context, kinds []string) (int, error) {
	ran := 0
	for _, kind := range kinds {
		var due []Timer
		most := orElse(r.Batch, 200)
		err := r.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			due, err = r.within(ctx, tx, kind, most)
			return err
		})
		ran += len(due)
		if err == nil {
			continue
		}
		if len(due) == 0 || ctx.Err() != nil {
			return ran, err
		}
		if err := r.oneByOne(ctx, kind, due); err != nil {
			return ran, err
		}
	}
	return ran, nil
}

// within removes due timers and hands them to the handler, so that it may set them again.
func (r *Runner) within(ctx context.Context, tx *db.Tx, kind string, most int) ([]Timer, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	due, err := r.claim(ctx, tx, []string{kind}, now, most)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	keys := map[string][]string{}
	for _, t := range due {
		keys[t.Tenant] = append(keys[t.Tenant], t.Key)
	}
	for tenant, list := range keys {
		if _, err := tx.Exec(ctx, remove, tenant, kind, list); err != nil {
			return nil, err
		}
	}
	return due, r.handle(ctx, tx, kind, due)
}

// oneByOne runs the timers of a batch that failed, each by itself; a failing one is put off.
func (r *Runner) oneByOne(ctx context.Context, kind string, due []Timer) error {
	for _, t := range due {
		err := r.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			n, err := tx.Exec(ctx, removeSame, t.Tenant, kind, t.Key, t.Due, t.Attempts)
			if err != nil || n == 0 {
				return err
			}
			return r.handle(ctx, tx, kind, []Timer{t})
		})
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.log().Error("timer failed", "kind", kind, "attempts", t.Attempts+1, "error", err)
		err = r.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, postpone, t.Tenant, kind, t.Key, t.Due, t.Attempts, now+backoff(t.Attempts+1))
			return err
		})
		if err != nil {
			return fmt.Errorf("put off timer %s: %w", kind, err)
		}
	}
	return nil
}

// backoff is 2, 4, 8 … seconds, at most an hour, in microseconds.
func backoff(attempts int64) int64 {
	return min(int64(1)<<min(attempts, 12), 3600) * 1_000_000
}

// handle keeps a panic of one handler from ending the process with all the others.
func (r *Runner) handle(ctx context.Context, tx *db.Tx, kind string, due []Timer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("handler panicked (%T)", p)
		}
	}()
	return r.Handlers[kind].Within(ctx, tx, due)
}
