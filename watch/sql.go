package watch

import (
	"context"

	"jawort/db"
)

// standingTimers are the jobs that are asked already, by tenant and key.
func standingTimers(ctx context.Context, tx *db.Tx) (map[[2]string]bool, error) {
	rows, err := tx.Query(ctx, `select tenant, key from timer where kind = $1`, timerPoll)
	list, err := db.All(rows, err, func(r *db.Rows, k *[2]string) error { return r.Scan(&k[0], &k[1]) })
	out := make(map[[2]string]bool, len(list))
	for _, k := range list {
		out[k] = true
	}
	return out, err
}
