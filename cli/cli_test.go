package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/topic"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"jawort": func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts are the commands as a person calls them; those in testdata/database run on both engines.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Setup: clean, Cmds: words(nil)})
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			testscript.Run(t, testscript.Params{Dir: "testdata/database", Setup: func(e *testscript.Env) error {
				e.Setenv("JAWORT_DB", dbtest.URL(t, engine, db.Options{}))
				e.Setenv("ENGINE", engine.String())
				return clean(e)
			}, Cmds: words(map[string]word{"seed": seed, "hold": hold, "change": change}),
				Condition: func(c string) (bool, error) { return c == engine.String(), nil }})
		})
	}
}

// word is a command of the scripts.
type word = func(*testscript.TestScript, bool, []string)

func words(more map[string]word) map[string]word {
	all := map[string]word{"exits": exits, "lines": lines}
	maps.Copy(all, more)
	return all
}

// exits runs a program and wants this exit code: exits 2 jawort nonsense.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	var ended *exec.ExitError
	err := ts.Exec(args[1], args[2:]...)
	if !errors.As(err, &ended) || strconv.Itoa(ended.ExitCode()) != args[0] {
		ts.Fatalf("wanted exit %s, got %v", args[0], err)
	}
}

// lines wants a file of so many lines.
func lines(ts *testscript.TestScript, _ bool, args []string) {
	if n := strings.Count(ts.ReadFile(args[1]), "\n"); strconv.Itoa(n) != args[0] {
		ts.Fatalf("%s has %d lines, not %s", args[1], n, args[0])
	}
}

// clean gives a script a key and nothing else of ours.
func clean(e *testscript.Env) error {
	e.Setenv("JAWORT_KEY", testKey)
	e.Setenv("JAWORT_VERIFY_TOKEN", "a long random word")
	return nil
}

const testKey = "2026:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

// must ends the script on an error.
func must(ts *testscript.TestScript, err error) {
	if err != nil {
		ts.Fatalf("%v", err)
	}
}

func write(ts *testscript.TestScript, f func(ctx context.Context, tx *db.Tx) error) {
	ctx := context.Background()
	d, err := db.Open(ctx, ts.Getenv("JAWORT_DB"), db.Options{})
	must(ts, err)
	defer d.Close()
	must(ts, d.Write(ctx, f))
}

// seed gives the only business a number, the topics offers and orders, and a person who agreed to offers.
func seed(ts *testscript.TestScript, _ bool, _ []string) {
	keys, err := account.ParseKeyring(testKey)
	must(ts, err)
	write(ts, func(ctx context.Context, tx *db.Tx) error {
		all, err := account.Tenants(ctx, tx)
		if err != nil || len(all) != 1 {
			return fmt.Errorf("tenants: %d %w", len(all), err)
		}
		t := all[0]
		at, err := tx.Now(ctx)
		must(ts, err)
		must(ts, account.PutPortfolio(ctx, tx, t.ID, account.Portfolio{ID: "900", Name: "P", SendLimit: 1000}))
		must(ts, account.PutNumber(ctx, tx, keys, t.ID, account.Number{ID: "106", WABA: "102", Portfolio: "900", Display: "4930901820",
			Name: "Shop", Country: "DE", BaseURL: "http://127.0.0.1:1", Mode: account.Enforce, Throughput: 80, Status: "CONNECTED"}, "EAAtoken", "s3cret", "test"))
		must(ts, topic.Put(ctx, tx, t.ID, topic.Topic{Code: "offers", Class: topic.Marketing, Texts: texts("Angebote")}, at))
		must(ts, topic.Put(ctx, tx, t.ID, topic.Topic{Code: "orders", Class: topic.Utility, Texts: texts("Bestellungen")}, at))
		_, err = topic.UpsertFromMeta(ctx, tx, t.ID, "102", []topic.Template{{Name: "sale", Language: "de", Category: "MARKETING", Status: "APPROVED"}}, at)
		must(ts, err)
		must(ts, topic.Assign(ctx, tx, t.ID, "102", "sale", "offers"))
		return agree(ctx, tx, keys, t, at)
	})
}

