package manager

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"jawort/db"
)

// row is a row of a table that another package owns, as a test needs it.
type row map[string]any

var columnLine = regexp.MustCompile(`(?m)^\s+(\w+)\s+(double precision|\{\w+\}|\w+)( not null)?(?: default[^,]*)?,?`)

// put writes a row; columns that it does not name and that may not be null get the nothing of their type. So a column that
// another package adds does not break what these tests are about.
func (h *house) put(ctx context.Context, tx *db.Tx, table string, r row) {
	h.t.Helper()
	_, text, ok := strings.Cut(db.Schema, "create table "+table+" (")
	if !ok {
		h.t.Fatalf("no table %s", table)
	}
	text, _, _ = strings.Cut(text, "\n)")
	var names, marks []string
	var args []any
	used := 0
	for _, m := range columnLine.FindAllStringSubmatch(text, -1) {
		name, kind, needed := m[1], m[2], m[3] != ""
		if name == "primary" {
			continue
		}
		v, given := r[name]
		if !given && !needed {
			continue
		}
		if given {
			used++
		} else {
			v = nothing(kind)
		}
		names, args = append(names, name), append(args, v)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	if used != len(r) {
		h.t.Fatalf("%s lacks a column of %v", table, r)
	}
	if _, err := tx.Exec(ctx, fmt.Sprintf("insert into %s (%s) values (%s)", table, strings.Join(names, ", "), strings.Join(marks, ", ")), args...); err != nil {
		h.t.Fatal(err)
	}
}

func nothing(kind string) any {
	switch kind {
	case "bigint":
		return 0
	case "boolean":
		return false
	case "double precision":
		return 0.0
	case "bytea":
		return []byte{}
	case "{json}":
		return "{}"
	}
	return ""
}
