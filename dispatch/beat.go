package dispatch

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"jawort/db"
	"jawort/outbox"
)

var quiet = slog.New(slog.DiscardHandler)

const (
	beatEvery = 5 * time.Second
	deadAfter = 30 * time.Second // a node that was not seen for so long sends nothing any more
	maxSkew   = 2 * time.Second  // DESIGN section 5: a node whose clock is further off does not send
)

// begin makes the node known before it starts anything. SQLite has one process: what another one had started is
// in nobody's hands any more.
func (d *Dispatcher) begin(ctx context.Context) error {
	if err := d.seen(ctx); err != nil {
		return fmt.Errorf("announce node: %w", err)
	}
	if d.db.Engine() == db.SQLite {
		return d.sweep(ctx, 0)
	}
	return nil
}

// beat shows that the node lives, watches its clock, and gives up what dead nodes had started.
func (d *Dispatcher) beat(ctx context.Context) {
	for tick := 1; ; tick++ {
		sleep(ctx, nil, beatEvery)
		if ctx.Err() != nil {
			return
		}
		err := d.seen(ctx)
		if err == nil && tick%3 == 0 {
			err = d.sweep(ctx, deadAfter)
		}
		if err != nil && ctx.Err() == nil {
			d.o.Log.Error("node beat", "error", err)
		}
	}
}

func (d *Dispatcher) seen(ctx context.Context) error {
	return d.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		before := d.o.Now()
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		skew := time.Duration(before.UnixMicro()-now) * time.Microsecond
		d.clockOff.Store(skew.Abs() > maxSkew)
		return upsertNode(ctx, tx, d.o.Node, now, skew.Microseconds())
	})
}

// Ready proves that the ledger can be written, by writing that this node lives.
func (d *Dispatcher) Ready(ctx context.Context) error { return d.seen(ctx) }

// sweep marks as unknown what nodes not seen for that long had started.
func (d *Dispatcher) sweep(ctx context.Context, unseen time.Duration) error {
	return d.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		alive := []string{d.o.Node}
		if unseen > 0 {
			if alive, err = nodesSince(ctx, tx, now-unseen.Microseconds()); err != nil {
				return err
			}
		}
		n, err := outbox.Abandon(ctx, tx, alive, now-unseen.Microseconds(), now-(3*answerWithin).Microseconds(), now)
		if n > 0 {
			d.o.Log.Warn("sends of ended processes have no known outcome", "messages", n)
		}
		return err
	})
}
