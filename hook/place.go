package hook

import (
	"context"
	"time"

	"jawort/consent"
	"jawort/db"
)

// placeBatch is how many entries of the ledger get their position in one commit.
const placeBatch = 2000

// place gives entries of the ledger their positions, soon after they were committed, until ctx ends. Several processes may do it at once.
func (b *Bringer) place(ctx context.Context) {
	for {
		placed, err := b.Place(ctx)
		if err != nil && ctx.Err() == nil {
			b.Log.Error("give positions in the log", "error", err)
		}
		if placed {
			b.Wake()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(b.Poll / 2):
		}
	}
}

// Place gives every entry that can be seen and has none its position, and says whether there were any.
func (b *Bringer) Place(ctx context.Context) (placed bool, err error) {
	var tenants []string
	if err := b.DB.Peek(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		tenants, err = consent.Unplaced(ctx, tx)
		return err
	}); err != nil {
		return false, err
	}
	for _, t := range tenants {
		for n := placeBatch; n >= placeBatch && ctx.Err() == nil; {
			if err := b.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				n, err = consent.Place(ctx, tx, t, placeBatch)
				return err
			}); err != nil {
				return placed, err
			}
			placed = placed || n > 0
		}
	}
	return placed, nil
}
