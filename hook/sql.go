package hook

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jawort/db"
	"jawort/errs"
)

const (
	setState         = `update hook set state = $3 where tenant = $1 and hook = $2`
	removeHook       = `delete from hook where tenant = $1 and hook = $2`
	removeDeliveries = `delete from delivery where tenant = $1 and hook = $2`
)

const columns = `tenant, hook, kind, name, url, fields, numbers, private, state, since, alerts_since, secret, old_secret, old_until,
	ok_at, failing_since, error, created_at`

func scan(r *db.Rows, h *Hook) error {
	var fields, numbers string
	if err := r.Scan(&h.Tenant, &h.ID, &h.Kind, &h.Name, &h.URL, &fields, &numbers, &h.Private, &h.State, &h.since, &h.alertsSince, &h.secret,
		&h.oldSecret, &h.OldUntil, &h.OKAt, &h.FailingSince, &h.Error, &h.CreatedAt); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(fields), &h.Fields); err != nil {
		return err
	}
	return json.Unmarshal([]byte(numbers), &h.Numbers)
}

// List is a tenant's hooks, the oldest first.
func List(ctx context.Context, tx *db.Tx, tenant string) ([]Hook, error) {
	rows, err := tx.Query(ctx, `select `+columns+` from hook where tenant = $1 order by hook`, tenant)
	return db.All(rows, err, scan)
}

func insertHook(ctx context.Context, tx *db.Tx, h Hook) error {
	_, err := tx.Exec(ctx, `insert into hook (tenant, hook, kind, name, url, fields, numbers, private, state, since, alerts_since, secret,
		old_secret, old_until, node, lease_until, ok_at, failing_since, error, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, '', 0, 0, 0, '', $11)`,
		h.Tenant, h.ID, string(h.Kind), h.Name, h.URL, text(h.Fields), text(h.Numbers), h.Private, string(h.State), h.since, h.CreatedAt,
		notNil(h.secret), []byte{})
	return err
}

// notNil keeps an empty secret from being NULL.
func notNil(b []byte) []byte { return append([]byte{}, b...) }

// one runs a statement that must meet exactly one row.
func one(ctx context.Context, tx *db.Tx, statement string, args ...any) error {
	n, err := tx.Exec(ctx, statement, args...)
	if err == nil && n == 0 {
		return errs.New(errs.NotFound, "")
	}
	return err
}

// active are the hooks that this node may have.
func active(ctx context.Context, tx *db.Tx, node string) ([]Hook, error) {
	rows, err := tx.Query(ctx, `select `+columns+` from hook where state = 'active' and (node = $1 or lease_until < {now})`, node)
	return db.All(rows, err, scan)
}

// claim takes them for a while, and renews what it has only when half of that is over.
func claim(ctx context.Context, tx *db.Tx, node string, lease time.Duration) ([]Hook, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `update hook set node = $1, lease_until = $2 where state = 'active' and (node = $1 or lease_until < $3) and lease_until < $4`,
		node, now+lease.Microseconds(), now, now+lease.Microseconds()/2); err != nil {
		return nil, fmt.Errorf("claim hooks: %w", err)
	}
	rows, err := tx.Query(ctx, `select `+columns+` from hook where state = 'active' and node = $1 and lease_until > $2`, node, now)
	return db.All(rows, err, scan)
}

func setSince(ctx context.Context, tx *db.Tx, h *Hook, since string) error {
	_, err := tx.Exec(ctx, `update hook set since = $3 where tenant = $1 and hook = $2`, h.Tenant, h.ID, since)
	return err
}

func scanRaw(r *db.Rows, to *raw) error { return r.Scan(&to.id, &to.at, &to.body) }

func newRaws(ctx context.Context, tx *db.Tx, h *Hook, limit int) ([]raw, error) {
	rows, err := tx.Query(ctx, `select w.raw, w.received_at, w.body from raw_webhook w where w.tenant = $1 and w.raw > $3 and w.channel = 'whatsapp'
		and not exists (select 1 from delivery d where d.tenant = $1 and d.hook = $2 and d.item = w.raw) order by w.raw limit $4`,
		h.Tenant, h.ID, h.since, int64(limit))
	return db.All(rows, err, scanRaw)
}

func rawsBetween(ctx context.Context, tx *db.Tx, tenant, after string, until int64, limit int) ([]raw, error) {
	rows, err := tx.Query(ctx, `select w.raw, w.received_at, w.body from raw_webhook w where w.tenant = $1 and w.raw > $2 and w.received_at <= $3
		and w.channel = 'whatsapp' order by w.raw limit $4`, tenant, after, until, int64(limit))
	return db.All(rows, err, scanRaw)
}

// delivery is an item on its way into the queue of a hook.
type delivery struct {
	item    string
	persons []string
	at      int64
}

