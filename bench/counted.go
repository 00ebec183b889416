package bench

import (
	"context"
	"time"

	"jawort/db"
	"jawort/id"
)

// caughtUp waits until the counts of a day have taken in what was written: nobody gains a million people in a minute.
func (h *run) caughtUp(ctx context.Context, w *world) error {
	begun := time.Now()
	for {
		var behind string
		err := w.app.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.Query(ctx, `select what, mark from tally_mark where tenant = $1`, w.tenant)
			marks := map[string]string{}
			type pair struct{ what, mark string }
			list, err := db.All(rows, err, func(r *db.Rows, p *pair) error { return r.Scan(&p.what, &p.mark) })
			for _, p := range list {
				marks[p.what] = p.mark
			}
			if err != nil {
				return err
			}
			behind, err = w.uncounted(ctx, tx, marks)
			return err
		})
		if err != nil || behind == "" {
			h.say("%s: counts caught up after %s", h.engine, time.Since(begun).Round(time.Second))
			return err
		}
		select {
		case <-time.After(2 * time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// uncounted is a table whose counts are behind; "" = none.
func (w *world) uncounted(ctx context.Context, tx *db.Tx, marks map[string]string) (string, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return "", err
	}
	for _, t := range []struct {
		table, mark, prefix string
		age                 time.Duration
	}{{"event", "event", "evt", time.Minute}, {"decision", "decision", "dec", time.Minute}, {"event", "cause_event", "evt", time.Minute},
		{"message", "cause_message", "msg", time.Minute}, {"message", "cause_followed", "msg", 48 * time.Hour}, {"signal", "cause_signal", "sig", time.Minute}} {
		var any bool
		old := id.At(t.prefix, now-t.age.Microseconds())
		if err := tx.Row(ctx, `select exists (select 1 from `+t.table+` where tenant = $1 and `+t.table+` > $2 and `+t.table+` < $3)`, w.tenant, marks[t.mark], old).Scan(&any); err != nil || any {
			return t.mark, err
		}
	}
	return "", nil
}
