package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/outbox"
)

// applyOptOuts is the first half of the promise (DESIGN section 6, Stop): lock the guards in a statement of their
// own, then read, append, write standings, raise. The second half, await, comes after the commit.
func (k *Desk) applyOptOuts(ctx context.Context, tx *db.Tx, in []OptOut) ([]db.Outcome[stopped], error) {
	out := make([]db.Outcome[stopped], len(in))
	for tenant, at := range inOrder(byTenant(len(in), func(i int) string { return in[i].Tenant })) {
		if err := k.stopFor(ctx, tx, tenant, in, at, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// byTenant parts a batch; the order inside a tenant stays.
func byTenant(n int, tenant func(int) string) map[string][]int {
	out := map[string][]int{}
	for i := range n {
		out[tenant(i)] = append(out[tenant(i)], i)
	}
	return out
}

// inOrder walks the tenants in key order, so that two batches lock in the same order.
func inOrder(m map[string][]int) iter.Seq2[string, []int] {
	return func(yield func(string, []int) bool) {
		for _, tenant := range slices.Sorted(maps.Keys(m)) {
			if !yield(tenant, m[tenant]) {
				return
			}
		}
	}
}

func (k *Desk) stopFor(ctx context.Context, tx *db.Tx, tenant string, in []OptOut, at []int, out []db.Outcome[stopped]) error {
	at = slices.DeleteFunc(at, func(i int) bool {
		out[i].Err = in[i].check()
		return out[i].Err != nil
	})
	persons, revs, err := k.lockAll(ctx, tx, tenant, in, at, out)
	if err != nil {
		return err
	}
	at = slices.DeleteFunc(at, func(i int) bool { return out[i].Err != nil })
	history, err := consent.History(ctx, tx, tenant, contactsIn(persons, at))
	if err != nil {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	var events []consent.Event
	var fresh []int
	again := map[int]string{} // the intent → the event, or the place in events, that stands already
	for _, i := range at {
		c := persons[i]
		e := in[i].event(c)
		if first := firstStop(history[c], &e); first != nil {
			out[i].Value = stopped{OptedOut: OptedOut{Event: *first, Contact: c, Repeated: true}, rev: first.Rev}
			again[i] = first.ID
			continue
		}
		events, fresh = append(events, e), append(fresh, i)
		e.ID, e.RecordedAt, e.HappenedAt = strconv.Itoa(len(events)-1), now, cmp.Or(e.HappenedAt, now)
		history[c] = append(history[c], e) // the next intent of the batch sees it
	}
	done, err := consent.Append(ctx, tx, tenant, events, revs)
	if err != nil {
		return err
	}
	for n, i := range fresh {
		out[i].Value = stopped{OptedOut: OptedOut{Event: done[n].Event, Contact: persons[i], Repeated: done[n].Repeated}, rev: done[n].Event.Rev}
	}
	for i, first := range again {
		if n, err := strconv.Atoi(first); err == nil { // the same opt-out twice in one batch
			out[i].Value.Event, out[i].Value.rev = done[n].Event, done[n].Event.Rev
		}
	}
	if err := suppressStops(ctx, tx, tenant, events); err != nil {
		return err
	}
	return markInFlight(ctx, tx, tenant, at, out)
}

// firstStop is the opt-out that makes another one a repetition. What the person says counts as said although staff, an import or a
// program entered the same before: theirs can be taken back, and nothing of the person's would be left.
func firstStop(history []consent.Event, e *consent.Event) *consent.Event {
	if !e.Voidable() {
		history = slices.DeleteFunc(slices.Clone(history), func(x consent.Event) bool { return x.Voidable() })
	}
	return consent.StandingStop(history, e.Scope, e.Topics)
}

// lockAll finds and locks the persons; an address never seen gets its row, so that the opt-out has somebody to hold to.
func (k *Desk) lockAll(ctx context.Context, tx *db.Tx, tenant string, in []OptOut, at []int, out []db.Outcome[stopped]) (map[int]string, map[string]int64, error) {
	pepper, err := k.pepper(ctx, tx, tenant)
	if err != nil {
		return nil, nil, err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, nil, err
	}
	var addrs []address.Address
	var direct []string
	for _, i := range at {
		if in[i].Address != "" {
			addrs = append(addrs, in[i].Address)
		} else {
			direct = append(direct, in[i].Contact)
		}
	}
	if _, err := contact.Ensure(ctx, tx, tenant, pepper, addrs, now); err != nil {
		return nil, nil, err
	}
	holders, err := contact.LockCurrent(ctx, tx, tenant, addrs)
	if err != nil {
		return nil, nil, err
	}
	current, err := contact.Current(ctx, tx, tenant, direct)
	if err != nil {
		return nil, nil, err
	}
	persons, all := map[int]string{}, []string{}
	for _, i := range at {
		c := holders[in[i].Address].Contact
		if in[i].Address == "" {
			c = current[in[i].Contact]
		}
		if c == "" {
			out[i].Err = errs.New(errs.NotFound, "intake.person")
			continue
		}
		persons[i], all = c, append(all, c)
	}
	revs, err := contact.Lock(ctx, tx, tenant, all)
	if err != nil {
		return nil, nil, err
	}
	return persons, revs, k.unmoved(ctx, tx, tenant, current)
}

// unmoved looks again under the lock: whoever was merged into another person between finding and locking would be
// stopped under a name that nobody sends to any more.
func (k *Desk) unmoved(ctx context.Context, tx *db.Tx, tenant string, current map[string]string) error {
	if len(current) == 0 {
		return nil
	}
	again, err := contact.Current(ctx, tx, tenant, slices.Collect(maps.Keys(current)))
	if err == nil && !maps.Equal(again, current) {
		err = errMerged
	}
	return err
}

// errMerged fails the batch as a whole; it is split, and whoever stays fails alone, to be told again.
var errMerged = errs.New(errs.Unavailable, "error.unavailable")

func contactsIn(persons map[int]string, at []int) []string {
	var out []string
	for _, i := range at {
		out = append(out, persons[i])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// check refuses an opt-out that could not be folded; everything else is taken.
func (o *OptOut) check() error {
	switch {
	case o.Address == "" && o.Contact == "":
		return errs.At("address", "intake.address")
	case o.Scope != consent.ScopeAll && o.Scope != consent.ScopeMarketing && o.Scope != consent.ScopeTopic:
		return errs.At("scope", "intake.scope")
	case o.Scope == consent.ScopeTopic && len(o.Topics) == 0:
		return errs.At("topics", "intake.topics")
	case !slices.Contains(Ways, o.Via):
		return errs.At("via", "intake.via").With(errs.Args{"Ways": strings.Join(Ways, " ")})
	}
	return nil
}

func (o *OptOut) event(contact string) consent.Event {
	e := consent.Event{Contact: contact, Kind: consent.Withdrawn, Scope: o.Scope, Topics: o.Topics, Address: string(o.Address),
		Channel: o.Via, Number: o.Number, Actor: o.Actor, HappenedAt: o.HappenedAt, Witnessed: o.Witnessed, Reason: o.Reason,
		Evidence: o.Evidence, SeenKey: o.SeenKey}
	if e.Scope != consent.ScopeTopic {
		e.Topics = nil
	}
	if e.Actor.Kind == "" {
		e.Actor.Kind = consent.Person
	}
	return e
}

// suppressStops keeps stops of everything and of marketing on the addresses too, so that they outlive the person's row.
func suppressStops(ctx context.Context, tx *db.Tx, tenant string, events []consent.Event) error {
	scopes := map[string]string{}
	var contacts []string
	for _, e := range events {
		scope := ""
		switch {
		case e.Kind == consent.Disputed, e.Kind == consent.Withdrawn && e.Scope == consent.ScopeAll:
			scope = contact.All
		case e.Kind == consent.Withdrawn && e.Scope == consent.ScopeMarketing, e.Kind == consent.Objected:
			scope = contact.Marketing
		}
		if scope == "" {
			continue
		}
		if scopes[e.Contact] != contact.All {
			scopes[e.Contact] = scope
		}
		contacts = append(contacts, e.Contact)
	}
	if len(contacts) == 0 {
		return nil
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	prints, err := fingerprintsOf(ctx, tx, tenant, contacts)
	if err != nil {
		return err
	}
	var list []contact.Suppression
	for _, p := range prints {
		list = append(list, contact.Suppression{Fingerprint: p.fingerprint, Scope: scopes[p.contact], Reason: "opt_out", At: now})
	}
	return contact.Suppress(ctx, tx, tenant, list)
}

// markInFlight notes which opt-outs have to wait for sends that were started before them.
func markInFlight(ctx context.Context, tx *db.Tx, tenant string, at []int, out []db.Outcome[stopped]) error {
	revs := map[string]int64{}
	for _, i := range at {
		if s := &out[i].Value; out[i].Err == nil {
			revs[s.Contact] = max(revs[s.Contact], s.rev)
		}
	}
	if len(revs) == 0 {
		return nil
	}
	busy, err := outbox.InFlight(ctx, tx, tenant, revs)
	if err != nil {
		return err
	}
	for _, i := range at {
		s := &out[i].Value
		s.inFlight = out[i].Err == nil && slices.Contains(busy, s.Contact)
	}
	return nil
}

// await is the second half of the promise: before anybody is answered, wait until each send of this person that was
// started under an older revision has settled, or Hold has passed since the commit on our own monotonic clock. A send
// that has not put its first byte on the wire by then never will (dispatch.Fence < Hold).
func (k *Desk) await(ctx context.Context, tenant string, s stopped, until time.Time) {
	if !s.inFlight {
		return
	}
	ctx = context.WithoutCancel(ctx)
	for pause := 2 * time.Millisecond; ; pause = min(2*pause, 25*time.Millisecond) {
		left := time.Until(until)
		if left <= 0 {
			return
		}
		time.Sleep(min(pause, left))
		var busy []string
		err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			busy, err = outbox.InFlight(ctx, tx, tenant, map[string]int64{s.Contact: s.rev})
			return err
		})
		if err == nil && len(busy) == 0 {
			return
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			k.o.Log.Warn("look for sends in flight", "error", fmt.Errorf("opt-out: %w", err))
		}
	}
}
