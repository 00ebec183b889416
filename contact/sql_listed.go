package contact

import (
	"context"
	"fmt"

	"jawort/db"
)

// Stage writes down the opt-outs of a list that was read. They take no effect before the list is let go: then all do, in the commit
// that lets it go (gate.Load asks here as long as a list of the tenant runs). What is written twice is there once.
func Stage(ctx context.Context, tx *db.Tx, tenant, list string, fingerprints []string) error {
	if len(fingerprints) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into listed_stop (tenant, import, fingerprint) select $1, $2, r.fingerprint from {rows $3: fingerprint text} r
		where true order by r.fingerprint on conflict (tenant, import, fingerprint) do nothing`,
		tenant, list, db.RowsOf(fingerprints, func(f string) []any { return []any{f} }))
	if err != nil {
		return fmt.Errorf("stage %d opt-outs of a list: %w", len(fingerprints), err)
	}
	return nil
}

// Staged are the next of them, in their order.
func Staged(ctx context.Context, tx *db.Tx, tenant, list string, limit int) ([]string, error) {
	rows, err := tx.Query(ctx, `select fingerprint from listed_stop where tenant = $1 and import = $2 order by fingerprint limit $3`, tenant, list, int64(limit))
	all, err := db.All(rows, err, func(r *db.Rows, f *string) error { return r.Scan(f) })
	if err != nil {
		return nil, fmt.Errorf("opt-outs of a list: %w", err)
	}
	return all, nil
}

// Unstage forgets those up to a fingerprint: they are on the suppression list now, or nobody wants the list any more.
func Unstage(ctx context.Context, tx *db.Tx, tenant, list, last string) error {
	if _, err := tx.Exec(ctx, `delete from listed_stop where tenant = $1 and import = $2 and fingerprint <= $3`, tenant, list, last); err != nil {
		return fmt.Errorf("forget opt-outs of a list: %w", err)
	}
	return nil
}
