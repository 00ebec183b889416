package consent

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"jawort/db"
)

const eventColumns = `e.event, e.contact, e.rev, e.kind, e.scope, e.topics, e.address, e.channel, e.source, e.number,
	e.notice, e.notice_version, e.notice_hash, e.language, e.actor_kind, e.actor, e.happened_at, e.recorded_at, e.witnessed,
	e.channel_seq, e.value, e.until, e.other, e.cap_month, e.ref, e.reason, e.evidence, e.seen_key, coalesce(e.position, 0)`

func scanEvent(rows *db.Rows, e *Event, before ...any) error {
	var topics, evidence string
	dest := append(before, &e.ID, &e.Contact, &e.Rev, &e.Kind, &e.Scope, &topics, &e.Address, &e.Channel, &e.Source, &e.Number,
		&e.Notice, &e.NoticeVersion, &e.NoticeHash, &e.Language, &e.Actor.Kind, &e.Actor.ID, &e.HappenedAt, &e.RecordedAt,
		&e.Witnessed, &e.ChannelSeq, &e.Value, &e.Until, &e.Other, &e.CapMonth, &e.Ref, &e.Reason, &evidence, &e.SeenKey, &e.Position)
	if err := rows.Scan(dest...); err != nil {
		return err
	}
	if topics != "[]" {
		if err := json.Unmarshal([]byte(topics), &e.Topics); err != nil {
			return fmt.Errorf("read topics of event %s: %w", e.ID, err)
		}
	}
	if evidence == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(evidence), &e.Evidence)
}

// bySeenKey finds the events that were recorded before under the same keys.
func bySeenKey(ctx context.Context, tx *db.Tx, tenant string, events []Event) (map[string]Event, error) {
	out := map[string]Event{}
	var keys []string
	for _, e := range events {
		if e.SeenKey != "" {
			keys = append(keys, e.SeenKey)
		}
	}
	if len(keys) == 0 {
		return out, nil
	}
	rows, err := tx.Query(ctx, `select `+eventColumns+` from {rows $2: seen_key text} r
		{join event e on e.tenant = $1 and e.seen_key = r.seen_key and e.seen_key <> ''}`, tenant,
		db.RowsOf(keys, func(key string) []any { return []any{key} }))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e Event
		if err := scanEvent(rows, &e); err != nil {
			return nil, err
		}
		out[e.SeenKey] = e
	}
	return out, rows.Err()
}

func topicsText(topics []string) string {
	if len(topics) == 0 {
		return "[]"
	}
	b, err := json.Marshal(topics)
	if err != nil {
		panic(err) // strings: cannot fail
	}
	return string(b)
}

// insert writes events, their salts and their leaves.
func insert(ctx context.Context, tx *db.Tx, tenant string, events []Event) error {
	at, err := placesFor(ctx, tx, tenant, events)
	if err != nil {
		return fmt.Errorf("place %d events: %w", len(events), err)
	}
	_, err = tx.Exec(ctx, `insert into event (tenant, event, contact, rev, kind, scope, topics, address, channel, source, number,
			notice, notice_version, notice_hash, language, actor_kind, actor, happened_at, recorded_at, witnessed,
			channel_seq, value, until, other, cap_month, ref, reason, evidence, seen_key, position)
		select $1, r.event, r.contact, r.rev, r.kind, r.scope, r.topics, r.address, r.channel, r.source, r.number,
			r.notice, r.notice_version, r.notice_hash, r.language, r.actor_kind, r.actor, r.happened_at, r.recorded_at, r.witnessed,
			r.channel_seq, r.value, r.until, r.other, r.cap_month, r.ref, r.reason, r.evidence, r.seen_key, nullif(r.position, 0)
		from {rows $2: event text, contact text, rev bigint, kind text, scope text, topics text, address text, channel text,
			source text, number text, notice text, notice_version bigint, notice_hash text, language text, actor_kind text,
			actor text, happened_at bigint, recorded_at bigint, witnessed boolean, channel_seq text, value text, until bigint,
			other text, cap_month bigint, ref text, reason text, evidence text, seen_key text, position bigint} r`,
		tenant, db.RowsOf(events, func(e Event) []any {
			return []any{e.ID, e.Contact, e.Rev, string(e.Kind), string(e.Scope), topicsText(e.Topics), e.Address, e.Channel,
				e.Source, e.Number, e.Notice, e.NoticeVersion, e.NoticeHash, e.Language, string(e.Actor.Kind), e.Actor.ID,
				e.HappenedAt, e.RecordedAt, e.Witnessed, e.ChannelSeq, e.Value, e.Until, e.Other, e.CapMonth, e.Ref,
				e.Reason, evidenceText(e.Evidence), e.SeenKey, at[e.ID]}
		}))
	if err != nil {
		return fmt.Errorf("insert %d events: %w", len(events), err)
	}
	return insertLeaves(ctx, tx, tenant, events)
}

