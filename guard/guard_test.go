package guard

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
	"jawort/quality"
)

// yard is a business with two numbers and two templates, beside another one like it, on a clock that the test moves.
type yard struct {
	t   *testing.T
	d   *db.DB
	mu  sync.Mutex
	now time.Time
	g   *Guard
	of  account.Tenant
}

func yards(t *testing.T, f func(y *yard)) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			y := &yard{t: t, now: time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC), of: account.Tenant{ID: "t"}}
			y.d = dbtest.OpenWith(t, engine, db.Options{Now: y.clock})
			y.g = New(y.d, slog.New(slog.DiscardHandler))
			for _, tenant := range []string{"t", "u"} {
				y.sow(fmt.Sprintf(`insert into tenant (tenant, name, language, zone, country, policy, brand, pepper, created_at) values ('%s', 'Rad', 'de', 'Europe/Berlin', 'DE', '{}', '{}', '\x00', 0)`, tenant),
					fmt.Sprintf(`insert into portfolio (tenant, portfolio, name, send_limit, updated_at) values ('%s', 'pf', 'Rad', 10000, 0)`, tenant))
				for _, n := range []string{"1", "2"} {
					y.sow(fmt.Sprintf(`insert into number (tenant, number, waba, portfolio, display, name, country, base_url, token, app_secret, mode, throughput, settings, status, created_at)
						values ('%[1]s', 'n%[2]s%[1]s', 'w', 'pf', '49%[2]s', 'Angebote', 'DE', '', '\x00', '\x00', 'enforce', 80, '{"brake":true}', 'CONNECTED', 0)`, tenant, n))
				}
				y.sow(fmt.Sprintf(`insert into template (tenant, waba, name, language, meta_id, category, status, quality, components, updated_at) values
					('%[1]s', 'w', 'sale', 'de', '', 'MARKETING', 'APPROVED', 'GREEN', '[]', 0), ('%[1]s', 'w', 'order', 'de', '', 'UTILITY', 'APPROVED', 'GREEN', '[]', 0)`, tenant))
			}
			f(y)
		})
	}
}

func (y *yard) clock() time.Time {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.now
}

func (y *yard) later(d time.Duration) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.now = y.now.Add(d)
}

func (y *yard) us() int64 { return y.clock().UnixMicro() }

func (y *yard) write(f func(ctx context.Context, tx *db.Tx) error) {
	y.t.Helper()
	if err := y.d.Write(context.Background(), f); err != nil {
		y.t.Fatal(err)
	}
}

func (y *yard) sow(lines ...string) {
	y.t.Helper()
	y.write(func(ctx context.Context, tx *db.Tx) error {
		for _, l := range lines {
			if _, err := tx.Exec(ctx, l); err != nil {
				return fmt.Errorf("%s: %w", l, err)
			}
		}
		return nil
	})
}

// says lets Meta say something of a node.
func (y *yard) says(node string, what quality.What, value string, until int64) {
	y.t.Helper()
	y.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := quality.Observe(ctx, tx, "t", []quality.Observation{{Node: node, What: what, Value: value, Way: quality.ByWebhook, At: y.us(), Until: until}}, y.us())
		return err
	})
}

func (y *yard) look() {
	y.t.Helper()
	if err := y.g.Look(context.Background()); err != nil {
		y.t.Fatal(err)
	}
}

// stands is how the brakes stand, as the gate reads them, each with its cause.
func (y *yard) stands() string {
	y.t.Helper()
	return strings.Join(y.rows(`select number || template || '=' || state || ':' || reason from brake where tenant = 't' and (state <> 'open' or reason <> '') order by number desc, template`), " ")
}

func (y *yard) rows(query string) (out []string) {
	y.t.Helper()
	if err := y.d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, query)
		out, err = db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
		return err
	}); err != nil {
		y.t.Fatal(err)
	}
	return out
}

func (y *yard) want(what, stands string) {
	y.t.Helper()
	y.look()
	if got := y.stands(); got != stands {
		y.t.Errorf("%s: %q, want %q", what, got, stands)
	}
}

