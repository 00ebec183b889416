package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

func TestCopyWhileOthersWrite(t *testing.T) {
	ctx := context.Background()
	url := dbtest.URL(t, db.SQLite, dbtest.Script(`create table t (n bigint primary key);`))
	d, err := db.Open(ctx, url, db.Options{Holder: "serve"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	put := func(n int64) {
		t.Helper()
		if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `insert into t (n) values ($1)`, n)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	put(1)
	reader, err := db.Open(ctx, url, db.Options{ReadOnly: true}) // as another process would
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	to := filepath.Join(t.TempDir(), "copy ä%.db")
	if err := reader.CopyTo(ctx, to); err != nil {
		t.Fatal(err)
	}
	put(2)
	copied, err := db.Open(ctx, "sqlite:"+to, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	var n int64
	if err := copied.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `select count(*) from t`).Scan(&n)
	}); err != nil || n != 1 {
		t.Errorf("copy has %d rows, %v; want the one of its moment", n, err)
	}
	if err := d.CopyTo(ctx, to); !errors.Is(err, os.ErrExist) {
		t.Errorf("copy over a file: %v", err)
	}
	if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the copy: %v %v", info.Mode(), err)
	}
}
