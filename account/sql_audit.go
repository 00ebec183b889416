package account

import (
	"context"
	"encoding/json"

	"jawort/db"
)

func insertAudit(ctx context.Context, tx *db.Tx, tenant string, entries []Entry) error {
	_, err := tx.Exec(ctx, `
		insert into audit (tenant, audit, at, actor, action, object, detail)
		select $1, r.audit, r.at, r.actor, r.action, r.object, r.detail
		from {rows $2: audit text, at bigint, actor text, action text, object text, detail text} r`,
		tenant, db.RowsOf(entries, func(e Entry) []any {
			return []any{e.ID, e.At, e.Actor, e.Action, e.Object, e.detail()}
		}))
	return err
}

func selectAudit(ctx context.Context, tx *db.Tx, tenant, before string, limit int) ([]Entry, error) {
	rows, err := tx.Query(ctx, `
		select audit, at, actor, action, object, detail from audit
		where tenant = $1 and ($2 = '' or audit < $2)
		order by audit desc limit $3`, tenant, before, limit)
	return db.All(rows, err, func(r *db.Rows, e *Entry) error {
		var detail string
		if err := r.Scan(&e.ID, &e.At, &e.Actor, &e.Action, &e.Object, &detail); err != nil {
			return err
		}
		return json.Unmarshal([]byte(detail), &e.Detail)
	})
}
