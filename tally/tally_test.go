package tally

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/gate"
	"jawort/id"
)

// shop is a business whose clock the test sets.
type shop struct {
	*testing.T
	d      *db.DB
	at     *atomic.Int64
	tenant account.Tenant
	zone   *time.Location
	roller Roller
}

func each(t *testing.T, f func(s *shop)) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			s := &shop{T: t, at: &atomic.Int64{}}
			s.set("2026-10-24 09:00")
			s.d = dbtest.OpenWith(t, engine, db.Options{Now: func() time.Time { return time.UnixMicro(s.at.Load()) }})
			s.roller = Roller{DB: s.d}
			s.zone, _ = time.LoadLocation("Europe/Berlin")
			keys, err := account.ParseKeyring(account.NewKey("test"))
			if err != nil {
				t.Fatal(err)
			}
			s.write(func(ctx context.Context, tx *db.Tx) error {
				s.tenant, err = account.CreateTenant(ctx, tx, keys, account.Tenant{Name: "x", Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "test")
				return err
			})
			f(s)
		})
	}
}

// set puts the clock to a moment in UTC.
func (s *shop) set(at string) {
	s.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", at, time.UTC)
	if err != nil {
		s.Fatal(err)
	}
	s.at.Store(t.UnixMicro())
}

func (s *shop) later(d time.Duration) { s.at.Add(d.Microseconds()) }

func (s *shop) write(f func(ctx context.Context, tx *db.Tx) error) {
	s.Helper()
	if err := s.d.Write(s.Context(), f); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) roll() {
	s.Helper()
	if err := s.roller.Roll(s.Context()); err != nil {
		s.Fatal(err)
	}
}

func day(date string) int64 {
	t, _ := time.Parse(time.DateOnly, date)
	return t.Unix() / 86400
}

// october is every day the tests live in.
var october = Days{day("2026-10-01"), day("2026-11-30")}

func (s *shop) figures() Figures {
	s.Helper()
	var f Figures
	if err := s.d.Read(s.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = Read(ctx, tx, s.tenant.ID, s.zone, october)
		return err
	}); err != nil {
		s.Fatal(err)
	}
	return f
}

// told sets figures as text, without what only stands.
func told(f Figures) string {
	sum := map[string]int64{}
	for _, c := range f.Counts {
		if slices.Contains([]string{Yes, Off, Gate, Refused, Stray}, c.What) {
			sum[fmt.Sprintf("%s %s %s/%s", time.Unix(c.Day*86400, 0).UTC().Format("01-02"), c.What, c.A, c.B)] += c.Times
		}
	}
	var out []string
	for k, n := range sum {
		out = append(out, fmt.Sprintf("%s=%d", k, n))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// happen writes entries through the ledger and the gate's own doors, each at a moment of its own.
func (s *shop) happen(n int) {
	s.Helper()
	kinds := []consent.Event{{Kind: consent.Granted, Source: "src_a", Channel: "chat"}, {Kind: consent.Declared, Source: "src_b", Channel: "web"},
		{Kind: consent.Withdrawn, Channel: "button"}, {Kind: consent.Requested, Source: "src_a", Channel: "web"}, {Kind: consent.Disputed, Channel: "chat"}}
	s.write(func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		to := address.Address(fmt.Sprintf("tel:+491555%07d", rand.IntN(1_000_000)))
		who, err := contact.Ensure(ctx, tx, s.tenant.ID, make([]byte, 32), []address.Address{to}, now)
		if err != nil {
			return err
		}
		revs, err := contact.Lock(ctx, tx, s.tenant.ID, []string{who[to]})
		if err != nil {
			return err
		}
		var events []consent.Event
		var records []gate.Record
		for i := range n {
			e := kinds[i%len(kinds)]
			e.Contact, e.Scope, e.Topics, e.Actor, e.Witnessed = who[to], consent.ScopeTopic, []string{"offers"}, consent.Actor{Kind: consent.Person}, true
			events = append(events, e)
			m := gate.Message{Number: "1", Program: []string{"", "prg_1"}[i%2], Kind: "template", Template: "t"}
			f := gate.Facts{Mode: []gate.Mode{account.Enforce, account.Observe}[i%2]}
			d := gate.Decide(&f, &m)
			d.ID = id.At("dec", now)
			records = append(records, gate.Record{At: now, Decision: &d, Facts: &f, Message: &m, ID: "msg_1"})
		}
		if _, err := consent.Append(ctx, tx, s.tenant.ID, events, revs); err != nil {
			return err
		}
		return gate.Keep(ctx, tx, s.tenant.ID, records)
	})
}

// plain counts the tables themselves, row by row.
func (s *shop) plain() string {
	s.Helper()
	var f Figures
	add := func(text string, count func(at int64, a, b, c string) []Count) {
		if err := s.d.Read(s.Context(), func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.Query(ctx, text, s.tenant.ID)
			_, err = db.All(rows, err, func(r *db.Rows, _ *int) error {
				var at int64
				var a, b, c string
				if err := r.Scan(&at, &a, &b, &c); err != nil {
					return err
				}
				for _, n := range count(at, a, b, c) {
					n.Day, n.Times = Day(time.UnixMicro(at), s.zone), 1
					f.Counts = append(f.Counts, n)
				}
				return nil
			})
			return err
		}); err != nil {
			s.Fatal(err)
		}
	}
	add(`select recorded_at, kind, channel || '|' || source, scope from event where tenant = $1`, func(_ int64, kind, from, scope string) []Count {
		channel, source, _ := strings.Cut(from, "|")
		switch kind {
		case "granted", "declared":
			return []Count{{What: Yes, A: source, B: kind}}
		case "withdrawn":
			return []Count{{What: Off, A: channel, B: scope}}
		case "disputed":
			return []Count{{What: Off, A: "not_me", B: scope}}
		}
		return nil
	})
	add(`select at, verdict, program || '|' || body, reason from decision where tenant = $1`, func(_ int64, verdict, rest, reason string) []Count {
		program, body, _ := strings.Cut(rest, "|")
		if verdict != "allow" && strings.Contains(body, `"effective":"allow"`) {
			verdict = "observed"
		}
		out := []Count{{What: Gate, A: verdict, B: reason}}
		if verdict != "allow" {
			out = append(out, Count{What: Refused, A: program, B: reason})
		}
		return out
	})
	return told(f)
}

