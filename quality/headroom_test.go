package quality

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

type book struct {
	t *testing.T
	d *db.DB
}

func newBook(t *testing.T, d *db.DB) book {
	b := book{t, d}
	b.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `insert into portfolio (tenant, portfolio, name, send_limit, updated_at) values ('t', 'p', '', 10, 0), ('t', 'q', '', 10, 0), ('u', 'p', '', 10, 0)`)
		return err
	})
	return b
}

func (b book) write(f func(ctx context.Context, tx *db.Tx) error) {
	b.t.Helper()
	if err := b.d.Write(context.Background(), f); err != nil {
		b.t.Fatal(err)
	}
}

func (b book) take(at int64, slots ...Slot) string {
	b.t.Helper()
	var got []bool
	b.write(func(ctx context.Context, tx *db.Tx) (err error) {
		got, err = Take(ctx, tx, "t", slots, at)
		return err
	})
	out := ""
	for _, ok := range got {
		out += map[bool]string{true: "+", false: "-"}[ok]
	}
	return out
}

func (b book) room(at int64) (s Space) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx *db.Tx) (err error) {
		s, err = Room(ctx, tx, "t", "p", 10, at)
		return err
	})
	return s
}

// people are slots of marketing messages to so many people, from number n on.
func people(n, count int, marketing bool) []Slot {
	var out []Slot
	for i := n; i < n+count; i++ {
		out = append(out, Slot{Portfolio: "p", Contact: fmt.Sprintf("con_%d", i), Message: fmt.Sprintf("msg_%d", i), Marketing: marketing, Limit: 10})
	}
	return out
}

func TestTake(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		if got := b.take(t0, people(0, 10, true)...); got != "+++++++++-" {
			t.Errorf("marketing took %s: the reserve is one of ten", got)
		}
		if got := b.take(t0, people(20, 2, false)...); got != "+-" {
			t.Errorf("utility took %s", got)
		}
		if got := b.take(t0+Second, people(0, 1, true)...); got != "+" {
			t.Error("who holds a slot was refused")
		}
		if got := b.take(t0+Second, Slot{Portfolio: "q", Contact: "con_x", Message: "m", Limit: 10}); got != "+" {
			t.Error("another portfolio shares the limit")
		}
		if got := b.take(t0+Second, Slot{Portfolio: "p", Contact: "con_x", Message: "m", Limit: -1}); got != "+" {
			t.Error("unlimited was refused")
		}
		if s := b.room(t0 + Second); s.Free != 0 || s.FreeMarketing != -1 || s.NextAt != t0+Span {
			t.Errorf("%+v", s)
		}
		if got := b.take(t0+Span-1, people(30, 1, false)...); got != "-" {
			t.Error("a slot fell free too early")
		}
		if got := b.take(t0+Span, people(30, 2, false)...); got != "++" {
			t.Errorf("after 24 h: %s", got)
		}
		if s := b.room(t0 + Span); s.Free != 10-2-1 {
			t.Errorf("the slot that was used again is kept longer: %+v", s)
		}
	})
}

func TestTakeInOneBatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		twice := append(people(0, 1, false), people(0, 1, false)...)
		twice[1].Message = "msg_other"
		if got := b.take(t0, twice...); got != "++" {
			t.Errorf("two messages to one person: %s", got)
		}
		if s := b.room(t0); s.Free != 9 {
			t.Errorf("they took %d slots", 10-s.Free)
		}
		b.write(func(ctx context.Context, tx *db.Tx) error { return GiveBack(ctx, tx, "t", twice[:1]) })
		if s := b.room(t0); s.Free != 9 {
			t.Error("the failure of one gave back the slot of the other")
		}
		if got := b.take(t0); got != "" {
			t.Errorf("nothing took %q", got)
		}
	})
}

func TestGiveBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		slots := people(0, 3, false)
		b.take(t0, slots...)
		again := slots[1]
		again.Message = "msg_later"
		b.take(t0+Second, again)
		b.write(func(ctx context.Context, tx *db.Tx) error {
			if err := GiveBack(ctx, tx, "u", slots); err != nil { // another tenant's
				return err
			}
			return GiveBack(ctx, tx, "t", slots[:2])
		})
		if s := b.room(t0 + Second); s.Free != 8 {
			t.Errorf("free %d: the first goes back, the second is held by a later message too, the third was not given back", s.Free)
		}
		b.write(func(ctx context.Context, tx *db.Tx) error { return GiveBack(ctx, tx, "t", nil) })
	})
}

func TestExtend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		b.take(t0, people(0, 1, false)...)
		b.write(func(ctx context.Context, tx *db.Tx) error {
			return Extend(ctx, tx, "t", []Reached{{"p", "con_0", t0 + 60*Second}, {"p", "con_stranger", t0}, {"p", "con_0", t0 + 5*Second}, {"p", "con_0", t0 - 9*Second}})
		})
		if early, late := b.room(t0+60*Second+Span-1), b.room(t0+60*Second+Span); early.Free != 9 || late.Free != 10 {
			t.Errorf("delivered a minute later: %+v, then %+v", early, late)
		}
		b.write(func(ctx context.Context, tx *db.Tx) error { return GiveBack(ctx, tx, "t", people(0, 1, false)) })
		if s := b.room(t0 + Second); s.Free != 8 {
			t.Errorf("what was delivered was given back: %+v", s)
		}
		b.write(func(ctx context.Context, tx *db.Tx) error {
			n, err := Sweep(ctx, tx, "t", t0+Span)
			if n != 1 {
				t.Errorf("swept %d", n)
			}
			return err
		})
	})
}

// Many at once never get more than the limit.
func TestTakeTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		var wg sync.WaitGroup
		var mu sync.Mutex
		total := 0
		for w := range 8 {
			wg.Go(func() {
				var got []bool
				err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
					got, err = Take(ctx, tx, "t", people(w*10, 4, false), t0)
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				for _, ok := range got {
					if ok {
						total++
					}
				}
			})
		}
		wg.Wait()
		if s := b.room(t0); total != 10 || s.Free != 0 {
			t.Errorf("%d taken, %d free", total, s.Free)
		}
	})
}
