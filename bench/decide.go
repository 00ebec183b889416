package bench

import (
	"context"
	"runtime"
	"time"

	"jawort/contact"
	"jawort/db"
	"jawort/gate"
)

// decide judges one allowed marketing message over and over, by facts read from a real database.
func decide(ctx context.Context, r *run) error {
	r.engine, r.People = "sqlite", 1
	if _, err := r.database(ctx); err != nil {
		return err
	}
	w, err := r.newWorld(ctx, "127.0.0.1:1")
	if err != nil {
		return err
	}
	defer w.stop()
	to := phone(0)
	ask := gate.Ask{Fingerprint: contact.Fingerprint(w.pepper, to), Message: gate.Message{To: string(to), Number: number, Kind: "template",
		Template: "sommer_sale", Language: "de"}}
	var facts []gate.Facts
	err = w.app.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err == nil {
			facts, err = gate.Load(ctx, tx, w.tenant, []gate.Ask{ask}, now)
		}
		return err
	})
	if err != nil {
		return err
	}
	r.engine = ""
	var each, allocs float64
	err = r.profiled(func() error {
		each, err = r.median(func(int) (float64, error) {
			t, a := decisions(&facts[0], &ask.Message, r.Span)
			allocs = max(allocs, a)
			return t, nil
		})
		return err
	})
	r.add(Row{What: "an allowed marketing message, one core", Value: each, Unit: "µs", Target: 1, Stretch: 0.3, Less: true})
	r.add(Row{What: "allocations of a decision", Value: allocs, Unit: "", Target: 2, Stretch: 2, Less: true})
	return err
}

// decisions is µs and allocations of one.
func decisions(f *gate.Facts, m *gate.Message, span time.Duration) (each, allocs float64) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begun, n := time.Now(), 0
	for time.Since(begun) < span {
		for range 10_000 {
			_ = gate.Decide(f, m)
		}
		n += 10_000
	}
	took := time.Since(begun)
	runtime.ReadMemStats(&after)
	return float64(took.Nanoseconds()) / 1000 / float64(n), float64((after.Mallocs - before.Mallocs) / uint64(n))
}
