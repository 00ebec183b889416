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
	"jawort/id"
)

// Voiding is the wish of one member of staff to take back what staff entered wrongly; another one decides it (DESIGN section 5).
// What the person or Meta said is never taken back.
type Voiding struct {
	ID, Contact, Event, Reason string
	AskedBy                    string // staff
	AskedAt                    int64
	DecidedBy                  string // "" = it waits
	DecidedAt                  int64
	Decision                   string // "" | approved | declined
}

// The answers to a voiding.
const (
	Approved = "approved"
	Refused  = "declined"
)

// AskVoid puts the wish; nothing changes before somebody else agrees. Asking twice is a conflict.
func (k *Desk) AskVoid(ctx context.Context, tenant, staff, event, reason string) (Voiding, error) {
	reason, err := reasonOf(reason)
	if err != nil {
		return Voiding{}, err
	}
	var v Voiding
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		e, err := voidable(ctx, tx, tenant, event)
		if err != nil {
			return err
		}
		current, err := contact.Current(ctx, tx, tenant, []string{e.Contact})
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		v = Voiding{ID: id.At("voi", now), Contact: current[e.Contact], Event: e.ID, Reason: reason, AskedBy: staff, AskedAt: now}
		if v.Contact == "" {
			return errs.New(errs.NotFound, "intake.person")
		}
		if err := putVoiding(ctx, tx, tenant, v); err != nil {
			return err
		}
		return account.Record(ctx, tx, tenant, account.Entry{Actor: staff, Action: "voiding.asked", Object: e.ID})
	})
	return v, err
}

// voidable reads an event that staff may take back, or says why they may not.
func voidable(ctx context.Context, tx *db.Tx, tenant, event string) (consent.Event, error) {
	e, err := consent.Get(ctx, tx, tenant, event)
	if errors.Is(err, db.ErrNone) {
		return e, errs.New(errs.NotFound, "intake.event")
	}
	if err != nil {
		return e, err
	}
	if !e.Voidable() {
		return e, errs.New(errs.Conflict, "intake.void.own")
	}
	gone, err := voided(ctx, tx, tenant, event)
	if err == nil && gone {
		err = errs.New(errs.Conflict, "intake.void.done")
	}
	return e, err
}

// DecideVoid answers a voiding; whoever asked for it cannot. It returns after the promise: taking back a consent ends sends too.
func (k *Desk) DecideVoid(ctx context.Context, tenant, staff, voiding, decision string) error {
	if decision != Approved && decision != Refused {
		return errs.At("decision", "intake.decision")
	}
	var s stopped
	err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		s = stopped{}
		v, err := openVoiding(ctx, tx, tenant, voiding)
		if err != nil {
			return err
		}
		if v.AskedBy == staff && decision == Approved {
			return errs.New(errs.Forbidden, "intake.void.same_person")
		}
		who, revs, err := lockPerson(ctx, tx, tenant, v.Contact)
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		v.DecidedBy, v.DecidedAt, v.Decision = staff, now, decision
		if err := settleVoiding(ctx, tx, tenant, v); err != nil {
			return err
		}
		if decision == Approved {
			if s, err = takeBack(ctx, tx, tenant, v, who, revs); err != nil {
				return err
			}
		}
		return account.Record(ctx, tx, tenant, account.Entry{Actor: staff, Action: "voiding." + decision, Object: v.Event})
	})
	if err == nil {
		k.await(ctx, tenant, s, time.Now().Add(Hold))
	}
	return err
}

// takeBack appends the voiding to the ledger and undoes what the event alone had put beside it.
func takeBack(ctx context.Context, tx *db.Tx, tenant string, v Voiding, who string, revs map[string]int64) (stopped, error) {
	e, err := consent.Get(ctx, tx, tenant, v.Event) // was judged at the asking, and never changes
	if err != nil {
		return stopped{}, err
	}
	s, err := appendStop(ctx, tx, tenant, consent.Event{Contact: who, Kind: consent.Voided, Ref: e.ID, Reason: v.Reason,
		Actor: consent.Actor{Kind: consent.Staff, ID: v.DecidedBy}, Evidence: []consent.Evidence{{Kind: "asked_by", Value: v.AskedBy}},
		SeenKey: v.ID}, revs)
	if err != nil {
		return s, err
	}
	history, err := consent.History(ctx, tx, tenant, []string{who})
	if err != nil {
		return s, err
	}
	if consent.StandingStop(history[who], consent.ScopeMarketing, nil) == nil {
		prints, err := fingerprintsOf(ctx, tx, tenant, []string{who})
		if err != nil {
			return s, err
		}
		list := make([]string, len(prints))
		for i, p := range prints {
			list[i] = p.fingerprint
		}
		if err := contact.Unsuppress(ctx, tx, tenant, list, e.RecordedAt); err != nil {
			return s, err
		}
		if err := contact.TakeBack(ctx, tx, tenant, list, e.Ref, e.RecordedAt); err != nil { // decided in the review queue
			return s, err
		}
	}
	doubt := consent.Fold(history[who], consent.Rules{}).Person.FrozenAt
	if e.Kind == consent.IdentityChanged && doubt == 0 {
		return s, contact.Thaw(ctx, tx, tenant, who)
	}
	return s, nil
}
