package db_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
)

func TestOpenRefuses(t *testing.T) {
	for address, want := range map[string]string{
		"":                                       "must begin with",
		"mysql://x":                              "must begin with",
		"sqlite:":                                "needs a file",
		"sqlite::memory:":                        "needs a file",
		"sqlite:" + t.TempDir() + "/no/where.db": "lock file",
		"postgres://%zz":                         "cannot be read",
		"postgres://u:hunter2@127.0.0.1:1/x?connect_timeout=2": "open database",
	} {
		d, err := db.Open(context.Background(), address, db.Options{})
		if err == nil {
			d.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// A new database is its owner's alone, and so is what SQLite keeps beside it; one that is there keeps its mode.
func TestPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jawort.db")
	open := func() {
		t.Helper()
		d, err := db.Open(t.Context(), "sqlite:"+path, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if beside, err := os.Stat(path + "-wal"); err == nil && beside.Mode().Perm() != 0o600 {
			t.Errorf("the journal may be read by others: %v", beside.Mode())
		}
	}
	mode := func(want fs.FileMode) {
		t.Helper()
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%v, want %v; %v", info.Mode(), want, err)
		}
	}
	open()
	mode(0o600)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if d, err := db.Open(t.Context(), "sqlite:"+path, db.Options{}); err != nil {
		t.Error(err)
	} else {
		d.Close()
	}
	mode(0o640)
}

func TestPathsThatLookLikeAddresses(t *testing.T) {
	for _, name := range []string{"with space.db", "what?.db", "100%.db", "a#b.db", "ü&x=1.db"} {
		path := filepath.Join(t.TempDir(), name)
		d, err := db.Open(context.Background(), "sqlite:"+path, dbtest.Script(testSchema))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := errors.Join(d.Migrate(context.Background()), d.Close()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() < 8192 {
			t.Errorf("%s: not written where it was told (%v)", name, err)
		}
	}
}

func TestOneProcessAtATime(t *testing.T) {
	address := dbtest.URL(t, db.SQLite, dbtest.Script(testSchema))
	d, err := db.Open(context.Background(), address, db.Options{Holder: "jawort serve"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Open(context.Background(), address, db.Options{Holder: "jawort import"})
	var held *db.HeldError
	if !errors.As(err, &held) || !strings.Contains(held.Holder, "jawort serve") || !strings.Contains(held.Holder, "process ") {
		t.Errorf("second opening: %v", err)
	}
	tool, err := db.Open(context.Background(), address, db.Options{ReadOnly: true})
	if err != nil {
		t.Fatalf("a tool that reads: %v", err)
	}
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `insert into child (id, n) values ('a', 1)`)
		return err
	})
	if n := countChildren(t, tool); n != 1 {
		t.Errorf("the tool sees %d rows", n)
	}
	if err := tool.Write(context.Background(), func(context.Context, *db.Tx) error { return nil }); err == nil {
		t.Error("a tool that reads could write")
	}
	if err := errors.Join(tool.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
	again, err := db.Open(context.Background(), address, db.Options{})
	if err != nil {
		t.Fatalf("after closing: %v", err)
	}
	if n := countChildren(t, again); n != 1 {
		t.Errorf("%d rows after opening again", n)
	}
	again.Close()
}

// TestKilledWriter: what was acknowledged is there after kill -9, and the lock is free.
func TestKilledWriter(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			address := dbtest.URL(t, engine, dbtest.Script(testSchema))
			cmd := exec.Command(os.Args[0], "-test.run=^TestWriterProcess$")
			cmd.Env = append(os.Environ(), "DB_TEST_WRITE_TO="+address)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			acknowledged := 0
			buffer := make([]byte, 64)
			for acknowledged < 100 {
				n, err := out.Read(buffer)
				if err != nil {
					t.Fatal(err)
				}
				acknowledged += strings.Count(string(buffer[:n]), ".")
			}
			cmd.Process.Kill()
			cmd.Wait()
			d, err := db.Open(context.Background(), address, db.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			if n := countChildren(t, d); n < int64(acknowledged) {
				t.Errorf("%d acknowledged, %d there", acknowledged, n)
			}
		})
	}
}

// TestWriterProcess is the process that TestKilledWriter kills: one point for each durable commit.
func TestWriterProcess(t *testing.T) {
	address := os.Getenv("DB_TEST_WRITE_TO")
	if address == "" {
		return
	}
	d, err := db.Open(context.Background(), address, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := db.NewGroup(d, db.GroupOptions{}, applyOrders)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if _, err := g.Do(context.Background(), order{id: time.Now().Format(time.RFC3339Nano)}); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString(".")
	}
}

// TestSettings: durable means durable, and plans are not kept.
func TestSettings(t *testing.T) {
	for engine, wants := range map[db.Engine]map[string]string{
		db.SQLite:   {"pragma journal_mode": "wal", "pragma synchronous": "2", "pragma foreign_keys": "1", "pragma busy_timeout": "10000", "pragma mmap_size": "0"},
		db.Postgres: {"show synchronous_commit": "on", "show plan_cache_mode": "force_custom_plan", "show transaction_isolation": "read committed", "show jit": "off", "show random_page_cost": "1.1"},
	} {
		d := dbtest.OpenWith(t, engine, dbtest.Script(testSchema))
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			for query, want := range wants {
				var have any
				err := tx.Row(ctx, query).Scan(&have)
				if text := fmt.Sprint(have); err != nil || text != want {
					t.Errorf("%s: %v, want %s (%v)", query, have, want, err)
				}
			}
			return nil
		})
	}
}

// TestLibcPin: modernc.org/sqlite works only with the very libc of its own go.mod (its README); go get -u breaks that silently.
func TestLibcPin(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.ReadFile(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := func(mod []byte) string {
		for line := range strings.Lines(string(mod)) {
			if words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require ")); len(words) > 1 && words[0] == "modernc.org/libc" {
				return words[1]
			}
		}
		return ""
	}
	if version(theirs) == "" || version(theirs) != version(ours) {
		t.Errorf("go.mod has modernc.org/libc %q, sqlite wants %q", version(ours), version(theirs))
	}
}

func TestTables(t *testing.T) {
	tables := db.Tables()
	if len(tables) < 20 {
		t.Fatalf("%d tables", len(tables))
	}
	d := dbtest.Open(t, db.SQLite)
	read(t, d, func(ctx context.Context, tx *db.Tx) error {
		for _, table := range tables {
			rows, err := tx.Query(ctx, `select name from pragma_table_info($1)`, table.Name)
			columns, err := db.All(rows, err, func(r *db.Rows, name *string) error { return r.Scan(name) })
			if err != nil {
				return err
			}
			if len(columns) != len(table.Columns) {
				t.Errorf("%s: parsed %d columns, it has %d", table.Name, len(table.Columns), len(columns))
			}
			for _, name := range columns {
				if c := table.Column(name); c == nil || c.Type == "" {
					t.Errorf("%s.%s was not parsed", table.Name, name)
				}
			}
		}
		return nil
	})
}
