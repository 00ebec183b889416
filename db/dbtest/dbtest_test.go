package dbtest

import (
	"context"
	"testing"

	"jawort/db"
)

const schema = `create table thing (id {key} primary key);`

func put(t *testing.T, d *db.DB, id string) int64 {
	t.Helper()
	var n int64
	err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `insert into thing (id) values ($1)`, id); err != nil {
			return err
		}
		return tx.Row(ctx, `select count(*) from thing`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestShelf: a database comes back empty for the next test, and one whose schema was changed is made anew.
func TestShelf(t *testing.T) {
	const own = schema + ` create table shelf (a bigint);`
	use := func(statement string) (oid int64) {
		t.Run("use", func(t *testing.T) {
			d := OpenWith(t, db.Postgres, Script(own))
			if n := put(t, d, "x"); n != 1 {
				t.Fatalf("%d rows", n)
			}
			err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
				return tx.Row(ctx, `select cast(oid as bigint) from pg_database where datname = current_database()`).Scan(&oid)
			})
			if err != nil {
				t.Fatal(err)
			}
		})
		return oid
	}
	first := use(`insert into shelf (a) values (1)`)
	again := use(`alter table shelf add column b bigint`)
	changed := use(`insert into shelf (a) values (1)`)
	last := use(`insert into shelf (a) values (1)`)
	if first != again || again == changed || changed != last {
		t.Errorf("databases %d %d %d %d: want the same twice, then another twice", first, again, changed, last)
	}
}

// TestFresh: databases of one template know nothing of each other.
func TestFresh(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		a, b := OpenWith(t, engine, Script(schema)), OpenWith(t, engine, Script(schema))
		if put(t, a, "x") != 1 || put(t, b, "x") != 1 {
			t.Errorf("%s: databases are shared", engine)
		}
		if a.Engine() != engine {
			t.Errorf("%s: opened %s", engine, a.Engine())
		}
	}
}

func TestEachRunsBoth(t *testing.T) {
	seen := make(chan db.Engine, 2)
	t.Run("each", func(t *testing.T) { Each(t, func(t *testing.T, d *db.DB) { seen <- d.Engine() }) })
	if len(seen) != 2 || <-seen == <-seen {
		t.Error("not both engines ran")
	}
}
