package intake

import (
	"context"
	"errors"
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
)

// Undo takes a decision about an unclear text back, within the time one had to decide; the text is in the queue again.
//
// Nothing opens by it. After "it was nothing" marketing is paused again. A stop goes on until a second person has decided that it
// was none: staff may take back only what staff entered, with a reason and a second person (DESIGN section 5); what the person or
// the clock made of the text stays.
func (k *Desk) Undo(ctx context.Context, tenant, staff, review string) error {
	var s stopped
	err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s = stopped{}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		c, err := readClock(ctx, tx, tenant, now)
		if err != nil {
			return err
		}
		r, err := lockReview(ctx, tx, tenant, review)
		if err != nil {
			return err
		}
		switch {
		case r.decidedAt == 0:
			return errs.New(errs.Conflict, "intake.review.open")
		case r.decidedBy == "":
			return errs.New(errs.Conflict, "intake.review.overdue")
		case now-r.decidedAt > c.unsure.Microseconds():
			return errs.New(errs.Conflict, "intake.review.too_late")
		}
		if r.decision == "none" && r.kind != ReviewErase {
			if s, err = pauseAgain(ctx, tx, tenant, r, staff); err != nil {
				return err
			}
		}
		if err := reopenReview(ctx, tx, tenant, r, staff, c); err != nil {
			return err
		}
		return account.Record(ctx, tx, tenant, account.Entry{Actor: staff, Action: "review.undone", Object: review,
			Detail: map[string]string{"decision": r.decision}})
	})
	if err != nil {
		return err
	}
	k.await(ctx, tenant, s, time.Now().Add(Hold))
	return nil
}

func pauseAgain(ctx context.Context, tx *db.Tx, tenant string, r *reviewed, staff string) (stopped, error) {
	who, revs, err := lockPerson(ctx, tx, tenant, r.contact)
	if err != nil {
		return stopped{}, err
	}
	return appendDecision(ctx, tx, tenant, []consent.Event{{Contact: who, Kind: consent.Paused, Scope: consent.ScopeMarketing, Channel: r.channel(),
		Actor: consent.Actor{Kind: consent.Staff, ID: staff}, Reason: "unsure", Ref: r.id}}, revs)
}

// undoing voids the stop that was taken back, for the new decision stands in its place. If that stops less, it takes two: one person
// alone, who made the decision and took it back, may decide the same again or something stricter only.
func (r *reviewed) undoing(ctx context.Context, tx *db.Tx, tenant, who, decision string, by consent.Actor) ([]consent.Event, error) {
	if r.undone == "" || by.Kind != consent.Staff {
		return nil, nil
	}
	if stricter(r.undone, decision) && by.ID == r.undoneOf && by.ID == r.undoneBy {
		return nil, errs.New(errs.Conflict, "intake.review.second_person")
	}
	prints, err := fingerprintsOf(ctx, tx, tenant, []string{who})
	if err != nil {
		return nil, err
	}
	if err := contact.TakeBack(ctx, tx, tenant, fingerprints(prints), r.id, r.undoneAt); err != nil {
		return nil, err
	}
	return []consent.Event{{Contact: who, Kind: consent.Voided, Channel: r.channel(), Actor: by, Ref: r.undoneEvent, Reason: "misread",
		Value: r.undoneBy}}, nil
}

// Overdue makes a stop of marketing of every text that nobody decided within the tenant's time (DESIGN section 5). A stop that was
// taken back, and that no second person lifted, stays beside it.
func (k *Desk) Overdue(ctx context.Context) error {
	type late struct{ tenant, review string }
	var list []late
	err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		tenants, err := account.Tenants(ctx, tx)
		if err != nil {
			return err
		}
		for _, t := range tenants {
			rows, err := tx.Query(ctx, `select tenant, review from review where tenant = $1 and decided_at is null and kind <> 'erase' and created_at < $2
				and coalesce(reopened_at, created_at) < $2 order by created_at limit 1000`, t.ID, now-t.Policy.UnsureAfter().Microseconds())
			more, err := db.All(rows, err, func(r *db.Rows, to *late) error { return r.Scan(&to.tenant, &to.review) })
			if err != nil {
				return err
			}
			list = append(list, more...)
		}
		return nil
	})
	for _, l := range list { // one that fails does not keep the others
		if e := k.decide(ctx, l.tenant, l.review, "stop_marketing", consent.Actor{Kind: consent.System}); e != nil && errs.CodeOf(e) != errs.NotFound {
			err = errors.Join(err, e)
		}
	}
	return err
}
