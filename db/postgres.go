package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresStore is a pool of connections.
type postgresStore struct{ pool *pgxpool.Pool }

func openPostgres(ctx context.Context, url string, o Options) (*postgresStore, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the PostgreSQL address cannot be read") // pgx's own text can hold the password
	}
	c.MaxConns = int32(orDefault(o.Conns, 16))
	c.MaxConnIdleTime = 5 * time.Minute
	for name, v := range map[string]string{
		"application_name": "jawort",
		"plan_cache_mode":  "force_custom_plan", // a plan made while a table was empty is never kept (facts/speed.md, traps)
		"random_page_cost": "1.1",               // hot data are in memory; 4 is for turning disks, and makes PostgreSQL read all of a small table
		"jit":              "off",               // compiling costs more than any of our statements
	} {
		if _, set := c.ConnConfig.RuntimeParams[name]; !set {
			c.ConnConfig.RuntimeParams[name] = v
		}
	}
	c.ConnConfig.RuntimeParams["synchronous_commit"] = "on" // also where the server's default is weaker
	c.ConnConfig.RuntimeParams["default_transaction_isolation"] = "read committed"
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, mapped(err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, unreachable(err)
	}
	return &postgresStore{pool}, nil
}

// unreachable says why a first connection failed, without the address.
func unreachable(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return &Error{Code: pg.Code, kind: gone, message: "PostgreSQL refused the connection: " + pg.Message}
	}
	return mapped(err)
}

func (s *postgresStore) take(ctx context.Context, write bool) (conn, error) {
	c, err := s.pool.Acquire(ctx)
	if err != nil {
		if err.Error() == "closed pool" {
			return nil, ErrClosed
		}
		return nil, mapped(err)
	}
	return &postgresConn{c}, nil
}

func (s *postgresStore) give(c conn, write bool) { c.(*postgresConn).c.Release() }

func (s *postgresStore) close() error {
	s.pool.Close() // waits for connections in use
	return nil
}

type postgresConn struct{ c *pgxpool.Conn }

// begin: a reading transaction sees one moment, as on SQLite.
func (c *postgresConn) begin(ctx context.Context, write bool) error {
	text := "begin isolation level repeatable read read only"
	if write {
		text = "begin"
	}
	_, err := c.c.Conn().PgConn().Exec(ctx, text).ReadAll()
	return err
}

func (c *postgresConn) commit(ctx context.Context) error {
	results, err := c.c.Conn().PgConn().Exec(ctx, "commit").ReadAll()
	if err == nil && len(results) == 1 && results[0].CommandTag.String() == "ROLLBACK" {
		err = errors.New("transaction was spoiled")
	}
	return err
}

func (c *postgresConn) rollback(ctx context.Context) {
	c.c.Conn().PgConn().Exec(ctx, "rollback").ReadAll() // a broken connection is thrown away by Release
}

func (c *postgresConn) exec(ctx context.Context, text string, args []any) (int64, error) {
	tag, err := c.c.Exec(ctx, text, args...)
	return tag.RowsAffected(), err
}

func (c *postgresConn) query(ctx context.Context, text string, args []any) (cursor, error) {
	rows, err := c.c.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return postgresRows{rows}, nil
}

// postgresRows refuses NULL for a variable that cannot hold it. pgx does so too, but if the column's type does not fit either, it goes
// through all types it knows in random order for one that would do.
type postgresRows struct{ pgx.Rows }

func (r postgresRows) Scan(dest ...any) error {
	raw := r.Rows.RawValues()
	for i, d := range dest {
		if i >= len(raw) || raw[i] != nil {
			continue
		}
		switch d.(type) {
		case *string, *int64, *int, *bool, *float64:
			return fmt.Errorf("can't scan into dest[%d]: NULL", i)
		}
	}
	return r.Rows.Scan(dest...)
}

func (c *postgresConn) now(ctx context.Context) (int64, error) {
	var us int64
	err := c.c.QueryRow(ctx, "select (extract(epoch from clock_timestamp()) * 1000000)::bigint").Scan(&us)
	return us, err
}
