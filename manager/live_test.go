package manager

import (
	"bufio"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/id"
)

// listener reads a stream's events; the channel closes with the stream.
func (b *browser) listen() (<-chan string, context.CancelFunc) {
	b.h.t.Helper()
	ctx, cancel := context.WithCancel(b.h.t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", b.h.url+"/live", nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	a, err := b.c.Do(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/event-stream" {
		b.h.t.Fatalf("stream: %d %v", a.StatusCode, a.Header)
	}
	out := make(chan string, 100)
	go func() {
		defer close(out)
		defer a.Body.Close()
		lines := bufio.NewScanner(a.Body)
		name := ""
		for lines.Scan() {
			if n, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				name = n
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data:"); ok {
				out <- strings.TrimSpace(name + data)
			}
		}
	}()
	return out, cancel
}

// next waits for an event; "" when the stream has ended.
func next(t *testing.T, events <-chan string) string {
	t.Helper()
	select {
	case e := <-events:
		return e
	case <-time.After(20 * time.Second):
		t.Fatal("nothing comes")
		return ""
	}
}

func TestLiveTellsWhatChangedToItsTenantOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		defer close(h.stopping)
		events, done := h.as(account.Agent).listen()
		defer done()
		if e := next(t, events); e != "hello" {
			t.Fatalf("first %q", e)
		}
		before := h.marks(h.a.ID)
		for _, c := range []struct {
			kind   string
			change func(ctx context.Context, tx *db.Tx)
		}{
			{"decisions", func(ctx context.Context, tx *db.Tx) { h.newest(ctx, tx, h.a.ID) }},
			{"reviews", func(ctx context.Context, tx *db.Tx) { h.ask(ctx, tx, h.a.ID, h.contact) }},
			{"people", func(ctx context.Context, tx *db.Tx) { h.person(ctx, tx, h.a.ID, "x", "tel:+491713920099", -time.Hour) }},
			{"numbers", func(ctx context.Context, tx *db.Tx) {
				h.exec(ctx, tx, `update brake set state = 'stopped' where tenant = $1`, h.a.ID)
			}},
		} {
			h.write(func(ctx context.Context, tx *db.Tx) error {
				h.newest(ctx, tx, h.b.ID)
				return nil
			})
			h.write(func(ctx context.Context, tx *db.Tx) error { c.change(ctx, tx); return nil })
			after := h.marks(h.a.ID)
			if got := changed(before, after); len(got) != 1 || got[0] != c.kind {
				t.Errorf("%s changed, told %v", c.kind, got)
			}
			before = after
			if e := next(t, events); e != "changed "+c.kind {
				t.Errorf("%s: the stream says %q", c.kind, e)
			}
		}
	})
}

func (h *house) marks(tenant string) (m map[string]string) {
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		m, err = marks(ctx, tx, tenant)
		return err
	})
	return m
}

// newest is a decision that was taken after all others.
func (h *house) newest(ctx context.Context, tx *db.Tx, tenant string) {
	h.put(ctx, tx, "decision", row{"tenant": tenant, "decision": id.At("dec", micros(-time.Hour)), "at": 1, "number": theNumber, "contact": "", "topic": "",
		"template": "", "verdict": "allow", "reason": "", "body": "{}"})
}

func (h *house) exec(ctx context.Context, tx *db.Tx, text string, args ...any) {
	if _, err := tx.Exec(ctx, text, args...); err != nil {
		h.t.Fatal(err)
	}
}

func TestLiveEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		first, done := b.listen()
		defer done()
		if e := next(t, first); e != "hello" {
			t.Fatalf("first %q", e)
		}
		for range mostOfASession { // the oldest makes room
			events, done := b.listen()
			defer done()
			next(t, events)
		}
		if e, end := next(t, first), next(t, first); e != "enough" || end != "" {
			t.Errorf("the oldest is told %q, then %q", e, end)
		}

		// Logged out: the next thing that would be told ends the stream instead.
		out := h.as(account.Editor)
		events, done := out.listen()
		defer done()
		next(t, events)
		if a := out.post("/logout"); a.to != "/login" {
			t.Fatal("still in")
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			h.newest(ctx, tx, h.a.ID)
			return nil
		})
		if e := next(t, events); e != "" {
			t.Errorf("after the logout: %q", e)
		}

		last, done := h.as(account.Owner).listen()
		defer done()
		next(t, last)
		close(h.stopping)
		if e := next(t, last); e != "" {
			t.Errorf("when the server stops: %q", e)
		}
	})
}

func TestLiveIsForWhoIsSignedIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		if a := h.browser().get("/live"); a.code != http.StatusSeeOther {
			t.Errorf("%d", a.code)
		}
	})
}

// Nobody listens, nobody looks; and what waits for a slow reader is told once.
func TestHub(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHub(d, slog.New(slog.DiscardHandler))
		a, b := h.join("ten_a", "s"), h.join("ten_b", "s")
		if len(h.watches) != 2 || h.count != 2 {
			t.Errorf("%d watches, %d streams", len(h.watches), h.count)
		}
		h.tell("ten_a", []string{"people"})
		h.tell("ten_a", []string{"decisions", "people"})
		h.tell("ten_c", []string{"people"})
		if got := strings.Join(a.take(), " "); got != "decisions people" || len(b.take()) != 0 || len(a.take()) != 0 {
			t.Errorf("taken %q", got)
		}
		h.leave(a)
		h.leave(a)
		h.leave(b)
		if len(h.watches) != 0 || h.count != 0 || len(h.sessions) != 0 {
			t.Errorf("left behind: %v %d %v", h.watches, h.count, h.sessions)
		}
		h.count = mostStreams
		if h.join("ten_a", "s") != nil {
			t.Error("takes more than it can")
		}
	})
}
