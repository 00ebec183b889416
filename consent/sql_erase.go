package consent

import (
	"context"

	"jawort/db"
)

// emptied keeps "weak" and "no_answer", words of ours that the fold reads; everything else of value is the person's.
const emptied = `update event set address = '', evidence = '[]', reason = case when kind in ('paused', 'reason_given') then reason else '' end,
			value = case when value in ('weak', 'no_answer') then value else '' end, channel_seq = '', seen_key = ''
			where tenant = $1 and `

func eraseEvents(ctx context.Context, tx *db.Tx, tenant string, contacts []string) error {
	for _, text := range []string{
		`delete from event_salt where tenant = $1 and event in (select event from event where tenant = $1 and contact in {list $2 text})`,
		emptied + `contact in {list $2 text}`,
		`update request set address = '', origin = '', state = case when state = 'open' then 'expired' else state end
			where tenant = $1 and contact in {list $2 text}`,
	} {
		if _, err := tx.Exec(ctx, text, tenant, contacts); err != nil {
			return err
		}
	}
	return nil
}

func eventsAt(ctx context.Context, tx *db.Tx, tenant string, contacts, addresses []string) ([]string, error) {
	rows, err := tx.Query(ctx, `select event from event where tenant = $1 and contact in {list $2 text} and address in {list $3 text}`,
		tenant, contacts, addresses)
	return db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
}

func emptyEvents(ctx context.Context, tx *db.Tx, tenant string, events []string) error {
	if _, err := tx.Exec(ctx, `delete from event_salt where tenant = $1 and event in {list $2 text}`, tenant, events); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, emptied+`event in {list $2 text}`, tenant, events)
	return err
}
