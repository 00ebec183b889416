package round

import (
	"context"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/docs"
	"jawort/errs"
)

// The drawing in docs/states.md is the machine.
func TestDrawingIsTheMachine(t *testing.T) {
	begin := docs.Arrow{From: "[*]", To: string(Counting), By: "begun by staff"}
	docs.Compare(t, "Round", append(docs.Steps(States, State.May), begin))
}

func TestMove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write := func(f func(ctx context.Context, tx *db.Tx) error) error { return d.Write(t.Context(), f) }
		var r Round
		put := func(topic string) error {
			return write(func(ctx context.Context, tx *db.Tx) (err error) {
				r, err = Put(ctx, tx, "t1", Round{Topic: topic, Source: "src_1", CreatedBy: "usr_1"})
				return err
			})
		}
		if err := put("offers"); err != nil {
			t.Fatal(err)
		}
		first := r.ID
		if err := put("offers"); errs.CodeOf(err) != errs.Invalid || r.ID != first {
			t.Errorf("a second round about a topic: %v", err)
		}
		move := func(tenant string, to State) errs.Code {
			return errs.CodeOf(write(func(ctx context.Context, tx *db.Tx) error { return Move(ctx, tx, tenant, first, "usr_1", to) }))
		}
		for _, step := range []struct {
			tenant string
			to     State
			want   errs.Code
		}{{"t1", Running, errs.Conflict}, {"t2", Dropped, errs.NotFound}, {"t1", Ready, ""}, {"t1", Running, ""}, {"t1", Running, ""}, {"t1", Dropped, errs.Conflict},
			{"t1", Paused, ""}, {"t1", Running, ""}, {"t1", Done, ""}, {"t1", Running, errs.Conflict}} {
			if got := move(step.tenant, step.to); got != step.want {
				t.Errorf("%s to %s: %q, want %q", step.tenant, step.to, got, step.want)
			}
		}
		if err := put("offers"); err != nil || r.ID == first {
			t.Errorf("a round after one that ended: %v", err)
		}
		_ = write(func(ctx context.Context, tx *db.Tx) error {
			for tenant, want := range map[string]int{"t1": 2, "t2": 0} {
				if all, err := List(ctx, tx, tenant, "", 9); err != nil || len(all) != want {
					t.Errorf("%s has %d rounds: %v", tenant, len(all), err)
				}
			}
			done, err := Get(ctx, tx, "t1", first)
			if err != nil || done.BegunAt == 0 || done.EndedAt == 0 || done.State != Done {
				t.Errorf("%+v %v", done, err)
			}
			return nil
		})
	})
}
