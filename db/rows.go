package db

import "fmt"

// Rows are the rows of a query. They are closed by reading to their end or by Close.
type Rows struct {
	tx     *Tx
	text   string
	cursor cursor
	err    error
	closed bool
}

// Next goes to the next row; false at the end or on an error (see Err).
func (r *Rows) Next() bool {
	if r.closed {
		return false
	}
	if r.cursor.Next() {
		return true
	}
	r.Close()
	return false
}

// Scan copies the row. A NULL needs a pointer to a pointer or a sql.Null; []byte is a copy.
func (r *Rows) Scan(dest ...any) error {
	if r.closed {
		return fmt.Errorf("%s: scan after the end of the rows", brief(r.text))
	}
	if err := r.cursor.Scan(dest...); err != nil {
		if r.err == nil {
			r.err = fmt.Errorf("%s: %w", brief(r.text), mapped(err))
		}
		r.Close()
		return r.err
	}
	return nil
}

// Close ends the query early. It may be called again.
func (r *Rows) Close() error {
	if r.closed {
		return r.err
	}
	r.closed = true
	r.tx.open = nil
	err := r.cursor.Err() // database/sql forgets the error on Close, pgx gives it only then
	r.cursor.Close()
	if err == nil {
		err = r.cursor.Err()
	}
	if err != nil && r.err == nil {
		r.err = r.tx.fail(r.text, mapped(err))
	}
	return r.err
}

// Err is what ended the rows before their end, nil otherwise.
func (r *Rows) Err() error { return r.err }

// Row is the first row of a query.
type Row struct {
	rows *Rows
	err  error
}

// Scan copies the row, or answers ErrNone.
func (r Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return ErrNone
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	return r.rows.Close()
}

// All gathers what scan makes of every row.
func All[T any](rows *Rows, err error, scan func(r *Rows, to *T) error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var one T
		if err := scan(rows, &one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
