package db_test

import (
	"context"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

// Shed deletes all that is older and nothing else, also where many rows are of one moment and there are more than one transaction takes.
func TestShed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		left := func() (n, oldest int64) {
			err := d.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
				return tx.Row(ctx, `select count(*), coalesce(min(at), 0) from seen`).Scan(&n, &oldest)
			})
			if err != nil {
				t.Fatal(err)
			}
			return n, oldest
		}
		shed := func(before int64) {
			t.Helper()
			if err := d.Shed(ctx, before, `select at from seen where at < $1 order by at limit 1 offset $2`, `delete from seen where at <= $1`); err != nil {
				t.Fatal(err)
			}
		}
		shed(100) // of nothing
		err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `insert into seen (tenant, seen_key, at) select 't', r.k, r.at from {rows $1: k text, at bigint} r`,
				db.RowsN(4500, func(i int) []any { return []any{string(rune('a'+i%26)) + string(rune(0x4e00+i)), int64(i/3 + 1)} }))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		shed(1)
		if n, oldest := left(); n != 4500 || oldest != 1 {
			t.Errorf("nothing was older: %d left from %d on", n, oldest)
		}
		shed(1401)
		if n, oldest := left(); n != 300 || oldest != 1401 {
			t.Errorf("%d left from %d on, want 300 from 1401 on", n, oldest)
		}
		shed(1 << 40)
		if n, _ := left(); n != 0 {
			t.Errorf("%d left of all", n)
		}
	})
}
