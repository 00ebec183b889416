package tally

import (
	"context"
	"errors"

	"jawort/db"
)

// mark is the last id that is counted in.
type mark struct {
	at, zone string
	known    bool
}

func markOf(ctx context.Context, tx *db.Tx, tenant, what string) (m mark, err error) {
	err = tx.Row(ctx, `select mark, zone from tally_mark where tenant = $1 and what = $2`, tenant, what).Scan(&m.at, &m.zone)
	if errors.Is(err, db.ErrNone) {
		return mark{}, nil
	}
	m.known = err == nil
	return m, err
}

// moveMark moves the mark from where it was; false when it was not there any more. Another calendar begins anew.
func moveMark(ctx context.Context, tx *db.Tx, tenant string, s *source, was, to mark) (bool, error) {
	if was.known && was.zone != to.zone {
		if err := forget(ctx, tx, tenant, s); err != nil {
			return false, err
		}
		was.known = false
	}
	var n int64
	var err error
	if was.known {
		n, err = tx.Exec(ctx, `update tally_mark set mark = $4 where tenant = $1 and what = $2 and mark = $3`, tenant, s.name(), was.at, to.at)
	} else {
		n, err = tx.Exec(ctx, `insert into tally_mark (tenant, what, mark, zone) values ($1, $2, $3, $4) on conflict (tenant, what) do nothing`,
			tenant, s.name(), to.at, to.zone)
	}
	return n == 1, err
}

func forget(ctx context.Context, tx *db.Tx, tenant string, s *source) error {
	if _, err := tx.Exec(ctx, `delete from tally where tenant = $1 and what in {list $2 text}`, tenant, s.whats); err != nil {
		return err
	}
	if s.open != "" {
		if err := forgetOpen(ctx, tx, tenant); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `delete from tally_mark where tenant = $1 and what = $2`, tenant, s.name())
	return err
}

func rowsOf(counts []Count) db.RowSet {
	return db.RowsOf(counts, func(c Count) []any { return []any{c.What, c.Day, c.A, c.B, c.Times} })
}

// add adds to what is there.
func add(ctx context.Context, tx *db.Tx, tenant string, counts []Count) error {
	if len(counts) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into tally (tenant, what, day, a, b, times)
		select $1, r.what, r.day, r.a, r.b, r.times from {rows $2: what text, day bigint, a text, b text, times bigint} r where true
		on conflict (tenant, what, day, a, b) do update set times = tally.times + excluded.times`, tenant, rowsOf(counts))
	return err
}

// replace writes how things stand on a day.
func replace(ctx context.Context, tx *db.Tx, tenant string, day int64, counts []Count) error {
	if _, err := tx.Exec(ctx, `delete from tally where tenant = $1 and what in ('people', 'reach', 'lapsing', 'health') and day = $2`, tenant, day); err != nil {
		return err
	}
	return add(ctx, tx, tenant, counts)
}

func scanCount(r *db.Rows, c *Count) error { return r.Scan(&c.What, &c.Day, &c.A, &c.B, &c.Times) }

func kept(ctx context.Context, tx *db.Tx, tenant string, days Days) ([]Count, error) {
	rows, err := tx.Query(ctx, `select what, day, a, b, times from tally where tenant = $1
		and what in ('yes', 'off', 'gate', 'refused', 'stray', 'effect', 'people', 'reach', 'lapsing', 'health')
		and day >= $2 and day <= $3 order by what, day, a, b`, tenant, days.From, days.To)
	return db.All(rows, err, scanCount)
}

// standing is how things stand: people by topic and state, people with any yes, what lapses soon, and each number's health.
func standing(ctx context.Context, tx *db.Tx, tenant string, soon int64) ([]Count, error) {
	rows, err := tx.Query(ctx, `
		select 'people', topic, state, count(*) from standing where tenant = $1 and topic <> '' group by topic, state
		union all
		select 'reach', '', '', count(*) from (select distinct contact from standing
			where tenant = $1 and topic <> '' and state in ('granted', 'declared')) agreed
		union all
		select 'lapsing', '', '', count(*) from standing where tenant = $1 and state = 'granted' and expires_at <= $2
		union all
		select 'health', n.number, case
				when n.status in ('RESTRICTED', 'BANNED', 'DELETED', 'DISCONNECTED') or coalesce(b.state, 'open') = 'stopped' then 'bad'
				when n.status in ('FLAGGED', 'RATE_LIMITED') or coalesce(b.state, 'open') <> 'open' then 'warn'
				when n.status = 'CONNECTED' then 'ok' else 'idle' end, 1
		from number n left join brake b on b.tenant = n.tenant and b.number = n.number where n.tenant = $1`, tenant, soon)
	return db.All(rows, err, func(r *db.Rows, c *Count) error { return r.Scan(&c.What, &c.A, &c.B, &c.Times) })
}

// newest is the last entry of the ledger: while it is the same, standings are too, but for what ends by itself.
func newest(ctx context.Context, tx *db.Tx, tenant string) (string, error) {
	return one(tx.Row(ctx, `select event from event where tenant = $1 order by event desc limit 1`, tenant))
}
