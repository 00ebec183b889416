package intake

import (
	"context"
	"errors"
	"fmt"

	"jawort/account"
	"jawort/db"
)

type print struct{ contact, fingerprint string }

// fingerprintsOf reads the fingerprints of all addresses the persons have or had.
func fingerprintsOf(ctx context.Context, tx *db.Tx, tenant string, contacts []string) ([]print, error) {
	rows, err := tx.Query(ctx, `select distinct contact, fingerprint from contact_address
		where tenant = $1 and contact in {list $2 text} and fingerprint <> ''`, tenant, contacts)
	return db.All(rows, err, func(r *db.Rows, to *print) error { return r.Scan(&to.contact, &to.fingerprint) })
}

// pepper is the key of the tenant's fingerprints. It never changes, so it may be kept.
func (k *Desk) pepper(ctx context.Context, tx *db.Tx, tenant string) ([]byte, error) {
	if p, ok := k.peppers.Load(tenant); ok {
		return p.([]byte), nil
	}
	t, err := account.TenantOf(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read tenant: %w", err)
	}
	p, err := k.o.Keys.Pepper(t)
	if err != nil {
		return nil, fmt.Errorf("open pepper: %w", err)
	}
	k.peppers.Store(tenant, p)
	return p, nil
}

// inbound is what somebody wrote or tapped.
type inbound struct {
	id, channel, number, contact, address string
	at                                    int64
	kind, body, context                   string
	intent                                string
	confidence                            float64
	matched                               string
}

func insertInbound(ctx context.Context, tx *db.Tx, tenant string, list []inbound) error {
	if len(list) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into inbound (tenant, inbound, channel, number, contact, address, at, kind, body, context, intent,
			confidence, matched)
		select $1, r.inbound, r.channel, r.number, r.contact, r.address, r.at, r.kind, r.body, r.context, r.intent, r.confidence, r.matched
		from {rows $2: inbound text, channel text, number text, contact text, address text, at bigint, kind text, body text,
			context text, intent text, confidence double precision, matched text} r where true
		on conflict (tenant, inbound) do nothing`, tenant, db.RowsOf(list, func(m inbound) []any {
		return []any{m.id, m.channel, m.number, m.contact, m.address, m.at, m.kind, m.body, m.context, m.intent, m.confidence, m.matched}
	}))
	if err != nil {
		return fmt.Errorf("keep %d inbound messages: %w", len(list), err)
	}
	return nil
}

func insertReviews(ctx context.Context, tx *db.Tx, tenant string, list []review, now int64) error {
	if len(list) == 0 {
		return nil
	}
	c, err := readClock(ctx, tx, tenant, now)
	if err != nil {
		return err
	}
	for i := range list {
		c.set(&list[i])
	}
	_, err = tx.Exec(ctx, `insert into review (tenant, review, kind, inbound, said, via, entered_by, contact, guess, matched, created_at, received_at,
			due_at, law_at, rules, decided_by, decision, event, round, undone, undone_event, undone_at, undone_of, undone_by)
		select $1, r.review, r.kind, r.inbound, r.said, r.via, r.entered_by, r.contact, r.guess, r.matched, $3, r.received, r.due, r.law, r.rules,
			'', '', '', 0, '', '', 0, '', ''
		from {rows $2: review text, kind text, inbound text, said text, via text, entered_by text, contact text, guess text, matched text,
			received bigint, due bigint, law bigint, rules text} r
		where r.kind <> 'erase' or not exists (select 1 from review o
			where o.tenant = $1 and o.contact = r.contact and o.kind = 'erase' and o.decided_at is null)`, tenant,
		db.RowsOf(list, func(v review) []any {
			return []any{v.id, v.kind, v.inbound, v.said, v.via, v.enteredBy, v.contact, v.guess, v.matched, v.received, v.due, v.law, v.rules}
		}), now)
	return err
}

// freshKeys notes the keys of items and answers which were not seen before.
func freshKeys(ctx context.Context, tx *db.Tx, tenant string, keys []string, now int64) (map[string]bool, error) {
	out := map[string]bool{}
	rows, err := tx.Query(ctx, `insert into seen (tenant, seen_key, at) select $1, r.k, $3 from {rows $2: k text} r where true
		on conflict (tenant, seen_key) do nothing returning seen_key`, tenant,
		db.RowsOf(keys, func(k string) []any { return []any{k} }), now)
	list, err := db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
	for _, k := range list {
		out[k] = true
	}
	return out, err
}

func insertRaws(ctx context.Context, tx *db.Tx, list []rawRow, now int64) error {
	_, err := tx.Exec(ctx, `insert into raw_webhook (tenant, raw, channel, received_at, signature, body, items, bad)
		select r.tenant, r.raw, 'whatsapp', $2, r.signature, r.body, r.items, r.bad
		from {rows $1: tenant text, raw text, signature text, body bytea, items bigint, bad bigint} r where true
		on conflict (tenant, raw) do nothing`,
		db.RowsOf(list, func(r rawRow) []any {
			return []any{r.tenant, r.id, r.signature, r.body, int64(r.items), int64(r.bad)}
		}), now)
	return err
}

func insertBad(ctx context.Context, tx *db.Tx, tenant, raw string, item int, kind, why string, now int64) error {
	_, err := tx.Exec(ctx, `insert into bad_item (tenant, raw, item, at, kind, error) values ($1, $2, $3, $4, $5, $6)
		on conflict (tenant, raw, item) do nothing`, tenant, raw, int64(item), now, kind, why)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update raw_webhook set bad = bad + 1 where tenant = $1 and raw = $2`, tenant, raw)
	return err
}

