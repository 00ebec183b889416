package contact

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"jawort/address"
	"jawort/db"
)

const columns = `address, since, coalesce(until, 0), contact, portfolio, wa_id, proof, born`

func scanRow(r *db.Rows, to *row) error {
	return r.Scan(&to.address, &to.since, &to.until, &to.contact, &to.portfolio, &to.waID, &to.proof, &to.born)
}

// rowsOf reads every row of the addresses, ended ones too, oldest first.
func rowsOf(ctx context.Context, tx *db.Tx, tenant string, addrs []address.Address) ([]row, error) {
	rows, err := tx.Query(ctx, `select `+columns+` from contact_address
		where tenant = $1 and address in {list $2 text} order by address, since`, tenant, addrs)
	return db.All(rows, err, scanRow)
}

// holdersOf is rowsOf for who wants to know no more than who holds or held them; in no order.
func holdersOf(ctx context.Context, tx *db.Tx, tenant string, addrs []address.Address) ([]row, error) {
	sorted := slices.Compact(slices.Sorted(slices.Values(addrs)))
	rows, err := tx.Query(ctx, `select a.address, a.since, coalesce(a.until, 0), a.contact
		from {rows $2: address text} r {join contact_address a on a.tenant = $1 and a.address = r.address}`,
		tenant, db.RowsOf(sorted, func(a address.Address) []any { return []any{string(a)} }))
	return db.All(rows, err, func(r *db.Rows, to *row) error { return r.Scan(&to.address, &to.since, &to.until, &to.contact) })
}

// loadPeople adds the contacts to the book.
func loadPeople(ctx context.Context, tx *db.Tx, tenant string, contacts []string, b *book) error {
	rows, err := tx.Query(ctx, `select contact, created_at, name, username, coalesce(frozen_at, 0) from contact
		where tenant = $1 and contact in {list $2 text}`, tenant, contacts)
	people, err := db.All(rows, err, func(r *db.Rows, p *person) error {
		return r.Scan(&p.id, &p.created, &p.name, &p.username, &p.frozen)
	})
	if err != nil {
		return err
	}
	for i := range people {
		b.people[people[i].id] = &people[i]
	}
	if len(people) < len(contacts) {
		return errors.New("an address without its contact")
	}
	return nil
}

// loadHeld adds what the contacts hold now. Sorted here: ordered by address in SQL, SQLite would walk the whole tenant.
func loadHeld(ctx context.Context, tx *db.Tx, tenant string, contacts []string, b *book) error {
	held, err := tx.Query(ctx, `select `+columns+` from contact_address
		where tenant = $1 and contact in {list $2 text} and until is null`, tenant, contacts)
	more, err := db.All(held, err, scanRow)
	if err != nil {
		return err
	}
	slices.SortFunc(more, func(x, y row) int { return byAddress(&x, &y) })
	for i := range more {
		b.put(&more[i]) // those already there stay as they were read
	}
	return nil
}

const undoText = `delete from contact_address where (tenant, address, since) in (
			select r.tenant, r.address, r.since from {rows $1: tenant text, address text, since bigint} r)`

// insertUnseen inserts rows of addresses nobody held. Whoever comes second waits here for the first to commit, finds
// fewer rows inserted, takes back its own and is answered false.
func insertUnseen(ctx context.Context, tx *db.Tx, tenant string, pepper []byte, rows []*row) (bool, error) {
	if len(rows) == 0 {
		return true, nil
	}
	slices.SortFunc(rows, byAddress)
	got, err := tx.Query(ctx, `insert into contact_address (tenant, address, since, until, contact, portfolio, wa_id, fingerprint, proof, born)
		select $1, r.address, r.since, r.until, r.contact, r.portfolio, r.wa_id, r.fingerprint, r.proof, r.born
		from {rows $2: address text, since bigint, until bigint, contact text, portfolio text, wa_id text, fingerprint text, proof text, born text} r
		where true order by r.address, r.since on conflict do nothing returning address, since`, tenant, rowSet(pepper, rows))
	mine, err := db.All(got, err, func(r *db.Rows, to *row) error { return r.Scan(&to.address, &to.since) })
	if err != nil || len(mine) == len(rows) {
		return err == nil, err
	}
	if len(mine) > 0 {
		_, err = tx.Exec(ctx, undoText,
			db.RowsOf(mine, func(r row) []any { return []any{tenant, r.address, r.since} }))
	}
	return false, err
}

