package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"jawort/db"
)

// server is the address of a PostgreSQL server, found or started once for a test binary.
var server = sync.OnceValues(func() (string, error) {
	if address := os.Getenv("JAWORT_TEST_POSTGRES"); address != "" {
		return address, nil
	}
	return sharedCluster()
})

var errNoServer = errors.New("PostgreSQL is needed for tests: set JAWORT_TEST_POSTGRES, or `apt-get install postgresql`")

var templates sync.Map // hash of the migrations → *template

type template struct {
	once sync.Once
	err  error
}

// freshPostgres lends an empty migrated database.
func freshPostgres(t testing.TB, o db.Options) string {
	t.Helper()
	address, err := server()
	if err != nil {
		t.Fatal(err)
	}
	from, err := templateOf(address, o.Migrations)
	if err != nil {
		t.Fatalf("make PostgreSQL template: %v", err)
	}
	p, err := shelfOf(address)
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	name, err := p.take(from)
	if err != nil {
		t.Fatalf("make test database: %v", err)
	}
	t.Cleanup(func() { p.give(name) })
	return inDatabase(address, name)
}

// admin runs one statement in the server's own database.
func admin(address, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, statement)
	return err
}

func inDatabase(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Path = "/" + name
	return u.String()
}

// templateOf gives the name of a database with these migrations. It is shared by all test binaries of the server: named by the
// migrations' hash, made by whoever comes first, and renamed into place only when whole.
func templateOf(address string, migrations fs.FS) (string, error) {
	text, err := db.MigrationText(migrations)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(text))
	name := "jawort_template_" + hex.EncodeToString(sum[:8])
	slot, _ := templates.LoadOrStore(name, &template{})
	made := slot.(*template)
	made.once.Do(func() { made.err = makeTemplate(address, name, migrations) })
	return name, made.err
}

func makeTemplate(address, name string, migrations fs.FS) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer c.Close(ctx) // gives the lock back
	if _, err := c.Exec(ctx, "select pg_advisory_lock(hashtext($1))", name); err != nil {
		return err
	}
	var there bool
	if err := c.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there); err != nil || there {
		return err
	}
	raw := name + "_raw"
	for _, statement := range []string{"drop database if exists " + raw, "create database " + raw + " template template0 encoding 'UTF8'"} {
		if _, err := c.Exec(ctx, statement); err != nil {
			return err
		}
	}
	if err := migrate(inDatabase(address, raw), migrations); err != nil {
		return err
	}
	_, err = c.Exec(ctx, "alter database "+raw+" rename to "+name)
	return err
}

// Empty gives the address of a PostgreSQL database without any schema, gone when the test ends.
func Empty(t testing.TB) string {
	t.Helper()
	address, err := server()
	if err != nil {
		t.Fatal(err)
	}
	name := "jawort_empty_" + hex.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(time.Now().UnixNano())))
	if err := admin(address, "create database "+name+" template template0"); err != nil {
		t.Fatalf("make empty database: %v", err)
	}
	t.Cleanup(func() {
		if err := admin(address, "drop database if exists "+name+" with (force)"); err != nil {
			t.Errorf("drop empty database: %v", err)
		}
	})
	return inDatabase(address, name)
}
