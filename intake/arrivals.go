package intake

import (
	"context"
	"errors"
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

	elsewhere map[int]bool    // items that answer a message which is no question of ours
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
	more, repeats, err := t.reused(ctx, at, t.repeats)
	if err != nil {
		return err
	}
	t.repeats, at = repeats, append(at, more...)
	slices.Sort(at)
	connected := t.connected(at)
	for _, step := range []func(context.Context, []int) error{t.receipts, t.observe} {
		if err := step(ctx, connected); err != nil {
			return err
		}
	}
	for _, step := range []func(context.Context, []int) error{t.people, t.requests, t.effects, t.write} {
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
		return it.Message.GroupID == "" || stopInGroup(it.Message)
	case graph.KindPreference, graph.KindUserID:
		return true
	case graph.KindCall:
		return it.Call.ByPerson()
	case graph.KindStatus:
		return stoppedByMeta(it.Status)
	}
	return false
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
		if why == nil && t.who[i].Contact == "" && t.also[i] == "" && (a.item.Kind == graph.KindMessage || a.item.Kind == graph.KindPreference) && a.takesEffect() {
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
