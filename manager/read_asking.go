package manager

import (
	"context"

	"jawort/db"
)

// countClaimed is how many are said to have agreed to a topic, up to mostCount + 1.
func countClaimed(ctx context.Context, tx *db.Tx, tenant, topic string) (n int64, err error) {
	err = tx.Row(ctx, `select count(*) from (select 1 as one from standing where tenant = $1 and topic = $2 and state = 'claimed' limit $3) c`,
		tenant, topic, int64(mostCount+1)).Scan(&n)
	return n, err
}
