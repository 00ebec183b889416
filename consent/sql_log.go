package consent

import (
	"context"
	"errors"

	"jawort/db"
)

// lockHead is the last position that was given; whoever has it keeps others from giving any until the end of the transaction.
func lockHead(ctx context.Context, tx *db.Tx, tenant string) (position int64, err error) {
	const read = `select position from log_head where tenant = $1 {for update}`
	if err = tx.Row(ctx, read, tenant).Scan(&position); !errors.Is(err, db.ErrNone) {
		return position, err
	}
	if _, err := tx.Exec(ctx, `insert into log_head (tenant, position) values ($1, 0) on conflict (tenant) do nothing`, tenant); err != nil {
		return 0, err
	}
	return position, tx.Row(ctx, read, tenant).Scan(&position)
}

func scanPlaced(r *db.Rows, p *placed) error { return r.Scan(&p.event, &p.contact, &p.rev) }

// unplaced are the first that wait. No other index has this order: PostgreSQL, while it believes that most of a just filled table waits, would
// read through all of it.
func unplaced(ctx context.Context, tx *db.Tx, tenant string, most int) ([]placed, error) {
	rows, err := tx.Query(ctx, `select event, contact, rev from event where tenant = $1 and position is null order by recorded_at, event limit $2`, tenant, int64(most))
	return db.All(rows, err, scanPlaced)
}

func unplacedOf(ctx context.Context, tx *db.Tx, tenant string, latest map[string]int64) ([]placed, error) {
	contacts := make([]string, 0, len(latest))
	for c := range latest {
		contacts = append(contacts, c)
	}
	rows, err := tx.Query(ctx, `select e.event, e.contact, e.rev from {rows $2: contact text} r
		{join event e on e.tenant = $1 and e.contact = r.contact} where e.position is null`, tenant,
		db.RowsOf(contacts, func(c string) []any { return []any{c} }))
	return db.All(rows, err, scanPlaced)
}

func writePositions(ctx context.Context, tx *db.Tx, tenant string, list []placed) error {
	if _, err := tx.Exec(ctx, `update event set position = r.position from {rows $1: tenant text, event text, position bigint} r
		where event.tenant = r.tenant and event.event = r.event`,
		db.RowsOf(list, func(p placed) []any { return []any{tenant, p.event, p.position} })); err != nil {
		return err
	}
	return moveHead(ctx, tx, tenant, list[len(list)-1].position)
}

func moveHead(ctx context.Context, tx *db.Tx, tenant string, position int64) error {
	_, err := tx.Exec(ctx, `update log_head set position = $2 where tenant = $1`, tenant, position)
	return err
}

// Length is how many entries stand in the logs of all tenants: it grows whenever one is given its place.
func Length(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.Row(ctx, `select coalesce(sum(position), 0) from log_head`).Scan(&n)
	return n, err
}

// Unplaced are the tenants that have entries without a position.
func Unplaced(ctx context.Context, tx *db.Tx) ([]string, error) {
	rows, err := tx.Query(ctx, `select t.tenant from tenant t where (select e.event from event e
		where e.tenant = t.tenant and e.position is null order by e.recorded_at, e.event limit 1) is not null order by t.tenant`)
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}

// Log is what stands in the tenant's log behind a position, in its order.
func Log(ctx context.Context, tx *db.Tx, tenant string, after int64, most int) ([]Event, error) {
	rows, err := tx.Query(ctx, `select `+eventColumns+` from event e
		where e.tenant = $1 and e.position > $2 order by e.position limit $3`, tenant, after, int64(most))
	return db.All(rows, err, func(r *db.Rows, e *Event) error { return scanEvent(r, e) })
}

// AtPositions are the entries that stand at these positions.
func AtPositions(ctx context.Context, tx *db.Tx, tenant string, positions []int64) ([]Event, error) {
	rows, err := tx.Query(ctx, `select `+eventColumns+` from {rows $2: position bigint} r
		{join event e on e.tenant = $1 and e.position = r.position}`, tenant, db.RowsOf(positions, func(p int64) []any { return []any{p} }))
	return db.All(rows, err, func(r *db.Rows, e *Event) error { return scanEvent(r, e) })
}

// Head is the last position of the tenant's log; 0 = it is empty.
func Head(ctx context.Context, tx *db.Tx, tenant string) (position int64, err error) {
	err = tx.Row(ctx, `select coalesce(max(position), 0) from log_head where tenant = $1`, tenant).Scan(&position)
	return position, err
}

// Lessening are the entries by which less may be sent, and those that erased somebody, in the order of their ids behind one.
func Lessening(ctx context.Context, tx *db.Tx, tenant, after string, most int) ([]Event, error) {
	rows, err := tx.Query(ctx, `select `+eventColumns+` from event e where e.tenant = $1 and e.event > $2
		and e.kind in ('withdrawn', 'declined', 'objected', 'restricted', 'paused', 'disputed', 'suppressed', 'platform_stopped', 'identity_changed', 'key_changed', 'erased')
		order by e.event limit $3`, tenant, after, int64(most))
	return db.All(rows, err, func(r *db.Rows, e *Event) error { return scanEvent(r, e) })
}

func idsThere(ctx context.Context, tx *db.Tx, tenant string, ids []string) ([]string, error) {
	rows, err := tx.Query(ctx, `select e.event from {rows $2: event text} r {join event e on e.tenant = $1 and e.event = r.event}`, tenant,
		db.RowsOf(ids, func(s string) []any { return []any{s} }))
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}
