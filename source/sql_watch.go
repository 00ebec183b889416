package source

import (
	"context"

	"jawort/db"
)

const watchColumns = `source, since, until, ended_at, ended_by, ended_why`

func scanWatch(r interface{ Scan(...any) error }, w *Watch) error {
	return r.Scan(&w.Source, &w.Since, &w.Until, &w.EndedAt, &w.EndedBy, &w.EndedWhy)
}

// insertWatch keeps the first one there was.
func insertWatch(ctx context.Context, tx *db.Tx, tenant string, w Watch) error {
	_, err := tx.Exec(ctx, `insert into source_watch (tenant, `+watchColumns+`) values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant, source) do nothing`,
		tenant, w.Source, w.Since, w.Until, w.EndedAt, w.EndedBy, w.EndedWhy)
	return err
}

func readWatch(ctx context.Context, tx *db.Tx, tenant, source string) (w Watch, err error) {
	return w, scanWatch(tx.Row(ctx, `select `+watchColumns+` from source_watch where tenant = $1 and source = $2`, tenant, source), &w)
}

func readWatches(ctx context.Context, tx *db.Tx, tenant string, now int64) ([]Watch, error) {
	rows, err := tx.Query(ctx, `select `+watchColumns+` from source_watch where tenant = $1 and ended_at = 0 and until > $2 order by source`, tenant, now)
	return db.All(rows, err, func(r *db.Rows, w *Watch) error { return scanWatch(r, w) })
}

func endWatch(ctx context.Context, tx *db.Tx, tenant, source, by, why string, now int64) (int64, error) {
	return tx.Exec(ctx, `update source_watch set ended_at = $3, ended_by = $4, ended_why = $5 where tenant = $1 and source = $2 and ended_at = 0 and until > $3`,
		tenant, source, now, by, why)
}
