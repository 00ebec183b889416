package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	_ "modernc.org/sqlite"
)

// sqliteStore is one connection that writes and a few that read, each open for good with its statements prepared.
// Preparing a statement each time costs more than running it.
type sqliteStore struct {
	pools   []*sql.DB
	writer  *bench // nil when read-only
	readers *bench
	done    chan struct{}
}

func openSQLite(ctx context.Context, path string, o Options) (*sqliteStore, error) {
	s := &sqliteStore{done: make(chan struct{})}
	cache := orDefault(o.CacheMB, 32)
	if !o.ReadOnly {
		if err := private(path); err != nil {
			return nil, err
		}
		writer, err := s.connect(ctx, fileURL(path, false, cache), 1, false)
		if err != nil {
			return nil, errors.Join(err, s.closePools())
		}
		s.writer = writer
	}
	readers, err := s.connect(ctx, fileURL(path, true, max(2, cache/4)), orDefault(o.Readers, 4), true)
	if err != nil {
		return nil, errors.Join(err, s.closePools())
	}
	s.readers = readers
	return s, nil
}

// private makes a new database readable by its owner alone: it holds people's numbers. SQLite gives its -wal and -shm the same mode. One
// that is there keeps the mode its owner gave it.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	return f.Close()
}

func orDefault(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// fileURL is the data source name: WAL, an fsync for every commit, no memory map (a write error would be a signal).
func fileURL(path string, read bool, cacheMB int) string {
	q := url.Values{}
	q.Set("_txlock", "immediate")
	for _, p := range []string{"busy_timeout(10000)", "foreign_keys(1)", "temp_store(2)", "wal_autocheckpoint(8000)", "cache_size(-" + strconv.Itoa(cacheMB*1024) + ")"} {
		q.Add("_pragma", p)
	}
	if read {
		q.Set("mode", "ro")
	} else {
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(FULL)")
	}
	u := url.URL{Path: filepath.ToSlash(path)}
	return "file:" + u.EscapedPath() + "?" + q.Encode()
}

// connect opens n connections and keeps them.
func (s *sqliteStore) connect(ctx context.Context, dsn string, n int, read bool) (*bench, error) {
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, mapped(err)
	}
	s.pools = append(s.pools, pool)
	pool.SetMaxOpenConns(n)
	free := &bench{seats: make(chan struct{}, n)}
	for range n {
		c, err := pool.Conn(ctx)
		if err != nil {
			return nil, fmt.Errorf("open SQLite file: %w", mapped(err))
		}
		h, err := offer(ctx, c)
		if err != nil {
			return nil, err
		}
		if read {
			if _, err := c.ExecContext(ctx, "pragma query_only = 1"); err != nil {
				return nil, fmt.Errorf("open SQLite file: %w", mapped(err))
			}
		}
		free.put(&sqliteConn{c: c, hands: h, prepared: map[string]*sql.Stmt{}})
	}
	return free, nil
}

func (s *sqliteStore) bench(write bool) (*bench, error) {
	if !write {
		return s.readers, nil
	}
	if s.writer == nil {
		return nil, errors.New("database was opened for reading only")
	}
	return s.writer, nil
}

func (s *sqliteStore) take(ctx context.Context, write bool) (conn, error) {
	free, err := s.bench(write)
	if err != nil {
		return nil, err
	}
	select {
	case <-s.done:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-free.seats:
		return free.get(), nil
	}
}

func (s *sqliteStore) give(c conn, write bool) {
	free, _ := s.bench(write)
	free.put(c.(*sqliteConn))
}

// close waits until every connection has come back. The last to close moves the WAL into the file, but only if it has ever read it.
func (s *sqliteStore) close() error {
	close(s.done)
	s.readers.closeAll()
	if s.writer != nil {
		<-s.writer.seats
		c := s.writer.get()
		c.exec(context.Background(), "select name from sqlite_master limit 1", nil) // the next opening moves it, if this fails
		c.close()
	}
	return s.closePools()
}

// closePools ends with the writer: the last to close moves the WAL into the file, and readers may not.
func (s *sqliteStore) closePools() error {
	var all error
	for _, p := range slices.Backward(s.pools) {
		all = errors.Join(all, p.Close())
	}
	return all
}

// bench is where free connections sit. The last to come is the first to go, because its page cache is the warm one.
type bench struct {
	seats chan struct{} // a token for each
	mu    sync.Mutex
	free  []*sqliteConn
}

func (b *bench) put(c *sqliteConn) {
	b.mu.Lock()
	b.free = append(b.free, c)
	b.mu.Unlock()
	b.seats <- struct{}{}
}

// get is for who took a token.
func (b *bench) get() *sqliteConn {
	b.mu.Lock()
	defer b.mu.Unlock()
	last := len(b.free) - 1
	c := b.free[last]
	b.free = b.free[:last]
	return c
}

func (b *bench) closeAll() {
	for range cap(b.seats) {
		<-b.seats
		b.get().close()
	}
}

// sqliteConn is one connection with its prepared statements.
type sqliteConn struct {
	c        *sql.Conn
	hands    *hands
	prepared map[string]*sql.Stmt
}

// mostPrepared bounds the statements kept; a program has a few hundred texts.
const mostPrepared = 1000

func (c *sqliteConn) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if s := c.prepared[text]; s != nil {
		return s, nil
	}
	if len(c.prepared) >= mostPrepared {
		c.forget()
	}
	s, err := c.c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	c.prepared[text] = s
	return s, nil
}

func (c *sqliteConn) forget() {
	for text, s := range c.prepared {
		s.Close()
		delete(c.prepared, text)
	}
}

func (c *sqliteConn) close() {
	c.forget()
	c.c.Close()
	c.hands.drop()
}

// begin is not ended by the caller's context: the driver answers that the context ended also where the transaction has begun,
// and the connection would never again be fit for another.
func (c *sqliteConn) begin(ctx context.Context, write bool) error {
	text := "begin"
	if write {
		text = "begin immediate"
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	_, err := c.exec(ctx, text, nil)
	if err != nil {
		c.rollback(ctx) // whatever was open, the next one begins anew
	}
	return err
}

func (c *sqliteConn) commit(ctx context.Context) error {
	_, err := c.exec(ctx, "commit", nil)
	if err != nil {
		c.rollback(ctx) // a refused commit leaves the transaction open
	}
	return err
}

// rollback answers nothing: after some errors SQLite has rolled back already.
func (c *sqliteConn) rollback(ctx context.Context) { c.exec(ctx, "rollback", nil) }

func (c *sqliteConn) exec(ctx context.Context, text string, args []any) (int64, error) {
	s, err := c.prepare(ctx, text)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(ctx, c.hands.take(args)...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (c *sqliteConn) query(ctx context.Context, text string, args []any) (cursor, error) {
	s, err := c.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	r, err := s.QueryContext(ctx, c.hands.take(args)...)
	if err != nil {
		return nil, err
	}
	return &sqliteRows{Rows: r}, nil
}

func (c *sqliteConn) now(ctx context.Context) (int64, error) { return wallClock(), nil }
