// Package dbtest is a fresh database for each test, on both engines, with a real PostgreSQL server behind it.
package dbtest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"jawort/db"
)

// Each runs f on SQLite and on PostgreSQL, as subtests "sqlite" and "postgres", each with a fresh migrated database.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			f(t, Open(t, engine))
		})
	}
}

// Open gives a fresh migrated database, gone when the test ends.
func Open(t testing.TB, engine db.Engine) *db.DB {
	t.Helper()
	return OpenWith(t, engine, db.Options{})
}

// OpenWith is Open with options: another clock, another schema.
func OpenWith(t testing.TB, engine db.Engine, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), URL(t, engine, o), o)
	if err != nil {
		t.Fatalf("open test database: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close test database: %v", err)
		}
	})
	return d
}

// URL gives the address of a fresh migrated database, for tests that open it in other processes or several times.
func URL(t testing.TB, engine db.Engine, o db.Options) string {
	t.Helper()
	if engine == db.Postgres {
		return freshPostgres(t, o)
	}
	return freshSQLite(t, o)
}

// Script is options with another schema: one text with fragments in place of the product's migrations.
func Script(text string) db.Options {
	return db.Options{Migrations: fstest.MapFS{"0001_script.sql": {Data: []byte("-- +goose Up\n" + strings.TrimRight(text, "; \t\n") + ";\n"), Mode: 0o644}}}
}

// migrate opens a database once to bring in the schema.
func migrate(url string, migrations fs.FS) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url, db.Options{Migrations: migrations, Readers: 1})
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		d.Close()
		return err
	}
	return d.Close()
}

var productFile = sync.OnceValues(func() ([]byte, error) { return migratedFile(nil) })

// migratedFile makes the bytes of a SQLite file with the schema. The last connection to close moves the WAL into it.
func migratedFile(migrations fs.FS) ([]byte, error) {
	folder, err := os.MkdirTemp("", "jawort-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "template.db")
	if err := migrate("sqlite:"+path, migrations); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func freshSQLite(t testing.TB, o db.Options) string {
	t.Helper()
	file, err := productFile()
	if o.Migrations != nil {
		file, err = migratedFile(o.Migrations)
	}
	if err != nil {
		t.Fatalf("make SQLite template: %v", err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}
