package outbox

import (
	"context"
	"fmt"

	"jawort/db"
)

// GiveBack says that messages to these addresses, put for whole and over, were from's. What is still to leave was put for whole and is
// judged as such: its address is somebody else's now, so it is refused.
func GiveBack(ctx context.Context, tx *db.Tx, tenant, whole, from string, addresses []string) error {
	if err := giveBack(ctx, tx, tenant, whole, from, addresses); err != nil {
		return fmt.Errorf("give messages back: %w", err)
	}
	return nil
}
