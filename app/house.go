package app

import (
	"context"
	"errors"
	"time"

	"jawort/account"
	"jawort/alert"
	"jawort/blob"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/source"
)

// keepHouse does what comes with time: pauses end, texts nobody decided become stops, whoever is connected is asked about, and
// what is too old goes.
func (a *App) keepHouse(ctx context.Context) {
	minute, hour := time.NewTicker(time.Minute), time.NewTicker(time.Hour)
	defer minute.Stop()
	defer hour.Stop()
	for {
		var jobs map[string]func(context.Context) error
		select {
		case <-ctx.Done():
			return
		case <-minute.C:
			jobs = map[string]func(context.Context) error{"pauses": a.endPauses, "reviews": a.Desk.Overdue, "resting": a.Desk.RestSources, "blocks": a.Desk.Suspect, "locks": a.Desk.ReleaseBlocks, "alerts": a.watch, "polls": a.poller.Ensure}
		case <-hour.C:
			jobs = map[string]func(context.Context) error{"expiry": a.Desk.Expire, "webhooks": a.Desk.Sweep, "sessions": a.sweep, "hooks": a.hooks.Sweep}
		}
		for name, job := range jobs {
			if err := job(ctx); err != nil && ctx.Err() == nil {
				a.c.Log.Error("housekeeping", "job", name, "error", err)
			}
		}
	}
}

// endPauses folds persons anew whose pause is over. Until then the gate goes on waiting: it sends less.
func (a *App) endPauses(ctx context.Context) error {
	type due struct{ tenant, contact string }
	var list []due
	var now int64
	if err := a.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if now, err = tx.Now(ctx); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select distinct tenant, contact from standing where state = 'paused' and expires_at <= $1 limit 500`, now)
		list, err = db.All(rows, err, func(r *db.Rows, to *due) error { return r.Scan(&to.tenant, &to.contact) })
		return err
	}); err != nil || len(list) == 0 {
		return err
	}
	return a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, d := range list {
			revs, err := contact.Lock(ctx, tx, d.tenant, []string{d.contact})
			if err != nil {
				return err
			}
			if err := consent.Restand(ctx, tx, d.tenant, revs, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *App) sweep(ctx context.Context) error {
	return errors.Join(a.DB.Write(ctx, account.Sweep),
		a.bitByBit(ctx, 2000, account.SweepKeys),
		a.bitByBit(ctx, 2000, func(ctx context.Context, tx *db.Tx, most int) (int64, error) {
			now, err := tx.Now(ctx)
			if err != nil {
				return 0, err
			}
			return source.Sweep(ctx, tx, now-2*24*time.Hour.Microseconds(), most)
		}))
}

// dropBlobs removes files whose time is over.
func (a *App) dropBlobs(ctx context.Context) error { return a.bitByBit(ctx, 100, blob.DeleteExpired) }

// bitByBit deletes all that f finds, a few in a transaction, so that nobody waits for it.
func (a *App) bitByBit(ctx context.Context, most int, f func(ctx context.Context, tx *db.Tx, most int) (int64, error)) error {
	for ctx.Err() == nil {
		var n int64
		if err := a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = f(ctx, tx, most)
			return err
		}); err != nil || n < int64(most) {
			return err
		}
	}
	return ctx.Err()
}

// watch compares what is open with what holds, business by business: one that fails does not keep the others.
func (a *App) watch(ctx context.Context) error {
	var tenants []account.Tenant
	err := a.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		tenants, err = account.Tenants(ctx, tx)
		return err
	})
	for _, t := range tenants {
		if e := a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return alert.Watch(ctx, tx, t.ID) }); e != nil {
			err = e
		}
	}
	return err
}
