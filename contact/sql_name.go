package contact

import (
	"context"

	"jawort/db"
)

// contactsNamed reads two short stretches of the indexes contact_name and contact_name_back.
func contactsNamed(ctx context.Context, tx *db.Tx, tenant, start string, limit int) ([]string, error) {
	rows, err := tx.Query(ctx, `
		select contact from (select contact, name_key as k from contact
			where tenant = $1 and name_key <> '' and name_key >= $2 and name_key < $3 and merged_into is null order by name_key limit $4) a
		union
		select contact from (select contact, name_back as k from contact
			where tenant = $1 and name_back <> '' and name_back >= $2 and name_back < $3 and merged_into is null order by name_back limit $4) b
		order by 1 desc limit $4`, tenant, start, start+"\uffff", limit)
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}
