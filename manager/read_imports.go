package manager

import (
	"context"

	"jawort/db"
)

// liveSources are the places where people can say yes themselves.
func liveSources(ctx context.Context, tx *db.Tx, tenant string) ([]sourceName, error) {
	rows, err := tx.Query(ctx, `select source, name from source where tenant = $1 and state = 'live' order by source limit 20`, tenant)
	return db.All(rows, err, func(r *db.Rows, to *sourceName) error { return r.Scan(&to.id, &to.name) })
}

// lastOptOuts is the newest list of opt-outs; "" = there is none.
func lastOptOuts(ctx context.Context, tx *db.Tx, tenant string) (string, error) {
	rows, err := tx.Query(ctx, `select import from import where tenant = $1 and kind = 'optouts' and state <> 'dropped' order by import desc limit 1`, tenant)
	all, err := db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}
