package upkeep

import (
	"context"

	"jawort/db"
)

// version reads the schema's version, also where nothing may be written. A database without our table has version 0.
func version(ctx context.Context, d *db.DB) (have, want int64, err error) {
	want, err = db.NewestVersion()
	if err != nil {
		return 0, 0, err
	}
	err = d.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		var n int64
		there := `select count(*) from information_schema.tables where table_name = 'schema_version' and table_schema = any (current_schemas(false))`
		if d.Engine() == db.SQLite {
			there = `select count(*) from sqlite_master where type = 'table' and name = 'schema_version'`
		}
		if err := tx.Row(ctx, there).Scan(&n); err != nil || n == 0 {
			return err
		}
		return tx.Row(ctx, `select coalesce(max(version_id), 0) from schema_version where is_applied`).Scan(&have)
	})
	return have, want, err
}
