package intake

import (
	"context"
	"errors"

	"jawort/db"
	"jawort/errs"
)

// reviewed is a text of the queue as it stands.
type reviewed struct {
	id, contact, text, decision, decidedBy, event string
	decidedAt, round                              int64
	undone, undoneEvent, undoneOf, undoneBy       string // the stop that was taken back; undone "" = none
	undoneAt                                      int64
}

// lockReview reads a review and keeps it from others until the end of the transaction.
func lockReview(ctx context.Context, tx *db.Tx, tenant, review string) (*reviewed, error) {
	r := reviewed{id: review}
	var inbound string
	err := tx.Row(ctx, `select contact, inbound, coalesce(decided_at, 0), decision, decided_by, event, round, undone, undone_event, undone_at,
			undone_of, undone_by
		from review where tenant = $1 and review = $2 {for update}`, tenant, review).Scan(&r.contact, &inbound, &r.decidedAt, &r.decision,
		&r.decidedBy, &r.event, &r.round, &r.undone, &r.undoneEvent, &r.undoneAt, &r.undoneOf, &r.undoneBy)
	if errors.Is(err, db.ErrNone) {
		return nil, errs.New(errs.NotFound, "intake.review")
	}
	if err != nil {
		return nil, err
	}
	err = tx.Row(ctx, `select body from inbound where tenant = $1 and inbound = $2`, tenant, inbound).Scan(&r.text)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return &r, err
}

// closeReview notes a decision; whatever was taken back before is settled by it.
func closeReview(ctx context.Context, tx *db.Tx, tenant, review, decision, by, event string, now int64) error {
	_, err := tx.Exec(ctx, `update review set decided_at = $3, decided_by = $4, decision = $5, event = $6,
			undone = '', undone_event = '', undone_at = 0, undone_of = '', undone_by = ''
		where tenant = $1 and review = $2`, tenant, review, now, by, decision, event)
	return err
}

// reopenReview puts a review into the queue again; a stop is remembered, for it goes on.
func reopenReview(ctx context.Context, tx *db.Tx, tenant string, r *reviewed, by string, now int64) error {
	undone, event, at, of := r.decision, r.event, r.decidedAt, r.decidedBy
	if undone == "none" {
		undone, event, at, of = "", "", 0, ""
	}
	_, err := tx.Exec(ctx, `update review set decided_at = null, decided_by = '', decision = '', event = '', round = round + 1, reopened_at = $3,
			undone = $4, undone_event = $5, undone_at = $6, undone_of = $7, undone_by = $8
		where tenant = $1 and review = $2`, tenant, r.id, now, undone, event, at, of, by)
	return err
}