func (y *yard) trail() []string {
	return y.rows(`select actor || ' ' || action || ' ' || object as line from audit where tenant = 't' order by at, line`)
}

func (y *yard) open() []string {
	return y.rows(`select kind || ' ' || subject from alert where tenant = 't' and cleared_at is null order by kind, subject`)
}

// The story of a bad week, from yellow to open, with everything that is told on the way.
func TestWeek(t *testing.T) {
	yards(t, func(y *yard) {
		y.want("nothing is known", "")
		y.says(quality.OfNumber("n1t"), quality.Rating, "YELLOW", 0)
		y.want("yellow", "n1t=slow:rating_yellow")
		y.says(quality.OfNumber("n1t"), quality.Rating, "RED", 0)
		y.want("red", "n1t=marketing_stopped:rating_red")
		if got := y.open(); !slices.Equal(got, []string{"brake_marketing n1t"}) {
			t.Errorf("warnings: %v", got)
		}
		y.sow(fmt.Sprintf(`insert into message (tenant, message, number, contact, address, topic, purpose, program, kind, template, language, category, body, state, priority, due,
			expires_at, attempts, node, guard_rev, started_at, decision, wamid, error_code, error, created_at, accepted_at, sent_at, delivered_at, read_at, settled_at)
			values ('t', 'm1', 'n1t', '', '', '', '', '', 'template', 'sale', 'de', '', '\x00', 'waiting', 9, %d, 0, 0, '', 0, 0, '', '', 0, '', 0, 0, 0, 0, 0, 0)`, y.us()+1_000_000_000_000))
		woken := 0
		y.g.Loosened = func() { woken++ }
		y.later(time.Minute)
		y.says(quality.OfNumber("n1t"), quality.Rating, "GREEN", 0)
		y.want("green again", "n1t=marketing_stopped:rating_red")
		for _, want := range []string{"n1t=slow:calm", "n1t=slow:calm", "n1t=slow:calm", ""} {
			y.later(24*time.Hour + time.Minute)
			y.says(quality.OfNumber("n1t"), quality.Rating, "GREEN", 0)
			y.look() // says that it was heard
			y.want("a calm day later", want)
		}
		if due := y.rows(`select 'due' from message where tenant = 't' and due > ` + fmt.Sprint(y.us())); woken != 1 || len(due) != 0 {
			t.Errorf("what waited was woken %d times, %d still wait", woken, len(due))
		}
		if got := y.open(); len(got) != 0 {
			t.Errorf("warnings stay: %v", got)
		}
		if got := y.trail(); len(got) != 6 || got[0] != "guard brake.moved n1t" {
			t.Errorf("trail: %q", got)
		}
		if got := y.rows(`select state from brake where tenant = 'u'`); len(got) != 0 {
			t.Error("another business's brake moved")
		}
	})
}

func TestWhatMovesABrake(t *testing.T) {
	yards(t, func(y *yard) {
		y.write(func(ctx context.Context, tx *db.Tx) error {
			return quality.Note(ctx, tx, "t", []quality.Signal{{At: y.us(), Number: "n2t", Code: quality.CodeSpam}, {At: y.us(), Number: "n1t", Code: quality.CodeNowhere}})
		})
		y.want("131048", "n2t=marketing_stopped:spam")
		y.sow(`update template set status = 'PAUSED', updated_at = ` + fmt.Sprint(y.us()) + ` where tenant = 't' and name = 'sale'`)
		y.want("a paused template", "n2t=marketing_stopped:spam n1t=slow:template_near sale=marketing_stopped:template_paused")
		y.says(quality.OfAccount("w"), quality.RestrictionOf("RESTRICTED_BIZ_INITIATED_MESSAGING"), "ACTIVE", y.us()+3*24*hour)
		y.want("a restriction", "n2t=stopped:restricted_starts n1t=stopped:restricted_starts sale=marketing_stopped:template_paused")
		if got := y.rows(`select number from brake where tenant = 't' and state = 'stopped' and answers order by number`); len(got) != 2 {
			t.Errorf("answers go from %v", got)
		}
		y.later(3 * 24 * time.Hour)
		y.want("its end", "n2t=marketing_stopped:calm n1t=marketing_stopped:calm sale=marketing_stopped:template_paused")
		y.sow(`update number set settings = '{}' where tenant = 't' and number = 'n1t'`, `update number set status = 'BANNED' where tenant = 't' and number = 'n2t'`)
		y.want("one is off, the other gone", "n2t=stopped:status_gone sale=marketing_stopped:template_paused")
		if got := y.rows(`select number from brake where tenant = 't' and state = 'stopped' and not answers`); len(got) != 1 {
			t.Errorf("answers of a number that is gone: %v", got)
		}
	})
}

