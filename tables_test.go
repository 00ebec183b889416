package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	ownerLine  = regexp.MustCompile(`^-- owner: (\S+)$`)
	createLine = regexp.MustCompile(`^create table (\w+) \(`)
	writing    = regexp.MustCompile(`(?i)\b(?:insert\s+into|delete\s+from|replace\s+into|truncate(?:\s+table)?)\s+(\w+)|\bupdate\s+(\w+)(?:\s+(?:as\s+)?\w+)?\s+set\b`)
	sqlFile    = regexp.MustCompile(`^sql(_\w+)?\.go$`)
)

// owners reads who may write which table from the schema; a table without an owner is a fault.
func owners(tree fs.FS) (map[string]string, []string, error) {
	text, err := fs.ReadFile(tree, "db/schema.sql")
	if err != nil {
		return nil, nil, err
	}
	out, faults, owner := map[string]string{}, []string(nil), ""
	for _, line := range strings.Split(string(text), "\n") {
		if m := ownerLine.FindStringSubmatch(line); m != nil {
			owner = m[1]
		}
		if m := createLine.FindStringSubmatch(line); m != nil {
			if owner == "" {
				faults = append(faults, fmt.Sprintf("table %s has no line -- owner", m[1]))
			}
			if height, _ := layerOf(owner); height < 0 {
				faults = append(faults, fmt.Sprintf("table %s: its owner %q is no package of ours", m[1], owner))
			}
			out[m[1]], owner = owner, ""
		}
	}
	return out, faults, nil
}

// multiplied are files of the benches that copy rows which the product wrote: millions of them, which would take hours through their owners.
var multiplied = map[string]bool{"bench/history.go": true, "bench/history_people.go": true}

// tableWriters names every statement that writes a table outside its owner's sql.go or sql_….go.
func tableWriters(tree fs.FS) ([]string, error) {
	owner, faults, err := owners(tree)
	if err != nil {
		return nil, err
	}
	files, err := goFiles(tree)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.test || multiplied[f.path] {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(lit.Value) // the parser has read it already
			for _, m := range writing.FindAllStringSubmatch(text, -1) {
				table := m[1] + m[2]
				who, known := owner[table]
				if known && (who != f.dir || !sqlFile.MatchString(path.Base(f.path))) {
					faults = append(faults, fmt.Sprintf("%s writes table %s, which only the sql files of %s may", f.set.Position(lit.Pos()), table, who))
				}
			}
			return true
		})
	}
	return faults, nil
}

func TestOnlyTheOwnerWritesATable(t *testing.T) {
	faults, err := tableWriters(os.DirFS("."))
	report(t, faults, err)
}

func TestTablesAreFound(t *testing.T) {
	got, _, err := owners(os.DirFS("."))
	if err != nil || len(got) < 30 || got["event"] != "consent" || got["message"] != "outbox" {
		t.Errorf("owners read from db/schema.sql: %d, event %q, message %q, %v", len(got), got["event"], got["message"], err)
	}
}

func TestTablesSeesPlantedViolations(t *testing.T) {
	const schema = "-- owner: consent\ncreate table event (\n\ttenant text\n);\n"
	for _, c := range []struct{ name, schema, path, text, want string }{
		{"insert", schema, "api/sql.go", "package api; const q = `insert into event values ($1)`", "api/sql.go:1:24 writes table event"},
		{"update", schema, "gate/sql.go", "package gate; const q = `\nupdate event e\n set x = 1`", "writes table event"},
		{"delete", schema, "gate/sql.go", `package gate; const q = "delete from event where true"`, "writes table event"},
		{"within a with", schema, "gate/sql.go", "package gate; const q = `with x as (select 1) INSERT INTO event select 1`", "writes table event"},
		{"owner, other file", schema, "consent/fold.go", "package consent; const q = `insert into event values ($1)`", "writes table event"},
		{"no owner", "create table lost (\n", "consent/x.go", "package consent", "lost has no line"},
		{"owner is no package", "-- owner: nobody\ncreate table lost (\n", "consent/x.go", "package consent", `"nobody" is no package of ours`},
	} {
		tree := fstest.MapFS{"db/schema.sql": {Data: []byte(c.schema)}, "consent/c.go": {Data: []byte("package consent")}, c.path: {Data: []byte(c.text)}}
		faults, err := tableWriters(tree)
		if err != nil {
			t.Fatal(err)
		}
		wantFault(t, c.name, faults, c.want)
	}
}

func TestReadingAndOwningAreFree(t *testing.T) {
	tree := fstest.MapFS{
		"db/schema.sql":       {Data: []byte("-- owner: consent\ncreate table event (\n")},
		"consent/sql.go":      {Data: []byte("package consent; const a = `insert into event values ($1)`")},
		"consent/sql_more.go": {Data: []byte("package consent; const b = `update event set x = 1`")},
		"api/read.go":         {Data: []byte("package api; const q = `select * from event for update`; const say = `update event 3`")},
	}
	faults, err := tableWriters(tree)
	report(t, faults, err)
}
