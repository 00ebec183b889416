// Package db is the one door to storage: SQLite and PostgreSQL spoken to with one SQL text, in transactions that are handed in as functions.
//
// # One text, two engines
//
// Statements are written once, with $1 parameters and everything DESIGN section 9 calls safe. What differs is a named fragment
// in braces, expanded once per text (see fragment.go):
//
//	{rows $1: id text, n bigint}   many rows from one argument (db.RowsOf), usable in FROM
//	{list $1 text}                 many values from one argument (a slice), for x in {list $1 text}
//	{for update} {for update skip locked} {for update of m}   row locks
//	{now}                          the database's clock in microseconds UTC
//	{join t a on a.id = b.id …}    seeks in table t for each row on its left
//	{key} {json}                   column types, in DDL only
//
// # Joins that use an index on both
//
// Both engines plan a join of a row source with a table badly when they may turn the order round. Begin with the row source and write
// {join …}, which leaves no other way than to seek row after row (CROSS JOIN on SQLite, a lateral sub-select on PostgreSQL):
//
//	select s.state from {rows $1: contact text} r {join standing s on s.contact = r.contact}
//
// The same holds for x in {list $1 text}, which always works by index, and for update … from {rows …} r where t.id = r.id, which
// does so when the key of t is compared whole. `insert … select … from {rows …} r on conflict` needs `where true` before the
// `on conflict`, or SQLite reads ON as a join condition.
//
// # What is the same on both, on purpose
//
// A statement that fails spoils its transaction: nothing of it is committed, even if the function swallows the error (so "try the
// insert, else update" is written with on conflict). Rows must be closed or read to their end before the next statement. Text with
// NUL or invalid UTF-8, numbers beyond bigint, NaN and time.Time are refused before they reach an engine. Read sees one moment for
// its whole duration. No error carries the value of an argument.
package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Engine is which database stands behind a DB.
type Engine int

const (
	SQLite Engine = iota
	Postgres
)

func (e Engine) String() string {
	if e == Postgres {
		return "postgres"
	}
	return "sqlite"
}

// Options of Open; the zero value is what a server uses.
type Options struct {
	Conns    int    // most connections to PostgreSQL; 0 = 16
	Readers  int    // connections that read SQLite; 0 = 4
	CacheMB  int    // page cache of SQLite's writer, each reader has a quarter of it; 0 = 32
	ReadOnly bool   // neither lock file nor writer: for tools that look at a running server's SQLite file
	Holder   string // who we are, told to whoever finds the SQLite lock held

	Now        func() time.Time // replaces the database's clock in Tx.Now, for tests; nil = the database's
	Migrations fs.FS            // replaces the product's own migrations, for tests; nil = the product's
}

// DB is an open database. It is safe for use by many goroutines.
type DB struct {
	engine     Engine
	url        string
	options    Options
	store      store
	lock       *fileLock // nil on PostgreSQL and read-only
	closed     atomic.Bool
	mu         sync.Mutex
	groups     map[interface{ Close() }]bool // groups closed with us
	migrations fs.FS
}

// store is where connections of one engine come from.
type store interface {
	take(ctx context.Context, write bool) (conn, error)
	give(c conn, write bool)
	close() error
}

// Open opens "sqlite:path/to/file.db" or "postgres://…". It does not migrate.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	d := &DB{url: url, options: o, groups: map[interface{ Close() }]bool{}, migrations: o.Migrations}
	if d.migrations == nil {
		d.migrations = productMigrations
	}
	var err error
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		d.engine = SQLite
		err = d.openFile(ctx, strings.TrimPrefix(url, "sqlite:"))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		d.engine = Postgres
		d.store, err = openPostgres(ctx, url, o)
	default:
		return nil, errors.New(`open database: the address must begin with "sqlite:" or "postgres://"`)
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return d, nil
}

// openFile locks and opens a SQLite file.
func (d *DB) openFile(ctx context.Context, path string) error {
	path = strings.TrimPrefix(path, "//")
	if path == "" || strings.Contains(path, ":memory:") {
		return errors.New("SQLite needs a file: one in memory is not durable and not shared by connections")
	}
	if !d.options.ReadOnly {
		lock, err := lockFile(path+".lock", d.options.Holder)
		if err != nil {
			return err
		}
		d.lock = lock
	}
	s, err := openSQLite(ctx, path, d.options)
	if err != nil {
		d.lock.release()
		return err
	}
	d.store = s
	return nil
}

// Engine says which database this is.
func (d *DB) Engine() Engine { return d.engine }

// Close drains the groups, waits for running transactions and closes every connection. What comes later gets ErrClosed.
func (d *DB) Close() error {
	d.mu.Lock()
	groups := d.groups
	d.groups = nil
	d.mu.Unlock()
	for g := range groups {
		g.Close()
	}
	if d.closed.Swap(true) {
		return nil
	}
	err := d.store.close()
	d.lock.release()
	return err
}
