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

// one is a SQLite database with a single row that says which it is.
func one(t *testing.T, n int64) string {
	t.Helper()
	url := dbtest.URL(t, db.SQLite, dbtest.Script(`create table t (n bigint primary key);`))
	d, err := db.Open(context.Background(), url, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `insert into t (n) values ($1)`, n)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return url
}

func which(t *testing.T, url string) (n int64) {
	t.Helper()
	d, err := db.Open(context.Background(), url, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error { return tx.Row(ctx, `select n from t`).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestReplace(t *testing.T) {
	now, other := one(t, 1), one(t, 2)
	path, with := now[len("sqlite:"):], other[len("sqlite:"):]
	aside := filepath.Join(t.TempDir(), "aside.db")

	held, err := db.Open(context.Background(), now, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var busy *db.HeldError
	if _, err := db.Replace(now, with, aside); !errors.As(err, &busy) {
		t.Errorf("while somebody has it open: %v", err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+"-wal", []byte("what a killed process left"), 0o600); err != nil {
		t.Fatal(err)
	}
	if old, err := db.Replace(now, with, aside); err != nil || !old {
		t.Fatalf("replace: %v %v", old, err)
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("the old one's WAL lies beside the new file")
	}
	if b, err := os.ReadFile(aside + "-wal"); err != nil || string(b) != "what a killed process left" {
		t.Errorf("the old one's WAL went with it: %q %v", b, err)
	}
	if err := os.Remove(aside + "-wal"); err != nil {
		t.Fatal(err)
	}
	if got := which(t, now); got != 2 {
		t.Errorf("in its place is %d", got)
	}
	if got := which(t, "sqlite:"+aside); got != 1 {
		t.Errorf("set aside is %d", got)
	}
	if _, err := db.Replace(now, with, aside); err == nil {
		t.Error("what was set aside was overwritten")
	}
	if got := which(t, now); got != 2 {
		t.Errorf("after a refusal there is %d", got)
	}
}
