package intake

import (
	"context"

	"jawort/address"
	"jawort/bring"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
)

// StageStops writes down whom the list will stop, while it is read. They hold from the commit that lets the list go, however many they are.
func (k *Desk) StageStops(ctx context.Context, tx *db.Tx, l *List, addrs []address.Address) error {
	pepper, err := k.pepper(ctx, tx, l.Tenant)
	if err != nil {
		return err
	}
	prints := make([]string, len(addrs))
	for i, a := range addrs {
		prints[i] = contact.Fingerprint(pepper, a)
	}
	return contact.Stage(ctx, tx, l.Tenant, l.ID, prints)
}

// ForceStops moves the next of them to the suppression list, as of the moment the list was let go, and says how many. The gate reads
// both in one statement, so there is no moment between. It comes before anything of the list is written into the ledger.
func (k *Desk) ForceStops(ctx context.Context, tx *db.Tx, l *List, most int) (int, error) {
	prints, err := contact.Staged(ctx, tx, l.Tenant, l.ID, most)
	if err != nil || len(prints) == 0 {
		return 0, err
	}
	list := make([]contact.Suppression, len(prints))
	for i, p := range prints {
		list[i] = contact.Suppression{Fingerprint: p, Scope: l.Options.Scope, Reason: l.Reason(), At: l.BegunAt}
	}
	if err := contact.Suppress(ctx, tx, l.Tenant, list); err != nil {
		return 0, err
	}
	return len(prints), contact.Unstage(ctx, tx, l.Tenant, l.ID, prints[len(prints)-1])
}

// StopsStaged says whether StageStops wrote any.
func (k *Desk) StopsStaged(ctx context.Context, tx *db.Tx, l *List) (bool, error) {
	prints, err := contact.Staged(ctx, tx, l.Tenant, l.ID, 1)
	return len(prints) > 0, err
}

// ForgetStops throws away what StageStops wrote, some of it at a time, and says whether there may be more.
func (k *Desk) ForgetStops(ctx context.Context, tx *db.Tx, l *List, most int) (more bool, err error) {
	prints, err := contact.Staged(ctx, tx, l.Tenant, l.ID, most)
	if err != nil || len(prints) == 0 {
		return false, err
	}
	return true, contact.Unstage(ctx, tx, l.Tenant, l.ID, prints[len(prints)-1])
}

// WriteStops writes opt-outs of a list into the ledger. They hold already (ForceStops, and AfterForce), so nobody waits here for sends.
// Whoever agreed by themselves since the list was let go is left alone: theirs is the later word.
func (k *Desk) WriteStops(ctx context.Context, tx *db.Tx, l *List, rows []Listed) ([]bring.Verdict, error) {
	in := make([]OptOut, len(rows))
	at := make([]int, len(rows))
	for i, r := range rows {
		in[i] = OptOut{Tenant: l.Tenant, Address: r.Address, Scope: consent.Scope(l.Options.Scope), Via: "csv", Actor: l.actor(),
			HappenedAt: r.HappenedAt, Evidence: r.proof(), SeenKey: l.Seen(r.Line)}
		at[i] = i
	}
	out := make([]db.Outcome[stopped], len(rows))
	persons, revs, err := k.lockAll(ctx, tx, l.Tenant, in, at, out)
	if err != nil {
		return nil, err
	}
	history, err := consent.History(ctx, tx, l.Tenant, contactsIn(persons, at))
	if err != nil {
		return nil, err
	}
	verdicts := make([]bring.Verdict, len(rows))
	var events []consent.Event
	seen := map[string]bool{}
	for i := range rows {
		c := persons[i]
		switch {
		case out[i].Err != nil:
			return nil, out[i].Err
		case seen[c] || consent.StandingStop(history[c], in[i].Scope, nil) != nil:
			verdicts[i] = bring.AlreadyOut
		case agreedSince(history[c], l.BegunAt):
			verdicts[i] = bring.AgreedNow
		default:
			verdicts[i], seen[c] = bring.Stop, true
			events = append(events, in[i].event(c))
		}
	}
	if _, err := consent.Append(ctx, tx, l.Tenant, events, revs); err != nil {
		return nil, err
	}
	return verdicts, suppressAll(ctx, tx, l, events)
}

// agreedSince says that the person agreed by themselves later than that.
func agreedSince(history []consent.Event, at int64) bool {
	for i := range history {
		e := &history[i]
		if (e.Kind == consent.Granted || e.Kind == consent.Signup) && e.Own() && e.EffectiveAt() > at+consent.LiftAfter {
			return true
		}
	}
	return false
}

// suppressAll puts every address of the persons stopped on the list, under the list's own mark and moment.
func suppressAll(ctx context.Context, tx *db.Tx, l *List, events []consent.Event) error {
	var persons []string
	for _, e := range events {
		persons = append(persons, e.Contact)
	}
	prints, err := fingerprintsOf(ctx, tx, l.Tenant, persons)
	if err != nil {
		return err
	}
	list := make([]contact.Suppression, len(prints))
	for i, p := range prints {
		list[i] = contact.Suppression{Fingerprint: p.fingerprint, Scope: l.Options.Scope, Reason: l.Reason(), At: l.BegunAt}
	}
	return contact.Suppress(ctx, tx, l.Tenant, list)
}