// Whatever happened, whenever it was rolled: the figures are a plain count. Summer time ends in the middle of it.
func TestFiguresAreAPlainCount(t *testing.T) {
	each(t, func(s *shop) {
		random := rand.New(rand.NewPCG(1, 2))
		for i := range 40 {
			s.happen(random.IntN(9))
			s.later(time.Duration(random.IntN(200)) * time.Minute)
			if i%3 == 0 {
				s.roll()
			}
			if i%10 == 9 {
				s.later(-time.Duration(random.IntN(5)) * time.Second) // a clock put right
			}
		}
		s.roll()
		if got, want := told(s.figures()), s.plain(); got != want || !strings.Contains(got, "10-25") || !strings.Contains(got, "refuse") {
			s.Errorf("figures:\n%s\nplain:\n%s", got, want)
		}
		s.write(func(ctx context.Context, tx *db.Tx) error { return Rebuild(ctx, tx, s.tenant.ID) })
		s.later(time.Hour)
		s.roll()
		if got, want := told(s.figures()), s.plain(); got != want {
			s.Errorf("built again:\n%s\nplain:\n%s", got, want)
		}
	})
}

// What is younger than the lag is in the figures all the same, also across midnight, and counted once.
func TestTheNewestIsInTheFigures(t *testing.T) {
	each(t, func(s *shop) {
		s.set("2026-10-24 21:59") // a minute before midnight in Berlin
		s.happen(5)
		s.later(90 * time.Second)
		s.happen(5)
		for range 2 {
			if got, want := told(s.figures()), s.plain(); got != want || !strings.Contains(got, "10-25") || s.figures().Stand != s.at.Load() {
				s.Errorf("figures:\n%s\nplain:\n%s", got, want)
			}
			s.roll()
		}
	})
}

// While nobody has counted for long, the figures say until when they hold, and reading them stays cheap.
func TestFarBehindSaysSince(t *testing.T) {
	each(t, func(s *shop) {
		s.happen(5)
		said := s.at.Load()
		s.later(time.Hour)
		if f := s.figures(); told(f) != "" || f.Stand != said {
			s.Errorf("stands at %d with %q, want %d and nothing", f.Stand, told(f), said)
		}
		s.roll()
		if f := s.figures(); told(f) != s.plain() || f.Stand != s.at.Load() {
			s.Errorf("counted: %q", told(f))
		}
	})
}

