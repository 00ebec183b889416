package bench

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"jawort/db"
)

// copyTables brings every row of a SQLite file into the run's PostgreSQL, in place of what is there.
func (r *run) copyTables(ctx context.Context, path string) error {
	begun := time.Now()
	from, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := pgx.Connect(ctx, r.url)
	if err != nil {
		return err
	}
	defer to.Close(ctx)
	for _, t := range db.Tables() {
		if err := copyTable(ctx, from, to, t); err != nil {
			return err
		}
	}
	if _, err := to.Exec(ctx, "vacuum analyze"); err != nil { // as the server itself does behind such a load
		return err
	}
	r.say("%s: copied in %s", r.engine, time.Since(begun).Round(time.Second))
	return nil
}

func copyTable(ctx context.Context, from *sql.DB, to *pgx.Conn, t db.Table) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	if _, err := to.Exec(ctx, "truncate "+t.Name); err != nil {
		return err
	}
	rows, err := from.QueryContext(ctx, "select "+strings.Join(names, ", ")+" from "+t.Name)
	if err != nil {
		return err
	}
	defer rows.Close()
	_, err = to.CopyFrom(ctx, pgx.Identifier{t.Name}, names, pgx.CopyFromFunc(func() ([]any, error) {
		if !rows.Next() {
			return nil, rows.Err()
		}
		return cellsOf(rows, t.Columns)
	}))
	return err
}

// cellsOf is one row; SQLite keeps booleans as numbers.
func cellsOf(rows *sql.Rows, columns []db.Column) ([]any, error) {
	cells, at := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		at[i] = &cells[i]
	}
	if err := rows.Scan(at...); err != nil {
		return nil, err
	}
	for i, c := range columns {
		switch v := cells[i].(type) {
		case int64:
			if c.Type == "boolean" {
				cells[i] = v != 0
			}
		case []byte:
			if c.Type != "bytea" {
				cells[i] = string(v)
			}
		}
	}
	return cells, nil
}
