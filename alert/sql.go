package alert

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
	"jawort/errs"
)

var errNotFound = errs.New(errs.NotFound, "error.not_found")

// upsert counts what is open and opens what is not; it answers the new ones.
func upsert(ctx context.Context, tx *db.Tx, list []Alert) ([]Alert, error) {
	rows, err := tx.Query(ctx, `
		insert into alert (tenant, alert, kind, subject, since, last_at, seen, detail, muted_until, muted_by, muted_why)
		select r.tenant, r.alert, r.kind, r.subject, r.at, r.at, r.seen, r.detail, 0, '', ''
		from {rows $1: tenant text, alert text, kind text, subject text, at bigint, seen bigint, detail text} r where true
		on conflict (tenant, kind, subject) where cleared_at is null do update
		set last_at = excluded.last_at, seen = alert.seen + excluded.seen, detail = excluded.detail
		returning alert`,
		db.RowsOf(list, func(a Alert) []any {
			detail, _ := json.Marshal(a.Detail) // strings and numbers always marshal
			return []any{a.Tenant, a.ID, a.Kind, a.Subject, a.Since, a.Seen, string(detail)}
		}))
	ids, err := db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
	if err != nil {
		return nil, err
	}
	var fresh []Alert
	for _, a := range list {
		for _, x := range ids {
			if a.ID == x {
				fresh = append(fresh, a)
			}
		}
	}
	return fresh, nil
}

// refresh keeps what an open alert says of many true while they come and go; nobody is told anew.
func refresh(ctx context.Context, tx *db.Tx, tenant string, open []Alert, holds []Condition) error {
	for _, c := range holds {
		for _, a := range open {
			if a.Kind != c.Kind || a.Subject != c.Subject || a.Detail == c.Detail && a.Seen == c.Seen {
				continue
			}
			detail, _ := json.Marshal(c.Detail)
			if _, err := tx.Exec(ctx, `update alert set seen = $3, detail = $4 where tenant = $1 and alert = $2 and cleared_at is null`,
				tenant, a.ID, c.Seen, string(detail)); err != nil {
				return fmt.Errorf("refresh %s: %w", c.Kind, err)
			}
		}
	}
	return nil
}

func clearOpen(ctx context.Context, tx *db.Tx, tenant, kind string, subjects []string, now int64) ([]string, error) {
	rows, err := tx.Query(ctx, `update alert set cleared_at = $4
		where tenant = $1 and kind = $2 and subject in {list $3 text} and cleared_at is null returning alert`, tenant, kind, subjects, now)
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}

// clearQuiet ends one alert that was not seen since a moment.
func clearQuiet(ctx context.Context, tx *db.Tx, tenant, alert string, before, now int64) (bool, error) {
	n, err := tx.Exec(ctx, `update alert set cleared_at = $4 where tenant = $1 and alert = $2 and cleared_at is null and last_at <= $3`,
		tenant, alert, before, now)
	return n == 1, err
}

func mute(ctx context.Context, tx *db.Tx, tenant, alert string, until int64, by, why string) error {
	n, err := tx.Exec(ctx, `update alert set muted_until = $3, muted_by = $4, muted_why = $5
		where tenant = $1 and alert = $2 and cleared_at is null`, tenant, alert, until, by, why)
	if err == nil && n == 0 {
		err = errNotFound
	}
	if err != nil {
		return fmt.Errorf("mute %s: %w", alert, err)
	}
	return nil
}

const selectAlert = `
	select tenant, alert, kind, subject, since, last_at, seen, detail, muted_until, muted_by, muted_why, coalesce(cleared_at, 0)
	from alert`

func scanAlert(r *db.Rows, a *Alert) error {
	var detail string
	if err := r.Scan(&a.Tenant, &a.ID, &a.Kind, &a.Subject, &a.Since, &a.LastAt, &a.Seen, &detail, &a.MutedUntil, &a.MutedBy, &a.MutedWhy, &a.ClearedAt); err != nil {
		return err
	}
	return json.Unmarshal([]byte(detail), &a.Detail)
}

// mostOpen is more than a person can look at.
const mostOpen = 200

func selectOpen(ctx context.Context, tx *db.Tx, tenant string) ([]Alert, error) {
	rows, err := tx.Query(ctx, selectAlert+` where tenant = $1 and cleared_at is null order by kind, subject limit $2`, tenant, mostOpen)
	return db.All(rows, err, scanAlert)
}

func selectOne(ctx context.Context, tx *db.Tx, tenant, alert string) (Alert, error) {
	rows, err := tx.Query(ctx, selectAlert+` where tenant = $1 and alert = $2`, tenant, alert)
	all, err := db.All(rows, err, scanAlert)
	if err == nil && len(all) == 0 {
		err = errNotFound
	}
	if err != nil {
		return Alert{}, fmt.Errorf("alert: %w", err)
	}
	return all[0], nil
}

func selectPast(ctx context.Context, tx *db.Tx, tenant, before string, limit int) ([]Alert, error) {
	rows, err := tx.Query(ctx, selectAlert+`
		where tenant = $1 and cleared_at is not null and ($2 = '' or alert < $2) order by alert desc limit $3`, tenant, before, limit)
	return db.All(rows, err, scanAlert)
}
