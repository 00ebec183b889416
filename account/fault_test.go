package account

import (
	"context"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

// Faults add up by day, are read for a span of days, and go after three months.
func TestFaultsOfAProgram(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write := func(f func(ctx context.Context, tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		var now int64
		count := func(program, reason string, times, ago int64) {
			t.Helper()
			write(func(ctx context.Context, tx *db.Tx) (err error) {
				if now, err = tx.Now(ctx); err != nil {
					return err
				}
				return CountFaults(ctx, tx, []ProgramFault{{Tenant: "t", Program: program, Reason: reason, Edge: "POST messages", Times: times, LastAt: now - ago*microDay}})
			})
		}
		count("a", "SCOPE_MISSING", 2, 0)
		count("a", "SCOPE_MISSING", 3, 0)
		count("a", "SCOPE_MISSING", 7, 2)
		count("a", "TOO_MANY", 1, 5)
		count("a", "TOO_MANY", 100, faultLife+2)
		count("b", "TOO_MANY", 50, 0)
		of := func(days int64) (list []ProgramFault) {
			t.Helper()
			write(func(ctx context.Context, tx *db.Tx) (err error) {
				list, err = FaultsOf(ctx, tx, "t", "a", now-days*microDay)
				return err
			})
			return list
		}
		if got := of(3); len(got) != 1 || got[0].Reason != "SCOPE_MISSING" || got[0].Times != 12 || got[0].LastAt > now || got[0].LastAt < now-microDay {
			t.Errorf("of three days: %+v", got)
		}
		if got := of(365); len(got) != 2 || got[1].Times != 101 {
			t.Errorf("of a year: %+v", got)
		}
		write(Sweep)
		if got := of(365); len(got) != 2 || got[1].Times != 1 {
			t.Errorf("after the sweep: %+v", got)
		}
	})
}
