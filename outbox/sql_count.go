package outbox

import (
	"context"
	"fmt"

	"jawort/db"
)

// Day is one day in microseconds; sent_count counts by UTC day.
const Day = 24 * 3600 * 1_000_000

// Use is one send that counts against frequency caps and the pair rate, or its giving back (N = -1).
type Use struct {
	Contact, Number, Topic string
	At                     int64
	Owed                   int64 // pair_pace after it
	N                      int64
}

// Count records uses.
func Count(ctx context.Context, tx *db.Tx, tenant string, list []Use) error {
	if len(list) == 0 {
		return nil
	}
	sum := map[Use]int64{}
	var keys []Use
	owed := map[[2]string]int64{}
	var pairs [][2]string
	for _, u := range list {
		k := Use{Contact: u.Contact, Number: u.Number, Topic: u.Topic, At: u.At / Day}
		if _, ok := sum[k]; !ok {
			keys = append(keys, k)
		}
		sum[k] += u.N
		p := [2]string{u.Contact, u.Number}
		if _, ok := owed[p]; !ok {
			pairs = append(pairs, p)
		}
		owed[p] = u.Owed
	}
	_, err := tx.Exec(ctx, `insert into sent_count (tenant, contact, number, topic, day, sent)
		select $1, r.contact, r.number, r.topic, r.day, r.n
		from {rows $2: contact text, number text, topic text, day bigint, n bigint} r where true
		on conflict (tenant, contact, number, topic, day) do update set sent = sent_count.sent + excluded.sent`,
		tenant, db.RowsOf(keys, func(u Use) []any { return []any{u.Contact, u.Number, u.Topic, u.At, sum[u]} }))
	if err != nil {
		return fmt.Errorf("count sends: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into pair_pace (tenant, contact, number, owed_until)
		select $1, r.contact, r.number, r.owed from {rows $2: contact text, number text, owed bigint} r where true
		on conflict (tenant, contact, number) do update set owed_until = excluded.owed_until`,
		tenant, db.RowsOf(pairs, func(p [2]string) []any { return []any{p[0], p[1], owed[p]} }))
	if err != nil {
		return fmt.Errorf("pace pairs: %w", err)
	}
	return nil
}

// Uncount gives back the uses of messages that were definitely not sent. The pair rate keeps what it counted: sending
// less there is what Meta wants.
func Uncount(ctx context.Context, tx *db.Tx, tenant string, list []Use) error {
	_, err := tx.Exec(ctx, `update sent_count set sent = sent_count.sent - 1
		from {rows $1: tenant text, contact text, number text, topic text, day bigint} r
		where sent_count.tenant = r.tenant and sent_count.contact = r.contact and sent_count.number = r.number
			and sent_count.topic = r.topic and sent_count.day = r.day and sent_count.sent > 0`,
		db.RowsOf(list, func(u Use) []any { return []any{tenant, u.Contact, u.Number, u.Topic, u.At / Day} }))
	if err != nil {
		return fmt.Errorf("give back counts: %w", err)
	}
	return nil
}

// Capped is a person to whom Meta delivers no marketing for now (131049), whoever sends it.
type Capped struct {
	Contact, Number string
	Until           int64
}

// Cap remembers what Meta has had enough of.
func Cap(ctx context.Context, tx *db.Tx, tenant string, list []Capped) error {
	last := map[[2]string]Capped{}
	var rows []Capped
	for _, c := range list {
		if k := [2]string{c.Contact, c.Number}; c.Contact != "" && c.Until > last[k].Until {
			last[k] = c
		}
	}
	for _, c := range last {
		rows = append(rows, c)
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into pair_pace (tenant, contact, number, owed_until, capped_until)
		select $1, r.contact, r.number, 0, r.until from {rows $2: contact text, number text, until bigint} r where true order by r.contact, r.number
		on conflict (tenant, contact, number) do update set
			capped_until = case when excluded.capped_until > pair_pace.capped_until then excluded.capped_until else pair_pace.capped_until end`,
		tenant, db.RowsOf(rows, func(c Capped) []any { return []any{c.Contact, c.Number, c.Until} }))
	if err != nil {
		return fmt.Errorf("cap %d people: %w", len(rows), err)
	}
	return nil
}

// Hasten has messages that wait looked at now, the first so many of a number's: what they waited for may be over.
func Hasten(ctx context.Context, tx *db.Tx, tenant, number string, now int64, most int) (int64, error) {
	n, err := tx.Exec(ctx, `update message set due = $3 where tenant = $1 and message in (select m.message from message m
		where m.tenant = $1 and m.number = $2 and m.state = 'waiting' and m.due > $3 order by m.priority, m.due limit $4)`, tenant, number, now, most)
	if err != nil {
		return 0, fmt.Errorf("hasten messages: %w", err)
	}
	return n, nil
}
