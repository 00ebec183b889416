package intake

import (
	"context"
	"time"

	"jawort/address"
	"jawort/bring"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
)

// Listed is a row of a list that was brought in.
type Listed struct {
	Line       int64
	Address    address.Address
	Name       string
	Topics     []string // what the person is said to have agreed to
	HappenedAt int64    // as the list says; 0 = it does not
	Row        string   // as it stands in the file, for proof
}

// List is the list that rows stand on.
type List struct {
	Tenant string
	bring.Import
}

func (l *List) actor() consent.Actor { return consent.Actor{Kind: consent.Import, ID: l.ID} }

// listing is a batch of a list in one transaction.
type listing struct {
	k       *Desk
	tx      *db.Tx
	l       *List
	rows    []Listed
	prints  []string
	now     int64
	holders map[address.Address]string
	stands  map[string]consent.Standing
	on      map[string]contact.Suppression
}

// look reads what is known of the rows, without a lock.
func (k *Desk) look(ctx context.Context, tx *db.Tx, l *List, rows []Listed) (*listing, error) {
	x := &listing{k: k, tx: tx, l: l, rows: rows}
	pepper, err := k.pepper(ctx, tx, l.Tenant)
	if err != nil {
		return nil, err
	}
	if x.now, err = tx.Now(ctx); err != nil {
		return nil, err
	}
	addrs := make([]address.Address, len(rows))
	for i, r := range rows {
		addrs[i] = r.Address
		x.prints = append(x.prints, contact.Fingerprint(pepper, r.Address))
	}
	if x.on, err = contact.Suppressions(ctx, tx, l.Tenant, x.prints); err != nil {
		return nil, err
	}
	if x.holders, err = contact.Find(ctx, tx, l.Tenant, addrs); err != nil {
		return nil, err
	}
	return x, x.stand(ctx)
}

// stand reads what stands for the persons known.
func (x *listing) stand(ctx context.Context) (err error) {
	var persons []string
	for _, c := range x.holders {
		persons = append(persons, c)
	}
	x.stands, err = consent.Stand(ctx, x.tx, x.l.Tenant, persons)
	return err
}

// JudgeStops says what opt-outs would come to. It writes nothing.
func (k *Desk) JudgeStops(ctx context.Context, tx *db.Tx, l *List, rows []Listed) ([]bring.Verdict, error) {
	x, err := k.look(ctx, tx, l, rows)
	if err != nil {
		return nil, err
	}
	out := make([]bring.Verdict, len(rows))
	for i, r := range rows {
		s := x.stands[x.holders[r.Address]]
		out[i] = bring.Stop
		if s.StopAll || s.StopMarketing && l.Options.Scope == contact.Marketing {
			out[i] = bring.AlreadyOut
		}
	}
	return out, nil
}

// JudgeClaims says what would come of the word that these people agreed. It writes nothing.
func (k *Desk) JudgeClaims(ctx context.Context, tx *db.Tx, l *List, rows []Listed) ([]bring.Verdict, error) {
	x, err := k.look(ctx, tx, l, rows)
	if err != nil {
		return nil, err
	}
	out := make([]bring.Verdict, len(rows))
	for i := range rows {
		out[i], _ = x.claim(i)
	}
	return out, nil
}

// claim is what comes of somebody's word that the person agreed, and for which topics it is news. It never raises what stands: no
// opt-out ends, no yes of theirs is touched, nothing may be sent because of it.
func (x *listing) claim(i int) (bring.Verdict, []string) {
	s := x.stands[x.holders[x.rows[i].Address]]
	_, listed := x.on[x.prints[i]]
	var news []string
	out, no := listed || s.EverStopped(), s.DeclinedLately(x.now)
	for _, t := range x.rows[i].Topics {
		switch s.Topics[t].State {
		case "", consent.StateNone, consent.StateLapsed, consent.StateOutdated:
			news = append(news, t)
		case consent.StateWithdrawn:
			return bring.KeptOut, nil
		case consent.StateDeclined:
			no = true
		}
	}
	switch {
	case len(news) == 0 && !no:
		return bring.AlreadyIn, nil
	case out:
		return bring.KeptOut, nil
	case no:
		return bring.Declined, nil
	}
	return bring.Claim, news
}

// proof is what the row says, word for word.
func (r *Listed) proof() []consent.Evidence {
	if r.Row == "" {
		return nil
	}
	return []consent.Evidence{{Kind: "row", Value: r.Row}}
}

// WriteClaims writes what others say of people into the ledger. Nobody on the suppression list gets a row of their own by it.
func (k *Desk) WriteClaims(ctx context.Context, tx *db.Tx, l *List, rows []Listed) ([]bring.Verdict, error) {
	x, err := k.look(ctx, tx, l, rows)
	if err != nil {
		return nil, err
	}
	var who []contact.Identity
	for i, r := range rows {
		if v, _ := x.claim(i); v != bring.Claim {
			continue
		}
		p := contact.Identity{Phone: r.Address, Name: r.Name, Proof: contact.First}
		if r.Address.IsUserID() {
			p.Phone, p.UserID = "", r.Address
		}
		who = append(who, p)
	}
	pepper, err := k.pepper(ctx, tx, l.Tenant)
	if err != nil {
		return nil, err
	}
	found, revs, err := contact.ResolveLocked(ctx, tx, l.Tenant, pepper, who, x.now)
	if err != nil {
		return nil, err
	}
	for i, w := range who {
		a := w.Phone
		if a == "" {
			a = w.UserID
		}
		x.holders[a] = found[i].Contact
	}
	if err := x.stand(ctx); err != nil { // again, under the locks
		return nil, err
	}
	out := make([]bring.Verdict, len(rows))
	var events []consent.Event
	for i, r := range rows {
		var news []string
		if out[i], news = x.claim(i); out[i] != bring.Claim {
			continue
		}
		c := x.holders[r.Address]
		if _, locked := revs[c]; !locked { // could be claimed only now: the next list may
			out[i] = bring.KeptOut
			continue
		}
		events = append(events, consent.Event{Contact: c, Kind: consent.Claimed, Scope: consent.ScopeTopic, Topics: news, Address: string(r.Address),
			Channel: "csv", Actor: l.actor(), HappenedAt: r.HappenedAt, Evidence: append(r.proof(), consent.Evidence{Kind: "origin", Value: l.Options.Origin}),
			SeenKey: l.Seen(r.Line)})
	}
	_, err = consent.Append(ctx, tx, l.Tenant, events, revs)
	return out, err
}

// AfterForce returns when no send that was started before the list was let go can begin any more: such a send keeps its first byte back
// when it is older than dispatch.Fence, which is shorter.
func (k *Desk) AfterForce(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(Hold):
		return nil
	}
}
