package account

import (
	"context"

	"jawort/db"
)

func countTenants(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.Row(ctx, `select count(*) from (select 1 from tenant limit 1) t`).Scan(&n)
	return n, err
}

func replaceFirstLink(ctx context.Context, tx *db.Tx, hash []byte, until int64) error {
	if _, err := tx.Exec(ctx, `delete from first_link`); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `insert into first_link (hash, until) values ($1, $2)`, hash, until)
	return err
}

func selectFirstOpen(ctx context.Context, tx *db.Tx, hash []byte, at int64) (bool, error) {
	var n int64
	err := tx.Row(ctx, `select count(*) from first_link where hash = $1 and used_at is null and until > $2`, hash, at).Scan(&n)
	return n == 1, err
}

// takeFirstLink marks in one statement: of two who come together one wins.
func takeFirstLink(ctx context.Context, tx *db.Tx, hash []byte, at int64) error {
	n, err := tx.Exec(ctx, `update first_link set used_at = $2 where hash = $1 and used_at is null and until > $2`, hash, at)
	if err == nil && n == 0 {
		err = errLink
	}
	return err
}

func upsertStep(ctx context.Context, tx *db.Tx, tenant, step, state string, at int64) error {
	_, err := tx.Exec(ctx, `insert into first_step (tenant, step, state, at) values ($1, $2, $3, $4)
		on conflict (tenant, step) do update set state = excluded.state, at = excluded.at`, tenant, step, state, at)
	return err
}

func selectSteps(ctx context.Context, tx *db.Tx, tenant string) (map[string]string, error) {
	type row struct{ step, state string }
	rows, err := tx.Query(ctx, `select step, state from first_step where tenant = $1`, tenant)
	all, err := db.All(rows, err, func(r *db.Rows, x *row) error { return r.Scan(&x.step, &x.state) })
	out := map[string]string{}
	for _, x := range all {
		out[x.step] = x.state
	}
	return out, err
}
