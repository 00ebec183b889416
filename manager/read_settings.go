package manager

import (
	"context"

	"jawort/db"
)

// settingsFigures counts what a tenant has, by the key of its section. All of these tables are small.
func settingsFigures(ctx context.Context, tx *db.Tx, tenant string) (map[string]int64, error) {
	rows, err := tx.Query(ctx, `
		select 'numbers', count(*) from number where tenant = $1
		union all select 'topics', count(*) from topic where tenant = $1 and retired_at is null
		union all select 'templates', count(*) from template where tenant = $1
		union all select 'staff', count(*) from staff where tenant = $1 and disabled_at is null
		union all select 'keys', count(*) from api_key where tenant = $1 and revoked_at is null
		union all select 'hooks', count(*) from hook where tenant = $1
		union all select 'programs', count(*) from program where tenant = $1 and revoked_at is null`, tenant)
	type figure struct {
		key string
		n   int64
	}
	all, err := db.All(rows, err, func(r *db.Rows, f *figure) error { return r.Scan(&f.key, &f.n) })
	out := map[string]int64{}
	for _, f := range all {
		out[f.key] = f.n
	}
	return out, err
}
