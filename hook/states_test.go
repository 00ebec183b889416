package hook

import (
	"context"
	"fmt"
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

// A hook is kept, and every act is tried in both states.
func TestDrawingOfHook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		set := func(s State) func(ctx context.Context, tx *db.Tx, h *Hook) error {
			return func(ctx context.Context, tx *db.Tx, h *Hook) error { return Set(ctx, tx, h.Tenant, h.ID, s, "usr_1") }
		}
		answered := func(why string) func(ctx context.Context, tx *db.Tx, h *Hook) error {
			return func(ctx context.Context, tx *db.Tx, h *Hook) error {
				return settle(ctx, tx, h, []outcome{{item: "none", state: "queued", err: why}})
			}
		}
		acts := []struct {
			name string
			do   func(ctx context.Context, tx *db.Tx, h *Hook) error
		}{{"pause", set(Paused)}, {"resume", set(Active)}, {"receiver wants no more", answered("410")}, {"fails", answered("500")}, {"well", answered("")}}
		var code []docs.Arrow
		if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			var h Hook
			for n, from := range []State{Active, Paused} {
				for k, act := range acts {
					since := func(int64) (string, error) { return "", nil }
					var err error
					if h, err = create(ctx, tx, Hook{ID: fmt.Sprintf("hok_%d%d", n, k), Tenant: "t", Kind: Own, Name: "CRM", URL: "https://crm.example/in"}, "usr_1", since); err != nil {
						return err
					}
					if n+k == 0 {
						code = append(code, docs.Arrow{From: "[*]", To: string(h.State)})
					}
					for _, f := range []func(ctx context.Context, tx *db.Tx, h *Hook) error{set(from), act.do} {
						if err := f(ctx, tx, &h); err != nil {
							return err
						}
					}
					got, err := Get(ctx, tx, "t", h.ID)
					if err != nil {
						return err
					}
					if got.State != from {
						code = append(code, docs.Arrow{From: string(from), To: string(got.State), By: act.name})
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		docs.Compare(t, "Hook", code)
	})
}
