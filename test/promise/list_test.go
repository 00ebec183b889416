package promise

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/address"
	"jawort/bring"
	"jawort/channel/list"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/intake"
	"jawort/test/fixture"
	"jawort/timer"
)

// listsRole lets a child carry lists on, with a lease that does not keep a test waiting.
const listsRole = "JAWORT_PROMISE_LISTS"

func carryLists(ctx context.Context, d *db.DB, desk *intake.Desk, log *slog.Logger) {
	w := list.New(list.Deps{DB: d, Desk: desk, Rows: 100, Force: 300, Slice: 500 * time.Millisecond})
	r := timer.Runner{DB: d, Handlers: w.Handlers(), Width: 1, Lease: 3 * time.Second, Poll: 50 * time.Millisecond, Log: log}
	_ = r.Run(ctx)
}

// standing is where the only list stands, as a child tells it.
type standing struct {
	State, Phase   string
	Force, Through int64
}

func stateOfLists(ctx context.Context, d *db.DB) ([]byte, error) {
	var s standing
	err := d.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `select state, phase, coalesce(force_at, 0), through from import`).Scan(&s.State, &s.Phase, &s.Force, &s.Through)
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(s)
}

// onList is how many people stand on the list of opt-outs; each of them agreed before and is written to all the time.
const onList = 2000

// A list of opt-outs is brought in by processes that are killed with -9 while it is read, as soon as it holds, and while it goes into the ledger.
// From when it is said to hold nobody on it gets anything, and in the end all of it is done, each row once.
func TestListUnderKill(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			url := dbtest.URL(t, engine, db.Options{})
			d, err := db.Open(t.Context(), url, db.Options{})
			if err != nil {
				t.Fatal(err)
			}
			r := &reading{t: t, w: fixture.New(t, d), url: url}
			r.bring()
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			r.run()
		})
	}
}

// reading is a list on its way through processes that are killed.
type reading struct {
	t    *testing.T
	w    *fixture.World
	url  string
	mu   sync.Mutex
	node *process
	held int64 // on the emulator's clock: when somebody was first told that it holds; 0 = not yet
}

func (r *reading) bring() {
	people := make([]address.Address, onList)
	var file strings.Builder
	for n := range people {
		people[n] = fixture.Phone(n)
		fmt.Fprintf(&file, "%s\n", strings.TrimPrefix(string(people[n]), "tel:"))
	}
	r.w.Grant(people...)
	if err := r.w.DB.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		_, err := bring.Put(ctx, tx, r.w.Tenant.ID, bring.Import{Kind: bring.OptOuts, Name: "stop.csv", CreatedBy: "test",
			Options: bring.Options{Region: "DE", Scope: "all", Go: true}}, []byte("Telefon\n"+file.String()))
		return err
	}); err != nil {
		r.t.Fatal(err)
	}
}

// at asks the running process where the list stands.
func (r *reading) at() (s standing, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text, err := post(r.node.url, "/list", nil, "")
	return s, err == nil && json.Unmarshal([]byte(text), &s) == nil
}

// run kills at three places, and lets the list come to its end. Offers to all of them are asked for without pause.
func (r *reading) run() {
	r.start()
	over := make(chan struct{})
	var writers sync.WaitGroup
	writers.Go(func() { r.write(over) })
	kills := []struct {
		what string
		here func(s standing) bool
	}{
		{"while it is read", func(s standing) bool { return s.State == "reading" && s.Through > onList/4 }},
		{"as soon as it holds", func(s standing) bool { return s.Force > 0 }},
		{"while it goes into the ledger", func(s standing) bool { return s.Phase == "stops" && s.Through > onList/4 }},
	}
	end := time.Now().Add(2 * time.Minute)
	var s standing
	for time.Now().Before(end) && s.State != "done" {
		s, _ = r.at()
		if s.Force > 0 && r.held == 0 {
			r.held = r.w.Emulator.MonotonicUS()
		}
		if len(kills) > 0 && kills[0].here(s) {
			r.mu.Lock()
			r.node.kill()
			r.mu.Unlock()
			r.start()
			kills = kills[1:]
		}
		time.Sleep(5 * time.Millisecond)
	}
	close(over)
	writers.Wait()
	r.node.end()
	if s.State != "done" || len(kills) > 0 {
		r.t.Fatalf("the list is %+v, and was not killed at %d places", s, len(kills))
	}
	r.judge()
}

func (r *reading) start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.node = spawn(r.t, r.url, r.w.KeyText, listsRole+"=1")
}

// write asks for an offer to everybody on the list, one after the other, again and again.
func (r *reading) write(over chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-over:
			return
		default:
		}
		orders := make([]order, 20)
		for k := range orders {
			orders[k] = order{Tenant: r.w.Tenant.ID, To: fixture.Phone((n*20 + k) % onList), ID: fmt.Sprintf("offer-%d-%d", n, k)}
		}
		b, err := json.Marshal(orders)
		if err != nil {
			panic(err)
		}
		r.mu.Lock()
		url := r.node.url
		r.mu.Unlock()
		_, _ = post(url, "/submit", b, "") // it may be dead
	}
}

// judge reads the emulator's log, and at the end the ledger.
func (r *reading) judge() {
	before, after := 0, 0
	for _, a := range r.w.Arrivals() {
		if a.FirstUS > r.held {
			after++
		} else {
			before++
		}
	}
	if after > 0 || before == 0 {
		r.t.Errorf("%d messages arrived before the list was said to hold, %d after", before, after)
	}
	d, err := db.Open(r.t.Context(), r.url, db.Options{})
	if err != nil {
		r.t.Fatal(err)
	}
	defer d.Close()
	if err := d.Read(r.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for ask, want := range map[string]int64{
			`select count(*) from event where kind = 'withdrawn'`:                           onList,
			`select count(distinct contact) from event where kind = 'withdrawn'`:            onList,
			`select count(*) from suppression`:                                              onList,
			`select count(*) from standing where topic = 'offers' and state <> 'withdrawn'`: 0,
			`select count(*) from listed_stop`:                                              0,
		} {
			var n int64
			if err := tx.Row(ctx, ask).Scan(&n); err != nil || n != want {
				r.t.Errorf("%s: %d, want %d (%v)", ask, n, want, err)
			}
		}
		return nil
	}); err != nil {
		r.t.Fatal(err)
	}
	r.t.Logf("%d messages before, %d after", before, after)
}