// Sweep removes raw webhooks after 30 days and seen keys after 60: Meta repeats for 7 (facts/meta.md 6.1).
func (k *Desk) Sweep(ctx context.Context) error {
	const day = int64(24 * 3600 * 1_000_000)
	var now int64
	if err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if now, err = tx.Now(ctx); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `delete from sms_code where until < $1`, now-day)
		return err
	}); err != nil {
		return err
	}
	return errors.Join(
		k.db.Shed(ctx, now-30*day, `select received_at from raw_webhook where received_at < $1 order by received_at limit 1 offset $2`,
			`delete from raw_webhook where received_at <= $1`),
		k.db.Shed(ctx, now-60*day, `select at from seen where at < $1 order by at limit 1 offset $2`, `delete from seen where at <= $1`))
}

type overdue struct{ tenant, request, contact, event string }

// overRequests are open requests past their time.
func overRequests(ctx context.Context, tx *db.Tx, now int64, limit int) ([]overdue, error) {
	rows, err := tx.Query(ctx, `select tenant, request, contact, event from request where state = 'open' and until <= $1
		order by tenant, request limit $2`, now, int64(limit))
	return db.All(rows, err, func(r *db.Rows, to *overdue) error { return r.Scan(&to.tenant, &to.request, &to.contact, &to.event) })
}

type idle struct{ tenant, contact, topic string }

// idleConsents are grants past their time under which nothing was sent since the given moment.
func idleConsents(ctx context.Context, tx *db.Tx, now, since int64, limit int) ([]idle, error) {
	const day = int64(24 * 3600 * 1_000_000)
	rows, err := tx.Query(ctx, `select s.tenant, s.contact, s.topic from standing s
		where s.expires_at <= $1 and s.state = 'granted' and not exists (select 1 from sent_count c
			where c.tenant = s.tenant and c.contact = s.contact and c.topic = s.topic and c.day >= $2 and c.sent > 0)
		order by s.expires_at limit $3`, now, since/day, int64(limit))
	return db.All(rows, err, func(r *db.Rows, to *idle) error { return r.Scan(&to.tenant, &to.contact, &to.topic) })
}

type outdatedOne struct {
	contact, topic string
	version        int64
}

// outdatedConsents are topics in one state that stand on words below the version that outdates them, in the order of their index, so that
// nothing else is read. Topics of one person stay together: a person whose rows the limit cuts comes with the next ones.
func outdatedConsents(ctx context.Context, tx *db.Tx, o *outdating, limit int) ([]outdatedOne, error) {
	rows, err := tx.Query(ctx, `select s.contact, s.topic, s.notice_version from standing s
		where s.tenant = $1 and s.notice = $2 and s.notice <> '' and s.state = $3 and s.notice_version >= $4 and s.notice_version < $5
			and (s.notice_version > $4 or s.contact > $6)
		order by s.notice_version, s.contact limit $7`,
		o.tenant, o.notice, string(outdatedStates[o.state]), o.version, o.below, o.after, int64(limit))
	list, err := db.All(rows, err, func(r *db.Rows, to *outdatedOne) error { return r.Scan(&to.contact, &to.topic, &to.version) })
	if n := len(list); n == limit {
		last := list[n-1]
		for n > 0 && list[n-1].contact == last.contact && list[n-1].version == last.version {
			n--
		}
		if n > 0 {
			list = list[:n]
		}
	}
	return list, err
}

func noteHandshake(ctx context.Context, tx *db.Tx, channel string, now int64) error {
	_, err := tx.Exec(ctx, `insert into handshake (channel, at) values ($1, $2) on conflict (channel) do update set at = excluded.at`, channel, now)
	return err
}
