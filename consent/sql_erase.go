package consent

import (
	"context"

	"jawort/db"
)

func eraseEvents(ctx context.Context, tx *db.Tx, tenant string, contacts []string) error {
	for _, text := range []string{
		`delete from event_salt where tenant = $1 and event in (select event from event where tenant = $1 and contact in {list $2 text})`,
		// "weak" and "no_answer" are words of ours that the fold reads; everything else of value is the person's
		`update event set address = '', evidence = '[]', reason = case when kind in ('paused', 'reason_given') then reason else '' end,
			value = case when value in ('weak', 'no_answer') then value else '' end, channel_seq = '', seen_key = ''
			where tenant = $1 and contact in {list $2 text}`,
		`update request set address = '', origin = '', state = case when state = 'open' then 'expired' else state end
			where tenant = $1 and contact in {list $2 text}`,
	} {
		if _, err := tx.Exec(ctx, text, tenant, contacts); err != nil {
			return err
		}
	}
	return nil
}
