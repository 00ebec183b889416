package account

import (
	"context"
	"errors"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/docs"
)

// Every act is tried in every state of a key, on the database: what moves is what is drawn.
func TestDrawingOfKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		one := try("k", "1")
		var since int64
		begin := func(ctx context.Context, tx *db.Tx) error {
			b, err := Begin(ctx, tx, h.a.ID, []Try{one})
			if err == nil && b[0].State == Fresh {
				since = b[0].Since
			}
			return err
		}
		older := func(by int64) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `update idempotency set created_at = created_at - $1`, by+1)
				since -= by + 1
				return err
			}
		}
		finish := func(ctx context.Context, tx *db.Tx) error {
			if err := Finish(ctx, tx, h.a.ID, []Outcome{{"k", since, 200, []byte("{}")}}); err != nil && !errors.Is(err, ErrTakenOver) {
				return err
			}
			return nil
		}
		acts := map[string][]func(ctx context.Context, tx *db.Tx) error{
			"begun": {begin}, "finished": {finish},
			"abandoned": {func(ctx context.Context, tx *db.Tx) error {
				return Abandon(ctx, tx, h.a.ID, []Outcome{{Key: "k", Since: since}})
			}},
			"left for a minute": {older(IdempotencyStale.Microseconds()), begin},
			"a day later": {older(IdempotencyLife.Microseconds()), func(ctx context.Context, tx *db.Tx) error {
				_, err := SweepKeys(ctx, tx, 10)
				return err
			}},
		}
		reach := map[string][]func(ctx context.Context, tx *db.Tx) error{"free": nil, "running": {begin}, "done": {begin, finish}}
		code := []docs.Arrow{{From: "[*]", To: "free"}}
		for from, way := range reach {
			for name, act := range acts {
				var to string
				var before int64
				if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					if _, err := tx.Exec(ctx, `delete from idempotency`); err != nil {
						return err
					}
					for _, f := range way {
						if err := f(ctx, tx); err != nil {
							return err
						}
					}
					before = since
					for _, f := range act {
						if err := f(ctx, tx); err != nil {
							return err
						}
					}
					err := tx.Row(ctx, `select state from idempotency where idem_key = 'k'`).Scan(&to)
					if errors.Is(err, db.ErrNone) {
						to, err = "free", nil
					}
					return err
				}); err != nil {
					t.Fatalf("%s in %s: %v", name, from, err)
				}
				takenOver := from == "running" && name == "left for a minute" && since > before-IdempotencyStale.Microseconds()
				if to != from && (from != "free" || name == "begun") || takenOver {
					code = append(code, docs.Arrow{From: from, To: to, By: name})
				}
			}
		}
		docs.Compare(t, "Key of a request", code)
	})
}
