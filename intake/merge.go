package intake

import (
	"context"
	"slices"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/outbox"
)

// Merging says that two contacts are one person, or, as a split, that they are not. WhatsApp has not told so: somebody decides it,
// with a reason, and it can be undone (DESIGN section 5, Identity).
type Merging struct {
	Tenant        string
	Contact       string // merge: who stays; split: who stands for themselves again
	Other         string // merge: who goes up in Contact
	Actor         consent.Actor
	Reason        string
	ExpectedWhole string // split: with whom Contact is one today; "" = whoever it is
}

// Merge joins two contacts on somebody's word. What sends less of both holds for the whole: a stop of either stops both, and nothing
// that one of them agreed to reaches the other. It returns after the promise holds.
func (k *Desk) Merge(ctx context.Context, in Merging) (consent.Event, error) {
	var err error
	if in.Reason, err = reasonOf(in.Reason); err != nil {
		return consent.Event{}, err
	}
	var s stopped
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s = stopped{}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		revs, err := contact.Lock(ctx, tx, in.Tenant, []string{in.Contact, in.Other})
		if err != nil {
			return err
		}
		if err := nobodyErased(ctx, tx, in.Tenant, in.Contact, in.Other); err != nil {
			return err
		}
		if _, err := contact.Merge(ctx, tx, in.Tenant, in.Contact, in.Other, true, now); err != nil {
			return err
		}
		if s, err = appendStop(ctx, tx, in.Tenant, consent.Event{Contact: in.Contact, Kind: consent.Merged, Other: in.Other, Value: "weak",
			Actor: in.Actor, Reason: in.Reason}, revs); err != nil {
			return err
		}
		return recordMerging(ctx, tx, in, "person.merged", in.Contact, in.Other)
	})
	if err != nil {
		return consent.Event{}, err
	}
	k.await(ctx, in.Tenant, s, time.Now().Add(Hold))
	return s.Event, nil
}

// nobodyErased: of whom nothing is held any more, nobody can say who it was.
func nobodyErased(ctx context.Context, tx *db.Tx, tenant string, contacts ...string) error {
	stand, err := consent.Stand(ctx, tx, tenant, contacts)
	if err != nil {
		return err
	}
	for _, s := range stand {
		if s.Person.Erased {
			return errs.New(errs.Conflict, "intake.merge.erased")
		}
	}
	return nil
}

func recordMerging(ctx context.Context, tx *db.Tx, in Merging, action, who, other string) error {
	return account.Record(ctx, tx, in.Tenant, account.Entry{Actor: in.Actor.ID, Action: action, Object: who,
		Detail: map[string]string{"other": other, "reason": in.Reason}})
}

// Split takes a merge back: what stood before stands again for each, a stop given meanwhile stays on both, and what was allowed
// meanwhile counts only for whoever holds the address it was said at. It returns after the promise holds.
func (k *Desk) Split(ctx context.Context, in Merging) (consent.Event, error) {
	var err error
	if in.Reason, err = reasonOf(in.Reason); err != nil {
		return consent.Event{}, err
	}
	var done consent.Event
	var waits []stopped
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		done, waits = consent.Event{}, nil
		whole, revs, err := lockWhole(ctx, tx, in.Tenant, in.Contact)
		if err != nil {
			return err
		}
		if in.ExpectedWhole != "" && whole != in.ExpectedWhole {
			return errs.New(errs.NotFound, "contact.unknown")
		}
		events, err := part(ctx, tx, in, whole)
		if err != nil {
			return err
		}
		all, err := consent.Append(ctx, tx, in.Tenant, events, revs)
		if err != nil {
			return err
		}
		if err := suppressStops(ctx, tx, in.Tenant, events); err != nil {
			return err
		}
		if err := redoubt(ctx, tx, in.Tenant, whole, in.Contact); err != nil {
			return err
		}
		done = all[0].Event
		busy, err := outbox.InFlight(ctx, tx, in.Tenant, map[string]int64{whole: revs[whole], in.Contact: revs[in.Contact]})
		for _, c := range busy {
			waits = append(waits, stopped{OptedOut: OptedOut{Contact: c}, rev: revs[c], inFlight: true})
		}
		if err != nil {
			return err
		}
		return recordMerging(ctx, tx, in, "person.split", in.Contact, whole)
	})
	until := time.Now().Add(Hold)
	for _, s := range waits {
		k.await(ctx, in.Tenant, s, until)
	}
	return done, err
}

// lockWhole locks everybody who is one with the person today.
func lockWhole(ctx context.Context, tx *db.Tx, tenant, who string) (string, map[string]int64, error) {
	current, err := contact.Current(ctx, tx, tenant, []string{who})
	if err != nil {
		return "", nil, err
	}
	if current[who] == "" {
		return "", nil, errs.New(errs.NotFound, "contact.unknown")
	}
	family, err := contact.Family(ctx, tx, tenant, current[who])
	if err != nil {
		return "", nil, err
	}
	revs, err := contact.Lock(ctx, tx, tenant, family)
	return current[who], revs, err
}

