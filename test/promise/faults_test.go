package promise

import (
	"context"
	"maps"
	"net"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/outbox"
	"jawort/test/fixture"
)

// submit puts one offer to a person and answers its id.
func submit(t *testing.T, w *fixture.World, n int) string {
	t.Helper()
	got, err := w.Dispatcher.Submit(t.Context(), w.Offer(fixture.Phone(n), ""))
	if err != nil || got.State != outbox.Queued {
		t.Fatalf("submit: %+v, %v", got, err)
	}
	return got.ID
}

func read(t *testing.T, w *fixture.World, id string) (m outbox.Message) {
	t.Helper()
	err := w.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		m, err = outbox.Get(ctx, tx, w.Tenant.ID, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// becomes waits until the message has had so many outcomes and is in the state.
func becomes(t *testing.T, w *fixture.World, id string, attempts int64, want outbox.State) outbox.Message {
	t.Helper()
	begun := time.Now()
	for {
		m := read(t, w, id)
		if m.Attempts >= attempts && m.State == want {
			return m
		}
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("is %s after %d attempts (%s), want %s", m.State, m.Attempts, m.Error, want)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// arrived counts what the emulator took under the message's id.
func arrived(w *fixture.World, id string) (n int) {
	for _, a := range w.Arrivals() {
		if a.Message == id {
			n++
		}
	}
	return n
}

// What Meta answers, and what becomes of the message.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault map[string]any
		want  outbox.State
		code  int64
		tries int64
		came  int
	}{
		{"taken", nil, outbox.Accepted, 0, 1, 1},
		{"pair rate, then taken", map[string]any{"kind": "status", "status": 400, "code": 131056, "count": 1}, outbox.Accepted, 0, 2, 1},
		{"throughput, then taken", map[string]any{"kind": "status", "status": 400, "code": 130429, "count": 2}, outbox.Accepted, 0, 3, 1},
		{"window closed", map[string]any{"kind": "status", "status": 400, "code": 131047, "count": 1}, outbox.Failed, 131047, 1, 0},
		{"no such template", map[string]any{"kind": "status", "status": 404, "code": 132001, "count": 1}, outbox.Failed, 132001, 1, 0},
		{"something went wrong, and yet it was taken", map[string]any{"kind": "status", "status": 500, "code": 131000, "accept": true, "count": 1}, outbox.Unknown, 131000, 1, 1},
		{"something went wrong", map[string]any{"kind": "status", "status": 500, "code": 131000, "count": 1}, outbox.Unknown, 131000, 1, 0},
		{"no answer", map[string]any{"kind": "drop_answer", "count": 1}, outbox.Unknown, 0, 1, 1},
		{"connection closed before it was taken", map[string]any{"kind": "close", "count": 1}, outbox.Unknown, 0, 1, 0},
		{"late answer", map[string]any{"kind": "delay", "delay_ms": 1500, "count": 1}, outbox.Accepted, 0, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				w := fixture.New(t, d)
				w.Grant(fixture.Phone(1))
				if c.fault != nil {
					fault := maps.Clone(c.fault)
					fault["on"] = "send"
					w.Fault(fault)
				}
				id := submit(t, w, 1)
				w.Work()
				m := becomes(t, w, id, c.tries, c.want)
				if m.Attempts != c.tries || m.ErrorCode != c.code {
					t.Errorf("%d attempts, code %d (%s)", m.Attempts, m.ErrorCode, m.Error)
				}
				if c.want == outbox.Unknown { // never again by itself
					time.Sleep(600 * time.Millisecond)
				}
				if n := arrived(w, id); n != c.came {
					t.Errorf("arrived %d times, want %d", n, c.came)
				}
				if m := read(t, w, id); m.State != c.want || m.Attempts != c.tries {
					t.Errorf("went on to %s after %d attempts", m.State, m.Attempts)
				}
			})
		})
	}
}

