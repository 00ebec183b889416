package contact

import (
	"context"
	"fmt"

	"jawort/db"
)

// RenamePortfolio lets user ids that were learned under one portfolio's id belong to another: what stood for a portfolio that was not known yet
// turned out to be that one. Otherwise nobody would notice that a number went to somebody else (DESIGN section 5, Identity).
func RenamePortfolio(ctx context.Context, tx *db.Tx, tenant, from, into string) error {
	if _, err := tx.Exec(ctx, `update contact_address set portfolio = $3 where tenant = $1 and portfolio = $2`, tenant, from, into); err != nil {
		return fmt.Errorf("rename portfolio %s: %w", from, err)
	}
	return nil
}
