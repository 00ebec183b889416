package quality

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

// Of a large limit a count is kept. Whatever happens to the slots, in whatever order, it says what counting them one by one says, from the first
// send on and when it is counted anew.
func TestLargeLimitIsKeptCountOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		const limit = countAll * 2
		dice := rand.New(rand.NewPCG(7, 11))
		slot := func() Slot {
			n := dice.IntN(12)
			return Slot{Portfolio: "p", Contact: fmt.Sprintf("con_%02d", n), Message: fmt.Sprintf("msg_%d", dice.IntN(40)), Marketing: n%2 == 0, Limit: limit}
		}
		at, relied := t0, 0
		for step := range 150 {
			at += int64(dice.IntN(5)) * int64(dice.IntN(4000)) * Second
			b.write(func(ctx context.Context, tx *db.Tx) error {
				switch dice.IntN(5) {
				case 0:
					return GiveBack(ctx, tx, "t", []Slot{slot(), slot()})
				case 1:
					return Extend(ctx, tx, "t", []Reached{{"p", slot().Contact, at - int64(dice.IntN(90_000))*Second}, {"p", slot().Contact, at}, {"q", "con_1", at}})
				}
				got, err := Take(ctx, tx, "t", []Slot{slot(), slot(), slot()}, at)
				if err == nil && (!got[0] || !got[1] || !got[2]) {
					t.Errorf("step %d: refused of %d", step, limit)
				}
				return err
			})
			b.write(func(ctx context.Context, tx *db.Tx) error {
				s, err := Room(ctx, tx, "t", "p", limit, at)
				if err != nil {
					return err
				}
				held, err := counted(ctx, tx, "t", "p", nil, at, true)
				if err != nil {
					return err
				}
				if want := spaceOf(limit, held); s.Free != want.Free || s.FreeMarketing != want.FreeMarketing || (s.NextAt > 0) != (want.FreeMarketing <= 0) {
					t.Fatalf("step %d: the count says %+v, one by one there are %d held", step, s, held)
				}
				kept, err := tallies(ctx, tx, "t", []string{"p"}, false)
				if kept["p"].sure() {
					relied++
				}
				return err
			})
		}
		if relied < 100 {
			t.Errorf("the count was gone by %d times only", relied)
		}
	})
}
