package db

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrNone says that a query for one row found none.
	ErrNone = errors.New("no row")
	// ErrClosed says that the database or the group is closed; nothing was done.
	ErrClosed = errors.New("database is closed")
	// ErrUncertain says that a commit was begun and its end never heard of: it may be there or not. Never repeated by us.
	ErrUncertain = errors.New("outcome of the commit is unknown")
	// ErrText says that a text has a NUL or is not UTF-8, which PostgreSQL cannot store.
	ErrText = errors.New("text with NUL or not in UTF-8")
	// ErrRows says that rows of an earlier query of the transaction are still open.
	ErrRows = errors.New("rows of an earlier query are still open")
)

// Error is what an engine answered, without any value of an argument.
type Error struct {
	Code       string // SQLSTATE, or SQLite's extended result code as "sqlite 2067"
	Constraint string // PostgreSQL: the constraint's name; SQLite: "table.column, …"; "" otherwise
	message    string
	kind       kind
}

type kind int

const (
	other  kind = iota
	data        // the statement or its values are at fault: another statement may do well
	unique      // data, and by a unique key
	retry       // deadlock, serialisation, busy: the same again may do well
	gone        // the connection or the server
)

func (e *Error) Error() string { return e.message }

// IsUnique says whether a unique or primary key was violated.
func IsUnique(err error) bool { return kindOf(err) == unique }

// IsRetry says whether the same transaction may do well when it is repeated.
func IsRetry(err error) bool { return kindOf(err) == retry && !errors.Is(err, ErrUncertain) }

// IsPassing says that the fault was not the statement's: the server or the connection was gone, others were in the way, or
// the end of the commit was never heard of. The same may do well later.
func IsPassing(err error) bool {
	k := kindOf(err)
	return k == gone || k == retry || errors.Is(err, ErrUncertain) || errors.Is(err, ErrClosed)
}

func kindOf(err error) kind {
	var e *Error
	if errors.As(err, &e) {
		return e.kind
	}
	return other
}

// mapped turns an engine's error into ours, dropping what could carry values.
func mapped(err error) error {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	var network net.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return contextError(err)
	case errors.As(err, &pg):
		return fromPostgres(pg)
	case errors.As(err, &lite):
		return fromSQLite(lite)
	case errors.As(err, &network), isGone(err):
		return &Error{Code: "gone", kind: gone, message: "connection to the database is lost"}
	}
	return &Error{Code: "driver", message: harmless(err), kind: data}
}

// contextError keeps which of the two it was and nothing else.
func contextError(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return context.Canceled
}

func isGone(err error) bool {
	for _, part := range []string{"unexpected EOF", "conn closed", "closed pool", "broken pipe", "connection reset", "bad connection", "failed to connect", "EOF"} {
		if strings.Contains(err.Error(), part) {
			return true
		}
	}
	return false
}

// harmless keeps what drivers say about types and columns; they quote the value behind it.
func harmless(err error) string {
	s := err.Error()
	for _, part := range []string{"failed to encode args[", "can't scan into dest[", "sql: Scan error on column index "} {
		if at := strings.Index(s, part); at >= 0 {
			end := at + len(part)
			for end < len(s) && s[end] >= '0' && s[end] <= '9' {
				end++
			}
			return "type of value does not fit: " + s[at:end]
		}
	}
	return fmt.Sprintf("driver refused (%T)", err)
}

func fromPostgres(pg *pgconn.PgError) *Error {
	e := &Error{Code: pg.Code, Constraint: pg.ConstraintName, kind: other}
	name := ""
	switch class := pg.Code[:min(2, len(pg.Code))]; {
	case pg.Code == "23505":
		e.kind, name = unique, "unique key violated"
	case class == "23":
		e.kind, name = data, "constraint violated"
	case class == "22", class == "21", class == "P0":
		e.kind, name = data, "value does not fit"
	case class == "42": // these messages name tables, columns and types
		e.kind, name = data, pg.Message
	case pg.Code == "0A000" && strings.Contains(pg.Message, "cached plan"), class == "40", pg.Code == "55P03":
		e.kind, name = retry, "conflict with another transaction"
	case class == "08", class == "57", class == "53":
		e.kind, name = gone, "server is not available"
	default:
		name = "refused"
	}
	e.message = strings.TrimSpace(fmt.Sprintf("%s (%s) %s", name, pg.Code, strings.Trim(pg.TableName+" "+pg.ColumnName+" "+pg.ConstraintName, " ")))
	return e
}

func fromSQLite(lite *sqlite.Error) *Error {
	code := lite.Code()
	e := &Error{Code: fmt.Sprintf("sqlite %d", code), message: strings.TrimSpace(lite.Error())}
	if _, columns, ok := strings.Cut(lite.Error(), "constraint failed: "); ok {
		_, e.Constraint, _ = strings.Cut(columns, "constraint failed: ")
		if e.Constraint == "" {
			e.Constraint = columns
		}
		e.Constraint, _, _ = strings.Cut(e.Constraint, " (")
	}
	switch {
	case code == sqlite3.SQLITE_CONSTRAINT_UNIQUE, code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, code == sqlite3.SQLITE_CONSTRAINT_ROWID:
		e.kind = unique
	case code&0xff == sqlite3.SQLITE_CONSTRAINT, code&0xff == sqlite3.SQLITE_ERROR, code&0xff == sqlite3.SQLITE_MISMATCH,
		code&0xff == sqlite3.SQLITE_TOOBIG, code&0xff == sqlite3.SQLITE_RANGE:
		e.kind = data
	case code&0xff == sqlite3.SQLITE_BUSY, code&0xff == sqlite3.SQLITE_LOCKED:
		e.kind = retry
	case code&0xff == sqlite3.SQLITE_INTERRUPT:
		e.kind = other
	default: // full disk, unreadable file, damaged file
		e.kind = gone
	}
	return e
}