// insertRows inserts rows of addresses whose last holder's row was ended under their lock.
func insertRows(ctx context.Context, tx *db.Tx, tenant string, pepper []byte, rows []*row) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into contact_address (tenant, address, since, until, contact, portfolio, wa_id, fingerprint, proof, born)
		select $1, r.address, r.since, r.until, r.contact, r.portfolio, r.wa_id, r.fingerprint, r.proof, r.born
		from {rows $2: address text, since bigint, until bigint, contact text, portfolio text, wa_id text, fingerprint text, proof text, born text} r`,
		tenant, rowSet(pepper, rows))
	return err
}

func rowSet(pepper []byte, rows []*row) db.RowSet {
	return db.RowsOf(rows, func(r *row) []any {
		return []any{r.address, r.since, db.OrNull(r.until), r.contact, r.portfolio, r.waID, Fingerprint(pepper, r.address), r.proof, r.born}
	})
}

func byAddress(a, b *row) int {
	return cmp.Or(cmp.Compare(a.address, b.address), cmp.Compare(a.since, b.since))
}

const changeText = `update contact_address set until = coalesce(contact_address.until, r.until), portfolio = r.portfolio, wa_id = r.wa_id
		from {rows $1: tenant text, address text, since bigint, until bigint, portfolio text, wa_id text} r
		where contact_address.tenant = r.tenant and contact_address.address = r.address and contact_address.since = r.since`

// saveRows writes merges, ended rows and what was learnt about rows that were there.
func saveRows(ctx context.Context, tx *db.Tx, tenant string, b *book) error {
	for _, m := range b.merges {
		if err := moveAll(ctx, tx, tenant, m); err != nil {
			return err
		}
	}
	changed := slices.DeleteFunc(slices.SortedFunc(maps.Keys(b.changed), byAddress), func(r *row) bool { return r.fresh })
	if len(changed) == 0 {
		return nil
	}
	// A row that is only described is not locked: somebody may end it meanwhile, and then it stays ended.
	_, err := tx.Exec(ctx, changeText,
		db.RowsOf(changed, func(r *row) []any { return []any{tenant, r.address, r.since, db.OrNull(r.until), r.portfolio, r.waID} }))
	return err
}

const describeText = `update contact set name = r.name, name_key = r.name_key, name_back = r.name_back, username = r.username,
		frozen_at = case when r.froze then coalesce(contact.frozen_at, r.frozen_at) else contact.frozen_at end
		from {rows $1: tenant text, contact text, name text, name_key text, name_back text, username text, froze boolean, frozen_at bigint} r
		where contact.tenant = r.tenant and contact.contact = r.contact`

// savePeople writes new contacts with their guards, and what changed of the others.
func savePeople(ctx context.Context, tx *db.Tx, tenant string, b *book) error {
	var fresh, changed []*person
	for _, k := range slices.Sorted(maps.Keys(b.people)) {
		switch p := b.people[k]; {
		case p.fresh && !p.gone:
			fresh = append(fresh, p)
		case !p.fresh && (p.described || p.froze):
			changed = append(changed, p)
		}
	}
	if err := insertPeople(ctx, tx, tenant, fresh); err != nil || len(changed) == 0 {
		return err
	}
	_, err := tx.Exec(ctx, describeText,
		db.RowsOf(changed, func(p *person) []any {
			forward, back := nameKeys(p.name)
			return []any{tenant, p.id, p.name, forward, back, p.username, p.froze, p.frozen}
		}))
	return err
}

func insertPeople(ctx context.Context, tx *db.Tx, tenant string, fresh []*person) error {
	if len(fresh) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, `insert into contact (tenant, contact, name, name_key, name_back, username, language, frozen_at, created_at)
		select $1, r.contact, r.name, r.name_key, r.name_back, r.username, '', r.frozen_at, r.created_at
		from {rows $2: contact text, name text, name_key text, name_back text, username text, frozen_at bigint, created_at bigint} r`,
		tenant, db.RowsOf(fresh, func(p *person) []any {
			forward, back := nameKeys(p.name)
			return []any{p.id, p.name, forward, back, p.username, db.OrNull(p.frozen), p.created}
		})); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `insert into contact_guard (tenant, contact, rev) select $1, r.contact, 0 from {rows $2: contact text, x bigint} r`,
		tenant, db.RowsOf(fresh, func(p *person) []any { return []any{p.id, 0} }))
	return err
}

func lockGuards(ctx context.Context, tx *db.Tx, tenant string, contacts []string) (map[string]int64, error) {
	rows, err := tx.Query(ctx, `select contact, rev from contact_guard where tenant = $1 and contact in {list $2 text}
		order by contact {for update}`, tenant, contacts)
	type guard struct {
		contact string
		rev     int64
	}
	guards, err := db.All(rows, err, func(r *db.Rows, g *guard) error { return r.Scan(&g.contact, &g.rev) })
	revs := make(map[string]int64, len(guards))
	for _, g := range guards {
		revs[g.contact] = g.rev
	}
	return revs, err
}

const raiseText = `update contact_guard set rev = r.rev from {rows $1: tenant text, contact text, rev bigint} r
		where contact_guard.tenant = r.tenant and contact_guard.contact = r.contact and contact_guard.rev < r.rev`

// raiseGuards has the tenant in its rows, as every update … from {rows} must: with tenant = $1 SQLite walks all of the tenant.
func raiseGuards(ctx context.Context, tx *db.Tx, tenant string, revs map[string]int64) (int64, error) {
	return tx.Exec(ctx, raiseText,
		db.RowsOf(slices.Sorted(maps.Keys(revs)), func(c string) []any { return []any{tenant, c, revs[c]} }))
}
