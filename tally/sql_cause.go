package tally

import (
	"context"

	"jawort/db"
)

func scanText(r *db.Rows, s *string) error { return r.Scan(s) }

func keptCauses(ctx context.Context, tx *db.Tx, tenant string, days Days) ([]Count, error) {
	rows, err := tx.Query(ctx, `select what, day, a, b, times from tally where tenant = $1
		and what in ('reached', 'stopped', 'meta_stop', 'not_me', 'complaint', 'enough', 'nowhere', 'followed', 'arrived', 'seen')
		and day >= $2 and day <= $3 order by what, day, a, b`, tenant, days.From, days.To)
	return db.All(rows, err, scanCount)
}

// underWay are the messages of a range that may still go.
func underWay(ctx context.Context, tx *db.Tx, tenant string, s *source, behind, before string) ([]string, error) {
	rows, err := tx.Query(ctx, s.open, tenant, behind, before)
	return db.All(rows, err, scanText)
}

func keepOpen(ctx context.Context, tx *db.Tx, tenant string, messages []string) error {
	if len(messages) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into tally_open (tenant, message) select $1, r.message from {rows $2: message text} r where true
		on conflict (tenant, message) do nothing`, tenant, db.RowsOf(messages, func(m string) []any { return []any{m} }))
	return err
}

func forgetOpen(ctx context.Context, tx *db.Tx, tenant string) error {
	_, err := tx.Exec(ctx, `delete from tally_open where tenant = $1`, tenant)
	return err
}

// settled are messages of tally_open that are under way no more.
func settled(ctx context.Context, tx *db.Tx, tenant string, most int) ([]string, error) {
	rows, err := tx.Query(ctx, `select o.message from tally_open o {join message m on m.tenant = $1 and m.message = o.message}
		where o.tenant = $1 and m.state not in ('queued', 'waiting', 'started') order by o.message limit $2`, tenant, most)
	return db.All(rows, err, scanText)
}

func takeOpen(ctx context.Context, tx *db.Tx, tenant string, messages []string) ([]string, error) {
	rows, err := tx.Query(ctx, `delete from tally_open where tenant = $1 and message in {list $2 text} returning message`, tenant, messages)
	return db.All(rows, err, scanText)
}

func reachedOf(ctx context.Context, tx *db.Tx, tenant string, messages []string) ([]blame, error) {
	rows, err := tx.Query(ctx, messagesSum+`m.message in {list $2 text}`+groups, tenant, messages)
	return db.All(rows, err, scanBlame)
}

// annoyed takes the newest of each index first: what stands behind them costs two seeks each, and there may be a hundred thousand.
func annoyed(ctx context.Context, tx *db.Tx, tenant, behind, upto string, most int) ([]Blamed, error) {
	rows, err := tx.Query(ctx, `select e.event, e.contact, e.recorded_at, `+stopWord+`, coalesce(m.number, ''), coalesce(m.topic, ''), coalesce(m.template, ''), coalesce(m.program, ''),
		coalesce(a.source, ''), coalesce(a.notice, ''), coalesce(a.notice_version, 0), case when a.actor_kind = 'staff' then a.actor else '' end
		from (select event from (
				select * from (select event from event where tenant = $1 and event > $2 and event < $4 and kind in (`+stops+`) order by event desc limit $3) s
				union all
				select * from (select event from event where tenant = $1 and event > $2 and event < $4 and kind = 'reason_given' and reason in (`+reasons+`) order by event desc limit $3) r) n
			order by event desc limit $3) newest
		{join event e on e.tenant = $1 and e.event = newest.event}`+behindIt+` order by e.event desc`, tenant, behind, most, upto)
	return db.All(rows, err, func(r *db.Rows, b *Blamed) error {
		err := r.Scan(&b.event, &b.Contact, &b.At, &b.What, &b.number, &b.topic, &b.template, &b.program, &b.source, &b.notice, &b.version, &b.staff)
		b.what = b.What
		return err
	})
}