func insertLeaves(ctx context.Context, tx *db.Tx, tenant string, events []Event) error {
	salts := make([][]byte, len(events))
	for i := range salts {
		salts[i] = newSalt()
	}
	_, err := tx.Exec(ctx, `insert into event_salt (tenant, event, salt) select $1, r.event, r.salt
		from {rows $2: event text, salt bytea} r`, tenant,
		db.RowsN(len(events), func(i int) []any { return []any{events[i].ID, salts[i]} }))
	if err != nil {
		return fmt.Errorf("insert salts: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into event_leaf (tenant, event, leaf) select $1, r.event, r.leaf
		from {rows $2: event text, leaf bytea} r`, tenant,
		db.RowsN(len(events), func(i int) []any { return []any{events[i].ID, Leaf(tenant, &events[i], salts[i])} }))
	if err != nil {
		return fmt.Errorf("insert leaves: %w", err)
	}
	return nil
}

// classesOf is the tenant's topics with their classes.
func classesOf(ctx context.Context, tx *db.Tx, tenant string) (map[string]Class, error) {
	rows, err := tx.Query(ctx, `select topic, class from topic where tenant = $1`, tenant)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]Class{}
	for rows.Next() {
		var topic string
		var class Class
		if err := rows.Scan(&topic, &class); err != nil {
			return nil, err
		}
		out[topic] = class
	}
	return out, rows.Err()
}

// History is all that the ledger holds about the persons, whoever was merged into them included, oldest revision first.
func History(ctx context.Context, tx *db.Tx, tenant string, contacts []string) (map[string][]Event, error) {
	rows, err := tx.Query(ctx, `with recursive p (person, contact) as (
			select contact, contact from contact where tenant = $1 and contact in {list $2 text}
			union all
			select p.person, c.contact from p {join contact c on c.tenant = $1 and c.merged_into = p.contact})
		select p.person, `+eventColumns+` from p {join event e on e.tenant = $1 and e.contact = p.contact}
		order by p.person, e.contact, e.rev`, tenant, contacts)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][]Event{}
	for rows.Next() {
		var e Event
		var person string
		if err := scanEvent(rows, &e, &person); err != nil {
			return nil, err
		}
		out[person] = append(out[person], e)
	}
	return out, rows.Err()
}

// Get is one event.
func Get(ctx context.Context, tx *db.Tx, tenant, event string) (Event, error) {
	rows, err := tx.Query(ctx, `select `+eventColumns+` from event e where e.tenant = $1 and e.event = $2`, tenant, event)
	if err != nil {
		return Event{}, err
	}
	defer rows.Close()
	var e Event
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return e, err
		}
		return e, db.ErrNone
	}
	return e, scanEvent(rows, &e)
}

// LeafOf is the leaf and the salt of an event; the salt is nil once erased.
func LeafOf(ctx context.Context, tx *db.Tx, tenant, event string) (leaf, salt []byte, err error) {
	err = tx.Row(ctx, `select l.leaf, s.salt from event_leaf l
		left join event_salt s on s.tenant = l.tenant and s.event = l.event
		where l.tenant = $1 and l.event = $2`, tenant, event).Scan(&leaf, &salt)
	return leaf, salt, err
}

// clean is what a bigint column holds for "none".
func clean(at int64) any {
	if at == 0 {
		return nil
	}
	return at
}

// trimmed keeps reasons to what a person would write in a field.
func trimmed(s string, most int) string {
	s = strings.TrimSpace(s)
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}
