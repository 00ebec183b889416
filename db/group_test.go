package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jawort/db"
	"jawort/db/dbtest"
)

// order is an intent of the tests: what it wants and how it misbehaves.
type order struct {
	id   string
	n    int64 // < 0 violates the table's check: the whole batch fails
	mood string
}

var errRefused = errors.New("refused")

// applyOrders inserts all orders in one statement; "refuse" gets an outcome of its own, "panic" panics, "break" is an error of apply.
func applyOrders(ctx context.Context, tx *db.Tx, in []order) ([]db.Outcome[string], error) {
	out := make([]db.Outcome[string], len(in))
	var good []order
	for i, o := range in {
		switch o.mood {
		case "refuse":
			out[i].Err = errRefused
			continue
		case "panic":
			panic("secret of " + o.id)
		case "break":
			return nil, errors.New("broken")
		case "short":
			return out[:0], nil
		}
		out[i].Value = "did " + o.id
		good = append(good, o)
	}
	_, err := tx.Exec(ctx, `insert into child (id, n) select r.id, r.n from {rows $1: id text, n bigint} r where true`,
		db.RowsOf(good, func(o order) []any { return []any{o.id, o.n} }))
	return out, err
}

func children(t testing.TB, d *db.DB) map[string]bool {
	t.Helper()
	have := map[string]bool{}
	err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select id from child`)
		ids, err := db.All(rows, err, func(r *db.Rows, id *string) error { return r.Scan(id) })
		for _, id := range ids {
			have[id] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return have
}

// TestOneBadIntentFailsAlone: whatever mixture of good and bad comes at once, exactly the good are there and were told so.
func TestOneBadIntentFailsAlone(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			if round > 12 {
				return // each example is a real database at work; twelve mixtures are plenty
			}
			g := db.NewGroup(d, db.GroupOptions{Max: rapid.IntRange(1, 40).Draw(rt, "max"), Committers: 2}, applyOrders)
			defer g.Close()
			moods := rapid.SliceOfN(rapid.SampledFrom([]string{"", "", "", "", "refuse", "panic", "break", "short", "check"}), 1, 60).Draw(rt, "moods")
			orders := make([]order, len(moods))
			for i, mood := range moods {
				orders[i] = order{id: fmt.Sprintf("%d-%d", round, i), n: 1, mood: mood}
				if mood == "check" {
					orders[i].n = -1
				}
			}
			outcomes := g.DoAll(context.Background(), orders)
			have := children(t, d)
			for i, o := range orders {
				good := o.mood == ""
				if good != have[o.id] || good != (outcomes[i].Err == nil) || good && outcomes[i].Value != "did "+o.id {
					rt.Fatalf("%q: there %t, outcome %+v", o.mood, have[o.id], outcomes[i])
				}
				if o.mood == "refuse" && !errors.Is(outcomes[i].Err, errRefused) {
					rt.Fatalf("refused with %v", outcomes[i].Err)
				}
				if o.mood == "panic" && strings.Contains(outcomes[i].Err.Error(), "secret") {
					rt.Fatal("a panic's text got out")
				}
			}
		})
	})
}

// TestDuplicateInOneBatch: two intents with the same key arrive together; one is done, the other gets the violation.
func TestDuplicateInOneBatch(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		g := db.NewGroup(d, db.GroupOptions{}, applyOrders)
		outcomes := g.DoAll(context.Background(), []order{{id: "a"}, {id: "b"}, {id: "a"}, {id: "c"}})
		bad := 0
		for i, out := range outcomes {
			if out.Err != nil {
				bad++
				if !db.IsUnique(out.Err) || i == 1 || i == 3 {
					t.Errorf("outcome %d: %v", i, out.Err)
				}
			}
		}
		if bad != 1 || len(children(t, d)) != 3 {
			t.Errorf("%d bad, %d rows", bad, len(children(t, d)))
		}
	})
}

// TestManyCallersShareCommits: every caller gets its own answer, after the row is there for others to see.
func TestManyCallersShareCommits(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var commits atomic.Int64
		g := db.NewGroup(d, db.GroupOptions{}, func(ctx context.Context, tx *db.Tx, in []order) ([]db.Outcome[string], error) {
			tx.OnCommit(func() { commits.Add(1) })
			return applyOrders(ctx, tx, in)
		})
		const callers, rounds = 32, 10
		var wait sync.WaitGroup
		for c := range callers {
			wait.Go(func() {
				for r := range rounds {
					id := fmt.Sprintf("%d/%d", c, r)
					if out, err := g.Do(context.Background(), order{id: id}); err != nil || out != "did "+id {
						t.Errorf("%s: %q, %v", id, out, err)
					}
				}
			})
		}
		wait.Wait()
		if n := len(children(t, d)); n != callers*rounds {
			t.Errorf("%d rows", n)
		}
		if n := commits.Load(); n > callers*rounds/2 {
			t.Errorf("%d commits for %d intents: nothing is shared", n, callers*rounds)
		}
	})
}

// gate is an apply that says when it has a batch and waits until it may go on.
type gate struct {
	has, on chan struct{}
	seen    [][]order
}

func (g *gate) apply(ctx context.Context, tx *db.Tx, in []order) ([]db.Outcome[string], error) {
	g.seen = append(g.seen, in)
	g.has <- struct{}{}
	<-g.on
	return applyOrders(ctx, tx, in)
}

func newGate() *gate { return &gate{has: make(chan struct{}), on: make(chan struct{})} }

// TestCancelledWaiting: an intent that nobody has taken is withdrawn; one that is under way is done, but its caller learns only
// that this is uncertain.
func TestCancelledWaiting(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		gate := newGate()
		g := db.NewGroup(d, db.GroupOptions{Committers: 1, Linger: -1}, gate.apply)
		under, stopUnder := context.WithCancel(context.Background())
		waiting, stopWaiting := context.WithCancel(context.Background())
		first, second := make(chan error), make(chan error)
		go func() { _, err := g.Do(under, order{id: "under way"}); first <- err }()
		<-gate.has
		go func() { _, err := g.Do(waiting, order{id: "waiting"}); second <- err }()
		time.Sleep(20 * time.Millisecond)
		stopWaiting()
		if err := <-second; !errors.Is(err, context.Canceled) || errors.Is(err, db.ErrUncertain) {
			t.Errorf("waiting: %v", err)
		}
		stopUnder()
		if err := <-first; !errors.Is(err, context.Canceled) || !errors.Is(err, db.ErrUncertain) {
			t.Errorf("under way: %v", err)
		}
		gate.on <- struct{}{}
		g.Close()
		if have := children(t, d); !have["under way"] || have["waiting"] {
			t.Errorf("have %v", have)
		}
		if _, err := g.Do(under, order{id: "late"}); !errors.Is(err, context.Canceled) {
			t.Errorf("with an ended context: %v", err)
		}
	})
}

// TestFirstGoesFirst: DoFirst overtakes what waits.
func TestFirstGoesFirst(t *testing.T) {
	d := dbtest.OpenWith(t, db.SQLite, dbtest.Script(testSchema))
	gate := newGate()
	g := db.NewGroup(d, db.GroupOptions{Max: 1, Linger: -1}, gate.apply)
	var wait sync.WaitGroup
	start := func(do func(context.Context, order) (string, error), id string) {
		wait.Go(func() {
			if _, err := do(context.Background(), order{id: id}); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(10 * time.Millisecond)
	}
	start(g.Do, "running")
	<-gate.has
	start(g.Do, "waits")
	start(g.DoFirst, "opt-out")
	gate.on <- struct{}{}
	for range 2 {
		<-gate.has
		gate.on <- struct{}{}
	}
	wait.Wait()
	if gate.seen[1][0].id != "opt-out" || gate.seen[2][0].id != "waits" {
		t.Errorf("order: %v", gate.seen)
	}
}

// TestLateComersGoAlong: who comes while a batch waits for the only writer is committed with it.
func TestLateComersGoAlong(t *testing.T) {
	d := dbtest.OpenWith(t, db.SQLite, dbtest.Script(testSchema))
	var batches [][]order
	g := db.NewGroup(d, db.GroupOptions{Linger: -1, Max: 3}, func(ctx context.Context, tx *db.Tx, in []order) ([]db.Outcome[string], error) {
		batches = append(batches, in)
		return applyOrders(ctx, tx, in)
	})
	var wait sync.WaitGroup
	held, let := make(chan struct{}), make(chan struct{})
	wait.Go(func() {
		if err := d.Write(context.Background(), func(context.Context, *db.Tx) error {
			close(held)
			<-let
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	<-held
	for i := range 5 {
		wait.Go(func() {
			if _, err := g.Do(context.Background(), order{id: fmt.Sprint(i)}); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(5 * time.Millisecond)
	}
	close(let)
	wait.Wait()
	if len(batches) != 2 || len(batches[0]) != 3 || len(batches[1]) != 2 {
		t.Errorf("batches: %v", batches)
	}
	if have := children(t, d); len(have) != 5 {
		t.Errorf("have %v", have)
	}
}

// TestGathered: with Gather even one caller waits for company.
func TestGathered(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var most atomic.Int64
		g := db.NewGroup(d, db.GroupOptions{Committers: 1, Gather: 200 * time.Millisecond}, func(ctx context.Context, tx *db.Tx, in []order) ([]db.Outcome[string], error) {
			most.Store(max(most.Load(), int64(len(in))))
			return applyOrders(ctx, tx, in)
		})
		var wait sync.WaitGroup
		for i := range 3 {
			wait.Go(func() {
				if _, err := g.Do(context.Background(), order{id: fmt.Sprint(i)}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if most.Load() != 3 {
			t.Errorf("largest batch: %d", most.Load())
		}
	})
}

// TestCloseDrains: what was accepted before Close is committed and answered; what comes later is refused.
func TestCloseDrains(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		g := db.NewGroup(d, db.GroupOptions{Max: 4}, applyOrders)
		var wait sync.WaitGroup
		var done, refused atomic.Int64
		for i := range 50 {
			wait.Go(func() {
				_, err := g.Do(context.Background(), order{id: fmt.Sprint(i)})
				switch {
				case err == nil:
					done.Add(1)
				case errors.Is(err, db.ErrClosed):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
			if i == 25 {
				wait.Go(g.Close)
			}
		}
		wait.Wait()
		if n := int64(len(children(t, d))); n != done.Load() || done.Load()+refused.Load() != 50 {
			t.Errorf("%d rows, %d done, %d refused", n, done.Load(), refused.Load())
		}
		late := db.NewGroup(d, db.GroupOptions{}, applyOrders)
		d.Close() // closes the group
		if _, err := late.Do(context.Background(), order{id: "x"}); !errors.Is(err, db.ErrClosed) {
			t.Errorf("after closing the database: %v", err)
		}
		if _, err := db.NewGroup(d, db.GroupOptions{}, applyOrders).Do(context.Background(), order{id: "x"}); !errors.Is(err, db.ErrClosed) {
			t.Errorf("new group on a closed database: %v", err)
		}
	})
}

// TestLockedBatchDoesNotHoldUpOthers: on PostgreSQL a commit that waits for somebody's row lock leaves the rest to other committers.
func TestLockedBatchDoesNotHoldUpOthers(t *testing.T) {
	d := dbtest.OpenWith(t, db.Postgres, dbtest.Script(testSchema))
	g := db.NewGroup(d, db.GroupOptions{}, applyOrders)
	locked, free := make(chan struct{}), make(chan struct{})
	blocker := make(chan error)
	go func() {
		blocker <- d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `insert into child (id, n) values ('x', 1)`)
			close(locked)
			<-free
			return errors.Join(err, errRefused) // rolls back, so the waiting insert may go on
		})
	}()
	<-locked
	waits := make(chan error)
	go func() { _, err := g.Do(context.Background(), order{id: "x"}); waits <- err }()
	time.Sleep(20 * time.Millisecond)
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if _, err := g.Do(ctx, order{id: "y"}); err != nil {
		t.Errorf("held up: %v", err)
	}
	close(free)
	if err := <-blocker; !errors.Is(err, errRefused) {
		t.Error(err)
	}
	if err := <-waits; err != nil {
		t.Error(err)
	}
}
