package tally

import (
	"context"
	"time"

	"jawort/db"
)

// look is when a tenant was last looked at, and what it cost.
type look struct {
	at, next time.Time
	day      int64
	newest   string
}

// share of the time that looking may take: a tenant with a million people is looked at less often than one with ten.
const share = 50

// atMost is how long a look may be old while nothing is written: pauses end and numbers change without an entry in the ledger.
const atMost = 5 * time.Minute

// snapshot writes down how things stand today. It is a read of many rows and a write of few, made only when something changed.
func (r *Roller) snapshot(ctx context.Context, tenant string, zone *time.Location) error {
	if r.state == nil {
		r.state = map[string]*look{}
	}
	l := r.state[tenant]
	if l == nil {
		l = &look{}
		r.state[tenant] = l
	}
	began := time.Now() // of the cost; days come from the database's clock
	var counts []Count
	var last string
	var day int64
	if err := r.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		day = Day(time.UnixMicro(now), zone)
		if last, err = newest(ctx, tx, tenant); err != nil {
			return err
		}
		if day == l.day && (began.Before(l.next) || last == l.newest && began.Sub(l.at) < atMost) {
			return nil
		}
		counts, err = standing(ctx, tx, tenant, now+(30*24*time.Hour).Microseconds())
		return err
	}); err != nil || counts == nil {
		return err
	}
	counts = dated(counts, day)
	if err := r.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return replace(ctx, tx, tenant, day, counts) }); err != nil {
		return err
	}
	*l = look{at: began, next: began.Add(share * time.Since(began)), day: day, newest: last}
	return nil
}
