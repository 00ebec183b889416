package intake

import (
	"context"
	"errors"
	"fmt"

	"jawort/db"
	"jawort/errs"
)

func putVoiding(ctx context.Context, tx *db.Tx, tenant string, v Voiding) error {
	n, err := tx.Exec(ctx, `insert into voiding (tenant, voiding, contact, event, reason, asked_by, asked_at, decided_by, decision)
		values ($1, $2, $3, $4, $5, $6, $7, '', '') on conflict (tenant, event) where decided_at is null do nothing`,
		tenant, v.ID, v.Contact, v.Event, v.Reason, v.AskedBy, v.AskedAt)
	if err != nil {
		return fmt.Errorf("put voiding: %w", err)
	}
	if n == 0 {
		return errs.New(errs.Conflict, "intake.void.asked")
	}
	return nil
}

// openVoiding reads one that waits.
func openVoiding(ctx context.Context, tx *db.Tx, tenant, voiding string) (Voiding, error) {
	v := Voiding{ID: voiding}
	err := tx.Row(ctx, `select contact, event, reason, asked_by, asked_at from voiding
		where tenant = $1 and voiding = $2 and decided_at is null`, tenant, voiding).Scan(&v.Contact, &v.Event, &v.Reason, &v.AskedBy, &v.AskedAt)
	if errors.Is(err, db.ErrNone) {
		return v, errs.New(errs.NotFound, "intake.void.gone")
	}
	return v, err
}

// settleVoiding keeps the answer; of two at the same moment one comes too late.
func settleVoiding(ctx context.Context, tx *db.Tx, tenant string, v Voiding) error {
	n, err := tx.Exec(ctx, `update voiding set decided_by = $3, decided_at = $4, decision = $5
		where tenant = $1 and voiding = $2 and decided_at is null`, tenant, v.ID, v.DecidedBy, v.DecidedAt, v.Decision)
	if err != nil {
		return fmt.Errorf("settle voiding: %w", err)
	}
	if n == 0 {
		return errs.New(errs.NotFound, "intake.void.gone")
	}
	return nil
}

// voided says that the event was taken back before.
func voided(ctx context.Context, tx *db.Tx, tenant, event string) (bool, error) {
	var one int64
	err := tx.Row(ctx, `select 1 from voiding where tenant = $1 and event = $2 and decision = $3 limit 1`, tenant, event, Approved).Scan(&one)
	if errors.Is(err, db.ErrNone) {
		return false, nil
	}
	return one == 1, err
}
