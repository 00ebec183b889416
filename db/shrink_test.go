package db_test

import (
	"context"
	"sync"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

// Memory is given back beside whoever reads and writes, and nothing is lost or held up by it.
func TestShrinkBesideWork(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			ctx := context.Background()
			d, err := db.Open(ctx, dbtest.URL(t, engine, dbtest.Script(`create table t (n bigint primary key);`)), db.Options{Readers: 2})
			if err != nil {
				t.Fatal(err)
			}
			var all sync.WaitGroup
			for k := range int64(4) {
				all.Go(func() {
					for n := range int64(50) {
						if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
							_, err := tx.Exec(ctx, `insert into t (n) values ($1)`, k*1000+n)
							return err
						}); err != nil {
							t.Error(err)
						}
						d.Shrink(ctx)
					}
				})
			}
			all.Wait()
			var rows int64
			if err := d.Read(ctx, func(ctx context.Context, tx *db.Tx) error { return tx.Row(ctx, `select count(*) from t`).Scan(&rows) }); err != nil || rows != 200 {
				t.Errorf("%d rows, %v", rows, err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			d.Shrink(ctx) // of a closed one: nothing
		})
	}
}
