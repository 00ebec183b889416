package dispatch

import (
	"context"

	"jawort/db"
)

func upsertNode(ctx context.Context, tx *db.Tx, node string, now, skew int64) error {
	_, err := tx.Exec(ctx, `insert into node (node, seen_at, skew) values ($1, $2, $3)
		on conflict (node) do update set seen_at = excluded.seen_at, skew = excluded.skew`, node, now, skew)
	return err
}

func nodesSince(ctx context.Context, tx *db.Tx, since int64) ([]string, error) {
	rows, err := tx.Query(ctx, `select node from node where seen_at >= $1`, since)
	return db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
}