func TestAnotherCalendarCountsAnew(t *testing.T) {
	each(t, func(s *shop) {
		s.set("2026-10-24 22:30")
		s.happen(5)
		s.later(time.Hour)
		s.roll()
		s.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update tenant set zone = 'America/New_York' where tenant = $1`, s.tenant.ID)
			return err
		})
		s.zone, _ = time.LoadLocation("America/New_York")
		s.roll()
		s.roll()
		if got, want := told(s.figures()), s.plain(); got != want || strings.Contains(got, "10-25") {
			s.Errorf("figures:\n%s\nplain:\n%s", got, want)
		}
	})
}

// Two processes count at once: nothing is counted twice.
func TestTwoRollersCountOnce(t *testing.T) {
	each(t, func(s *shop) {
		for range 10 {
			s.happen(7)
			s.later(7 * time.Hour)
		}
		other := Roller{DB: s.d}
		done := make(chan error, 1)
		go func() { done <- other.Roll(context.Background()) }()
		s.roll()
		if err := <-done; err != nil {
			s.Fatal(err)
		}
		if got, want := told(s.figures()), s.plain(); got != want {
			s.Errorf("figures:\n%s\nplain:\n%s", got, want)
		}
	})
}

func TestHowThingsStandIsKeptByDay(t *testing.T) {
	each(t, func(s *shop) {
		s.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `insert into topic (tenant, topic, class, class_default, texts, position, created_at) values ($1, 'offers', 'marketing', false, '{}', 1, 1)`, s.tenant.ID)
			return err
		})
		s.happen(1) // one person agrees
		s.roll()
		s.later(24 * time.Hour)
		s.happen(1)
		s.happen(3) // a third one leaves
		s.roll()
		f := s.figures()
		first, second := day("2026-10-24"), day("2026-10-25")
		for d, want := range map[int64]int64{first: 1, second: 2} {
			if got, ok := f.Latest(Reach, "", "", d); got != want || !ok {
				s.Errorf("day %d: %d people, want %d", d, got, want)
			}
		}
		if got := f.Sum(People, "offers", "withdrawn", Days{second, second}); got != 1 {
			s.Errorf("%d left, want 1", got)
		}
		if _, ok := f.Latest(Reach, "", "", first-1); ok {
			s.Error("known before it began")
		}
		s.roll()
		if got, _ := s.figures().Latest(Reach, "", "", second); got != 2 {
			s.Errorf("%d after another look", got)
		}
	})
}

func TestAnotherTenantIsNotInTheFigures(t *testing.T) {
	each(t, func(s *shop) {
		s.happen(5)
		s.later(time.Hour)
		s.roll()
		if err := s.d.Read(s.Context(), func(ctx context.Context, tx *db.Tx) error {
			f, err := Read(ctx, tx, "other", s.zone, october)
			if len(f.Counts) != 0 {
				s.Errorf("%v", f.Counts)
			}
			return err
		}); err != nil {
			s.Fatal(err)
		}
	})
}

func TestQuantiles(t *testing.T) {
	var f Figures
	d := Days{1, 1}
	if took, of := f.Quantile(0.5, d); took != 0 || of != 0 {
		t.Errorf("of nothing: %s of %d", took, of)
	}
	for range 98 {
		f.Counts = append(f.Counts, Count{Effect, 1, Bucket(40 * time.Millisecond), "", 1})
	}
	f.Counts = append(f.Counts, Count{Effect, 1, Bucket(900 * time.Millisecond), "", 2})
	for share, want := range map[float64]time.Duration{0.5: 40 * time.Millisecond, 0.98: 40 * time.Millisecond, 0.99: 900 * time.Millisecond, 1: 900 * time.Millisecond} {
		took, of := f.Quantile(share, d)
		if of != 100 || took < want || took > want*5/4+time.Millisecond {
			t.Errorf("%v: %s of %d, want about %s", share, took, of, want)
		}
	}
	f.Counts = append(f.Counts, Count{Effect, 1, Bucket(5 * time.Second), "sms", 3})
	if took, of := f.QuantileOf("sms", 0.5, d); of != 3 || took < 5*time.Second {
		t.Errorf("by SMS: %s of %d", took, of)
	}
	if _, of := f.QuantileOf("letter", 0.5, d); of != 0 {
		t.Errorf("by letter: %d", of)
	}
	for took, want := range map[time.Duration]string{-time.Hour: "000", 0: "000", time.Millisecond: "000", 10 * time.Millisecond: "010", time.Second: "030", 1e6 * time.Hour: "126"} {
		if got := Bucket(took); got != want {
			t.Errorf("%s: bucket %s, want %s", took, got, want)
		}
	}
}

func TestMarksStandBetweenIds(t *testing.T) {
	s := series[0]
	at := time.Date(2026, 11, 17, 10, 42, 0, 0, time.UTC)
	for i := range 40 {
		end := s.first(at.Add(time.Duration(i) * time.Microsecond))
		older, younger := id.At("evt", at.UnixMicro()+int64(i)-1), id.At("evt", at.UnixMicro()+int64(i))
		if m := before(end); m <= older || m >= younger || m >= end {
			t.Errorf("mark %s does not stand between %s and %s", m, older, younger)
		}
		if m := before(younger); m <= older || m >= younger {
			t.Errorf("mark %s does not stand just before %s", m, younger)
		}
	}
}
