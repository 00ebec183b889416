package contact

import (
	"context"
	"fmt"

	"jawort/db"
)

// Family is a contact and all that were merged into it.
func Family(ctx context.Context, tx *db.Tx, tenant, contact string) ([]string, error) {
	list, err := familyOf(ctx, tx, tenant, contact)
	if err != nil {
		return nil, fmt.Errorf("read who was merged into %s: %w", contact, err)
	}
	return list, nil
}
