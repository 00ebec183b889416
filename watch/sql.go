package watch

import (
	"context"
	"time"

	"jawort/db"
)

// leeway is how far ahead of the clock a moment may lie that it showed before.
const leeway = time.Minute

// standingTimers are the jobs that are asked already, by tenant and key. Those of an account that was asked at a moment still to come do
// not count: the clock was ahead and was set back, and nobody would ask again before that moment.
func standingTimers(ctx context.Context, tx *db.Tx, now int64) (map[[2]string]bool, error) {
	rows, err := tx.Query(ctx, `select t.tenant, t.key from timer t where t.kind = $1 and not exists (select 1 from poll p
		where p.tenant = t.tenant and t.key in ('numbers/' || p.waba, 'templates/' || p.waba, 'token/' || p.waba) and p.asked_at > $2)`,
		timerPoll, now+leeway.Microseconds())
	list, err := db.All(rows, err, func(r *db.Rows, k *[2]string) error { return r.Scan(&k[0], &k[1]) })
	out := make(map[[2]string]bool, len(list))
	for _, k := range list {
		out[k] = true
	}
	return out, err
}
