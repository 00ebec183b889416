package db

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// SQLite plans without statistics as if a tenant had ten rows, and then walks all of it where a key would do. ANALYZE would count what
// is there, which on the first day is nothing. So every database is told, once, what it will look like: one tenant, two million rows.
// These are the statistics of sqlite.org/fileformat2.html#stat1tab: rows in the index, then rows for each value of its first column, of
// its first two, and so on.

// imaginedRows is more than the 1,048,576 that SQLite takes a recursive query for: what looks up as many keys as a table has rows first reads
// the whole table into a Bloom filter (whereCheckIfBloomFilterIsUseful in where.c), which cost each person's page 2 s among a million people.
const imaginedRows = 2_000_000

// coarse columns have few values; each further one still parts the rows a little.
var coarse = map[string]bool{"number": true, "portfolio": true, "waba": true, "priority": true, "kind": true, "state": true, "topic": true,
	"source": true, "scope": true, "channel": true, "door": true, "class": true, "verdict": true, "program": true, "day": true}

// imagine writes the statistics, if they are not there yet.
func imagine(ctx context.Context, pool *sql.DB) error {
	want, err := imagined(ctx, pool)
	if err != nil {
		return err
	}
	if have, err := texts(ctx, pool, `select tbl || ' ' || idx || ' ' || stat from sqlite_stat1 order by tbl, idx`); err == nil && same(have, want) {
		return nil
	}
	text := []string{"analyze sqlite_schema", "delete from sqlite_stat1"} // the first makes the table
	for _, row := range want {
		part := strings.SplitN(row, " ", 3)
		text = append(text, fmt.Sprintf("insert into sqlite_stat1 values ('%s', '%s', '%s')", part[0], part[1], part[2]))
	}
	// The last three make connections read it: this one and later ones; those that are open read all anew when the schema has changed
	// (section "The schema cookie" of sqlite.org/fileformat2.html), or they would go on with what they found when they were opened.
	for _, t := range append(text, "analyze sqlite_schema", "create table statistics_written (at bigint)", "drop table statistics_written") {
		if _, err := pool.ExecContext(ctx, t); err != nil {
			return fmt.Errorf("write statistics: %w", mapped(err))
		}
	}
	return nil
}

func same(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }

// imagined is a line for each index: table, index, figures. SQLite names a table that is its own primary key's index by the table.
func imagined(ctx context.Context, pool *sql.DB) ([]string, error) {
	lines, err := texts(ctx, pool, `with key as (
			select m.name as tbl, case when l.origin = 'pk' and m.sql like '%without rowid%' then m.name else l.name end as idx, l."unique" as alone,
				l.partial as part, group_concat(x.name, ' ') as names
			from sqlite_master m cross join pragma_index_list(m.name) l cross join pragma_index_info(l.name) x
			where m.type = 'table' and m.name not like 'sqlite%' group by m.name, l.name)
		select tbl || ' ' || idx || ' ' || alone || ' ' || part || ' ' || names from key order by tbl, idx`)
	for i, line := range lines {
		part := strings.SplitN(line, " ", 5)
		rows := imaginedRows
		if part[3] == "1" { // most indexes of a part are of a small one: what is due, open, frozen
			rows /= 1000
		}
		lines[i] = part[0] + " " + part[1] + " " + figures(rows, part[4], part[2] == "1")
	}
	return lines, err
}

// figures are the numbers for the columns of an index.
func figures(rows int, names string, unique bool) string {
	out := []string{fmt.Sprint(rows)}
	left, columns := rows, strings.Fields(names)
	for i, name := range columns {
		switch {
		case unique && i == len(columns)-1:
			left = 1
		case name == "tenant":
		case coarse[name]:
			left = max(2, left/5)
		default:
			left = min(left, 4)
		}
		out = append(out, fmt.Sprint(left))
	}
	return strings.Join(out, " ")
}

func texts(ctx context.Context, pool *sql.DB, text string) ([]string, error) {
	rows, err := pool.QueryContext(ctx, text)
	if err != nil {
		return nil, mapped(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, mapped(err)
		}
		out = append(out, s)
	}
	return out, mapped(rows.Err())
}
