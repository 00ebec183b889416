package intake

import (
	"context"

	"jawort/db"
	"jawort/outbox"
)

// giveBack brings what was written at the addresses of somebody split off back to them, and answers the addresses.
func giveBack(ctx context.Context, tx *db.Tx, tenant, whole, from string) ([]string, error) {
	rows, err := tx.Query(ctx, `select distinct address from contact_address where tenant = $1 and contact = $2`, tenant, from)
	theirs, err := db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
	if err != nil || len(theirs) == 0 {
		return nil, err
	}
	for _, text := range []string{
		`update review set contact = $3 where tenant = $1 and contact = $2 and inbound in (
			select inbound from inbound where tenant = $1 and contact = $2 and address in {list $4 text})`,
		`update inbound set contact = $3 where tenant = $1 and contact = $2 and address in {list $4 text}`,
	} {
		if _, err := tx.Exec(ctx, text, tenant, whole, from, theirs); err != nil {
			return nil, err
		}
	}
	return theirs, outbox.GiveBack(ctx, tx, tenant, whole, from, theirs)
}
