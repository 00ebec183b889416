package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jawort/db"
)

var errNoChild = errors.New("no such child")

// sharedChild reads a child's number by its id; opened is how many flights began, gate lets them wait.
func sharedChild(d *db.DB, reads *atomic.Int64, wait func()) *db.SharedRead[string, int64] {
	return db.NewSharedRead(d, func(ctx context.Context, tx *db.Tx, id string) (n int64, err error) {
		reads.Add(1)
		if id == "panic" {
			panic("secret of " + id)
		}
		if err = tx.Row(ctx, `select n from child where id = $1`, id).Scan(&n); errors.Is(err, db.ErrNone) {
			err = errNoChild
		}
		wait()
		return n, err
	})
}

func putChild(t testing.TB, d *db.DB, id string, n int64) {
	t.Helper()
	if err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `insert into child (id, n) values ($1, $2) on conflict (id) do update set n = excluded.n`, id, n)
		return err
	}); err != nil {
		t.Error(err)
	}
}

// Many who ask while one reads share the next read; each gets the answer to its own key, errors with it.
func TestSharedReadIsShared(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for i := range 5 {
			putChild(t, d, fmt.Sprint("c", i), int64(i))
		}
		var reads atomic.Int64
		first, hold := make(chan struct{}), make(chan struct{})
		var once sync.Once
		s := sharedChild(d, &reads, func() { once.Do(func() { close(first); <-hold }) })
		var all sync.WaitGroup
		ask := func(id string, want int64, wrong error) {
			all.Go(func() {
				if n, err := s.Get(context.Background(), id); n != want || !errors.Is(err, wrong) {
					t.Errorf("%s: %d, %v", id, n, err)
				}
			})
		}
		ask("c0", 0, nil)
		<-first
		for i := range 60 {
			ask(fmt.Sprint("c", i%5), int64(i%5), nil)
		}
		ask("nobody", 0, errNoChild)
		time.Sleep(50 * time.Millisecond) // all of them wait now; if not, there are more reads than counted below
		close(hold)
		all.Wait()
		if n := reads.Load(); n < 7 || n > 20 {
			t.Errorf("%d reads for 62 callers of six keys, want about 7", n)
		}
	})
}

// Who asks after a commit sees it, also when a read was under way already.
func TestSharedReadIsFresh(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		putChild(t, d, "c", 0)
		var reads atomic.Int64
		s := sharedChild(d, &reads, func() {})
		var committed atomic.Int64
		stop := make(chan struct{})
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					least := committed.Load()
					if n, err := s.Get(context.Background(), "c"); err != nil || n < least {
						t.Errorf("read %d, %v after %d was committed", n, err, least)
						return
					}
				}
			})
		}
		for n := range int64(200) {
			putChild(t, d, "c", n)
			committed.Store(n)
		}
		close(stop)
		all.Wait()
	})
}

// A caller that gives up leaves the others their answer, and a panic is an error without its text.
func TestSharedReadOutlivesACaller(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		putChild(t, d, "c", 7)
		var reads atomic.Int64
		s := sharedChild(d, &reads, func() {})
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		_, _ = s.Get(gone, "c") // it may answer: it read itself
		if n, err := s.Get(context.Background(), "c"); n != 7 || err != nil {
			t.Errorf("after a caller that gave up: %d, %v", n, err)
		}
		if _, err := s.Get(context.Background(), "panic"); err == nil || err.Error() != "read panicked (string)" {
			t.Errorf("panic: %v", err)
		}
		if n, err := s.Get(context.Background(), "c"); n != 7 || err != nil {
			t.Errorf("after a panic: %d, %v", n, err)
		}
	})
}

// Where many come, the first of the next read may give up while it gathers: the others get their answer.
func TestSharedReadGathersWithoutTheFirst(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		putChild(t, d, "c", 7)
		var reads atomic.Int64
		s := sharedChild(d, &reads, func() { time.Sleep(time.Millisecond) })
		for range 40 {
			gone, cancel := context.WithCancel(context.Background())
			var all sync.WaitGroup
			for i := range 12 {
				all.Go(func() {
					time.Sleep(time.Duration(i) * 300 * time.Microsecond)
					if i%3 == 0 {
						_, _ = s.Get(gone, "c")
						return
					}
					if n, err := s.Get(context.Background(), "c"); n != 7 || err != nil {
						t.Errorf("%d, %v", n, err)
					}
				})
			}
			time.Sleep(time.Millisecond)
			cancel()
			ended := make(chan struct{})
			go func() { all.Wait(); close(ended) }()
			select {
			case <-ended:
			case <-time.After(5 * time.Second):
				t.Fatal("somebody waits for a read that nobody begins")
			}
		}
	})
}
