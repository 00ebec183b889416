package db_test

import (
	"context"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

var update = flag.Bool("update", false, "write migrations/0001_init.sql anew from schema.sql (until the first release only)")

const firstMigration = `-- +goose Up
-- Until the first release this file is schema.sql itself, written by
--	go test ./db -run TestMigrationsLeadToSchema -update
-- From the first release on it never changes again, and schema.sql is reached by further files beside it.

`

func TestMigrationsLeadToSchema(t *testing.T) {
	if *update {
		if err := os.WriteFile("migrations/0001_init.sql", []byte(firstMigration+db.Schema), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Log("written; run again without -update")
		return
	}
	dbtest.Each(t, func(t *testing.T, migrated *db.DB) {
		plain := dbtest.OpenWith(t, migrated.Engine(), dbtest.Script(db.Schema))
		want, have := catalogue(t, plain), catalogue(t, migrated)
		if len(want) < 100 {
			t.Fatalf("only %d lines of catalogue: the comparison sees nothing", len(want))
		}
		for _, line := range want {
			if !slices.Contains(have, line) {
				t.Errorf("schema.sql has, migrations have not: %s", line)
			}
		}
		for _, line := range have {
			if !slices.Contains(want, line) {
				t.Errorf("migrations have, schema.sql has not: %s", line)
			}
		}
	})
}

var catalogueQueries = map[db.Engine][]string{
	db.SQLite: {
		`select m.name || ' ' || c.name || ' ' || lower(c.type) || ' notnull ' || c."notnull" || ' default ' || coalesce(c.dflt_value, '') || ' pk ' || c.pk
		 from sqlite_master m cross join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite%' and m.name <> 'schema_version'`,
		`select m.name || ' index ' || case when l.origin = 'c' then l.name else l.origin end || ' unique ' || l."unique" || ' at ' || x.seqno || ' ' || coalesce(x.name, '') || ' desc ' || x."desc" || ' ' || x.coll
		 from sqlite_master m cross join pragma_index_list(m.name) l cross join pragma_index_xinfo(l.name) x where m.type = 'table' and x.key = 1 and m.name not like 'sqlite%' and m.name <> 'schema_version'`,
		`select m.name || ' references ' || f."table" || ' ' || f."from" || ' ' || coalesce(f."to", '') || ' ' || f.on_delete
		 from sqlite_master m cross join pragma_foreign_key_list(m.name) f where m.type = 'table'`,
		`select type || ' ' || name || ' ' || sql from sqlite_master where sql is not null and type <> 'table'`,
	},
	db.Postgres: {
		`select table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' default ' || coalesce(column_default, '') || ' collate ' || coalesce(collation_name, '')
		 from information_schema.columns where table_schema = 'public' and table_name <> 'schema_version'`,
		`select tablename || ' ' || indexdef from pg_indexes where schemaname = 'public' and tablename <> 'schema_version'`,
		`select conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text <> 'schema_version'`,
	},
}

func catalogue(t *testing.T, d *db.DB) []string {
	t.Helper()
	var lines []string
	err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		for _, query := range catalogueQueries[d.Engine()] {
			rows, err := tx.Query(ctx, query)
			more, err := db.All(rows, err, func(r *db.Rows, line *string) error { return r.Scan(line) })
			if err != nil {
				return err
			}
			lines = append(lines, more...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range lines {
		lines[i] = strings.Join(strings.Fields(lines[i]), " ")
	}
	slices.Sort(lines)
	return lines
}

func TestVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		have, want, err := d.Version(context.Background())
		if err != nil || have != want || want < 1 {
			t.Fatalf("have %d, want %d, %v", have, want, err)
		}
		if err := d.Migrate(context.Background()); err != nil {
			t.Fatalf("migrating again: %v", err)
		}
	})
}
