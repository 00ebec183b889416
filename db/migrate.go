package db

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var embedded embed.FS

var productMigrations, _ = fs.Sub(embedded, "migrations") // fails only for a bad name

// Migrate brings the schema to the newest version. On PostgreSQL several processes may call it at once; the others wait.
func (d *DB) Migrate(ctx context.Context) error {
	return d.withGoose(ctx, func(p *goose.Provider, pool *sql.DB) error {
		_, err := p.Up(ctx)
		var partial *goose.PartialError
		if errors.As(err, &partial) && partial.Failed != nil {
			return fmt.Errorf("migrate %s: %w", partial.Failed.Source.Path, mapped(partial.Err))
		}
		if err != nil || d.engine == Postgres {
			return err
		}
		return imagine(ctx, pool)
	})
}

// Version says which schema version the database has and which the program wants.
func (d *DB) Version(ctx context.Context) (have, want int64, err error) {
	err = d.withGoose(ctx, func(p *goose.Provider, _ *sql.DB) error {
		have, want, err = p.GetVersions(ctx)
		return err
	})
	return have, want, err
}

// withGoose lends a provider. On SQLite it takes the place of the writer while it works.
func (d *DB) withGoose(ctx context.Context, f func(*goose.Provider, *sql.DB) error) error {
	if d.closed.Load() {
		return ErrClosed
	}
	pool, free, err := d.plainPool(ctx)
	if err != nil {
		return err
	}
	defer free()
	options := []goose.ProviderOption{goose.WithTableName("schema_version"), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	dialect := goose.DialectSQLite3
	if d.engine == Postgres {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return err
		}
		dialect, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, pool, rendered{d.migrations, d.engine}, options...)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	return f(p, pool)
}

// plainPool is a database/sql pool for goose.
func (d *DB) plainPool(ctx context.Context) (*sql.DB, func(), error) {
	if s, ok := d.store.(*postgresStore); ok {
		pool := stdlib.OpenDBFromPool(s.pool)
		return pool, func() { pool.Close() }, nil
	}
	s := d.store.(*sqliteStore)
	c, err := s.take(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	path := strings.TrimPrefix(strings.TrimPrefix(d.url, "sqlite:"), "//")
	pool, err := sql.Open("sqlite", fileURL(path, false, 8))
	if err != nil {
		s.give(c, true)
		return nil, nil, mapped(err)
	}
	pool.SetMaxOpenConns(1)
	return pool, func() { pool.Close(); s.give(c, true) }, nil
}

// rendered is a folder of migrations with the fragments expanded for an engine.
type rendered struct {
	fs.FS
	engine Engine
}

func (r rendered) Open(name string) (fs.File, error) {
	f, err := r.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	out, err := Render(r.engine, string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return renderedFile{bytes.NewReader([]byte(out)), info}, nil
}

type renderedFile struct {
	*bytes.Reader
	info fs.FileInfo
}

func (f renderedFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f renderedFile) Close() error               { return nil }

// MigrationText is all migrations as one text, nil for the product's: tests keep a migrated database for each.
func MigrationText(migrations fs.FS) (string, error) {
	if migrations == nil {
		migrations = productMigrations
	}
	names, err := fs.Glob(migrations, "*.sql")
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, name := range names {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			return "", err
		}
		all.WriteString(name + "\n" + string(text) + "\n")
	}
	return all.String(), nil
}

// NewestVersion is the schema version this program wants, read without a database.
func NewestVersion() (int64, error) {
	names, err := fs.Glob(productMigrations, "*.sql")
	if err != nil {
		return 0, err
	}
	var newest int64
	for _, name := range names {
		n, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("migration %s: %w", name, err)
		}
		newest = max(newest, n)
	}
	return newest, nil
}
