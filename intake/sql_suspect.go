package intake

import (
	"context"

	"jawort/db"
)

// silentPeople are those a message of these ids went out to and stayed under way. Ids sort by time.
func silentPeople(ctx context.Context, tx *db.Tx, tenant, from, to string) ([]string, error) {
	rows, err := tx.Query(ctx, `select distinct contact from message where tenant = $1 and message >= $2 and message < $3 and state = 'sent' and contact <> ''
		order by contact`, tenant, from, to)
	return db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
}

func lastHeard(ctx context.Context, tx *db.Tx, tenant, who string) (at int64, err error) {
	err = tx.Row(ctx, `select coalesce(max(at), 0) from inbound where tenant = $1 and contact = $2`, tenant, who).Scan(&at)
	return at, err
}

type arrivedOne struct{ contact, event string }

// arrivedAfter are people who are suspected, with their newest suspicion, if something was delivered to them since. Suspicions that were
// cleared are passed over first: there are ever more of them, and each other one costs a look at the person's messages.
func arrivedAfter(ctx context.Context, tx *db.Tx, tenant string) ([]arrivedOne, error) {
	rows, err := tx.Query(ctx, `select e.contact, max(e.event) from event e where e.tenant = $1 and e.kind = 'suspected_block'
		and not exists (select 1 from event c where c.tenant = e.tenant and c.contact = e.contact and c.rev > e.rev and c.kind = 'block_cleared')
		and exists (select 1 from message m where m.tenant = e.tenant and m.contact = e.contact and m.delivered_at > e.recorded_at)
		group by e.contact order by e.contact`, tenant)
	return db.All(rows, err, func(r *db.Rows, to *arrivedOne) error { return r.Scan(&to.contact, &to.event) })
}

func everSuspected(ctx context.Context, tx *db.Tx, tenant string, persons []string) ([]string, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `select distinct contact from event where tenant = $1 and contact in {list $2 text} and kind = 'suspected_block'`, tenant, persons)
	return db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
}
