package quality

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

func slowly(t *testing.T, d *db.DB, rows ...Row) func(at int64, turns ...Turn) string {
	b := newBook(t, d)
	b.write(func(ctx context.Context, tx *db.Tx) error { return SaveBrakes(ctx, tx, "t", rows) })
	return func(at int64, turns ...Turn) string {
		t.Helper()
		out := ""
		b.write(func(ctx context.Context, tx *db.Tx) error {
			got, err := TakeTurns(ctx, tx, "t", turns, at)
			out = ""
			for _, ok := range got {
				out += map[bool]string{true: "+", false: "-"}[ok]
			}
			return err
		})
		return out
	}
}

// slow is a brake at 24 messages a day: one an hour.
func slow(of Of) Row {
	return Row{Of: of, Machine: Begin(), Effect: Effect{State: Slow, Cause: CauseRatingYellow, Answers: true, Pace: 24}}
}

func TestTurns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n, other := Turn{Number: "n"}, Turn{Number: "m"}
		sale := Turn{Number: "m", WABA: "w", Template: "sale", Language: "de"}
		take := slowly(t, d, slow(Of{Number: "n"}), slow(Of{WABA: "w", Template: "sale", Language: "de"}))
		for _, c := range []struct {
			at    int64
			turns []Turn
			want  string
		}{
			{t0, []Turn{n, n, other}, "+-+"}, // the other number is not slow
			{t0 + hour - 1, []Turn{n}, "-"},
			{t0 + hour, []Turn{n, n}, "+-"},
			{t0 + 9*hour, []Turn{n, n}, "+-"}, // nothing is saved up
			{t0 + 9*hour, []Turn{sale, sale, other}, "+-+"},
			{t0 + 9*hour, []Turn{{Number: "m", WABA: "w", Template: "sale", Language: "en"}, {Number: "m", WABA: "v", Template: "sale", Language: "de"}}, "++"},
			{t0 + 10*hour, []Turn{{Number: "n", WABA: "w", Template: "sale", Language: "de"}, sale, n}, "+--"}, // both turns or none
			{t0 + 10*hour, nil, ""},
		} {
			if got := take(c.at, c.turns...); got != c.want {
				t.Errorf("at +%d h %v: %s, want %s", (c.at-t0)/hour, c.turns, got, c.want)
			}
		}
	})
}

// However many processes send: in a day no more than the pace.
func TestTurnsTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		take := slowly(t, d, slow(Of{Number: "n"}))
		var wg sync.WaitGroup
		var mu sync.Mutex
		got := 0
		for range 4 {
			wg.Go(func() {
				for h := range int64(6) {
					for _, c := range take(t0+h*hour/2, Turn{Number: "n"}) {
						mu.Lock()
						if c == '+' {
							got++
						}
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		if got == 0 || got > 3 {
			t.Errorf("%d went in two and a half hours", got)
		}
	})
}

func TestBrakesAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		b.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `insert into tenant (tenant, name, language, zone, country, policy, brand, pepper, created_at) values ('t', '', 'de', 'UTC', 'DE', '{}', '{}', '\x00', 0)`)
			return err
		})
		row := Row{Of: Of{Number: "n"}, Machine: Machine{RungCrawl, CauseRatingYellow, 5, 6, true}, Hold: Hold{Open, RungCrawl, 9, "usr", "why"},
			Effect: Effect{Open, CauseByStaff, 9, true, 0}, Since: 7}
		for n, r := range []Row{row, slow(Of{Number: "n"}), {Of: Of{WABA: "w", Template: "x", Language: "de"}, Machine: Begin(), Effect: Effect{State: Open, Answers: true}}} {
			b.write(func(ctx context.Context, tx *db.Tx) error {
				if err := SaveBrakes(ctx, tx, "t", []Row{r}); err != nil {
					return err
				}
				got, err := Moved(ctx, tx, "t")
				locked, err2 := LockBrakes(ctx, tx, "t")
				if err == nil && (err2 != nil || fmt.Sprint(got) != fmt.Sprint(locked) || !contains(got, r)) {
					t.Errorf("%d: %+v %v, want %+v", n, got, err2, r)
				}
				return err
			})
		}
		b.write(func(ctx context.Context, tx *db.Tx) error { return SaveBrakes(ctx, tx, "t", nil) })
	})
}

func contains(list []Row, want Row) bool {
	for _, r := range list {
		if r == want {
			return true
		}
	}
	return false
}

func TestSignals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		b.write(func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `insert into number (tenant, number, waba, portfolio, display, name, country, base_url, token, app_secret, mode, throughput, settings, status, created_at)
				values ('t', 'n', 'w', 'p', '', '', 'DE', '', '\x00', '\x00', 'enforce', 80, '{}', '', 0)`); err != nil {
				return err
			}
			return Note(ctx, tx, "t", []Signal{{t0, "n", "m1", CodeSpam}, {t0 + 5, "n", "m2", CodeSpam}, {t0, "n", "m3", CodeEnough}, {t0, "n", "m4", 131047}, {t0, "n", "m5", CodeLocked}})
		})
		b.write(func(ctx context.Context, tx *db.Tx) error {
			got, err := Last(ctx, tx, "t", t0)
			if fmt.Sprint(got) != fmt.Sprint(map[string]map[int64]int64{"n": {CodeSpam: t0 + 5, CodeLocked: t0}}) {
				t.Errorf("%v", got)
			}
			if n, err := SweepSignals(ctx, tx, "t", t0+hour); n != 4 || err != nil {
				t.Errorf("swept %d: %v", n, err)
			}
			return err
		})
	})
}
