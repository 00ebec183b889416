package connect

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/quality"
)

// Two accounts: one whose portfolio was known from the start, and one that stood for itself until Meta told that it is in the same portfolio.
const known, lonely, portfolio = "21", "22", "51"

func estate(t *testing.T, d *db.DB, limit int64) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		for _, n := range [][3]string{{"311", known, portfolio}, {"312", lonely, lonely}} {
			if _, err := tx.Exec(ctx, `insert into number (tenant, number, waba, portfolio, display, name, country, base_url, token, app_secret, mode, throughput, settings, status, created_at)
				values ('t', $1, $2, $3, '4930', 'Laden', 'DE', 'http://x.example', $4, $4, 'enforce', 80, '{}', 'CONNECTED', 0)`, n[0], n[1], n[2], []byte{}); err != nil {
				return err
			}
			if err := account.PutPortfolio(ctx, tx, "t", account.Portfolio{ID: n[2], Name: "Laden", SendLimit: limit}); err != nil {
				return err
			}
		}
		return nil
	})
}

func write(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), f); err != nil {
		t.Error(err)
	}
}

// labelOf is what a process remembers of a number: it may be older than what holds.
func labelOf(t *testing.T, d *db.DB, number string) (s string) {
	t.Helper()
	if err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `select portfolio from number where tenant = 't' and number = $1`, number).Scan(&s)
	}); err != nil {
		t.Error(err)
	}
	return s
}

// Sends of both accounts run while Meta tells whose the second one is: no slot that was given is lost to the portfolio's count, whatever a process
// remembered, and the count that is kept of a large limit is right.
func TestNoSlotIsLostWhenThePortfolioIsTold(t *testing.T) {
	for _, limit := range []int64{10_000, 50_000} { // counted one by one, and kept count of
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				estate(t, d, limit)
				s := senders{t: t, d: d, limit: limit, given: map[string]bool{}, until: make(chan struct{})}
				var all sync.WaitGroup
				for n := range 6 {
					all.Go(func() { s.send([]string{"311", "312"}[n%2], n) })
				}
				time.Sleep(100 * time.Millisecond)
				write(t, d, func(ctx context.Context, tx *db.Tx) error {
					return Own(ctx, tx, "t", lonely, account.Portfolio{ID: portfolio, Name: "Laden GmbH"})
				})
				time.Sleep(150 * time.Millisecond)
				close(s.until)
				all.Wait()
				s.counted()
			})
		})
	}
}

type senders struct {
	t     *testing.T
	d     *db.DB
	limit int64
	mu    sync.Mutex
	given map[string]bool
	until chan struct{}
}

// send takes slots with a portfolio that was read a moment ago, as a line of the dispatcher does.
func (s *senders) send(number string, who int) {
	for i := 0; ; i++ {
		select {
		case <-s.until:
			return
		default:
		}
		label := labelOf(s.t, s.d, number)
		slots := make([]quality.Slot, 3)
		for k := range slots {
			slots[k] = quality.Slot{Number: number, Portfolio: label, Contact: fmt.Sprintf("con_%d_%d_%d", who, i, k), Message: fmt.Sprintf("msg_%d_%d_%d", who, i, k), Limit: s.limit}
		}
		var got []bool
		write(s.t, s.d, func(ctx context.Context, tx *db.Tx) error {
			now, err := tx.Now(ctx)
			if err == nil {
				got, err = quality.Take(ctx, tx, "t", slots, now)
			}
			return err
		})
		s.mu.Lock()
		for k := range got {
			if got[k] {
				s.given[slots[k].Contact] = true
			}
		}
		s.mu.Unlock()
	}
}

func (s *senders) counted() {
	s.t.Helper()
	held := map[string]string{}
	if err := s.d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select contact, portfolio from headroom where tenant = 't'`)
		list, err := db.All(rows, err, func(r *db.Rows, p *[2]string) error { return r.Scan(&p[0], &p[1]) })
		for _, p := range list {
			held[p[0]] = p[1]
		}
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		space, err := quality.Room(ctx, tx, "t", portfolio, s.limit, now)
		if used := s.limit - space.Free; err == nil && used != int64(len(s.given)) {
			s.t.Errorf("%d of the limit are said to be used, %d were given", used, len(s.given))
		}
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	lost := 0
	for contact := range s.given {
		if held[contact] != portfolio {
			lost++
		}
	}
	if lost > 0 || len(held) != len(s.given) || len(s.given) < 20 {
		s.t.Errorf("%d slots given, %d held, %d of them not in the portfolio", len(s.given), len(held), lost)
	}
}

// What was known under the account's id is known under the portfolio's, and told twice it changes nothing. An account that shares an id with others
// leaves theirs alone.
func TestOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		estate(t, d, 250)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			said := []quality.Observation{{Node: quality.OfPortfolio(lonely), What: quality.NoticeOf("OBA_REJECTED"), Value: "WARNING", Way: quality.ByPoll}}
			if _, err := quality.Observe(ctx, tx, "t", said, now); err != nil {
				return err
			}
			slot := func(p, who string) quality.Slot {
				return quality.Slot{Portfolio: p, Contact: who, Message: "m", Limit: 250}
			}
			if _, err := quality.Take(ctx, tx, "t", []quality.Slot{slot(portfolio, "con_a"), slot(portfolio, "con_b"), slot(lonely, "con_b"), slot(lonely, "con_c")}, now); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `insert into contact_address (tenant, address, since, until, contact, portfolio, wa_id, fingerprint, proof, born)
				values ('t', 'wa:DE.1', 1, null, 'con_c', '22', '', 'f', 'webhook', 'con_c')`)
			return err
		})
		for range 2 {
			write(t, d, func(ctx context.Context, tx *db.Tx) error {
				return Own(ctx, tx, "t", lonely, account.Portfolio{ID: portfolio, Name: "Laden GmbH"})
			})
		}
		if err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for ask, want := range map[string]int64{
				`select count(*) from headroom where tenant = 't' and portfolio = '51'`:                   3, // three people, not four slots
				`select count(*) from headroom where tenant = 't' and portfolio <> '51'`:                  0,
				`select count(*) from number where tenant = 't' and portfolio = '51'`:                     2,
				`select count(*) from portfolio where tenant = 't'`:                                       1,
				`select count(*) from contact_address where tenant = 't' and portfolio = '51'`:            1,
				`select count(*) from health where tenant = 't' and node = 'portfolio/51'`:                1,
				`select count(*) from observation where tenant = 't' and node = 'portfolio/22'`:           0,
				`select count(*) from headroom where tenant = 't' and contact = 'con_b' and message = ''`: 1, // two messages hold it: neither's failure gives it back
			} {
				var n int64
				if err := tx.Row(ctx, ask).Scan(&n); err != nil || n != want {
					t.Errorf("%s: %d, want %d (%v)", ask, n, want, err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error { // one of the two was told wrongly before
			return Own(ctx, tx, "t", lonely, account.Portfolio{ID: "52"})
		})
		if labelOf(t, d, "311") != portfolio || labelOf(t, d, "312") != "52" {
			t.Error("the other account moved along")
		}
	})
}
