package hook

import (
	"context"
	"strings"

	"jawort/alert"
	"jawort/consent"
	"jawort/db"
)

func setSecrets(ctx context.Context, tx *db.Tx, h *Hook, secret, old []byte, oldUntil int64) error {
	return one(ctx, tx, `update hook set secret = $3, old_secret = $4, old_until = $5 where tenant = $1 and hook = $2`,
		h.Tenant, h.ID, secret, notNil(old), oldUntil)
}

func ownHooks(ctx context.Context, tx *db.Tx) ([]Hook, error) {
	rows, err := tx.Query(ctx, `select `+columns+` from hook where kind = 'own' order by tenant, hook`)
	return db.All(rows, err, scan)
}

// told is up to where deliveries were made.
func setTold(ctx context.Context, tx *db.Tx, h *Hook) error {
	_, err := tx.Exec(ctx, `update hook set since = $3, alerts_since = $4 where tenant = $1 and hook = $2`, h.Tenant, h.ID, h.since, h.alertsSince)
	return err
}

// queueNew queues items that are not there yet.
func queueNew(ctx context.Context, tx *db.Tx, h *Hook, list []delivery, now int64) error {
	if len(list) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into delivery (tenant, hook, item, state, persons, attempts, due, error, at, done_at)
		select $1, $2, r.item, 'queued', r.persons, 0, $3, '', r.at, 0 from {rows $4: item text, persons text, at bigint} r where true
		on conflict (tenant, hook, item) do nothing`,
		h.Tenant, h.ID, now, db.RowsOf(list, func(d delivery) []any { return []any{d.item, strings.Join(d.persons, " "), d.at} }))
	return err
}

// reachOf are the addresses by which persons can be reached today.
func reachOf(ctx context.Context, tx *db.Tx, tenant string, persons []string) (map[string]reach, error) {
	rows, err := tx.Query(ctx, `select contact, address, fingerprint from contact_address
		where tenant = $1 and contact in {list $2 text} and until is null order by contact, address`, tenant, persons)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]reach{}
	for rows.Next() {
		var person, address, print string
		if err := rows.Scan(&person, &address, &print); err != nil {
			return nil, err
		}
		r := out[person]
		r.fingerprints = append(r.fingerprints, print)
		if !strings.HasPrefix(address, "wap:") { // a parent id recognises and is never written to
			r.addresses = append(r.addresses, address)
		}
		out[person] = r
	}
	return out, rows.Err()
}

// between are the entries of the ledger between two moments, of one person where one is named, with a position, from behind one on.
func between(ctx context.Context, tx *db.Tx, tenant, after, until string, persons []string, most int) ([]logged, error) {
	only := ``
	args := []any{tenant, after, until, int64(most)}
	if len(persons) > 0 {
		only, args = ` and contact in {list $5 text}`, append(args, persons)
	}
	rows, err := tx.Query(ctx, `select event, contact, kind, position, recorded_at from event
		where tenant = $1 and event > $2 and event < $3 and position is not null`+only+` order by event limit $4`, args...)
	return db.All(rows, err, func(r *db.Rows, l *logged) error { return r.Scan(&l.event, &l.contact, &l.kind, &l.position, &l.at) })
}

// family are the persons that went up in one, itself among them.
func family(ctx context.Context, tx *db.Tx, tenant, person string) ([]string, error) {
	rows, err := tx.Query(ctx, `with recursive family (contact) as (
			select contact from contact where tenant = $1 and contact = $2
			union select c.contact from contact c join family f on c.merged_into = f.contact where c.tenant = $1)
		select contact from family`, tenant, person)
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}

// Told is one delivery as it stands.
type Told struct {
	Item     string
	State    string // queued done dead
	Attempts int64
	Due      int64
	Error    string
	At       int64 // when it came to be
	DoneAt   int64 // 0 = open

	Event   consent.Event // of a change
	Warning alert.Alert   // of an alert
}

// Deliveries of a hook, the newest first: changes (or alerts), in one state where one is named.
func Deliveries(ctx context.Context, tx *db.Tx, tenant, hook, state string, alerts bool, most int) ([]Told, error) {
	only := map[string]string{"queued": ` and state = 'queued'`, "dead": ` and state = 'dead'`}[state]
	prefix := changeItem
	if alerts {
		prefix = alertItem
	}
	rows, err := tx.Query(ctx, `select item, state, attempts, due, error, at, done_at from delivery
		where tenant = $1 and hook = $2 and item >= $3 and item < $4`+only+` order by item desc limit $5`, tenant, hook, prefix, prefix+"~", int64(most))
	list, err := db.All(rows, err, func(r *db.Rows, t *Told) error {
		return r.Scan(&t.Item, &t.State, &t.Attempts, &t.Due, &t.Error, &t.At, &t.DoneAt)
	})
	if err != nil {
		return nil, err
	}
	return list, describe(ctx, tx, tenant, list)
}

// describe reads what the items are.
func describe(ctx context.Context, tx *db.Tx, tenant string, list []Told) error {
	at := map[int64]int{}
	var positions []int64
	for i, t := range list {
		if p, ok := positionOf(t.Item); ok {
			positions, at[p] = append(positions, p), i
			continue
		}
		name, _, _ := strings.Cut(t.Item, ":")
		a, err := alert.Of(ctx, tx, tenant, name)
		if err = ignoreGone(err); err != nil {
			return err
		}
		list[i].Warning = a
	}
	events, err := consent.AtPositions(ctx, tx, tenant, positions)
	for _, e := range events {
		list[at[e.Position]].Event = e
	}
	return err
}

// toldAlerts are the alerts that the hook was, or is to be, told of.
func toldAlerts(ctx context.Context, tx *db.Tx, h *Hook) ([]string, error) {
	rows, err := tx.Query(ctx, `select item from delivery where tenant = $1 and hook = $2 and item >= $3 and item < $4 order by item desc limit 1000`,
		h.Tenant, h.ID, alertItem, alertItem+"~")
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}
