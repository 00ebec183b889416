package upkeep

import (
	"context"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
)

// stopped is a person of the lost database, by every id and address they go by there, with what stops them.
type stopped struct {
	contacts  []string
	addresses []address.Address
	events    []consent.Event
}

// people are those whom the entries are about, as the lost database knows them.
func (t *taking) people(ctx context.Context, tx *db.Tx, page []consent.Event, missing map[string]bool) ([]stopped, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	var named []string
	for _, e := range page {
		named = append(named, e.Contact)
	}
	current, err := contact.Current(ctx, tx, t.tenant, named)
	if err != nil {
		return nil, err
	}
	roots := map[string]bool{}
	for _, root := range current {
		roots[root] = true
	}
	var out []stopped
	for root := range roots {
		p := stopped{}
		if p.contacts, err = contact.Family(ctx, tx, t.tenant, root); err != nil {
			return nil, err
		}
		history, err := consent.History(ctx, tx, t.tenant, []string{root})
		if err != nil {
			return nil, err
		}
		p.events = consent.Again(history[root], func(e string) bool { return missing[e] }, now)
		c, err := contact.Get(ctx, tx, t.tenant, root)
		if err != nil {
			return nil, err
		}
		for _, a := range c.Addresses {
			if a.Until == 0 {
				p.addresses = append(p.addresses, a.Address)
			}
		}
		if len(p.events) > 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

// write stops everybody whom the restored database knows by one of the ids or addresses, and whoever it does not know yet by the address.
func (t *taking) write(ctx context.Context, tx *db.Tx, p *stopped) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	holders, err := contact.Ensure(ctx, tx, t.tenant, t.pepper, p.addresses, now)
	if err != nil {
		return err
	}
	known, err := contact.Current(ctx, tx, t.tenant, p.contacts)
	if err != nil {
		return err
	}
	whom := map[string]bool{}
	for _, c := range holders {
		whom[c] = true
	}
	for _, c := range known {
		whom[c] = true
	}
	var list []consent.Event
	var locked []string
	for c := range whom {
		locked = append(locked, c)
		for _, e := range p.events {
			e.Contact, e.SeenKey = c, "restored:"+e.Ref+":"+c
			list = append(list, e)
		}
	}
	revs, err := contact.Lock(ctx, tx, t.tenant, locked)
	if err != nil {
		return err
	}
	done, err := consent.Append(ctx, tx, t.tenant, list, revs)
	for _, a := range done {
		if !a.Repeated {
			t.Stops++
		}
	}
	return err
}
