package intake

import (
	"context"
	"fmt"

	"jawort/db"
)

func insertStrays(ctx context.Context, tx *db.Tx, tenant string, list []stray) error {
	if len(list) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into stray (tenant, stray, wamid, number, at, state)
		select $1, r.stray, r.wamid, r.number, r.at, r.state
		from {rows $2: stray text, wamid text, number text, at bigint, state text} r where true
		on conflict (tenant, wamid) do nothing`, tenant, db.RowsOf(list, func(s stray) []any {
		return []any{s.id, s.wamid, s.number, s.at, s.state}
	}))
	if err != nil {
		return fmt.Errorf("keep %d strays: %w", len(list), err)
	}
	return nil
}
