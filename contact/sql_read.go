package contact

import (
	"context"

	"jawort/db"
)

const contactColumns = `contact, name, username, language, coalesce(merged_into, ''), coalesce(frozen_at, 0), created_at`

func contactOf(ctx context.Context, tx *db.Tx, tenant, contact string) (Contact, error) {
	var c Contact
	err := tx.Row(ctx, `select `+contactColumns+` from contact where tenant = $1 and contact = $2`, tenant, contact).
		Scan(&c.ID, &c.Name, &c.Username, &c.Language, &c.MergedInto, &c.FrozenAt, &c.CreatedAt)
	return c, err
}

func contactsBefore(ctx context.Context, tx *db.Tx, tenant, before string, limit int) ([]Contact, error) {
	if before == "" {
		before = "~" // behind every id
	}
	rows, err := tx.Query(ctx, `select `+contactColumns+` from contact
		where tenant = $1 and contact < $2 and merged_into is null order by contact desc limit $3`, tenant, before, limit)
	return db.All(rows, err, func(r *db.Rows, c *Contact) error {
		return r.Scan(&c.ID, &c.Name, &c.Username, &c.Language, &c.MergedInto, &c.FrozenAt, &c.CreatedAt)
	})
}

// addEntries fills in the addresses. Parent ids only recognise; they are no way to reach anybody and are left out.
func addEntries(ctx context.Context, tx *db.Tx, tenant string, list []Contact) error {
	at := map[string]int{}
	var ids []string
	for i, c := range list {
		at[c.ID] = i
		ids = append(ids, c.ID)
	}
	rows, err := tx.Query(ctx, `select contact, address, wa_id, portfolio, fingerprint, proof, since, coalesce(until, 0) from contact_address
		where tenant = $1 and contact in {list $2 text} order by contact, until is null desc, since desc, address`, tenant, ids)
	type entry struct {
		contact string
		Entry
	}
	entries, err := db.All(rows, err, func(r *db.Rows, e *entry) error {
		return r.Scan(&e.contact, &e.Address, &e.WAID, &e.Portfolio, &e.Fingerprint, &e.Proof, &e.Since, &e.Until)
	})
	for _, e := range entries {
		if !isParent(e.Address) {
			c := &list[at[e.contact]]
			c.Addresses = append(c.Addresses, e.Entry)
		}
	}
	return err
}

func describeContact(ctx context.Context, tx *db.Tx, tenant, contact, name, language string) error {
	name = cut(name, longestName)
	forward, back := nameKeys(name)
	_, err := tx.Exec(ctx, `update contact set name = case when $3 = '' then name else $3 end, language = case when $4 = '' then language else $4 end,
		name_key = case when $3 = '' then name_key else $5 end, name_back = case when $3 = '' then name_back else $6 end
		where tenant = $1 and contact = $2`, tenant, contact, name, language, forward, back)
	return err
}

func freezeContact(ctx context.Context, tx *db.Tx, tenant, contact string, at int64) error {
	_, err := tx.Exec(ctx, `update contact set frozen_at = $3 where tenant = $1 and contact = $2 and frozen_at is null`, tenant, contact, at)
	return err
}

func thawContact(ctx context.Context, tx *db.Tx, tenant, contact string) error {
	_, err := tx.Exec(ctx, `update contact set frozen_at = null where tenant = $1 and contact = $2`, tenant, contact)
	return err
}

func fingerprintsOf(ctx context.Context, tx *db.Tx, tenant, contact string) ([]string, error) {
	rows, err := tx.Query(ctx, `select distinct fingerprint from contact_address
		where tenant = $1 and contact = $2 and until is null order by fingerprint`, tenant, contact)
	return db.All(rows, err, func(r *db.Rows, f *string) error { return r.Scan(f) })
}

// eraseContact keeps the contact's row and guard, which the ledger and the lock stand on, and nothing that names the person.
func eraseContact(ctx context.Context, tx *db.Tx, tenant, contact string) error {
	for _, text := range []string{
		`delete from contact_address where tenant = $1 and contact = $2`,
		`with recursive family (contact) as (
			select contact from contact where tenant = $1 and contact = $2
			union select c.contact from contact c join family f on c.merged_into = f.contact where c.tenant = $1)
			delete from service_window where tenant = $1 and contact in (select contact from family)`,
		`with recursive family (contact) as (
			select contact from contact where tenant = $1 and contact = $2
			union select c.contact from contact c join family f on c.merged_into = f.contact where c.tenant = $1)
			update contact set name = '', name_key = '', name_back = '', username = '' where tenant = $1 and contact in (select contact from family)`,
	} {
		if _, err := tx.Exec(ctx, text, tenant, contact); err != nil {
			return err
		}
	}
	return nil
}

func familyOf(ctx context.Context, tx *db.Tx, tenant, contact string) ([]string, error) {
	rows, err := tx.Query(ctx, `with recursive family (contact) as (
			select contact from contact where tenant = $1 and contact = $2
			union select c.contact from contact c join family f on c.merged_into = f.contact where c.tenant = $1)
			select contact from family order by contact`, tenant, contact)
	return db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
}
