package watch_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/quality"
	"jawort/test/fixture"
	"jawort/timer"
)

// A clock that was a day ahead and is set back: what Meta said in the wrong hours hides nothing that it says in the right ones, nobody
// waits for the wrong day to ask again, and nothing is alarmed but what is wrong.
func TestClockSetBack(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			var ahead atomic.Int64
			d := dbtest.OpenWith(t, engine, db.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
			p := newPlace(t, d)
			ensure := func() {
				t.Helper()
				if err := p.poller.Ensure(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			soonest := func() (at, now int64) {
				p.read(func(ctx context.Context, tx *db.Tx) (err error) {
					if now, err = tx.Now(ctx); err != nil {
						return err
					}
					return tx.Row(ctx, `select max(due) from timer where kind = 'watch.poll' and tenant = $1`, p.Tenant.ID).Scan(&at)
				})
				return at, now
			}
			ensure()
			p.ask()
			p.run()
			ahead.Store(int64(26 * time.Hour))
			p.run()
			if s := p.holds(number, quality.Rating); s.Value != "GREEN" {
				t.Fatalf("rating %q", s.Value)
			}
			ahead.Store(0)
			ensure()
			if at, now := soonest(); at > now {
				t.Errorf("the next poll waits for %v", time.Duration(at-now)*time.Microsecond)
			}
			p.meta("numbers/"+fixture.NumberID, `{"quality_rating":"RED","status":"FLAGGED"}`)
			p.run()
			if s := p.holds(number, quality.Rating); s.Value != "RED" {
				t.Errorf("after the clock was set back the rating is %q, Meta says RED", s.Value)
			}
			if at, now := soonest(); at <= now || at > now+(2*time.Hour).Microseconds() {
				t.Errorf("then the last of the polls is due in %v", time.Duration(at-now)*time.Microsecond)
			}
			if k := p.open(); strings.Contains(k, "poll") || strings.Contains(k, "silen") {
				t.Errorf("alarmed: %s", k)
			}
		})
	}
}

// run runs the polls that are due, as the timer runner does.
func (p *place) run() {
	p.t.Helper()
	r := timer.Runner{DB: p.DB, Handlers: p.poller.Handlers()}
	for {
		n, err := r.Step(p.t.Context())
		if err != nil {
			p.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// Meta that answers too slowly is noted as slow; what was known stays, and it is asked again.
func TestSlowAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		p.ask()
		end := make(chan struct{})
		meta := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-end:
			case <-r.Context().Done():
			}
		}))
		defer meta.Close()
		defer close(end)
		if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			n := p.Number
			n.BaseURL = meta.URL
			return account.PutNumber(ctx, tx, p.Keys, p.Tenant.ID, n, "", "", "test")
		}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		_ = p.poller.Ask(ctx, p.Tenant.ID, fixture.WABA) // that the timer's time ran out is said by what is noted
		p.read(func(ctx context.Context, tx *db.Tx) error {
			poll, err := quality.PollOf(ctx, tx, p.Tenant.ID, fixture.WABA)
			if poll.Error != "slow" || poll.FailingSince == 0 || poll.NextAt <= poll.AskedAt || poll.OKAt == 0 {
				t.Errorf("poll %+v", poll)
			}
			return err
		})
		if s := p.holds(number, quality.Rating); s.Value != "GREEN" {
			t.Errorf("a slow answer changed the rating to %q", s.Value)
		}
	})
}
