package intake

import (
	"context"
	"maps"
	"slices"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/graph"
)

// people finds who did what, joins what the platform proves, and locks everybody concerned.
func (t *taking) people(ctx context.Context, at []int) error {
	var who []contact.Identity
	var items []int
	for _, i := range at {
		if it := &t.in[i].item; t.in[i].takesEffect() {
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
