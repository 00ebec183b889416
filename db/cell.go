package db

import (
	"database/sql"
	"errors"
)

// sqliteRows scans as strictly as PostgreSQL does: SQLite and database/sql would read the text "42" into a number, and take empty
// bytes for NULL.
type sqliteRows struct {
	*sql.Rows
	cells []cell
	dest  []any
}

func (r *sqliteRows) Close() { r.Rows.Close() }

func (r *sqliteRows) Scan(dest ...any) error {
	if len(r.cells) != len(dest) {
		r.cells, r.dest = make([]cell, len(dest)), make([]any, len(dest))
	}
	for i, d := range dest {
		r.dest[i] = d
		switch d.(type) {
		case *string, *int64, *int, *bool, *float64, *[]byte, **string, **int64, **bool, **float64:
			r.cells[i].to = d
			r.dest[i] = &r.cells[i]
		}
	}
	return r.Rows.Scan(r.dest...)
}

var errCell = errors.New("type or NULL does not fit") // harmless keeps the number of the column

// cell puts one value of the driver into a variable of a usual type.
type cell struct{ to any }

func (c *cell) Scan(from any) error {
	switch to := c.to.(type) {
	case *string:
		return assign(to, from)
	case *int64:
		return assign(to, from)
	case *int:
		n, ok := from.(int64)
		if !ok || int64(int(n)) != n {
			return errCell
		}
		*to = int(n)
		return nil
	case *bool:
		return asBool(to, from)
	case *float64:
		return asFloat(to, from)
	case *[]byte:
		return asBytes(to, from)
	case **string:
		return orNull(to, from, assign)
	case **int64:
		return orNull(to, from, assign)
	case **bool:
		return orNull(to, from, asBool)
	case **float64:
		return orNull(to, from, asFloat)
	}
	return errCell
}

func assign[T any](to *T, from any) error {
	v, ok := from.(T)
	if !ok {
		return errCell
	}
	*to = v
	return nil
}

func orNull[T any](to **T, from any, put func(*T, any) error) error {
	if from == nil {
		*to = nil
		return nil
	}
	*to = new(T)
	return put(*to, from)
}

// asBool: SQLite keeps booleans as 0 and 1.
func asBool(to *bool, from any) error {
	switch v := from.(type) {
	case bool:
		*to = v
	case int64:
		*to = v != 0
	default:
		return errCell
	}
	return nil
}

func asFloat(to *float64, from any) error {
	switch v := from.(type) {
	case float64:
		*to = v
	case int64:
		*to = float64(v)
	default:
		return errCell
	}
	return nil
}

// asBytes takes text as well, as PostgreSQL does.
func asBytes(to *[]byte, from any) error {
	switch v := from.(type) {
	case nil:
		*to = nil
	case []byte:
		if *to = v; v == nil { // the driver's copy already, and its way to say empty
			*to = []byte{}
		}
	case string:
		*to = []byte(v)
	default:
		return errCell
	}
	return nil
}
