package db

import (
	"context"
	"errors"
	"slices"
)

// Statements are the texts of all statements this process has run on an engine, for tests that look at their plans.
func Statements(e Engine) []string {
	var out []string
	compiled[e].Range(func(text, _ any) bool {
		out = append(out, text.(string))
		return true
	})
	slices.Sort(out)
	return out
}

// Plan is how SQLite would go about a statement: the lines of explain query plan. Nothing runs, so it needs no arguments.
func (d *DB) Plan(ctx context.Context, text string) (lines []string, err error) {
	if d.engine != SQLite {
		return nil, errors.New("plans are SQLite's")
	}
	s, err := compile(SQLite, text)
	if err != nil {
		return nil, err
	}
	err = d.Read(ctx, func(ctx context.Context, tx *Tx) error {
		c, err := tx.conn.query(ctx, "explain query plan "+s.sql, make([]any, len(s.slots)))
		if err != nil {
			return mapped(err)
		}
		defer c.Close()
		for c.Next() {
			var id, parent, unused int64
			var line string
			if err := c.Scan(&id, &parent, &unused, &line); err != nil {
				return mapped(err)
			}
			lines = append(lines, line)
		}
		return c.Err()
	})
	return lines, err
}
