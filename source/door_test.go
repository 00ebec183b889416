package source

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
)

const noon = int64(1_795_003_200_000_000)

func TestDoor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		use := func(tenant, door, print string, now int64) (ok bool) {
			if err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
				ok, err = Use(ctx, tx, tenant, door, print, time.Hour, 2, now)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return ok
		}
		for i, step := range []struct {
			tenant, door, print string
			after               time.Duration
			want                bool
		}{
			{"a", "net", "x", 0, true},
			{"a", "net", "x", time.Minute, true},
			{"a", "net", "x", 2 * time.Minute, false},
			{"a", "net", "y", 2 * time.Minute, true},
			{"a", "address", "x", 2 * time.Minute, true},
			{"b", "net", "x", 2 * time.Minute, true},
			{"a", "net", "x", 59 * time.Minute, false},
			{"a", "net", "x", time.Hour, true},
		} {
			if got := use(step.tenant, step.door, step.print, noon+step.after.Microseconds()); got != step.want {
				t.Errorf("step %d: %v", i, got)
			}
		}
	})
}

func TestSeveralDoorsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			ok, err := UseAll(ctx, tx, "a", []Visit{{"net", "x", time.Hour, 2}, {"address", "y", 24 * time.Hour, 1}, {"net", "x", time.Hour, 2},
				{"net", "x", time.Hour, 2}, {"closed", "x", time.Hour, 0}}, noon)
			for i, want := range []bool{true, true, true, false, false} {
				if ok[i] != want {
					t.Errorf("visit %d: %v", i, ok[i])
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Many at one door at once: exactly as many as the limit come in.
func TestDoorHoldsTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var in atomic.Int64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 5 {
					var ok []bool
					err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
						ok, err = UseAll(ctx, tx, "a", []Visit{{"net", "x", time.Hour, 13}, {"address", "y", time.Hour, 100}}, noon)
						return err
					})
					if err != nil {
						t.Error(err)
					} else if ok[0] {
						in.Add(1)
					}
				}
			})
		}
		wg.Wait()
		if in.Load() != 13 {
			t.Errorf("%d came in, the limit is 13", in.Load())
		}
	})
}

func TestSweep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			day := (24 * time.Hour).Microseconds()
			for i := range int64(5) {
				if _, err := Use(ctx, tx, "a", "net", "x", time.Hour, 1, noon+i*day); err != nil {
					return err
				}
			}
			for i, want := range []int64{2, 1, 0} {
				if n, err := Sweep(ctx, tx, noon+3*day, 2); err != nil || n != want {
					t.Errorf("sweep %d: %d %v", i, n, err)
				}
			}
			ok, err := Use(ctx, tx, "a", "net", "x", time.Hour, 1, noon+3*day)
			if ok {
				t.Error("a count still in use was swept")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
