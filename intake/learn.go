package intake

import (
	"context"
	"slices"

	"jawort/account"
	"jawort/address"
	"jawort/alert"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/graph"
)

// Told is what Meta's answer to a send tells: the telephone number written to and the user id behind it are one person.
type Told struct {
	Number account.Number
	Phone  address.Address
	WAID   string // Meta's spelling of Phone
	UserID string
	WAMID  string
	At     int64  // when the message was started: what was heard since is newer, however late this comes
	Body   []byte // the answer as it came
}

// Learn joins what an answer proves (DESIGN section 5, Identity): who only reads is known by both addresses before they
// hide their number, and a stop from either side holds on both.
func (k *Desk) Learn(ctx context.Context, t Told) error {
	_, err := k.told.Do(ctx, t)
	return err
}

func (k *Desk) applyTold(ctx context.Context, tx *db.Tx, in []Told) ([]db.Outcome[struct{}], error) {
	out := make([]db.Outcome[struct{}], len(in))
	for tenant, at := range byTenant(len(in), func(i int) string { return in[i].Number.Tenant }) {
		if err := k.learnFor(ctx, tx, tenant, in, at); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (k *Desk) learnFor(ctx context.Context, tx *db.Tx, tenant string, in []Told, at []int) (err error) {
	t := taking{k: k, tx: tx, tenant: tenant, closes: map[string]consent.RequestState{}}
	if t.now, err = tx.Now(ctx); err != nil {
		return err
	}
	if t.pepper, err = k.pepper(ctx, tx, tenant); err != nil {
		return err
	}
	var who []contact.Identity
	for _, i := range at {
		x := &in[i]
		u := user(x.UserID)
		if u == "" || x.Phone == "" {
			continue
		}
		who = append(who, contact.Identity{Phone: x.Phone, UserID: u, Portfolio: x.Number.Portfolio, WAID: x.WAID, Proof: contact.Answer, At: x.At})
		t.in = append(t.in, arrival{tenant: tenant, number: x.Number, item: graph.Item{Kind: answered, Raw: x.Body, Key: "a:" + x.WAMID}})
	}
	if who, t.in, err = t.news(ctx, who, t.in); err != nil || len(who) == 0 {
		return err
	}
	t.out = make([]db.Outcome[arrived], len(t.in))
	resolved, revs, err := contact.ResolveLocked(ctx, tx, tenant, t.pepper, who, t.now)
	if err != nil {
		return err
	}
	t.revs = revs
	for i := range resolved {
		t.changes(i, resolved[i].Changes)
		t.another(i, resolved[i].Changes)
	}
	return t.write(ctx, nil)
}

// another alarms when the answer names a stranger: what was just sent reached somebody who never agreed, perhaps one of many.
func (t *taking) another(i int, list []contact.Change) {
	if n := t.in[i].number; slices.ContainsFunc(list, func(c contact.Change) bool { return c.Kind == contact.IdentityChanged }) {
		t.alarms = append(t.alarms, alert.Condition{Kind: alert.OtherPerson, Subject: n.ID, Detail: alert.Detail{Name: n.Name}})
	}
}

// answered is the kind of an item that no webhook brought.
const answered graph.Kind = "answer"

// news leaves out the pairs that stand already: then nothing is locked.
func (t *taking) news(ctx context.Context, who []contact.Identity, in []arrival) (fresh []contact.Identity, items []arrival, err error) {
	var addrs []address.Address
	for _, w := range who {
		addrs = append(addrs, w.Phone, w.UserID)
	}
	holders, err := contact.Find(ctx, t.tx, t.tenant, addrs)
	if err != nil {
		return nil, nil, errs.New(errs.Unavailable, "error.unavailable").Because(err)
	}
	for i, w := range who {
		if p := holders[w.Phone]; p == "" || p != holders[w.UserID] {
			fresh, items = append(fresh, w), append(items, in[i])
		}
	}
	return fresh, items, nil
}
