package outbox

import (
	"context"

	"jawort/db"
)

// eraseMessages leaves the id under which a message that is on its way is recognised: Meta's receipt for it is still to come.
func eraseMessages(ctx context.Context, tx *db.Tx, tenant string, contacts []string, now int64) error {
	if _, err := tx.Exec(ctx, `update message set state = 'refused', error = 'PERSON_ERASED', settled_at = $3
		where tenant = $1 and contact in {list $2 text} and state in ('queued', 'waiting')`, tenant, contacts, now); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update message set address = '', body = $3,
		wamid = case when state in ('started', 'accepted', 'sent', 'unknown') then wamid else '' end
		where tenant = $1 and contact in {list $2 text}`, tenant, contacts, []byte("{}"))
	return err
}

func giveBack(ctx context.Context, tx *db.Tx, tenant, whole, from string, addresses []string) error {
	_, err := tx.Exec(ctx, `update message set contact = $3 where tenant = $1 and contact = $2 and address in {list $4 text}
		and state not in ('queued', 'waiting', 'started')`, tenant, whole, from, addresses)
	return err
}
