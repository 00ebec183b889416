package upkeep

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/intake"
)

// Again is what of the lost database was written into the one that was put back.
type Again struct {
	Stops        int `json:"stops"`        // entries by which less is sent: opt-outs, objections, declines, pauses
	Suppressions int `json:"suppressions"` // addresses on the suppression list there
	Erased       int `json:"erased"`       // people who had been forgotten since, and are again
}

// errUnread says that the lost database cannot be read; that is no reason not to put the copy back.
var errUnread = errors.New("the database that was in use cannot be read")

// againBatch is how many entries of the lost ledger are looked at in one transaction.
const againBatch = 500

// taking carries what stops people from the lost database to the one that was put back, one business after the other.
type taking struct {
	from, to *db.DB
	keys     *account.Keyring
	tenant   string
	pepper   []byte
	erased   []consent.Event
	Again
}

func takeAgain(ctx context.Context, lost string, to *db.DB, keys *account.Keyring) (Again, error) {
	from, err := Settings{Database: lost}.read(ctx)
	if err != nil {
		return Again{}, fmt.Errorf("%w: %w", errUnread, err)
	}
	defer from.Close()
	t := taking{from: from, to: to, keys: keys}
	var all, there []account.Tenant
	if err := to.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = account.Tenants(ctx, tx)
		return err
	}); err != nil {
		return Again{}, err
	}
	if err := t.read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		there, err = account.Tenants(ctx, tx)
		return err
	}); err != nil {
		return Again{}, err
	}
	for _, b := range all {
		if !slices.ContainsFunc(there, func(o account.Tenant) bool { return o.ID == b.ID }) {
			continue
		}
		if err := t.business(ctx, b); err != nil {
			return t.Again, err
		}
	}
	return t.Again, nil
}

// read reads the lost database.
func (t *taking) read(ctx context.Context, f func(ctx context.Context, tx *db.Tx) error) error {
	if err := t.from.Read(ctx, f); err != nil {
		return fmt.Errorf("%w: %w", errUnread, err)
	}
	return nil
}

func (t *taking) business(ctx context.Context, b account.Tenant) (err error) {
	t.tenant = b.ID
	if t.pepper, err = t.keys.Pepper(b); err != nil {
		return err
	}
	if err := t.suppressions(ctx); err != nil {
		return err
	}
	for after := ""; ; {
		var page []consent.Event
		if err := t.read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			page, err = consent.Lessening(ctx, tx, t.tenant, after, againBatch)
			return err
		}); err != nil {
			return err
		}
		if len(page) == 0 {
			return t.forget(ctx)
		}
		after = page[len(page)-1].ID
		if err := t.stops(ctx, page); err != nil {
			return err
		}
	}
}

// suppressions go over as the list that a business exports and brings in elsewhere; nothing is narrowed by it.
func (t *taking) suppressions(ctx context.Context) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	key := contact.ListKey(t.pepper)
	if _, err := contact.OutSuppressions(func(f func(ctx context.Context, tx *db.Tx) error) error { return t.read(ctx, f) }, t.tenant, key, w); err != nil {
		return err
	}
	w.Flush()
	list, err := contact.ReadList(&b, key)
	if err != nil {
		return err
	}
	t.Suppressions += len(list)
	return t.to.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return contact.Suppress(ctx, tx, t.tenant, list) })
}

// stopped is a person of the lost database, by every id and address they go by there, with what stops them.
type stopped struct {
	contacts  []string
	addresses []address.Address
	events    []consent.Event
}

// stops takes over what the restored ledger does not have of a page.
func (t *taking) stops(ctx context.Context, page []consent.Event) error {
	ids := make([]string, len(page))
	for i := range page {
		ids[i] = page[i].ID
	}
	var missing map[string]bool
	if err := t.to.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		missing, err = consent.Missing(ctx, tx, t.tenant, ids)
		return err
	}); err != nil {
		return err
	}
	page = slices.DeleteFunc(page, func(e consent.Event) bool { return !missing[e.ID] })
	for _, e := range page {
		if e.Kind == consent.Erased {
			t.erased = append(t.erased, e)
		}
	}
	var people []stopped
	if err := t.read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		people, err = t.people(ctx, tx, page, missing)
		return err
	}); err != nil {
		return err
	}
	return t.to.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for i := range people {
			if err := t.write(ctx, tx, &people[i]); err != nil {
				return err
			}
		}
		return nil
	})
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

// forget erases again whoever had been erased since the copy was made: the copy still says who they are.
func (t *taking) forget(ctx context.Context) error {
	if len(t.erased) == 0 {
		return nil
	}
	desk := intake.New(t.to, intake.Options{Keys: t.keys})
	defer desk.Close()
	for _, e := range t.erased {
		var known map[string]string
		if err := t.to.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			known, err = contact.Current(ctx, tx, t.tenant, []string{e.Contact})
			return err
		}); err != nil {
			return err
		}
		if known[e.Contact] == "" {
			continue
		}
		in := intake.Removal{Tenant: t.tenant, Contact: known[e.Contact], Via: e.Channel}
		if e.Actor.Kind == consent.Staff {
			in.Staff, in.Reason = e.Actor.ID, "erased before, and again after a copy was put back"
		}
		if err := desk.Remove(ctx, in); err != nil {
			return err
		}
		t.Erased++
	}
	t.erased = nil
	return nil
}
