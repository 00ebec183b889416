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
