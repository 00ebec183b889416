package db_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"jawort/db"
)

// Whoever starts a newer program on an old file has connections open by the time the statistics are written: a change of the schema makes
// them read all anew, and where nothing was written there is none.
func TestOpenConnectionsLearnNewStatistics(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	open := func() (*db.DB, func(string) int64) {
		d, err := db.Open(t.Context(), "sqlite:"+path, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return d, func(text string) (n int64) {
			t.Helper()
			if err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error { return tx.Row(ctx, text).Scan(&n) }); err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	migrate := func(d *db.DB) {
		t.Helper()
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	const version, lines = "pragma schema_version", "select count(*) from sqlite_stat1"
	d, ask := open()
	migrate(d)
	known, was := ask(lines), ask(version)
	migrate(d)
	if now := ask(version); now != was || known < 50 {
		t.Errorf("%d lines; the schema went from %d to %d without need", known, was, now)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	old, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Exec("delete from sqlite_stat1 where idx like 'event%'"); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	d, ask = open()
	defer d.Close()
	if ask(lines) == known {
		t.Fatal("nothing is missing")
	}
	was = ask(version)
	migrate(d)
	if now := ask(version); now == was || ask(lines) != known {
		t.Errorf("%d lines of %d; the schema stays %d, so open connections plan as before", ask(lines), known, now)
	}
}
