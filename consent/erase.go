package consent

import (
	"context"
	"fmt"

	"jawort/db"
)

// Erase takes out of the ledger what says who the persons are or what they wrote: addresses, evidence, reasons, and the salts without
// which the leaf proves nothing about them. What was done, when and in which words of ours stays, and so do the leaves: the log still
// verifies. Requests lose their address and end.
func Erase(ctx context.Context, tx *db.Tx, tenant string, contacts []string) error {
	if err := eraseEvents(ctx, tx, tenant, contacts); err != nil {
		return fmt.Errorf("erase the ledger's words about %d contacts: %w", len(contacts), err)
	}
	return nil
}

// EraseAt does so with the entries about the persons that were made at these addresses: they were taken for somebody whose addresses
// these are.
func EraseAt(ctx context.Context, tx *db.Tx, tenant string, contacts, addresses []string) error {
	if len(contacts) == 0 || len(addresses) == 0 {
		return nil
	}
	events, err := eventsAt(ctx, tx, tenant, contacts, addresses)
	if err == nil && len(events) > 0 {
		err = emptyEvents(ctx, tx, tenant, events)
	}
	if err != nil {
		return fmt.Errorf("erase the ledger's words at %d addresses: %w", len(addresses), err)
	}
	return nil
}
