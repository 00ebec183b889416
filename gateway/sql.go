package gateway

import (
	"context"

	"jawort/db"
)

// templateAccount is the account of the template that the node names; "" = it is none of the tenant's.
func (g *Gateway) templateAccount(c *call) (waba string, err error) {
	err = g.DB.Read(c.r.Context(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select waba from template where tenant = $1 and meta_id = $2`, c.program.Tenant, c.way.node)
		list, err := db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
		if len(list) > 0 {
			waba = list[0]
		}
		return err
	})
	return waba, err
}
