package db

import (
	"context"
	"fmt"
	"time"
)

// conn is one connection of an engine. Begin, then statements one after the other, then commit or rollback.
type conn interface {
	begin(ctx context.Context, write bool) error
	commit(ctx context.Context) error
	rollback(ctx context.Context)
	exec(ctx context.Context, text string, args []any) (int64, error)
	query(ctx context.Context, text string, args []any) (cursor, error)
	now(ctx context.Context) (int64, error)
}

// cursor is the rows of a query as an engine gives them.
type cursor interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// Tx is a running transaction. It belongs to the function it was handed to, and to one goroutine.
type Tx struct {
	d        *DB
	conn     conn
	write    bool
	open     *Rows // rows not yet closed
	failed   error // the first statement that failed: nothing will be committed
	now      int64 // 0 = not asked yet
	onCommit []func()
}

// Engine says which database this is; statements should not need to ask.
func (tx *Tx) Engine() Engine { return tx.d.engine }

// Alone says that nobody else can write while this transaction does: what it has read stays so without a lock. SQLite has one writer.
func (tx *Tx) Alone() bool { return tx.d.engine == SQLite && tx.write }

// ready gives a statement and its parameters, if the transaction can take one.
func (tx *Tx) ready(text string, args []any) (*statement, []any, error) {
	if tx.failed != nil {
		return nil, nil, tx.failed
	}
	if tx.open != nil {
		return nil, nil, tx.fail(text, ErrRows)
	}
	s, err := compile(tx.d.engine, text)
	if err != nil {
		return nil, nil, tx.fail(text, &Error{Code: "fragment", kind: data, message: err.Error()})
	}
	params, err := s.bind(args)
	if err != nil {
		return nil, nil, tx.fail(text, fmt.Errorf("%w", err))
	}
	return s, params, nil
}

// fail spoils the transaction, as PostgreSQL would, and names the statement.
func (tx *Tx) fail(text string, err error) error {
	tx.failed = fmt.Errorf("%s: %w", brief(text), err)
	return tx.failed
}

// Exec runs an insert, update or delete and answers how many rows it touched.
func (tx *Tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	s, params, err := tx.ready(text, args)
	if err != nil {
		return 0, err
	}
	n, err := tx.conn.exec(ctx, s.sql, params)
	if err != nil {
		return 0, tx.fail(text, mapped(err))
	}
	return n, nil
}

// Query runs a statement that answers rows, also insert … returning, which is sure to have run whole only once the rows are read to their end.
func (tx *Tx) Query(ctx context.Context, text string, args ...any) (*Rows, error) {
	s, params, err := tx.ready(text, args)
	if err != nil {
		return nil, err
	}
	c, err := tx.conn.query(ctx, s.sql, params)
	if err != nil {
		return nil, tx.fail(text, mapped(err))
	}
	tx.open = &Rows{tx: tx, text: text, cursor: c}
	return tx.open, nil
}

// Row runs a query of which the first row is wanted. Scan must be called.
func (tx *Tx) Row(ctx context.Context, text string, args ...any) Row {
	rows, err := tx.Query(ctx, text, args...)
	return Row{rows, err}
}

// Now is the database's clock in microseconds UTC, read once for a transaction.
func (tx *Tx) Now(ctx context.Context) (int64, error) {
	if tx.now != 0 {
		return tx.now, nil
	}
	if tx.d.options.Now != nil {
		tx.now = tx.d.options.Now().UnixMicro()
		return tx.now, nil
	}
	if tx.open != nil {
		return 0, tx.fail("clock", ErrRows)
	}
	us, err := tx.conn.now(ctx)
	if err != nil {
		return 0, tx.fail("clock", mapped(err))
	}
	tx.now = us
	return us, nil
}

// wallClock is SQLite's clock: its one process is on the same machine.
func wallClock() int64 { return time.Now().UnixMicro() }

// OnCommit has f called after the durable commit, in order, before anybody is answered; never if the transaction is not committed.
func (tx *Tx) OnCommit(f func()) { tx.onCommit = append(tx.onCommit, f) }

// end closes rows that were left open.
func (tx *Tx) end() {
	if tx.open != nil {
		tx.open.Close()
	}
}
