// Package guard is the quality guard at work: it looks at what is known of each number and template, moves their brakes, and tells.
package guard

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/quality"
)

// Guard looks at everything a brake goes by. Several processes may look at once: what is written is worked out again behind a lock.
type Guard struct {
	DB  *db.DB
	Log *slog.Logger

	// Index is our own leading index of each number; nil = there is none.
	Index func(ctx context.Context, tx *db.Tx, t account.Tenant) (map[string]quality.Level, error)

	// Loosened is told that something that waited may go now. nil = nobody wants to know.
	Loosened func()

	wake chan struct{}
}

// every is how often it looks by itself; what moves a brake at once wakes it.
const every = 2 * time.Second

// New makes a guard.
func New(d *db.DB, log *slog.Logger) *Guard {
	return &Guard{DB: d, Log: log, wake: make(chan struct{}, 1)}
}

// Wake has it look at once; it does not wait.
func (g *Guard) Wake() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// Run looks until ctx ends.
func (g *Guard) Run(ctx context.Context) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := g.Look(ctx); err != nil && ctx.Err() == nil {
			g.Log.Error("look at the brakes", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-g.wake:
		case <-tick.C:
		}
	}
}

// Look moves the brakes of every tenant to where they belong; one that fails does not keep the others.
func (g *Guard) Look(ctx context.Context) error {
	var tenants []account.Tenant
	err := g.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		tenants, err = account.Tenants(ctx, tx)
		return err
	})
	for _, t := range tenants {
		if e := g.LookAt(ctx, t); e != nil {
			err = fmt.Errorf("of %s: %w", t.ID, e)
		}
	}
	return err
}

// LookAt is Look for one tenant. It reads without a lock first: nearly always there is nothing to move.
func (g *Guard) LookAt(ctx context.Context, t account.Tenant) error {
	var n int
	if err := g.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		moves, err := g.moves(ctx, tx, t, quality.Moved)
		n = len(moves)
		return err
	}); err != nil || n == 0 {
		return err
	}
	loosened := false
	err := g.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		moves, err := g.moves(ctx, tx, t, quality.LockBrakes)
		if err != nil {
			return err
		}
		loosened, err = carryOut(ctx, tx, t.ID, moves)
		return err
	})
	if err == nil && loosened && g.Loosened != nil {
		g.Loosened()
	}
	return err
}

// moves are the brakes that do not stand where they belong.
func (g *Guard) moves(ctx context.Context, tx *db.Tx, t account.Tenant, read func(context.Context, *db.Tx, string) ([]quality.Row, error)) ([]Seen, error) {
	rows, err := read(ctx, tx, t.ID)
	if err != nil {
		return nil, err
	}
	all, err := g.see(ctx, tx, t, rows)
	if err != nil {
		return nil, err
	}
	var out []Seen
	for _, s := range all {
		if s.moved() {
			out = append(out, s)
		}
	}
	return out, nil
}

// See is every brake of a tenant as it stands and as it will be told: for pages, also of what never moved.
func (g *Guard) See(ctx context.Context, tx *db.Tx, t account.Tenant) ([]Seen, error) {
	rows, err := quality.Moved(ctx, tx, t.ID)
	if err != nil {
		return nil, err
	}
	return g.see(ctx, tx, t, rows)
}
