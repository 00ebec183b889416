package account

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

func try(key, body string) Try {
	return Try{Key: key, Route: "POST /v1/messages", BodyHash: HashBody([]byte(body))}
}

func TestIdempotency(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		begin := func(tenant string, tries ...Try) (out []Begun) {
			h.write(func(ctx context.Context, tx *db.Tx) (err error) {
				out, err = Begin(ctx, tx, tenant, tries)
				return err
			})
			return out
		}
		first := begin(h.a.ID, try("b", "1"), try("a", "1"), try("b", "1"), try("b", "2"))
		for i, want := range []BegunState{Fresh, Fresh, Running, Other} {
			if first[i].State != want {
				t.Errorf("first call, try %d: %v, want %v", i, first[i].State, want)
			}
		}
		if s := begin(h.a.ID, try("a", "1"))[0].State; s != Running {
			t.Errorf("while running: %v", s)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return Finish(ctx, tx, h.a.ID, []Outcome{{"a", first[1].Since, 202, []byte(`{"id":"msg_1"}`)}, {"b", first[0].Since, 409, nil}})
		})
		again := begin(h.a.ID, try("a", "1"), try("b", "1"), try("a", "2"), Try{Key: "a", Route: "POST /v1/optins", BodyHash: HashBody([]byte("1"))})
		if again[0].State != Repeated || again[0].Status != 202 || string(again[0].Answer) != `{"id":"msg_1"}` {
			t.Errorf("stored answer: %+v", again[0])
		}
		if again[1].State != Repeated || again[1].Status != 409 || len(again[1].Answer) != 0 {
			t.Errorf("stored refusal: %+v", again[1])
		}
		if again[2].State != Other || again[3].State != Other {
			t.Errorf("another body %v, another route %v", again[2].State, again[3].State)
		}
		if s := begin(h.b.ID, try("a", "9"))[0].State; s != Fresh {
			t.Errorf("another tenant's key is its own: %v", s)
		}
	})
}

// A try that never finished is taken over after a minute; the slow one then cannot commit its effects.
func TestIdempotencyIsTakenOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		begin := func(tr Try) (out Begun) {
			h.write(func(ctx context.Context, tx *db.Tx) error {
				b, err := Begin(ctx, tx, h.a.ID, []Try{tr})
				if err == nil {
					out = b[0]
				}
				return err
			})
			return out
		}
		slow := begin(try("k", "1"))
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update idempotency set created_at = created_at - $1`, IdempotencyStale.Microseconds()+1)
			return err
		})
		slow.Since -= IdempotencyStale.Microseconds() + 1
		if s := begin(try("k", "2")).State; s != Other {
			t.Errorf("another body took it over: %v", s)
		}
		later := begin(try("k", "1"))
		if later.State != Fresh {
			t.Fatalf("not taken over: %v", later.State)
		}
		finish := func(b Begun) error {
			return d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return Finish(ctx, tx, h.a.ID, []Outcome{{"k", b.Since, 200, nil}})
			})
		}
		if err := finish(slow); !errors.Is(err, ErrTakenOver) {
			t.Errorf("the slow one finished: %v", err)
		}
		if err := finish(later); err != nil {
			t.Errorf("the later one: %v", err)
		}
	})
}

func TestIdempotencyIsAbandoned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for range 3 {
			h.write(func(ctx context.Context, tx *db.Tx) error {
				b, err := Begin(ctx, tx, h.a.ID, []Try{try("k", "1")})
				if err != nil || b[0].State != Fresh {
					t.Errorf("%+v %v", b, err)
				}
				return Abandon(ctx, tx, h.a.ID, []Outcome{{Key: "k", Since: b[0].Since}})
			})
		}
	})
}

// Many at once with the same keys in many orders: each key is fresh exactly once.
func TestIdempotencyRace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var fresh [5]atomic.Int64
		var all sync.WaitGroup
		for g := range 8 {
			all.Go(func() {
				var tries []Try
				for i := range fresh {
					tries = append(tries, try(fmt.Sprint((i+g)%len(fresh)), "1"))
				}
				var out []Begun
				h.write(func(ctx context.Context, tx *db.Tx) (err error) {
					out, err = Begin(ctx, tx, h.a.ID, tries)
					return err
				})
				for i, b := range out {
					if b.State == Fresh {
						fresh[(i+g)%len(fresh)].Add(1)
					}
				}
			})
		}
		all.Wait()
		for i := range fresh {
			if n := fresh[i].Load(); n != 1 {
				t.Errorf("key %d was fresh %d times", i, n)
			}
		}
	})
}
