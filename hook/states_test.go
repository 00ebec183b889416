package hook

import (
	"context"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/docs"
)

// Every act is tried in every state, on the database: what moves is what is drawn.
func TestDrawingOfDelivery(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := &Hook{Tenant: "t", ID: "hok_1", Kind: Meta}
		const item = "raw_1"
		now := int64(1)
		put := func(ctx context.Context, tx *db.Tx) error {
			now++
			return insertDeliveries(ctx, tx, h, []delivery{{item: item, at: 1}}, now)
		}
		become := func(state string) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				o := outcome{item: item, state: state, attempts: 1}
				if err := tx.Row(ctx, `select due from delivery where tenant = 't' and item = 'raw_1'`).Scan(&o.due); err != nil {
					return err
				}
				return settle(ctx, tx, h, []outcome{o})
			}
		}
		acts := []struct {
			name string
			do   func(ctx context.Context, tx *db.Tx) error
		}{{"replayed", put}, {"brought", become("done")}, {"given up", become("dead")}, {"tried again", become("queued")},
			{"revived", func(ctx context.Context, tx *db.Tx) error { return Revive(ctx, tx, "t", h.ID) }}}
		code := []docs.Arrow{{From: "[*]", To: "queued"}}
		for _, from := range []string{"queued", "done", "dead"} {
			for _, act := range acts {
				var to string
				if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					for _, f := range []func(ctx context.Context, tx *db.Tx) error{put, become(from), act.do} {
						if err := f(ctx, tx); err != nil {
							return err
						}
					}
					return tx.Row(ctx, `select state from delivery where tenant = 't' and item = 'raw_1'`).Scan(&to)
				}); err != nil {
					t.Fatal(err)
				}
				if to != from {
					code = append(code, docs.Arrow{From: from, To: to, By: act.name})
				}
			}
		}
		docs.Compare(t, "Delivery", code)
	})
}
