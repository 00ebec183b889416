package db

import (
	"context"
	"errors"
)

// shedRows is how many rows one transaction of Shed deletes: a longer one would hold up whoever opts out in the same moment.
const shedRows = 2000

// Shed deletes what is older than a moment, bit by bit. nth answers the time of the $2-th row (an offset) of those before $1, by an index
// of that time; drop deletes all up to $1, that row among them.
func (d *DB) Shed(ctx context.Context, before int64, nth, drop string) error {
	for more := true; more && ctx.Err() == nil; {
		if err := d.Write(ctx, func(ctx context.Context, tx *Tx) error {
			upto := before - 1
			err := tx.Row(ctx, nth, before, int64(shedRows-1)).Scan(&upto)
			if more = err == nil; err != nil && !errors.Is(err, ErrNone) {
				return err
			}
			_, err = tx.Exec(ctx, drop, upto)
			return err
		}); err != nil {
			return err
		}
	}
	return ctx.Err()
}
