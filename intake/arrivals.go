package intake

import (
	"context"
	"errors"
	"maps"
	"slices"

	"jawort/address"
	"jawort/alert"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/graph"
	"jawort/outbox"
	"jawort/source"
)

// applyArrivals takes in items that came together, of many POSTs: what was seen before is left out, receipts go set
// by set, and what people did takes effect under their locks. If anything fails as a whole, the group splits the batch
// until one bad item fails alone.
func (k *Desk) applyArrivals(ctx context.Context, tx *db.Tx, in []arrival) ([]db.Outcome[arrived], error) {
	out := make([]db.Outcome[arrived], len(in))
	if err := rawsOf(ctx, tx, in); err != nil {
		return nil, err
	}
	for tenant, at := range inOrder(byTenant(len(in), func(i int) string { return in[i].tenant })) {
		t := taking{k: k, tx: tx, tenant: tenant, in: in, out: out}
		if err := t.run(ctx, at); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// taking carries the items of one tenant through one transaction: it collects what is to be written, and writes it
// set by set at the end.
type taking struct {
	k      *Desk
	tx     *db.Tx
	tenant string
	now    int64
	pepper []byte
	in     []arrival
	out    []db.Outcome[arrived]

	who   map[int]contact.Resolved // item → person
	sent  map[int]address.Address  // item → to whom our message went that a failure speaks of
	also  map[int]string           // item → that person, where the item itself names another or nobody
	revs  map[string]int64         // under lock
	codes map[string]consent.Request
	asks  map[string]consent.Request // open questions, by person
	taps  map[string]consent.Request // by id, from button payloads
	chats map[string][]source.Source // live thread sources, by number; read when the first message asks for them

	suspected map[string]bool // persons to whom nothing was delivered any more

	repeats  []int // items seen before
	events   []consent.Event
	from     []int // events[i] came from item from[i]
	windows  []contact.Window
	inbounds []inbound
	reviews  []review
	puts     []outbox.Message
	closes   map[string]consent.RequestState
	moved    []contact.Change
	alarms   []alert.Condition
}

func (t *taking) run(ctx context.Context, at []int) (err error) {
	if t.now, err = t.tx.Now(ctx); err != nil {
		return err
	}
	if t.pepper, err = t.k.pepper(ctx, t.tx, t.tenant); err != nil {
		return err
	}
	t.closes = map[string]consent.RequestState{}
	keys := make([]string, len(at))
	for n, i := range at {
		keys[n] = t.in[i].item.Key
	}
	slices.Sort(keys)
	fresh, err := freshKeys(ctx, t.tx, t.tenant, slices.Compact(keys), t.now)
	if err != nil {
		return err
	}
	at = slices.DeleteFunc(at, func(i int) bool {
		key := t.in[i].item.Key
		isNew := fresh[key]
		delete(fresh, key) // the same item twice in one batch counts once
		if !isNew && acts(&t.in[i].item) {
			t.repeats = append(t.repeats, i)
		}
		return !isNew
	})
	for _, step := range []func(context.Context, []int) error{t.receipts, t.observe, t.people, t.requests, t.effects, t.write} {
		if err := step(ctx, at); err != nil {
			return err
		}
	}
	return nil
}

// acts says that the item is something a person did, or that happened to who they are.
func acts(it *graph.Item) bool {
	switch it.Kind {
	case graph.KindMessage:
		return it.Message.GroupID == ""
	case graph.KindPreference, graph.KindUserID:
		return true
	case graph.KindCall:
		return it.Call.ByPerson()
	case graph.KindStatus:
		return stoppedByMeta(it.Status)
	}
	return false
}

// people finds who did what, joins what the platform proves, and locks everybody concerned.
func (t *taking) people(ctx context.Context, at []int) error {
	var who []contact.Identity
	var items []int
	for _, i := range at {
		if it := &t.in[i].item; acts(it) {
			if id, ok := identityOf(it, t.in[i].number.Portfolio); ok {
				who, items = append(who, id), append(items, i)
			}
		}
	}
	named := len(items)
	for _, i := range slices.Sorted(maps.Keys(t.sent)) {
		who, items = append(who, whoeverAt(t.sent[i])), append(items, i)
	}
	t.who, t.also = map[int]contact.Resolved{}, map[int]string{}
	if len(who) == 0 {
		return nil
	}
	resolved, revs, err := contact.ResolveLocked(ctx, t.tx, t.tenant, t.pepper, who, t.now)
	if err != nil {
		return err
	}
	t.revs = revs
	for n, i := range items {
		if n >= named {
			if t.who[i].Contact != resolved[n].Contact {
				t.also[i] = resolved[n].Contact
			}
			continue
		}
		t.who[i] = resolved[n]
		t.changes(i, resolved[n].Changes)
	}
	return nil
}

// identityOf reads who an item is about. One that names no address we can read is nobody's.
func identityOf(it *graph.Item, portfolio string) (contact.Identity, bool) {
	p := it.Person
	id := contact.Identity{Portfolio: portfolio, WAID: p.WAID, Name: storable(p.Name), Username: storable(p.Username), ParentUserID: p.ParentUserID,
		Proof: contact.Webhook, At: it.Time.UnixMicro()}
	id.Phone, id.UserID = phone(p.WAID), user(p.UserID)
	if from, to, ok := it.Moved(); ok {
		id.Proof = contact.Changed
		id.OldPhone, id.OldUserID, id.OldParentUserID = phone(from.WAID), user(from.UserID), from.ParentUserID
		id.Phone, id.UserID, id.WAID, id.ParentUserID = phone(to.WAID), user(to.UserID), to.WAID, to.ParentUserID
	}
	if m := it.Message; m != nil {
		for _, c := range m.Contacts {
			if c.Origin == "contact_request" && id.Phone == "" && len(c.Phones) > 0 {
				id.Phone, id.WAID, id.Proof = phone(c.Phones[0].WAID), c.Phones[0].WAID, contact.Shared
			}
		}
	}
	return id, id.Phone != "" || id.UserID != "" || id.OldPhone != "" || id.OldUserID != ""
}

// whoeverAt is whoever is at an address; it joins nothing.
func whoeverAt(a address.Address) contact.Identity {
	id := contact.Identity{Proof: contact.First}
	if a.IsPhone() {
		id.Phone = a
	} else {
		id.UserID = a
	}
	return id
}

func phone(waID string) address.Address {
	if waID == "" {
		return ""
	}
	a, err := address.FromWAID(waID)
	if err != nil {
		return ""
	}
	return a
}

func user(id string) address.Address {
	if id == "" {
		return ""
	}
	a, err := address.FromUserID(id)
	if err != nil {
		return ""
	}
	return a
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// changes puts into the ledger what was learned about who somebody is.
func (t *taking) changes(i int, list []contact.Change) {
	for _, c := range list {
		e := consent.Event{Contact: c.Contact, Kind: consent.Kind(c.Kind), Other: c.Other, Address: string(c.Address), Channel: "chat",
			Number: t.in[i].number.ID, Actor: consent.Actor{Kind: consent.Meta}, Witnessed: true, HappenedAt: t.happened(i),
			Evidence: t.evidence(i)}
		if c.Weak {
			e.Value = "weak"
		}
		if c.Kind == contact.IdentityChanged { // the one whose opt-ins freeze is the one who held the number
			e.Contact, e.Other = c.Other, c.Contact
		}
		t.add(i, e)
	}
	t.moved = append(t.moved, list...)
}

func (t *taking) add(i int, e consent.Event) {
	t.events, t.from = append(t.events, e), append(t.from, i)
}

// happened is Meta's moment of the act; one from the future is now.
func (t *taking) happened(i int) int64 {
	at := t.in[i].item.Time
	if at.IsZero() {
		return t.now
	}
	return min(at.UnixMicro(), t.now)
}

// evidence is that one item's own bytes, copied: raw bodies go after 30 days (DESIGN section 8).
func (t *taking) evidence(i int) []consent.Evidence {
	return []consent.Evidence{{Kind: "message", Value: string(t.in[i].item.Raw)}}
}

// write puts everything down, events last but for what follows from them.
func (t *taking) write(ctx context.Context, at []int) error {
	done, err := consent.Append(ctx, t.tx, t.tenant, t.events, t.revs)
	if err != nil {
		return err
	}
	if err := suppressStops(ctx, t.tx, t.tenant, t.events); err != nil {
		return err
	}
	if err := t.suppressMoved(ctx); err != nil {
		return err
	}
	if err := contact.OpenWindows(ctx, t.tx, t.tenant, t.windows); err != nil {
		return err
	}
	if err := insertInbound(ctx, t.tx, t.tenant, t.inbounds); err != nil {
		return err
	}
	if err := insertReviews(ctx, t.tx, t.tenant, t.reviews, t.now); err != nil {
		return err
	}
	if err := consent.CloseRequests(ctx, t.tx, t.tenant, t.closes); err != nil {
		return err
	}
	if err := t.k.post(ctx, t.tx, t.tenant, t.puts...); err != nil {
		return err
	}
	if err := t.promise(ctx, done); err != nil {
		return err
	}
	if err := t.unreadable(ctx, at); err != nil {
		return err
	}
	return alert.Raise(ctx, t.tx, t.tenant, t.alarms...)
}

// unreadable notes items that cannot be read, or that name nobody: what stood in them took no effect, and somebody has to know.
func (t *taking) unreadable(ctx context.Context, at []int) error {
	for _, i := range at {
		a := &t.in[i]
		why := a.item.Err
		if why == nil && t.who[i].Contact == "" && t.also[i] == "" && (a.item.Kind == graph.KindMessage || a.item.Kind == graph.KindPreference) && acts(&a.item) {
			why = errNobody
		}
		if why == nil {
			continue
		}
		if err := insertBad(ctx, t.tx, t.tenant, a.rawID, a.at, string(a.item.Kind), why.Error(), t.now); err != nil {
			return err
		}
		if len(t.alarms) == 0 || t.alarms[len(t.alarms)-1].Kind != alert.WebhookItems {
			t.alarms = append(t.alarms, alert.Condition{Kind: alert.WebhookItems})
		}
	}
	return nil
}

var errNobody = errors.New("webhook: it names nobody we can read")

// promise notes which items hold an opt-out that must be waited for.
func (t *taking) promise(ctx context.Context, done []consent.Appended) error {
	revs, items := map[string]int64{}, map[string][]int{}
	note := func(e *consent.Event, i int) {
		if e.Lessens() {
			revs[e.Contact] = max(revs[e.Contact], e.Rev)
			items[e.Contact] = append(items[e.Contact], i)
		}
	}
	for n := range done {
		note(&done[n].Event, t.from[n])
		if e := &done[n].Event; !done[n].Repeated && optsOut(e.Kind) {
			t.out[t.from[n]].Value.said = append(t.out[t.from[n]].Value.said, said(e))
		}
	}
	if err := t.again(ctx, note); err != nil {
		return err
	}
	if len(revs) == 0 {
		return nil
	}
	busy, err := outbox.InFlight(ctx, t.tx, t.tenant, revs)
	if err != nil {
		return err
	}
	for _, c := range busy {
		for _, i := range items[c] {
			s := stopped{OptedOut: OptedOut{Contact: c}, rev: revs[c], inFlight: true}
			t.out[i].Value.stops = append(t.out[i].Value.stops, s)
		}
	}
	return nil
}

// again notes the opt-outs that items seen before led to then. Meta repeats a POST whose answer is late while the first
// is still waited for: answering the second one at once would acknowledge the opt-out before the promise holds.
func (t *taking) again(ctx context.Context, note func(e *consent.Event, i int)) error {
	var keys []string
	whose := map[string][]int{}
	for _, i := range t.repeats {
		for _, kind := range consent.Kinds {
			if e := (consent.Event{Kind: kind}); e.Lessens() {
				key := t.in[i].item.Key + ":" + string(kind)
				keys, whose[key] = append(keys, key), append(whose[key], i)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	known, err := consent.BySeenKeys(ctx, t.tx, t.tenant, keys)
	if err != nil {
		return err
	}
	for key, e := range known {
		for _, i := range whose[key] {
			note(&e, i)
		}
	}
	return nil
}

// suppressMoved lets opt-outs follow a person to new addresses, and stay on those that left (DESIGN section 5, Identity).
func (t *taking) suppressMoved(ctx context.Context) error {
	if len(t.moved) == 0 {
		return nil
	}
	var contacts []string
	for _, c := range t.moved {
		contacts = append(contacts, c.Contact)
		if c.Other != "" {
			contacts = append(contacts, c.Other)
		}
	}
	slices.Sort(contacts)
	contacts = slices.Compact(contacts)
	stand, err := consent.Stand(ctx, t.tx, t.tenant, contacts)
	if err != nil {
		return err
	}
	prints, err := fingerprintsOf(ctx, t.tx, t.tenant, contacts)
	if err != nil {
		return err
	}
	var list []contact.Suppression
	put := func(print string, s consent.Standing) {
		if scope := stopScope(&s); scope != "" {
			list = append(list, contact.Suppression{Fingerprint: print, Scope: scope, Reason: "opt_out", At: t.now})
		}
	}
	for _, p := range prints {
		put(p.fingerprint, stand[p.contact])
	}
	for _, c := range t.moved {
		for _, a := range c.Ended {
			put(contact.Fingerprint(t.pepper, a), stand[c.Contact])
		}
		if c.Kind == contact.IdentityChanged {
			put(contact.Fingerprint(t.pepper, c.Address), stand[c.Other])
		}
	}
	return contact.Suppress(ctx, t.tx, t.tenant, list)
}

func stopScope(s *consent.Standing) string {
	switch {
	case s.StopAll:
		return contact.All
	case s.StopMarketing:
		return contact.Marketing
	}
	return ""
}
