package account

import (
	"context"
	"encoding/json"
	"fmt"

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

// selectAudit names only the columns that are asked for, so that each way has its index.
func selectAudit(ctx context.Context, tx *db.Tx, tenant string, by Narrow, before string, limit int) ([]Entry, error) {
	text, args := `select audit, at, actor, action, object, detail from audit where tenant = $1`, []any{tenant}
	for _, c := range []struct{ condition, value string }{
		{"actor =", by.Actor}, {"action =", by.Action}, {"object =", by.Object}, {"audit <", before},
	} {
		if c.value != "" {
			args = append(args, c.value)
			text += fmt.Sprintf(" and %s $%d", c.condition, len(args))
		}
	}
	args = append(args, limit)
	rows, err := tx.Query(ctx, text+fmt.Sprintf(" order by audit desc limit $%d", len(args)), args...)
	return db.All(rows, err, func(r *db.Rows, e *Entry) error {
		var detail string
		if err := r.Scan(&e.ID, &e.At, &e.Actor, &e.Action, &e.Object, &detail); err != nil {
			return err
		}
		return json.Unmarshal([]byte(detail), &e.Detail)
	})
}

// ActionsOf are the kinds of entries that a tenant has, in the order of their words.
func ActionsOf(ctx context.Context, tx *db.Tx, tenant string) ([]string, error) {
	// One step of the index a kind, however many entries there are (a loose scan; both engines read all of distinct).
	rows, err := tx.Query(ctx, `
		with recursive kinds (action) as (
			select min(action) from audit where tenant = $1
			union all
			select (select min(a.action) from audit a where a.tenant = $1 and a.action > kinds.action) from kinds where kinds.action is not null)
		select action from kinds where action is not null order by action`, tenant)
	return db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
}