func TestHold(t *testing.T) {
	yards(t, func(y *yard) {
		y.says(quality.OfNumber("n1t"), quality.Rating, "YELLOW", 0)
		y.look()
		hold := func(of quality.Of, state quality.Brake, until int64) error {
			return y.g.Hold(context.Background(), y.of, Holding{Of: of, State: state, Until: until, Why: "the sale ends tonight", By: "usr_1"})
		}
		one, two := quality.Of{Number: "n1t"}, quality.Of{Number: "n2t"}
		for name, c := range map[string]struct {
			of    quality.Of
			state quality.Brake
			until int64
			code  errs.Code
		}{
			"another's number": {quality.Of{Number: "n1u"}, quality.Open, y.us() + hour, errs.NotFound}, "no such state": {one, "ajar", y.us() + hour, errs.Invalid},
			"no end": {one, quality.Open, 0, errs.Invalid}, "too long": {one, quality.Open, y.us() + longest + 1, errs.Invalid}, "nobody holds it": {two, "", 0, errs.Conflict},
		} {
			if err := hold(c.of, c.state, c.until); errs.CodeOf(err) != c.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := hold(one, quality.Open, y.us()+5*hour); err != nil {
			t.Fatal(err)
		}
		y.want("opened", "n1t=open:staff")
		if err := hold(two, quality.MarketingStopped, y.us()+hour); err != nil {
			t.Fatal(err)
		}
		y.want("stopped by hand", "n2t=marketing_stopped:staff n1t=open:staff")
		if got := y.open(); len(got) != 0 {
			t.Errorf("warned of what the team did: %v", got)
		}
		y.later(time.Hour)
		y.want("an hour later", "n1t=open:staff")
		y.says(quality.OfNumber("n1t"), quality.Rating, "RED", 0)
		y.want("red ends it", "n1t=marketing_stopped:rating_red")
		if err := hold(one, quality.Slow, y.us()+hour); err != nil {
			t.Fatal(err)
		}
		if err := hold(one, "", 0); err != nil {
			t.Fatal(err)
		}
		y.want("let go", "n1t=marketing_stopped:rating_red")
		want := []string{"guard brake.moved n1t", "guard brake.moved n1t", "guard brake.moved n2t", "usr_1 brake.held n1t", "usr_1 brake.held n2t",
			"guard brake.hold_ended n1t", "guard brake.hold_ended n2t", "guard brake.moved n1t", "guard brake.moved n1t", "guard brake.moved n1t",
			"guard brake.moved n2t", "usr_1 brake.held n1t", "usr_1 brake.released n1t"} // by time; what came together, by the alphabet
		if got := y.trail(); !slices.Equal(got, want) {
			t.Errorf("trail:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// Many processes that look at once move a brake once.
func TestManyLook(t *testing.T) {
	yards(t, func(y *yard) {
		y.says(quality.OfNumber("n1t"), quality.Rating, "RED", 0)
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if err := New(y.d, y.g.Log).Look(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := y.trail(); len(got) != 1 || y.stands() != "n1t=marketing_stopped:rating_red" {
			t.Errorf("%q, trail %q", y.stands(), got)
		}
	})
}