// A failed dial surely sent nothing: the message waits, gives back what it had counted, and goes when Meta is back.
func TestDialFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d)
		w.Grant(fixture.Phone(1))
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		nowhere := "http://" + listener.Addr().String()
		listener.Close()
		move(t, w, nowhere)
		id := submit(t, w, 1)
		w.Work()
		m := becomes(t, w, id, 1, outbox.Queued)
		if m.Error == "" || m.WAMID != "" {
			t.Errorf("%+v", m)
		}
		if n := counted(t, w); n != 0 {
			t.Errorf("%d sends are counted, and none was", n)
		}
		move(t, w, w.URL)
		m = becomes(t, w, id, 2, outbox.Accepted)
		if n := arrived(w, id); n != 1 || counted(t, w) != 1 {
			t.Errorf("arrived %d times, counted %d", n, counted(t, w))
		}
	})
}

// move puts the number's Graph elsewhere; workers read it anew every two seconds.
func move(t *testing.T, w *fixture.World, url string) {
	t.Helper()
	n := w.Number
	n.BaseURL = url
	err := w.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return account.PutNumber(ctx, tx, w.Keys, w.Tenant.ID, n, "", "", "test")
	})
	if err != nil {
		t.Fatal(err)
	}
}

func counted(t *testing.T, w *fixture.World) (n int64) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `select coalesce(sum(sent), 0) from sent_count where tenant = $1`, w.Tenant.ID).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// One sender and an answer that hangs: what was started behind it is too old when its turn comes, stays here, and goes
// later. Nothing is lost, nothing goes twice.
func TestFenceKeepsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := fixture.NewWith(t, d, fixture.Options{Senders: 1})
		var ids []string
		for n := range 4 {
			w.Grant(fixture.Phone(n))
			ids = append(ids, submit(t, w, n))
		}
		w.Fault(map[string]any{"on": "send", "kind": "delay", "delay_ms": 1500, "count": 1})
		w.Work()
		late := 0
		for _, id := range ids {
			m := becomes(t, w, id, 1, outbox.Accepted)
			if m.Attempts > 1 {
				late++
			}
			if n := arrived(w, id); n != 1 {
				t.Errorf("arrived %d times", n)
			}
		}
		if late == 0 {
			t.Error("nothing was late: the fence was not tried")
		}
		if n := counted(t, w); n != 4 {
			t.Errorf("counted %d sends, want 4", n)
		}
	})
}

// A receipt that overtakes the answer stands; one for what had no answer settles it.
func TestReceiptsAndAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d)
		w.Grant(fixture.Phone(1), fixture.Phone(2))
		w.Work()
		w.Fault(map[string]any{"on": "send", "kind": "delay", "delay_ms": 700, "count": 1})
		early := submit(t, w, 1)
		for begun := time.Now(); arrived(w, early) == 0 && time.Since(begun) < 10*time.Second; {
			time.Sleep(5 * time.Millisecond)
		}
		wamid := w.Arrivals()[0].WAMID
		tell := func(id, status string, n int) {
			raw, signature := w.Receipt(wamid, id, status, fixture.Phone(n))
			if err := w.Desk.Webhook(t.Context(), raw, signature); err != nil {
				t.Error(err)
			}
		}
		tell(early, "delivered", 1)
		if m := read(t, w, early); m.State != outbox.Delivered || m.Attempts != 0 {
			t.Errorf("before the answer: %s after %d attempts", m.State, m.Attempts)
		}
		tell(early, "sent", 1)
		if m := becomes(t, w, early, 1, outbox.Delivered); m.WAMID != wamid {
			t.Errorf("%+v", m)
		}
		w.Calm()
		w.Fault(map[string]any{"on": "send", "kind": "drop_answer", "count": 1})
		lost := submit(t, w, 2)
		becomes(t, w, lost, 1, outbox.Unknown)
		wamid = w.Arrivals()[1].WAMID
		tell(lost, "delivered", 2)
		if m := read(t, w, lost); m.State != outbox.Delivered || m.WAMID != wamid {
			t.Errorf("reconciled: %+v", m)
		}
	})
}
