package app

import (
	"context"
	"time"
)

// countEvery is how often what happened is counted in for the overview.
const countEvery = 5 * time.Second

// keepCount counts behind what happens: pages read counts and never a million rows.
func (a *App) keepCount(ctx context.Context) {
	tick := time.NewTicker(countEvery)
	defer tick.Stop()
	for {
		if err := a.Count(ctx); err != nil && ctx.Err() == nil {
			a.c.Log.Error("counting", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Count counts in what happened until now, and how things stand.
func (a *App) Count(ctx context.Context) error {
	if err := a.Desk.KeepEffects(ctx); err != nil {
		return err
	}
	return a.roller.Roll(ctx)
}
