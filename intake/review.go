package intake

import (
	"context"
	"slices"
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/outbox"
)

// Decisions are what staff may make of an unclear text.
var Decisions = []string{"stop_all", "stop_marketing", "none"}

// Decide settles a text of the review queue. A stop is acknowledged to the staff member only when the promise holds.
func (k *Desk) Decide(ctx context.Context, tenant, staff, review, decision string) error {
	if !slices.Contains(Decisions, decision) {
		return errs.At("decision", "intake.decision")
	}
	return k.decide(ctx, tenant, review, decision, consent.Actor{Kind: consent.Staff, ID: staff})
}

func (k *Desk) decide(ctx context.Context, tenant, review, decision string, by consent.Actor) error {
	var s stopped
	err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s = stopped{}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		c, evidence, err := takeReview(ctx, tx, tenant, review, decision, by.ID, now)
		if err != nil {
			return err
		}
		current, err := contact.Current(ctx, tx, tenant, []string{c})
		if err != nil {
			return err
		}
		revs, err := contact.Lock(ctx, tx, tenant, []string{current[c]})
		if err != nil {
			return err
		}
		e := consent.Event{Contact: current[c], Kind: consent.Withdrawn, Scope: consent.ScopeAll, Channel: "chat", Actor: by,
			Evidence: []consent.Evidence{{Kind: "message", Value: evidence}}, Ref: review, SeenKey: review}
		switch decision {
		case "stop_marketing":
			e.Scope = consent.ScopeMarketing
		case "none":
			e.Kind, e.Scope = consent.Unpaused, consent.ScopeMarketing
		}
		done, err := consent.Append(ctx, tx, tenant, []consent.Event{e}, revs)
		if err != nil {
			return err
		}
		if err := suppressStops(ctx, tx, tenant, []consent.Event{e}); err != nil {
			return err
		}
		s.OptedOut, s.rev = OptedOut{Event: done[0].Event, Contact: e.Contact}, done[0].Event.Rev
		busy, err := outbox.InFlight(ctx, tx, tenant, map[string]int64{s.Contact: s.rev})
		s.inFlight = len(busy) > 0
		if err != nil || by.Kind != consent.Staff {
			return err
		}
		return account.Record(ctx, tx, tenant, account.Entry{Actor: by.ID, Action: "review.decide", Object: review})
	})
	if err != nil {
		return err
	}
	k.await(ctx, tenant, s, time.Now().Add(Hold))
	return nil
}

// Overdue makes a stop of marketing of every text that nobody decided within the tenant's time (DESIGN section 5).
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
			rows, err := tx.Query(ctx, `select tenant, review from review where tenant = $1 and decided_at is null and created_at < $2
				order by created_at limit 1000`, t.ID, now-t.Policy.UnsureAfter().Microseconds())
			more, err := db.All(rows, err, func(r *db.Rows, to *late) error { return r.Scan(&to.tenant, &to.review) })
			if err != nil {
				return err
			}
			list = append(list, more...)
		}
		return nil
	})
	for _, l := range list {
		if err := k.decide(ctx, l.tenant, l.review, "stop_marketing", consent.Actor{Kind: consent.System}); err != nil && errs.CodeOf(err) != errs.NotFound {
			return err
		}
	}
	return err
}
