package intake

import (
	"context"
	"fmt"

	"jawort/db"
	"jawort/errs"
	"jawort/source"
)

const (
	restLookBack = 30 * day
	restLook     = 500 // newest questions of a source that are looked at: a burst of an hour shows in them
)

// RestSources pauses the live sources whose questions reach people who did not ask. Staff opens them again.
func (k *Desk) RestSources(ctx context.Context) error {
	var resting []restingSource
	err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		live, err := liveSources(ctx, tx)
		if err != nil {
			return err
		}
		for _, s := range live {
			list, err := questionsOf(ctx, tx, s, max(s.since, now-restLookBack), restLook)
			if err != nil {
				return err
			}
			if s.why = source.Rests(list, now); s.why != "" {
				resting = append(resting, s)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look whether sources should rest: %w", err)
	}
	for _, s := range resting {
		err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := source.Pause(ctx, tx, s.tenant, s.id, s.why)
			return err
		})
		if err != nil && errs.CodeOf(err) != errs.Conflict { // somebody paused it meanwhile
			return fmt.Errorf("rest source %s: %w", s.id, err)
		}
	}
	return nil
}
