// Package upkeep is what whoever runs Jawort does from a terminal: bring the schema up, find what is missing, look after staff, ask
// the gate, and keep copies. It works beside a running server as far as the database lets it.
package upkeep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jawort/account"
	"jawort/db"
)

// Settings are the part of the configuration that upkeep needs.
type Settings struct {
	Database    string // sqlite:FILE or postgres://…
	Key         string // the keyring itself, or
	KeyFile     string // the file it is in
	VerifyToken string
	Base        string // how the outside reaches us
	Now         func() time.Time
}

func (s Settings) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// Keys reads the keyring.
func (s Settings) Keys() (*account.Keyring, error) { return account.LoadKeyring(s.Key, s.KeyFile) }

// file is the path of a SQLite database; ok is false for PostgreSQL.
func (s Settings) file() (path string, ok bool) {
	path, ok = strings.CutPrefix(s.Database, "sqlite:")
	return strings.TrimPrefix(path, "//"), ok
}

// ErrHeld says that a running Jawort has the SQLite file; at most one process may write it.
var ErrHeld = errors.New("a running Jawort has the SQLite database")

// read opens the database for looking only, which a running server does not mind.
func (s Settings) read(ctx context.Context) (*db.DB, error) {
	if path, ok := s.file(); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("there is no database yet (%s): run `jawort migrate`", filepath.Base(path))
		}
	}
	d, err := db.Open(ctx, s.Database, db.Options{ReadOnly: true, Readers: 1, Conns: 2})
	if err != nil {
		return nil, err
	}
	return d, current(ctx, d)
}

// write opens the database for changes, of a schema that is ours.
func (s Settings) write(ctx context.Context) (*db.DB, error) {
	d, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	return d, current(ctx, d)
}

// open opens the database for changes, whatever its schema.
func (s Settings) open(ctx context.Context) (*db.DB, error) {
	if path, ok := s.file(); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make the data folder: %w", err)
		}
	}
	d, err := db.Open(ctx, s.Database, db.Options{Holder: "jawort, from a terminal", Readers: 1, Conns: 2})
	var held *db.HeldError
	if errors.As(err, &held) {
		return nil, fmt.Errorf("%w (%s): do it in the manager, or stop the server first; PostgreSQL has no such limit", ErrHeld, held.Holder)
	}
	return d, err
}

// current closes a database that has another schema than this program.
func current(ctx context.Context, d *db.DB) error {
	have, want, err := version(ctx, d)
	switch {
	case err != nil:
	case have < want:
		err = fmt.Errorf("the database has schema version %d, this program needs %d: run `jawort migrate`", have, want)
	case have > want:
		err = fmt.Errorf("the database has schema version %d, newer than this program's %d: use a newer Jawort", have, want)
	}
	if err != nil {
		return errors.Join(err, d.Close())
	}
	return nil
}

// Migrate brings the schema to this program's version and answers what it was and what it is.
func Migrate(ctx context.Context, s Settings) (from, to int64, err error) {
	d, err := s.open(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer d.Close()
	if from, to, err = d.Version(ctx); err != nil || from > to {
		return from, to, errors.Join(err, newer(from, to))
	}
	return from, to, d.Migrate(ctx)
}

func newer(from, to int64) error {
	if from > to {
		return fmt.Errorf("the database has schema version %d, newer than this program's %d: use a newer Jawort", from, to)
	}
	return nil
}
