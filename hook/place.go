package hook

import (
	"context"
	"slices"
	"time"

	"jawort/consent"
	"jawort/db"
)

// placeBatch is how many entries of the ledger get their position in one commit.
const placeBatch = 2000

// place gives entries of the ledger their positions, soon after they were committed, until ctx ends, and wakes whoever brings them. Several
// processes may do it at once. On SQLite most have theirs already.
func (b *Bringer) place(ctx context.Context) {
	for known := int64(0); ; {
		err := b.Place(ctx)
		length := known
		if err == nil {
			err = b.DB.Peek(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				length, err = consent.Length(ctx, tx)
				return err
			})
		}
		if err != nil && ctx.Err() == nil {
			b.Log.Error("give positions in the log", "error", err)
		}
		if length != known {
			known = length
			b.Wake()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(b.Poll / 2):
		}
	}
}

// Place gives every entry that can be seen and has none its position.
func (b *Bringer) Place(ctx context.Context) error {
	var tenants []string
	if err := b.DB.Peek(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		tenants, err = consent.Unplaced(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	for _, t := range tenants {
		if err := b.placeAll(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// placeAll gives positions to all of a tenant's entries that can be seen.
func (b *Bringer) placeAll(ctx context.Context, tenant string) error {
	for n := placeBatch; n >= placeBatch && ctx.Err() == nil; {
		if err := b.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = consent.Place(ctx, tx, tenant, placeBatch)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// Feed reads changes behind a cursor. What was answered to somebody before is in it: entries that have no position yet get it first.
func (b *Bringer) Feed(ctx context.Context, tenant, cursor string, most int) (f Feed, err error) {
	var waits []string
	if err := b.DB.Peek(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		waits, err = consent.Unplaced(ctx, tx)
		return err
	}); err != nil {
		return f, err
	}
	if slices.Contains(waits, tenant) {
		if err := b.placeAll(ctx, tenant); err != nil {
			return f, err
		}
	}
	err = b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = Changes(ctx, tx, tenant, cursor, most)
		return err
	})
	return f, err
}
