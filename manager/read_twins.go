package manager

import (
	"context"
	"slices"
	"strings"

	"jawort/contact"
	"jawort/db"
	"jawort/intake"
)

// twin is somebody who may be the same person, and why.
type twin struct{ Contact, Name, Why string }

// mostTwins are suggested.
const mostTwins = 3

// twinsOf finds who may be the same person: whoever held one of the addresses, then whoever has the same first and last name. Whom staff
// once parted from this person is not suggested again.
func twinsOf(ctx context.Context, tx *db.Tx, tenant string, c contact.Contact) ([]twin, error) {
	rows, err := tx.Query(ctx, `select distinct k.contact, k.name, 'address' from contact_address a
		{join contact_address o on o.tenant = $1 and o.address = a.address and o.contact <> $2}
		{join contact k on k.tenant = $1 and k.contact = o.contact and k.merged_into is null}
		where a.tenant = $1 and a.contact = $2 order by k.contact limit 20`, tenant, c.ID)
	list, err := db.All(rows, err, scanTwin)
	if err != nil {
		return nil, err
	}
	if strings.Contains(strings.TrimSpace(c.Name), " ") { // one word is too little to go by
		rows, err := tx.Query(ctx, `select k.contact, k.name, 'name' from contact c
			{join contact k on k.tenant = $1 and k.name_key = c.name_key and k.name_key <> ''}
			where c.tenant = $1 and c.contact = $2 and k.contact <> $2 and k.merged_into is null order by k.contact desc limit 20`, tenant, c.ID)
		more, err := db.All(rows, err, scanTwin)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	rows, err = tx.Query(ctx, `select other from event where tenant = $1 and contact = $2 and kind = 'split'`, tenant, c.ID)
	parted, err := db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
	seen := map[string]bool{}
	list = slices.DeleteFunc(list, func(t twin) bool {
		drop := seen[t.Contact] || slices.Contains(parted, t.Contact)
		seen[t.Contact] = true
		return drop
	})
	return list[:min(len(list), mostTwins)], err
}

func scanTwin(r *db.Rows, t *twin) error { return r.Scan(&t.Contact, &t.Name, &t.Why) }

// mergedRow is somebody who went up in a person.
type mergedRow struct {
	Contact, Name, ActorKind, Actor, Reason string
	At                                      int64
}

// mergedInto reads who went up in a person, the latest merge of each.
func mergedInto(ctx context.Context, tx *db.Tx, tenant, who string) ([]mergedRow, error) {
	rows, err := tx.Query(ctx, `select c.contact, c.name, coalesce(e.actor_kind, ''), coalesce(e.actor, ''), coalesce(e.reason, ''), coalesce(e.recorded_at, 0)
		from contact c left join event e on e.tenant = c.tenant and e.contact = $2 and e.kind = 'merged' and e.other = c.contact
		where c.tenant = $1 and c.merged_into = $2 order by c.contact, e.rev desc limit 100`, tenant, who)
	list, err := db.All(rows, err, func(r *db.Rows, m *mergedRow) error {
		return r.Scan(&m.Contact, &m.Name, &m.ActorKind, &m.Actor, &m.Reason, &m.At)
	})
	return slices.CompactFunc(list, func(a, b mergedRow) bool { return a.Contact == b.Contact }), err
}

// doubt is whether who a person is is in doubt, and nobody has looked at it yet.
type doubt struct {
	open  bool
	other string // who stands at the number now; "" = nobody is known
}

// settled are the entries by which staff, or a program that was told by them, have looked at a doubt.
const settled = `(e.kind = 'staff_action' and e.value = '` + intake.SettledOther + `' or e.kind = 'merged' and e.actor_kind in ('staff', 'program'))`

func doubtOf(ctx context.Context, tx *db.Tx, tenant string, c contact.Contact) (d doubt, err error) {
	if c.FrozenAt == 0 {
		return d, nil
	}
	var n int64
	if err := tx.Row(ctx, `select count(*) from event e where e.tenant = $1 and e.contact = $2 and e.recorded_at >= $3 and `+settled,
		tenant, c.ID, c.FrozenAt).Scan(&n); err != nil {
		return d, err
	}
	d.open = n == 0
	rows, err := tx.Query(ctx, `select k.contact from event e {join contact k on k.tenant = $1 and k.contact = e.other and k.merged_into is null}
		where e.tenant = $1 and e.contact = $2 and e.kind = 'identity_changed' order by e.rev desc limit 1`, tenant, c.ID)
	list, err := db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
	if len(list) > 0 {
		d.other = list[0]
	}
	return d, err
}

// openDoubts counts people whose identity came into doubt since a moment and at whom nobody has looked, up to manyOf and one.
func openDoubts(ctx context.Context, tx *db.Tx, tenant string, from int64) (n, last int64, err error) {
	err = tx.Row(ctx, `select count(*), coalesce(max(frozen_at), 0) from (select c.frozen_at from contact c
			where c.tenant = $1 and c.frozen_at is not null and c.frozen_at >= $2 and c.merged_into is null and not exists (
				select 1 from event e where e.tenant = $1 and e.contact = c.contact and e.recorded_at >= c.frozen_at and `+settled+`)
			limit $3) open_doubts`, tenant, from, manyOf+1).Scan(&n, &last)
	return n, last, err
}
