package consent_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
)

func place(t testing.TB, d *db.DB, most int) (n int) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = consent.Place(ctx, tx, tenant, most)
		return err
	})
	return n
}

// logFrom reads the log as a puller does, page by page from where it was.
func logFrom(t testing.TB, d *db.DB, after int64) (out []consent.Event) {
	t.Helper()
	for {
		var more []consent.Event
		if err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
			more, err = consent.Log(ctx, tx, tenant, after, 7)
			return err
		}); err != nil {
			t.Error(err)
			return out
		}
		if len(more) == 0 {
			return out
		}
		out, after = append(out, more...), more[len(more)-1].Position
	}
}

// gapless says what is wrong with a log: a hole, or a person's revisions out of order.
func gapless(list []consent.Event) string {
	revs := map[string]int64{}
	for i, e := range list {
		if e.Position != int64(i)+1 {
			return fmt.Sprintf("entry %d stands at position %d", i+1, e.Position)
		}
		if e.Rev <= revs[e.Contact] {
			return fmt.Sprintf("position %d: revision %d after %d", e.Position, e.Rev, revs[e.Contact])
		}
		revs[e.Contact] = e.Rev
	}
	return ""
}

func stop(c string) consent.Event {
	return consent.Event{Contact: c, Kind: consent.Withdrawn, Scope: consent.ScopeMarketing, Channel: "api", Actor: consent.Actor{Kind: consent.Program}}
}

// unplace makes the ledger one whose entries still wait for their positions.
func unplace(t testing.TB, d *db.DB) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `update event set position = null`)
		if err == nil {
			_, err = tx.Exec(ctx, `update log_head set position = 0`)
		}
		return err
	})
}

// SQLite gives positions with the entries: one person's in the order of their revisions, none to what is rolled back, and none while
// anything older waits for its own.
func TestPlacedAtOnce(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	people := house(t, d, 3)
	younger, older := stop(people[0]), stop(people[0])
	younger.ID, older.ID = "evt_001j0vl12up8b0001fa7hqr9lz", "evt_001j0vl12up8b0000fa7hqr9ls"
	add(t, d, younger, older, stop(people[1])) // the second revision has the smaller id
	if list := logFrom(t, d, 0); len(list) != 3 || gapless(list) != "" || place(t, d, 9) != 0 {
		t.Fatalf("%d entries: %s", len(list), gapless(list))
	}
	failed := errors.New("on purpose")
	if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		revs, err := contact.Lock(ctx, tx, tenant, people[2:])
		if err == nil {
			_, err = consent.Append(ctx, tx, tenant, []consent.Event{stop(people[2])}, revs)
		}
		return cmp.Or(err, failed)
	}); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	add(t, d, stop(people[2]))
	if list := logFrom(t, d, 0); len(list) != 4 || gapless(list) != "" {
		t.Fatalf("behind what was rolled back: %d entries: %s", len(list), gapless(list))
	}
	unplace(t, d)
	add(t, d, stop(people[0]))
	if list := logFrom(t, d, 0); len(list) != 0 {
		t.Fatalf("%d entries overtook those that wait", len(list))
	}
	if n := place(t, d, 9); n != 5 {
		t.Errorf("placed %d of 5", n)
	}
	add(t, d, stop(people[1]))
	if list := logFrom(t, d, 0); len(list) != 6 || gapless(list) != "" {
		t.Errorf("%d entries: %s", len(list), gapless(list))
	}
}

// Positions are given in batches of any size, once each, and only within the tenant.
func TestPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		people := house(t, d, 5)
		if n := place(t, d, 100); n != 0 {
			t.Fatalf("placed %d of nothing", n)
		}
		for range 4 {
			for _, c := range people {
				add(t, d, stop(c))
			}
		}
		unplace(t, d)
		for most, want := range map[int]int{3: 3} { // a cut batch takes what came before of the same persons along
			if n := place(t, d, most); n != want {
				t.Errorf("placed %d of a batch of %d", n, most)
			}
		}
		for place(t, d, 4) > 0 {
		}
		list := logFrom(t, d, 0)
		if wrong := gapless(list); len(list) != 20 || wrong != "" {
			t.Errorf("%d entries: %s", len(list), wrong)
		}
		if err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			head, err := consent.Head(ctx, tx, tenant)
			other, err2 := consent.Head(ctx, tx, "ten_b")
			left, err3 := consent.Unplaced(ctx, tx)
			at, err4 := consent.AtPositions(ctx, tx, tenant, []int64{20, 3, 99})
			if head != 20 || other != 0 || len(left) != 0 || len(at) != 2 || err != nil || err2 != nil || err3 != nil || err4 != nil {
				t.Errorf("head %d, other %d, left %v, at %d: %v %v %v %v", head, other, left, len(at), err, err2, err3, err4)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

// What commits late comes late, and is not passed over: the older entry is still in its transaction when the younger one is read.
func TestLateCommitIsNotPassedOver(t *testing.T) {
	d := dbtest.Open(t, db.Postgres)
	people := house(t, d, 2)
	inside, free, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		var once sync.Once
		done <- d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			revs, err := contact.Lock(ctx, tx, tenant, people[:1])
			if err == nil {
				_, err = consent.Append(ctx, tx, tenant, []consent.Event{stop(people[0])}, revs)
			}
			once.Do(func() { close(inside) })
			<-free
			return err
		})
	}()
	<-inside
	young := add(t, d, stop(people[1]))[0].Event
	place(t, d, 100)
	first := logFrom(t, d, 0)
	if len(first) != 1 || first[0].ID != young.ID {
		t.Fatalf("read %d entries while one is being written", len(first))
	}
	close(free)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	place(t, d, 100)
	rest := logFrom(t, d, first[0].Position)
	if len(rest) != 1 || rest[0].Contact != people[0] || rest[0].ID > young.ID {
		t.Fatalf("behind the cursor: %d entries, want the older one that committed later", len(rest))
	}
}

// Writers, two who give positions, and readers at the same time: every reader meets every entry once, in gapless order.
func TestLogUnderConcurrency(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers, each = 6, 15
		people := house(t, d, writers)
		var writing, others sync.WaitGroup
		var over atomic.Bool
		for w := range writers {
			writing.Add(1)
			go func() {
				defer writing.Done()
				for i := range each { // its own person, and by turns one that all share
					add(t, d, stop(people[w]))
					if i%5 == 0 {
						add(t, d, stop(people[0]))
					}
				}
			}()
		}
		for range 2 {
			others.Add(1)
			go func() {
				defer others.Done()
				for !over.Load() {
					place(t, d, 9)
				}
			}()
		}
		const want = writers*each + writers*each/5
		read := make([][]consent.Event, 3)
		for i := range read {
			others.Add(1)
			go func() {
				defer others.Done()
				for after := int64(0); !over.Load() || int(after) < want && !t.Failed(); after = int64(len(read[i])) {
					read[i] = append(read[i], logFrom(t, d, after)...)
				}
			}()
		}
		writing.Wait()
		for place(t, d, 50) > 0 {
		}
		over.Store(true)
		others.Wait()
		for i, list := range read {
			if wrong := gapless(list); wrong != "" || len(list) != want {
				t.Errorf("reader %d: %d of %d entries; %s", i, len(list), want, wrong)
			}
		}
		if slices.ContainsFunc(read[0], func(e consent.Event) bool { return e.ID == "" }) {
			t.Error("an entry without an id")
		}
	})
}
