package outbox

import (
	"context"
	"fmt"

	"jawort/db"
)

// Erase takes the words and addresses out of all messages to the contacts; what still waited is refused.
func Erase(ctx context.Context, tx *db.Tx, tenant string, contacts []string, now int64) error {
	if err := eraseMessages(ctx, tx, tenant, contacts, now); err != nil {
		return fmt.Errorf("erase the messages to %d contacts: %w", len(contacts), err)
	}
	return nil
}
