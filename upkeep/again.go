package upkeep

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"

	"jawort/account"
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
