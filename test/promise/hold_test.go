package promise

import (
	"sync"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/dispatch"
	"jawort/intake"
	"jawort/outbox"
	"jawort/test/fixture"
)

// hang puts a message on the wire whose answer does not come for long, and waits until it has arrived.
func hang(t *testing.T, w *fixture.World, people ...int) {
	t.Helper()
	for _, n := range people {
		w.Grant(fixture.Phone(n))
	}
	w.Fault(map[string]any{"on": "send", "kind": "delay", "delay_ms": 6000})
	before := w.Accepted()
	for _, n := range people {
		if got, err := w.Dispatcher.Submit(t.Context(), w.Offer(fixture.Phone(n), "")); err != nil || got.State != outbox.Queued {
			t.Fatalf("submit: %+v, %v", got, err)
		}
	}
	for begun := time.Now(); w.Accepted() < before+int64(len(people)); {
		if time.Since(begun) > 20*time.Second {
			t.Fatal("the message does not arrive")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// The promise rests on this comparison, with room for a slow step between the last look at the clock and the wire.
func TestFenceIsShorterThanHold(t *testing.T) {
	if dispatch.Fence > intake.Hold-200*time.Millisecond {
		t.Errorf("fence %v, hold %v", dispatch.Fence, intake.Hold)
	}
}

// Whoever says stop while a send has no outcome is answered after Hold; so is whoever repeats it, by the same webhook or
// anew, and a POST with many stops waits once.
func TestAcknowledgementsWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d)
		w.Work()
		people := []int{1, 2}
		for n := range 20 {
			people = append(people, 10+n)
		}
		hang(t, w, people...)
		s := &storm{t: t, w: w}
		raw, signature := w.Says(fixture.Phone(1), "STOP", "STOP1")
		hook := func() error { return w.Desk.Webhook(t.Context(), raw, signature) }
		ways := map[string]func() error{"webhook": hook, "the same webhook at the same time": hook, "API": func() error { return s.byAPI(fixture.Phone(2)) },
			"API at the same time": func() error { return s.byAPI(fixture.Phone(2)) }}
		var wg sync.WaitGroup
		begun := time.Now()
		for name, way := range ways {
			wg.Add(1)
			go func() {
				defer wg.Done()
				if err := way(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if took := time.Since(begun); took < intake.Hold || took > 3*intake.Hold {
					t.Errorf("%s was answered after %v", name, took)
				}
			}()
		}
		wg.Wait()
		begun = time.Now()
		if err := hook(); err != nil || time.Since(begun) < intake.Hold {
			t.Errorf("the webhook again, while the send still hangs: %v after %v", err, time.Since(begun))
		}
		all, signed := w.SayAll("STOP", people[2:])
		begun = time.Now()
		err := w.Desk.Webhook(t.Context(), all, signed)
		if took := time.Since(begun); err != nil || took < intake.Hold || took > 3*intake.Hold {
			t.Errorf("twenty people in one POST: %v after %v", err, took)
		}
	})
}
