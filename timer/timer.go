// Package timer is the one table of durable timers: something due at a time, run once whichever process gets to it first.
//
// A timer is named by tenant, kind and key; setting it again moves it. Each kind has a Handler, of one of two sorts:
//
//   - Within gets the due timers in the transaction that removes them, so what it writes happens exactly once. It must not wait for a network.
//   - Alone runs under a lease with transactions of its own and may take its time and use the network. It runs at least once: when a
//     process dies in the middle, another begins again after the lease.
//
// A handler that fails is tried again later and later, from seconds up to an hour, and never given up.
package timer

import (
	"context"
	"fmt"

	"jawort/db"
)

// Timer is one entry.
type Timer struct {
	Tenant   string
	Kind     string // which Handler
	Key      string // the thing it is about; an id, never an address
	Due      int64  // microseconds UTC
	Payload  string // for the handler; empty when the key says all
	Attempts int64  // how often it was tried before; set by the runner
}

// Put sets timers. One that is there already is moved and begins anew, also while it runs: it will run again when it is due.
func Put(ctx context.Context, tx *db.Tx, timers []Timer) error {
	if len(timers) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, putTimers, db.RowsOf(lastOfEach(timers), func(t Timer) []any { return []any{t.Tenant, t.Kind, t.Key, t.Due, t.Payload} }))
	if err != nil {
		return fmt.Errorf("put timers: %w", err)
	}
	return nil
}

// lastOfEach drops all but the last setting of a timer: one statement may touch a row only once.
func lastOfEach(timers []Timer) []Timer {
	at := make(map[[3]string]int, len(timers))
	last := make([]Timer, 0, len(timers))
	for _, t := range timers {
		name := [3]string{t.Tenant, t.Kind, t.Key}
		if i, ok := at[name]; ok {
			last[i] = t
			continue
		}
		at[name] = len(last)
		last = append(last, t)
	}
	return last
}

// Cancel removes timers; those that are not there are passed over. One that runs at this moment runs to its end.
func Cancel(ctx context.Context, tx *db.Tx, tenant, kind string, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, cancelTimers, tenant, kind, keys); err != nil {
		return fmt.Errorf("cancel timers %s: %w", kind, err)
	}
	return nil
}

// Late tells how many timers are due, and since when the oldest is; for health checks. With none it is 0, 0.
func Late(ctx context.Context, tx *db.Tx, now int64) (n, oldest int64, err error) {
	if err := tx.Row(ctx, lateTimers, now).Scan(&n, &oldest); err != nil {
		return 0, 0, fmt.Errorf("late timers: %w", err)
	}
	return n, oldest, nil
}
