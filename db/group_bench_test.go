package db_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
)

const benchSchema = `
create table thing (tenant {key} not null, id {key} not null, n bigint not null, body bytea, done boolean not null, primary key (tenant, id));
`

type benchThing struct {
	id string
	n  int64
}

func insertThings(ctx context.Context, tx *db.Tx, in []benchThing) ([]db.Outcome[int64], error) {
	_, err := tx.Exec(ctx, `insert into thing (tenant, id, n, body, done)
		select $1, r.id, r.n, r.body, r.done from {rows $2: id text, n bigint, body bytea, done boolean} r where true`,
		"ten_1", db.RowsOf(in, func(t benchThing) []any { return []any{t.id, t.n, []byte("0123456789"), t.n%2 == 0} }))
	return make([]db.Outcome[int64], len(in)), err
}

// BenchmarkGroup: 64 producers, each answered after the durable commit of its one row; floor = 64 rows a commit by one goroutine.
func BenchmarkGroup(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		for _, linger := range []time.Duration{-1, 0, time.Millisecond} {
			for _, committers := range []int{1, 2, 3, 4} {
				if engine == db.SQLite && committers > 1 {
					continue
				}
				b.Run(fmt.Sprintf("%s/linger=%s/committers=%d", engine, linger, committers), func(b *testing.B) {
					d := openBench(b, engine)
					g := db.NewGroup(d, db.GroupOptions{Linger: linger, Committers: committers}, insertThings)
					var n atomic.Int64
					var wait sync.WaitGroup
					b.ResetTimer()
					for range 64 {
						wait.Go(func() {
							for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
								if _, err := g.Do(context.Background(), benchThing{fmt.Sprintf("thg_%010d", i), i}); err != nil {
									b.Error(err)
									return
								}
							}
						})
					}
					wait.Wait()
					b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
				})
			}
		}
	}
}

func BenchmarkFloor(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		for _, size := range []int{1, 32, 64, 256} {
			b.Run(fmt.Sprintf("%s/%d", engine, size), func(b *testing.B) {
				d := openBench(b, engine)
				in := make([]benchThing, size)
				b.ResetTimer()
				for i := 0; i < b.N; i += size {
					for j := range in {
						in[j] = benchThing{fmt.Sprintf("thg_%010d", i+j), int64(i)}
					}
					err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
						_, err := insertThings(ctx, tx, in)
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// BenchmarkLookup: 1000 keys of a million rows in one query.
func BenchmarkLookup(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		d := openBench(b, engine)
		const million = 1_000_000
		for i := 0; i < million; i += 5000 {
			in := make([]benchThing, 5000)
			for j := range in {
				in[j] = benchThing{fmt.Sprintf("thg_%010d", i+j), int64(i)}
			}
			if err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				_, err := insertThings(ctx, tx, in)
				return err
			}); err != nil {
				b.Fatal(err)
			}
		}
		keys := func(i int) []string {
			ids := make([]string, 1000)
			for j := range ids {
				ids[j] = fmt.Sprintf("thg_%010d", (i*7919+j*104729)%million)
			}
			return ids
		}
		for name, query := range map[string]string{
			"list": `select id, n from thing where tenant = $1 and id in {list $2 text}`,
			"rows": `select t.id, t.n from {rows $2: id text} r {join thing t on t.tenant = $1 and t.id = r.id}`,
		} {
			b.Run(fmt.Sprintf("%s/%s", engine, name), func(b *testing.B) {
				for i := range b.N {
					ids := keys(i)
					var arg any = ids
					if name == "rows" {
						arg = db.RowsOf(ids, func(id string) []any { return []any{id} })
					}
					err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
						rows, err := tx.Query(ctx, query, "ten_1", arg)
						all, err := db.All(rows, err, func(r *db.Rows, t *benchThing) error { return r.Scan(&t.id, &t.n) })
						if err == nil && len(all) != 1000 {
							err = fmt.Errorf("%d found", len(all))
						}
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "keys/s")
			})
		}
	}
}

func openBench(b *testing.B, engine db.Engine) *db.DB {
	o := dbtest.Script(benchSchema)
	o.CacheMB, _ = strconv.Atoi(os.Getenv("BENCH_CACHE_MB"))
	return dbtest.OpenWith(b, engine, o)
}
