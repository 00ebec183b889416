package alert

import (
	"context"
	"testing"
	"time"

	"jawort/db"
	"jawort/docs"
)

// Every act is tried in every state, on the database: what moves is what is drawn.
func TestDrawingIsTheCode(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		hour := time.Hour
		acts := []struct {
			name string
			do   func(ctx context.Context, tx *db.Tx, id string) error
		}{
			{"seen", func(ctx context.Context, tx *db.Tx, _ string) error { return Raise(ctx, tx, x.tenant, gate106(1)) }},
			{"mute", func(ctx context.Context, tx *db.Tx, id string) error {
				return Mute(ctx, tx, x.tenant, id, x.now.Add(hour).UnixMicro(), "usr_1", "Wir wissen davon")
			}},
			{"unmute", func(ctx context.Context, tx *db.Tx, id string) error { return Unmute(ctx, tx, x.tenant, id) }},
			{"clear", func(ctx context.Context, tx *db.Tx, _ string) error {
				return Clear(ctx, tx, x.tenant, RoundGate, "106")
			}},
			{"time passes", func(context.Context, *db.Tx, string) error { x.now = x.now.Add(2 * hour); return nil }},
		}
		state := func(id string) (s State) {
			x.write(func(ctx context.Context, tx *db.Tx) error {
				a, err := Of(ctx, tx, x.tenant, id)
				s = a.At(x.now.UnixMicro())
				return err
			})
			return s
		}
		code := []docs.Arrow{{From: "[*]", To: string(Raised)}}
		for _, from := range []State{Raised, Muted, Cleared} {
			for _, act := range acts {
				x.clear(RoundGate, "106")
				x.raise(gate106(1))
				id := x.open(x.tenant)[0].ID
				if from == Muted {
					x.write(func(ctx context.Context, tx *db.Tx) error { return acts[1].do(ctx, tx, id) })
				}
				if from == Cleared {
					x.clear(RoundGate, "106")
				}
				_ = x.d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error { return act.do(ctx, tx, id) }) // what is refused moves nothing
				if to := state(id); to != from {
					code = append(code, docs.Arrow{From: string(from), To: string(to), By: act.name})
				}
			}
		}
		docs.Compare(t, "Alert", code)
	})
}
