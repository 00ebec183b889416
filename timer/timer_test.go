package timer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
)

// clock is the database's clock in these tests.
type clock struct{ us atomic.Int64 }

func (c *clock) now() time.Time          { return time.UnixMicro(c.us.Load()) }
func (c *clock) advance(d time.Duration) { c.us.Add(d.Microseconds()) }

const second = int64(1_000_000)

func each(t *testing.T, f func(t *testing.T, d *db.DB, c *clock)) {
	t.Helper()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			c := &clock{}
			c.us.Store(1000 * second)
			f(t, dbtest.OpenWith(t, engine, db.Options{Now: c.now}), c)
		})
	}
}

func put(t *testing.T, d *db.DB, timers ...Timer) {
	t.Helper()
	if err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error { return Put(ctx, tx, timers) }); err != nil {
		t.Fatal(err)
	}
}

func at(key string, due int64) Timer {
	return Timer{Tenant: "ten", Kind: "lapse", Key: key, Due: due * second, Payload: "p-" + key}
}

func step(t *testing.T, r *Runner) int {
	t.Helper()
	n, err := r.Step(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// left lists the timers that are there: key, due in seconds, attempts.
func left(t *testing.T, d *db.DB) string {
	t.Helper()
	var all []string
	err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select key, due, attempts from timer order by key`)
		all, err = db.All(rows, err, func(r *db.Rows, s *string) error {
			var key string
			var due, attempts int64
			err := r.Scan(&key, &due, &attempts)
			*s = fmt.Sprintf("%s@%d/%d", key, due/second, attempts)
			return err
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

// collector is a Within handler that remembers what it got.
type collector struct {
	mu  sync.Mutex
	got []string
}

func (c *collector) within(_ context.Context, _ *db.Tx, due []Timer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range due {
		c.got = append(c.got, t.Key)
	}
	return nil
}

func (c *collector) take() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := strings.Join(c.got, " ")
	c.got = nil
	return s
}

func TestDueInOrder(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		got := &collector{}
		r := &Runner{DB: d, Handlers: map[string]Handler{"lapse": {Within: got.within}}}
		put(t, d, at("b", 990), at("a", 980), at("later", 1010), Timer{Tenant: "ten", Kind: "foreign", Key: "x", Due: 1})
		if n := step(t, r); n != 2 || got.take() != "a b" {
			t.Errorf("%d ran", n)
		}
		if n := step(t, r); n != 0 {
			t.Errorf("%d ran twice", n)
		}
		put(t, d, at("later", 1020), at("later", 1030)) // moved; the last setting counts
		c.advance(25 * time.Second)
		if n := step(t, r); n != 0 {
			t.Errorf("a moved timer ran early")
		}
		c.advance(5 * time.Second)
		if step(t, r); got.take() != "later" {
			t.Error("a moved timer did not run")
		}
		if have := left(t, d); have != "x@0/0" {
			t.Errorf("left: %s", have)
		}
	})
}

func TestCancel(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		put(t, d, at("a", 1), at("b", 1), at("c", 1))
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			if n, oldest, err := Late(ctx, tx, 1000*second); err != nil || n != 3 || oldest != second {
				t.Errorf("late: %d since %d, %v", n, oldest, err)
			}
			return Cancel(ctx, tx, "ten", "lapse", []string{"a", "c", "nobody"})
		})
		if err != nil || left(t, d) != "b@1/0" {
			t.Errorf("left %s (%v)", left(t, d), err)
		}
	})
}

// TestWithinIsOnce: what a handler wrote and the removal of its timer stand or fall together; a bad timer does not hold up its batch.
func TestWithinIsOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		got, broken := &collector{}, true
		var log bytes.Buffer
		r := &Runner{DB: d, Log: slog.New(slog.NewTextHandler(&log, nil)), Handlers: map[string]Handler{"lapse": {
			Within: func(ctx context.Context, tx *db.Tx, due []Timer) error {
				for _, one := range due {
					if one.Key == "bad" && broken {
						if one.Attempts > 0 {
							panic("broken")
						}
						return errors.New("broken")
					}
					if one.Payload != "p-"+one.Key {
						t.Errorf("payload %q", one.Payload)
					}
				}
				if err := Put(ctx, tx, []Timer{{Tenant: "ten", Kind: "did", Key: due[0].Key, Due: 1}}); err != nil {
					return err
				}
				return got.within(ctx, tx, due)
			}}}}
		put(t, d, at("a", 1), at("bad", 2), at("c", 3))
		step(t, r)
		if have := got.take(); have != "a c" {
			t.Errorf("ran %q", have)
		}
		if have := left(t, d); have != "a@0/0 bad@1002/1 c@0/0" {
			t.Errorf("left %s", have)
		}
		if n := step(t, r); n != 0 {
			t.Error("tried again at once")
		}
		c.advance(2 * time.Second)
		step(t, r)
		if have := left(t, d); !strings.Contains(have, "bad@1006/2") {
			t.Errorf("left %s", have)
		}
		broken = false
		c.advance(4 * time.Second)
		step(t, r)
		if got.take() != "bad" {
			t.Error("did not run after it was mended")
		}
		if !strings.Contains(log.String(), "kind=lapse") || strings.Contains(log.String(), "bad") {
			t.Errorf("log: %s", log.String())
		}
	})
}

// TestMovedBetweenBatchAndSingle: a timer that somebody moves after its batch failed is not run early and not put off.
func TestMovedBetweenBatchAndSingle(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		runs := 0
		r := &Runner{DB: d, Log: slog.New(slog.DiscardHandler)}
		r.Handlers = map[string]Handler{"lapse": {Within: func(ctx context.Context, tx *db.Tx, due []Timer) error { runs++; return errors.New("no") }}}
		put(t, d, at("a", 5000))
		stale := at("a", 1)
		if err := r.oneByOne(context.Background(), "lapse", []Timer{stale}); err != nil {
			t.Fatal(err)
		}
		if have := left(t, d); runs != 0 || have != "a@5000/0" {
			t.Errorf("%d runs, left %s", runs, have)
		}
	})
}

func TestWithinSetsItselfAgain(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		r := &Runner{DB: d, Handlers: map[string]Handler{"lapse": {
			Within: func(ctx context.Context, tx *db.Tx, due []Timer) error {
				due[0].Due += 60 * second
				return Put(ctx, tx, due)
			}}}}
		put(t, d, at("daily", 990))
		step(t, r)
		if have := left(t, d); have != "daily@1050/0" {
			t.Errorf("left %s", have)
		}
	})
}

// TestAlone: done, wants to come again, fails, panics, and set anew while it runs.
func TestAlone(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		r := &Runner{DB: d, Width: 10, Log: slog.New(slog.DiscardHandler), Handlers: map[string]Handler{"lapse": {
			Alone: func(ctx context.Context, one Timer) (int64, error) {
				switch one.Key {
				case "again":
					return 2000 * second, nil
				case "fails":
					return 0, errors.New("no")
				case "panics":
					panic("no")
				case "moved":
					put(t, d, at("moved", 3000))
				}
				return 0, nil
			}}}}
		put(t, d, at("done", 1), at("again", 1), at("fails", 1), at("panics", 1), at("moved", 1))
		if n := step(t, r); n != 5 {
			t.Errorf("%d ran", n)
		}
		if have := left(t, d); have != "again@2000/0 fails@1002/1 moved@3000/0 panics@1002/1" {
			t.Errorf("left %s", have)
		}
	})
}

// TestLeaseRunsOut: a process that died with a timer in hand holds it up only as long as its lease, and if it was merely slow, its late
// end changes nothing.
func TestLeaseRunsOut(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		entered, leave := make(chan struct{}), make(chan struct{})
		slow := &Runner{DB: d, Lease: time.Minute, Handlers: map[string]Handler{"lapse": {
			Alone: func(ctx context.Context, one Timer) (int64, error) {
				close(entered)
				<-leave
				return 0, nil
			}}}}
		var runs atomic.Int64
		other := &Runner{DB: d, Handlers: map[string]Handler{"lapse": {
			Alone: func(ctx context.Context, one Timer) (int64, error) {
				if one.Attempts != 1 {
					t.Errorf("%d attempts", one.Attempts)
				}
				runs.Add(1)
				return 5000 * second, nil
			}}}}
		put(t, d, at("a", 1))
		done := make(chan struct{})
		go func() { defer close(done); slow.Step(context.Background()) }()
		<-entered
		if n := step(t, other); n != 0 {
			t.Error("a leased timer was taken")
		}
		c.advance(61 * time.Second)
		if n := step(t, other); n != 1 || runs.Load() != 1 {
			t.Errorf("%d ran after the lease", n)
		}
		close(leave)
		<-done
		if have := left(t, d); have != "a@5000/0" {
			t.Errorf("the slow one changed it: %s", have)
		}
	})
}

// TestOnceAcrossRunners: many runners on several connections, as several processes have, run each timer once.
func TestOnceAcrossRunners(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			d := dbtest.Open(t, engine)
			const many = 300
			var timers []Timer
			for i := range many {
				timers = append(timers, at(fmt.Sprintf("w%d", i), 1), Timer{Tenant: "ten", Kind: "alone", Key: fmt.Sprint("a", i), Due: 1})
			}
			put(t, d, timers...)
			var mu sync.Mutex
			ran := map[string]int{}
			count := func(key string) {
				mu.Lock()
				ran[key]++
				mu.Unlock()
			}
			handlers := map[string]Handler{
				"lapse": {Within: func(ctx context.Context, tx *db.Tx, due []Timer) error {
					keys := make([]string, len(due))
					for i := range due {
						keys[i] = due[i].Key
					}
					tx.OnCommit(func() {
						for _, k := range keys {
							count(k)
						}
					})
					return nil
				}},
				"alone": {Alone: func(ctx context.Context, one Timer) (int64, error) { count(one.Key); return 0, nil }},
			}
			ctx, stop := context.WithCancel(context.Background())
			var runners sync.WaitGroup
			for range 4 {
				r := &Runner{DB: d, Handlers: handlers, Batch: 17, Width: 8, Poll: 5 * time.Millisecond}
				runners.Go(func() {
					if err := r.Run(ctx); err != nil {
						t.Error(err)
					}
				})
			}
			for end := time.Now().Add(30 * time.Second); left(t, d) != "" && time.Now().Before(end); {
				time.Sleep(10 * time.Millisecond)
			}
			stop()
			runners.Wait()
			if len(ran) != 2*many {
				t.Errorf("%d of %d ran", len(ran), 2*many)
			}
			for key, n := range ran {
				if n != 1 {
					t.Errorf("%s ran %d times", key, n)
				}
			}
		})
	}
}

func TestBackoff(t *testing.T) {
	for attempts, want := range map[int64]int64{1: 2, 2: 4, 10: 1024, 11: 2048, 12: 3600, 60: 3600, 1000: 3600} {
		if have := backoff(attempts) / second; have != want {
			t.Errorf("after %d attempts %d s, want %d", attempts, have, want)
		}
	}
}

func TestHandlerIsOneOfTwo(t *testing.T) {
	both := Handler{Within: (&collector{}).within, Alone: func(context.Context, Timer) (int64, error) { return 0, nil }}
	for _, h := range []Handler{{}, both} {
		if err := (&Runner{Handlers: map[string]Handler{"x": h}}).Run(context.Background()); err == nil {
			t.Error("taken")
		}
	}
}
