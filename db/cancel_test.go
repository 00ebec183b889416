package db_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"jawort/db"
)

// Callers that go away at any moment leave their connection as they found it: nobody after them fails, or reads what stood long ago.
func TestCallersWhoGoAwayLeaveNothingBehind(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		calls := map[db.Engine]int{db.SQLite: 2500, db.Postgres: 60}[d.Engine()] // PostgreSQL's connections are made anew
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for i := range calls {
					if err := hurried(t, d, i%4 == 0); err != nil && !errors.Is(err, context.Canceled) {
						t.Errorf("%v", err)
						return
					}
				}
			})
		}
		all.Wait()
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `insert into child (id, n) values ('last', 1)`)
			return err
		})
		for range 32 {
			all.Go(func() {
				var n int64
				err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					time.Sleep(time.Millisecond) // so that each connection has its turn
					return tx.Row(ctx, `select count(*) from child`).Scan(&n)
				})
				if err != nil || n != 1 {
					t.Errorf("%d rows, %v", n, err)
				}
			})
		}
		all.Wait()
	})
}

// hurried asks something and goes away in the middle of it, most often.
func hurried(t *testing.T, d *db.DB, write bool) error {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	defer time.AfterFunc(rand.N(60*time.Microsecond), cancel).Stop()
	call := d.Read
	if write {
		call = d.Write
	}
	return call(ctx, func(ctx context.Context, tx *db.Tx) error {
		var one int64
		return tx.Row(ctx, `select 1`).Scan(&one)
	})
}