func texts(name string) map[string]topic.Text {
	return map[string]topic.Text{"de": {Name: name, Value: name}, "en": {Name: name, Value: name}}
}

// agree has tel:+4915123456789 agree to offers.
func agree(ctx context.Context, tx *db.Tx, keys *account.Keyring, t account.Tenant, at int64) error {
	pepper, err := keys.Pepper(t)
	if err != nil {
		return err
	}
	const who = address.Address("tel:+4915123456789")
	of, err := contact.Ensure(ctx, tx, t.ID, pepper, []address.Address{who}, at)
	if err != nil {
		return err
	}
	revs, err := contact.Lock(ctx, tx, t.ID, []string{of[who]})
	if err != nil {
		return err
	}
	_, err = consent.Append(ctx, tx, t.ID, []consent.Event{{Contact: of[who], Kind: consent.Granted, Scope: consent.ScopeTopic, Topics: []string{"offers"},
		Address: string(who), Channel: "chat", Number: "106", Actor: consent.Actor{Kind: consent.Person}, HappenedAt: at, Witnessed: true}}, revs)
	return err
}

var held = map[string]*db.DB{}

// hold opens the database as a running server would; with ! it lets go.
func hold(ts *testscript.TestScript, neg bool, _ []string) {
	url := ts.Getenv("JAWORT_DB")
	if neg {
		must(ts, held[url].Close())
		return
	}
	d, err := db.Open(context.Background(), url, db.Options{Holder: "jawort serve"})
	must(ts, err)
	held[url] = d
}

// change runs a statement of a test.
func change(ts *testscript.TestScript, _ bool, args []string) {
	write(ts, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, strings.Join(args, " "))
		return err
	})
}

// Flag beats environment beats file; a file with an unknown name is refused.
func TestConfiguration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "jawort.json")
	if err := os.WriteFile(file, []byte(`{"listen":"10.0.0.1:1","data":"from-file","base_url":"https://file.example"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		env  map[string]string
		want string
	}{
		{"nothing", nil, nil, "no database yet"},
		{"file by flag", []string{"--config", file}, nil, "from-file"},
		{"file by environment", nil, map[string]string{"JAWORT_CONFIG": file}, "from-file"},
		{"environment beats file", []string{"--config", file}, map[string]string{"JAWORT_DATA": "from-env"}, "from-env"},
		{"flag beats both", []string{"--config", file, "--data", "from-flag"}, map[string]string{"JAWORT_DATA": "from-env"}, "from-flag"},
		{"flag's file beats environment's", []string{"--config", file}, map[string]string{"JAWORT_CONFIG": "/nonexistent"}, "from-file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			var out, errOut bytes.Buffer
			code := run(t.Context(), append([]string{"migrate"}, c.args...), &terminal{strings.NewReader(""), &out, &errOut})
			if code != exitWell {
				t.Fatalf("exit %d: %s", code, errOut.String())
			}
			want := c.want
			if want == "no database yet" {
				want = "jawort-data"
			}
			if _, err := os.Stat(filepath.Join(want, "jawort.db")); err != nil {
				t.Errorf("database not in %s: %v", want, err)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	good := Config{Listen: "127.0.0.1:8080", Key: "x", VerifyToken: "y", BaseURL: "https://jawort.example.com/"}
	if f := good.Faults(); len(f) != 0 || good.Base() != "https://jawort.example.com" {
		t.Errorf("a whole configuration: %q, base %s", f, good.Base())
	}
	for name, spoil := range map[string]func(*Config){
		"key":         func(c *Config) { c.Key = "" },
		"verify":      func(c *Config) { c.VerifyToken = "" },
		"listen":      func(c *Config) { c.Listen = "8080" },
		"base_url is": func(c *Config) { c.BaseURL = "jawort" },
		"https":       func(c *Config) { c.BaseURL = "http://jawort.example.com" },
	} {
		c := good
		spoil(&c)
		if f := c.Faults(); len(f) != 1 || !strings.Contains(f[0], name) {
			t.Errorf("%s: %q", name, f)
		}
	}
}
