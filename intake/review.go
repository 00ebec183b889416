package intake

import (
	"context"
	"slices"
	"strconv"
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/outbox"
)

// Decisions are what staff may make of an unclear text, the strictest first.
var Decisions = []string{"stop_all", "stop_marketing", "none"}

// stricter says that a stops more than b.
func stricter(a, b string) bool { return slices.Index(Decisions, a) < slices.Index(Decisions, b) }

// Decide settles a text of the review queue. A stop is acknowledged to the staff member only when the promise holds.
func (k *Desk) Decide(ctx context.Context, tenant, staff, review, decision string) error {
	if !slices.Contains(Decisions, decision) {
		return errs.At("decision", "intake.decision")
	}
	return k.decide(ctx, tenant, review, decision, consent.Actor{Kind: consent.Staff, ID: staff})
}

func (k *Desk) decide(ctx context.Context, tenant, review, decision string, by consent.Actor) error {
	var s stopped
	err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		r, err := lockReview(ctx, tx, tenant, review)
		if err != nil {
			return err
		}
		switch {
		case r.decidedAt != 0:
			return errs.New(errs.NotFound, "intake.review")
		case r.kind == ReviewErase: // is answered with a reason, or by erasing
			return errs.At("decision", "intake.decision")
		}
		who, revs, err := lockPerson(ctx, tx, tenant, r.contact)
		gone, e := nobody(ctx, tx, tenant, who, err)
		switch {
		case e != nil:
			return e
		case gone: // nobody is left to write to: there is nothing to decide
			return closeReview(ctx, tx, tenant, review, "erased", "", "", now)
		}
		events, err := r.undoing(ctx, tx, tenant, who, decision, by)
		if err != nil {
			return err
		}
		events = append(events, r.entry(who, decision, by))
		if s, err = appendDecision(ctx, tx, tenant, events, revs); err != nil {
			return err
		}
		if err := suppressDecided(ctx, tx, tenant, review, events[len(events)-1], by); err != nil {
			return err
		}
		if err := closeReview(ctx, tx, tenant, review, decision, by.ID, s.Event.ID, now); err != nil || by.Kind != consent.Staff {
			return err
		}
		return account.Record(ctx, tx, tenant, account.Entry{Actor: by.ID, Action: "review.decided", Object: review,
			Detail: map[string]string{"decision": decision}})
	})
	if err != nil {
		return err
	}
	k.await(ctx, tenant, s, time.Now().Add(Hold))
	return nil
}

// nobody says that the person of a review is no longer there: erased, or without a row.
func nobody(ctx context.Context, tx *db.Tx, tenant, who string, found error) (bool, error) {
	if errs.CodeOf(found) == errs.NotFound {
		return true, nil
	}
	if found != nil {
		return false, found
	}
	stands, err := consent.Stand(ctx, tx, tenant, []string{who})
	return stands[who].Person.Erased, err
}

// channel is where the words came from.
func (r *reviewed) channel() string {
	if r.via != "" {
		return r.via
	}
	return "chat"
}

// entry is what a decision comes to. Each round has a key of its own: the same decision made anew is a new entry.
func (r *reviewed) entry(who, decision string, by consent.Actor) consent.Event {
	e := consent.Event{Contact: who, Kind: consent.Withdrawn, Scope: consent.ScopeAll, Channel: r.channel(), Actor: by,
		Evidence: []consent.Evidence{{Kind: "message", Value: r.text}}, Ref: r.id, SeenKey: r.id}
	if r.round > 0 {
		e.SeenKey += ":" + strconv.FormatInt(r.round, 10)
	}
	switch decision {
	case "stop_marketing":
		e.Scope = consent.ScopeMarketing
	case "none":
		e.Kind, e.Scope = consent.Unpaused, consent.ScopeMarketing
	}
	return e
}

// appendDecision appends; what comes back is the last event, with what must be waited for.
func appendDecision(ctx context.Context, tx *db.Tx, tenant string, events []consent.Event, revs map[string]int64) (stopped, error) {
	done, err := consent.Append(ctx, tx, tenant, events, revs)
	if err != nil {
		return stopped{}, err
	}
	last := done[len(done)-1].Event
	s := stopped{OptedOut: OptedOut{Event: last, Contact: last.Contact}, rev: last.Rev}
	busy, err := outbox.InFlight(ctx, tx, tenant, map[string]int64{s.Contact: s.rev})
	s.inFlight = len(busy) > 0
	return s, err
}

// suppressDecided keeps a decided stop on the addresses. Where no suppression was, it names the review, so that it can be told from
// one the person caused; where one was, it is widened as ever, and stays whatever is taken back later.
func suppressDecided(ctx context.Context, tx *db.Tx, tenant, review string, e consent.Event, by consent.Actor) error {
	if by.Kind != consent.Staff || e.Kind != consent.Withdrawn {
		return suppressStops(ctx, tx, tenant, []consent.Event{e})
	}
	prints, err := fingerprintsOf(ctx, tx, tenant, []string{e.Contact})
	if err != nil {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	scope := contact.Marketing
	if e.Scope == consent.ScopeAll {
		scope = contact.All
	}
	list := make([]contact.Suppression, len(prints))
	for i, p := range prints {
		list[i] = contact.Suppression{Fingerprint: p.fingerprint, Scope: scope, Reason: review, At: now}
	}
	there, err := contact.Suppressions(ctx, tx, tenant, fingerprints(prints))
	if err != nil {
		return err
	}
	for i := range list {
		if _, was := there[list[i].Fingerprint]; was {
			list[i].Reason = "opt_out"
		}
	}
	return contact.Suppress(ctx, tx, tenant, list)
}

func fingerprints(prints []print) []string {
	out := make([]string, len(prints))
	for i, p := range prints {
		out[i] = p.fingerprint
	}
	return out
}