// insertDeliveries queues items; those that are there already begin anew.
func insertDeliveries(ctx context.Context, tx *db.Tx, h *Hook, list []delivery, now int64) error {
	if len(list) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into delivery (tenant, hook, item, state, persons, attempts, due, error, at, done_at)
		select $1, $2, r.item, 'queued', r.persons, 0, $3, '', r.at, 0 from {rows $4: item text, persons text, at bigint} r where true
		on conflict (tenant, hook, item) do update set state = 'queued', attempts = 0, due = excluded.due, error = '', done_at = 0`,
		h.Tenant, h.ID, now, db.RowsOf(list, func(d delivery) []any { return []any{d.item, strings.Join(d.persons, " "), d.at} }))
	if err != nil {
		return fmt.Errorf("queue %d deliveries: %w", len(list), err)
	}
	return nil
}

// openLetters are the oldest that are not brought.
func openLetters(ctx context.Context, tx *db.Tx, h *Hook, limit int) ([]letter, error) {
	rows, err := tx.Query(ctx, `select item, persons, attempts, due from delivery
		where tenant = $1 and hook = $2 and state = 'queued' order by item limit $3`, h.Tenant, h.ID, int64(limit))
	return db.All(rows, err, func(r *db.Rows, l *letter) error {
		var persons string
		err := r.Scan(&l.item, &persons, &l.attempts, &l.due)
		l.persons = parted(persons)
		return err
	})
}

// signed is a body as Meta signed it.
type signed struct {
	body      []byte
	signature string
}

// rawBodies are those that are still kept.
func rawBodies(ctx context.Context, tx *db.Tx, h *Hook, list []letter) (map[string]signed, error) {
	rows, err := tx.Query(ctx, `select w.raw, w.body, w.signature from {rows $2: raw text} r
		{join raw_webhook w on w.tenant = $1 and w.raw = r.raw}`, h.Tenant, db.RowsOf(list, func(l letter) []any { return []any{l.item} }))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]signed{}
	for rows.Next() {
		var raw string
		var s signed
		if err := rows.Scan(&raw, &s.body, &s.signature); err != nil {
			return nil, err
		}
		out[raw] = s
	}
	return out, rows.Err()
}

// settle writes what became of letters, and of the hook.
func settle(ctx context.Context, tx *db.Tx, h *Hook, list []outcome) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update delivery set state = r.state, attempts = r.attempts, due = $2 + r.after, error = r.error,
			done_at = case when r.state = 'queued' then 0 else $2 end
		from {rows $1: tenant text, hook text, item text, state text, attempts bigint, was bigint, after bigint, error text} r
		where delivery.tenant = r.tenant and delivery.hook = r.hook and delivery.item = r.item and delivery.due = r.was and delivery.state = 'queued'`,
		db.RowsOf(list, func(o outcome) []any {
			return []any{h.Tenant, h.ID, o.item, o.state, o.attempts, o.due, o.after, o.err}
		}), now); err != nil {
		return fmt.Errorf("settle %d deliveries: %w", len(list), err)
	}
	var bad string
	good, gone := false, false
	for _, o := range list {
		gone = gone || h.Kind == Own && o.err == "410" // Standard Webhooks: the receiver wants no more
		if good = good || o.err == ""; o.err != "" {
			bad = o.err
		}
	}
	_, err = tx.Exec(ctx, `update hook set ok_at = case when $3 then $4 else ok_at end, error = $5,
			failing_since = case when $5 = '' then 0 when failing_since = 0 then $4 else failing_since end,
			state = case when $6 then 'paused' else state end
		where tenant = $1 and hook = $2`, h.Tenant, h.ID, good, now, bad, gone)
	return err
}

// Lag is how far a hook is behind.
type Lag struct {
	Open   int64 // deliveries not brought, up to Many
	Oldest int64 // when the oldest of them came; 0 = none
	Dead   int64 // given up, up to Many
}

// Many is where counting ends.
const Many = 10_000

// LagOf counts, no further than Many.
func LagOf(ctx context.Context, tx *db.Tx, tenant, hook string) (l Lag, err error) {
	err = tx.Row(ctx, `select (select count(*) from (select 1 as n from delivery where tenant = $1 and hook = $2 and state = 'queued' limit $3) q),
		coalesce((select at from delivery where tenant = $1 and hook = $2 and state = 'queued' order by item limit 1), 0),
		(select count(*) from (select 1 as n from delivery where tenant = $1 and hook = $2 and state = 'dead' limit $3) x)`,
		tenant, hook, int64(Many)).Scan(&l.Open, &l.Oldest, &l.Dead)
	return l, err
}

// Revive queues the dead ones again.
func Revive(ctx context.Context, tx *db.Tx, tenant, hook string) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update delivery set state = 'queued', attempts = 0, due = $3 where tenant = $1 and hook = $2 and state = 'dead'`, tenant, hook, now)
	return err
}

// Sweep forgets what was brought long ago.
func (b *Bringer) Sweep(ctx context.Context) error {
	var now int64
	if err := b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		now, err = tx.Now(ctx)
		return err
	}); err != nil {
		return err
	}
	return b.DB.Shed(ctx, now-keepDone.Microseconds(), `select done_at from delivery where state = 'done' and done_at < $1 order by done_at limit 1 offset $2`,
		`delete from delivery where state = 'done' and done_at <= $1`)
}