// part moves addresses and what was written at them, and answers what the ledger must hear: the split first.
func part(ctx context.Context, tx *db.Tx, in Merging, whole string) ([]consent.Event, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	if err := nobodyErased(ctx, tx, in.Tenant, whole); err != nil {
		return nil, err
	}
	history, err := consent.History(ctx, tx, in.Tenant, []string{whole})
	if err != nil {
		return nil, err
	}
	family, err := contact.Family(ctx, tx, in.Tenant, in.Contact)
	if err != nil {
		return nil, err
	}
	if _, err := contact.Split(ctx, tx, in.Tenant, in.Contact, now); err != nil {
		return nil, err
	}
	theirs, err := giveBack(ctx, tx, in.Tenant, whole, in.Contact)
	if err != nil {
		return nil, err
	}
	stays, err := contact.Get(ctx, tx, in.Tenant, whole)
	if err != nil {
		return nil, err
	}
	kept := func(a string) bool {
		return !slices.Contains(theirs, a) && slices.ContainsFunc(stays.Addresses, func(e contact.Entry) bool { return e.Address == address.Address(a) })
	}
	p := consent.Part(history[whole], in.Contact, family, kept, now)
	split := consent.Event{Contact: whole, Kind: consent.Split, Other: in.Contact, Actor: in.Actor, Reason: in.Reason, Evidence: p.Names}
	mine := consent.Event{Contact: in.Contact, Kind: consent.Split, Other: whole, Actor: in.Actor, Reason: in.Reason}
	out := []consent.Event{split, mine}
	if p.Merge != nil {
		out[0].Ref, out[1].Ref = p.Merge.ID, p.Merge.ID
		if at := p.Merge.Contact; at != whole { // it went up in somebody who went up in the whole: it must be undone there too
			there := split
			there.Contact, there.Ref = at, p.Merge.ID
			out = append(out, there)
		}
	}
	return append(out, p.Carry...), nil
}

// redoubt sets the doubts about who the two are to what their own ledgers say: the merge had put the doubt about one on both.
func redoubt(ctx context.Context, tx *db.Tx, tenant, whole, from string) error {
	history, err := consent.History(ctx, tx, tenant, []string{whole, from})
	if err != nil {
		return err
	}
	for _, c := range []string{whole, from} {
		if at := consent.Fold(history[c], consent.Rules{}).Person.FrozenAt; at != 0 {
			if err := contact.Freeze(ctx, tx, tenant, c, at); err != nil {
				return err
			}
			continue
		}
		other, err := contact.Get(ctx, tx, tenant, from)
		if err != nil {
			return err
		}
		if c == whole && other.FrozenAt != 0 {
			if err := contact.Thaw(ctx, tx, tenant, whole); err != nil {
				return err
			}
		}
	}
	return nil
}

// Preview is what a merge would come to, without doing it.
type Preview struct {
	Contact, Other       contact.Contact
	Stands, Stood, Comes consent.Standing // of Contact, of Other, of both together
	Listed               bool             // an address of one of them is on the suppression list
}

// PreviewMerge reads what a merge would come to.
func PreviewMerge(ctx context.Context, tx *db.Tx, tenant, into, from string) (p Preview, err error) {
	if p.Contact, err = contact.Get(ctx, tx, tenant, into); err != nil {
		return p, err
	}
	if p.Other, err = contact.Get(ctx, tx, tenant, from); err != nil {
		return p, err
	}
	var prints []string
	for _, e := range slices.Concat(p.Contact.Addresses, p.Other.Addresses) {
		if e.Until == 0 {
			prints = append(prints, e.Fingerprint)
		}
	}
	listed, err := contact.Suppressions(ctx, tx, tenant, prints)
	if err != nil {
		return p, err
	}
	p.Listed = len(listed) > 0
	p.Stands, p.Stood, p.Comes, err = consent.Together(ctx, tx, tenant, into, from)
	return p, err
}

// SettledOther is the Value of what staff say about a doubt: it is somebody else, and what the person agreed to stays at rest.
const SettledOther = "identity_other"

// SettleDoubt keeps that somebody looked at a doubt about who a person is, and found that it is somebody else by now. Nothing opens by
// it: only the person's own act does (DESIGN section 5, Identity).
func (k *Desk) SettleDoubt(ctx context.Context, tenant, staff, who, reason string) error {
	reason, err := reasonOf(reason)
	if err != nil {
		return err
	}
	return k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		person, revs, err := lockPerson(ctx, tx, tenant, who)
		if err != nil {
			return err
		}
		c, err := contact.Get(ctx, tx, tenant, person)
		if err != nil {
			return err
		}
		if c.FrozenAt == 0 {
			return errs.New(errs.Conflict, "intake.merge.no_doubt")
		}
		if _, err := consent.Append(ctx, tx, tenant, []consent.Event{{Contact: person, Kind: consent.StaffAction, Value: SettledOther, Reason: reason,
			Actor: consent.Actor{Kind: consent.Staff, ID: staff}}}, revs); err != nil {
			return err
		}
		return account.Record(ctx, tx, tenant, account.Entry{Actor: staff, Action: "person.settled", Object: person, Detail: map[string]string{"reason": reason}})
	})
}
