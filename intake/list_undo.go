package intake

import (
	"context"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
)

// ListEvents are the next entries that a list made in the ledger, behind one of them, oldest line first.
func (k *Desk) ListEvents(ctx context.Context, tx *db.Tx, l *List, line int64, limit int) ([]ListEvent, error) {
	return listEvents(ctx, tx, l.Tenant, l.Seen(line), l.Seen(1<<40-1), limit)
}

// ListEvent is an entry that a list made.
type ListEvent struct {
	Event, Contact string
	Line           int64
}

// VoidEvents takes entries of a list back, for whoever asked and whoever agreed. What the persons or others said since stays.
func (k *Desk) VoidEvents(ctx context.Context, tx *db.Tx, l *List, list []ListEvent) error {
	var persons []string
	for _, e := range list {
		persons = append(persons, e.Contact)
	}
	current, err := contact.Current(ctx, tx, l.Tenant, persons)
	if err != nil {
		return err
	}
	var locked []string
	for _, c := range current {
		locked = append(locked, c)
	}
	revs, err := contact.Lock(ctx, tx, l.Tenant, locked)
	if err != nil {
		return err
	}
	if err := k.unmoved(ctx, tx, l.Tenant, current); err != nil {
		return err
	}
	var events []consent.Event
	for _, e := range list {
		if current[e.Contact] == "" {
			continue
		}
		events = append(events, consent.Event{Contact: current[e.Contact], Kind: consent.Voided, Ref: e.Event, Reason: l.UndoWhy,
			Actor: consent.Actor{Kind: consent.Staff, ID: l.UndoneBy}, Evidence: []consent.Evidence{{Kind: "asked_by", Value: l.UndoBy}, {Kind: "import", Value: l.ID}},
			SeenKey: "void:" + e.Event})
	}
	_, err = consent.Append(ctx, tx, l.Tenant, events, revs)
	return err
}

// Unlist takes off the suppression list what this list alone had put on it. An opt-out that the person or anybody else made, before or
// since, keeps its place.
func (k *Desk) Unlist(ctx context.Context, tx *db.Tx, l *List, addrs []address.Address) error {
	pepper, err := k.pepper(ctx, tx, l.Tenant)
	if err != nil {
		return err
	}
	holders, err := contact.LockCurrent(ctx, tx, l.Tenant, addrs)
	if err != nil {
		return err
	}
	var persons []string
	for _, h := range holders {
		persons = append(persons, h.Contact)
	}
	history, err := consent.History(ctx, tx, l.Tenant, persons)
	if err != nil {
		return err
	}
	var off, free []string
	for _, a := range addrs {
		c := holders[a].Contact
		if c == "" {
			off = append(off, contact.Fingerprint(pepper, a))
		} else if consent.StandingStop(history[c], consent.ScopeMarketing, nil) == nil {
			off, free = append(off, contact.Fingerprint(pepper, a)), append(free, c)
		}
	}
	prints, err := fingerprintsOf(ctx, tx, l.Tenant, free)
	if err != nil {
		return err
	}
	for _, p := range prints {
		off = append(off, p.fingerprint)
	}
	return contact.TakeBack(ctx, tx, l.Tenant, off, l.Reason(), l.BegunAt)
}
