package story

import (
	"context"
	"testing"

	"jawort/consent"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/docs"
	"jawort/intake"
)

// Every act of staff is tried on a voiding in every state: what moves is what is drawn.
func TestDrawingOfVoiding(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := newDesk(t, d), t.Context()
		decide := func(who, how string) func(v string) {
			return func(v string) { _ = w.Desk.DecideVoid(ctx, w.Tenant.ID, who, v, how) } // what is refused moves nothing
		}
		acts := map[string]func(v string){
			"approved by another": decide("usr_b", intake.Approved), "approved by the same": decide("usr_a", intake.Approved),
			"declined by another": decide("usr_b", intake.Refused), "declined by the same": decide("usr_a", intake.Refused), "asked again": nil,
		}
		state := func(v string) (s string) {
			w.read(func(ctx context.Context, tx *db.Tx) error {
				return tx.Row(ctx, `select case when decided_at is null then 'asked' else decision end from voiding where voiding = $1`, v).Scan(&s)
			})
			return s
		}
		code := []docs.Arrow{{From: "[*]", To: "asked"}}
		for from, way := range map[string]func(v string){"asked": func(string) {}, "approved": decide("usr_b", intake.Approved), "declined": decide("usr_b", intake.Refused)} {
			for name, act := range acts {
				stop := w.optOut(consent.Staff)
				v, err := w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_a", stop.ID, because)
				if err != nil {
					t.Fatal(err)
				}
				way(v.ID)
				if got := state(v.ID); got != from {
					t.Fatalf("it is %s, not %s", got, from)
				}
				if act != nil {
					act(v.ID)
				} else if again, err := w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_b", stop.ID, because); err == nil {
					if code = append(code, docs.Arrow{From: from, To: state(again.ID), By: name}); again.ID == v.ID {
						t.Error("an answer was taken back")
					}
					decide("usr_a", intake.Refused)(again.ID)
				}
				if to := state(v.ID); to != from {
					code = append(code, docs.Arrow{From: from, To: to, By: name})
				}
				decide("usr_b", intake.Approved)(v.ID) // so that the next stop is the first again
				if from == "declined" {
					if last, err := w.Desk.AskVoid(ctx, w.Tenant.ID, "usr_a", stop.ID, because); err == nil {
						decide("usr_b", intake.Approved)(last.ID)
					}
				}
			}
		}
		docs.Compare(t, "Voiding", code)
	})
}
