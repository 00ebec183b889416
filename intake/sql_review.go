package intake

import (
	"context"
	"errors"

	"jawort/contact"
	"jawort/db"
	"jawort/errs"
)

// reviewed is a text of the queue as it stands.
type reviewed struct {
	id, kind, contact, text, via, decision, decidedBy, event string
	decidedAt, round, lawAt                                  int64
	undone, undoneEvent, undoneOf, undoneBy                  string // the stop that was taken back; undone "" = none
	undoneAt                                                 int64
}

// lockReview reads a review and keeps it from others until the end of the transaction.
func lockReview(ctx context.Context, tx *db.Tx, tenant, review string) (*reviewed, error) {
	r := reviewed{id: review}
	var inbound string
	err := tx.Row(ctx, `select kind, said, via, law_at, contact, inbound, coalesce(decided_at, 0), decision, decided_by, event, round, undone, undone_event, undone_at,
			undone_of, undone_by
		from review where tenant = $1 and review = $2 {for update}`, tenant, review).Scan(&r.kind, &r.text, &r.via, &r.lawAt, &r.contact, &inbound, &r.decidedAt, &r.decision,
		&r.decidedBy, &r.event, &r.round, &r.undone, &r.undoneEvent, &r.undoneAt, &r.undoneOf, &r.undoneBy)
	if errors.Is(err, db.ErrNone) {
		return nil, errs.New(errs.NotFound, "intake.review")
	}
	if err != nil || inbound == "" {
		return &r, err
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

// archiveWishes settles the wishes to be forgotten of somebody whose proof is kept and who is written to no more.
func archiveWishes(ctx context.Context, tx *db.Tx, tenant, who, by string) error {
	family, err := contact.Family(ctx, tx, tenant, who)
	if err != nil {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update review set decided_at = $3, decided_by = $4, decision = 'archived'
		where tenant = $1 and contact in {list $2 text} and kind = 'erase' and decided_at is null`, tenant, family, now, by)
	return err
}

// reopenReview puts a review into the queue again; a stop is remembered, for it goes on.
func reopenReview(ctx context.Context, tx *db.Tx, tenant string, r *reviewed, by string, c clock) error {
	undone, event, at, of := r.decision, r.event, r.decidedAt, r.decidedBy
	if undone == "none" {
		undone, event, at, of = "", "", 0, ""
	}
	_, err := tx.Exec(ctx, `update review set decided_at = null, decided_by = '', decision = '', event = '', round = round + 1, reopened_at = $3, due_at = $9,
			undone = $4, undone_event = $5, undone_at = $6, undone_of = $7, undone_by = $8
		where tenant = $1 and review = $2`, tenant, r.id, c.now, undone, event, at, of, by, c.again(r))
	return err
}
