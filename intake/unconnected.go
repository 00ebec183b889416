package intake

import (
	"context"
	"errors"
	"slices"
	"strings"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/errs"
	"jawort/graph"
	"jawort/keyword"
)

// errUnconnected: Meta posts what happens at every number of an account, also at those that nobody has connected yet.
var errUnconnected = errors.New("webhook: of a number that is not connected")

// strangers a second are looked at: whoever signs nothing right makes us hash with every app's secret.
const (
	strangersASecond = 20
	strangersAtOnce  = 100
)

// strange is what a POST holds of numbers that nobody here has connected. Where another item has proven the signature, nobody is kept waiting.
func (k *Desk) strange(ctx context.Context, items []graph.Item, raw []byte, signature string, proven bool) ([]arrival, bool, error) {
	if len(items) == 0 {
		return nil, false, nil
	}
	if !proven && !k.strangers.Allow() {
		return nil, false, errs.New(errs.Unavailable, "error.unavailable")
	}
	return k.unconnected(ctx, items, raw, signature)
}

// unconnected are the items of numbers and accounts that nobody here has connected, with whose they are; "" where that cannot be told. Where the
// signature is no app's of ours nothing is believed, and ok is false.
func (k *Desk) unconnected(ctx context.Context, items []graph.Item, raw []byte, signature string) (out []arrival, ok bool, err error) {
	var all []account.Number
	owners := map[string][]account.Number{} // by account
	if err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if all, err = account.Numbers(ctx, tx, ""); err != nil {
			return err
		}
		for _, n := range all {
			owners[n.WABA] = append(owners[n.WABA], n)
		}
		return nil
	}); err != nil {
		return nil, false, errs.New(errs.Unavailable, "error.unavailable").Because(err)
	}
	byApp := k.tenantsOf(all, raw, signature)
	for _, it := range items {
		tenants := byApp
		if list := owners[accountOf(&it)]; len(list) > 0 { // of whoever has the account, and then only by their own app
			tenants = slices.DeleteFunc(slices.Clone(byApp), func(t string) bool {
				return !slices.ContainsFunc(list, func(n account.Number) bool { return n.Tenant == t })
			})
		}
		if len(tenants) == 0 {
			continue
		}
		ok = true
		if len(tenants) == 1 { // several businesses share the app: nobody's words are put into another's keeping
			out = append(out, arrival{tenant: tenants[0], number: notOurs(&it, tenants[0], owners[accountOf(&it)]), item: it, unconnected: true})
		}
	}
	return out, ok, nil
}

// notOurs stands for a number that is not connected. User ids are of a portfolio: that of the account's other numbers, else the account stands for
// it, as it will once it is connected (connect.Asked).
func notOurs(it *graph.Item, tenant string, others []account.Number) account.Number {
	n := account.Number{Tenant: tenant, ID: it.PhoneNumberID, WABA: accountOf(it), Portfolio: accountOf(it)}
	for _, o := range others {
		if o.Tenant == tenant {
			n.Portfolio = o.Portfolio
		}
	}
	return n
}

// connected are the items of numbers of ours.
func (t *taking) connected(at []int) []int {
	if !slices.ContainsFunc(at, func(i int) bool { return t.in[i].unconnected }) {
		return at
	}
	return slices.DeleteFunc(slices.Clone(at), func(i int) bool { return t.in[i].unconnected })
}

// takesEffect: of a number that is not connected only what can be an opt-out, never who somebody is, nor a call.
func (a *arrival) takesEffect() bool {
	if !a.unconnected {
		return acts(&a.item)
	}
	switch a.item.Kind {
	case graph.KindMessage:
		return acts(&a.item) && a.item.Message.System == nil
	case graph.KindPreference: // a resume lifts the stop of its own number alone; Meta's sign-up is an opt-in
		return a.item.Preference.Value != "signup"
	case graph.KindStatus:
		return acts(&a.item)
	}
	return false
}

// lessen is a message to a number that is not connected. Whose app it is the signature says, so an opt-out in it counts at once, as everywhere
// (DESIGN section 6); nothing that would let more pass is taken from it, no window opens, and nothing is answered.
func (t *taking) lessen(ctx context.Context, i int, c string, r keyword.Reading, topics []string) error {
	m := t.in[i].item.Message
	t.keep(i, c, m, r)
	if text, _ := m.Words(); m.ByPerson() && keyword.WantsForgetting(text) {
		t.forgetting(i, c)
	}
	switch {
	case stops(r):
		return t.stop(ctx, i, c, r, topics)
	case r.WrongPerson, strings.HasPrefix(payload(m), "notme"):
		return t.notMe(i, c)
	case r.Intent == keyword.Unsure:
		t.unsure(i, c, r)
	}
	return nil
}

// tenantsOf are those whose app signed the body, each once. Numbers of one app have one secret, so the body is hashed once an app.
func (k *Desk) tenantsOf(all []account.Number, raw []byte, signature string) (tenants []string) {
	right := map[string]bool{}
	for _, n := range all {
		_, secret, err := k.o.Keys.Secrets(n)
		if err != nil || secret == "" {
			continue
		}
		good, seen := right[secret]
		if !seen {
			good = graph.Verify(raw, signature, secret)
			right[secret] = good
		}
		if good && !slices.Contains(tenants, n.Tenant) {
			tenants = append(tenants, n.Tenant)
		}
	}
	return tenants
}

// keepUnconnected keeps an item that belongs to no number of ours: its body, that it was, and that somebody has to know. Meta is told that it was
// taken: bringing it again for days would put nothing right.
func (k *Desk) keepUnconnected(ctx context.Context, a *arrival) error {
	return k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if a.raw != nil {
			if err := insertRaws(ctx, tx, []rawRow{*a.raw}, now); err != nil {
				return err
			}
		}
		if err := insertBad(ctx, tx, a.tenant, a.rawID, a.at, string(a.item.Kind), errUnconnected.Error(), now); err != nil {
			return err
		}
		subject, name := a.item.PhoneNumberID, a.item.Display
		if subject == "" {
			subject = accountOf(&a.item)
		}
		if name == "" {
			name = subject
		}
		return alert.Raise(ctx, tx, a.tenant, alert.Condition{Kind: alert.NumberUnconnected, Subject: subject, Detail: alert.Detail{Name: name}})
	})
}
