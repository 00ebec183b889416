package promise

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/address"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/outbox"
	"jawort/test/fixture"
)

const (
	limit    = 250 // people a day, the first of Meta's levels
	reserved = 25  // of them kept for what is not marketing (quality.Reserve)
	offered  = 300 // people who would get an offer
	ordered  = 60  // people who would get an order update
)

// Processes that are killed while more people are written to than the limit allows spend all of it and nothing beyond: what arrived and
// what may have arrived is the limit, marketing leaves the reserve, and no slot is lost.
func TestHeadroomUnderKill(t *testing.T) {
	for _, c := range []struct {
		engine db.Engine
		nodes  int
	}{{db.SQLite, 1}, {db.Postgres, 2}} {
		t.Run(c.engine.String(), func(t *testing.T) {
			t.Parallel()
			url := dbtest.URL(t, c.engine, db.Options{})
			d, err := db.Open(t.Context(), url, db.Options{})
			if err != nil {
				t.Fatal(err)
			}
			w := fixture.New(t, d)
			run := &carnage{t: t, w: w, url: url, look: &storm{t: t, w: w}, queued: map[string]bool{}, over: make(chan struct{}), broken: make(chan struct{})}
			run.limited()
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			for range c.nodes {
				run.nodes = append(run.nodes, spawn(t, url, w.KeyText))
			}
			run.spend()
			for _, p := range run.nodes {
				p.kill()
			}
			run.spent()
		})
	}
}

// limited lets everybody agree, and sets the limit.
func (c *carnage) limited() {
	var some []address.Address
	for n := range offered + ordered {
		some = append(some, fixture.Phone(n))
	}
	c.w.Grant(some...)
	err := c.w.DB.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `update portfolio set send_limit = $1`, limit)
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.w.Fault(map[string]any{"on": "send", "kind": "delay", "delay_ms": 20, "rate": 0.7})
	c.w.Fault(map[string]any{"on": "send", "kind": "drop_answer", "rate": 0.02})
}

// spend submits more than there is room for, under the killer, and waits until nothing more leaves.
func (c *carnage) spend() {
	go c.kill()
	var wg sync.WaitGroup
	for part := range 12 {
		wg.Go(func() {
			for n := part; n < offered+ordered; n += 12 {
				o := order{Tenant: c.w.Tenant.ID, To: fixture.Phone(n), ID: fmt.Sprintf("msg_%d", n), Order: n >= offered}
				body, _ := json.Marshal([]order{o})
				c.insist("/submit", body, "")
			}
		})
	}
	wg.Wait()
	for begun := time.Now(); c.killed() == 0 && time.Since(begun) < time.Minute; time.Sleep(20 * time.Millisecond) { // a quick machine is done before
	}
	close(c.over)
	<-c.broken
	for begun := time.Now(); time.Since(begun) < 90*time.Second; time.Sleep(50 * time.Millisecond) {
		if c.insist("/left", nil, "") != "0" {
			continue
		}
		time.Sleep(1500 * time.Millisecond) // what was started leaves within the fence, or comes back
		if c.insist("/left", nil, "") == "0" {
			return
		}
	}
	c.t.Error("messages never stopped leaving")
}

func (c *carnage) killed() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kills
}

// spent compares the emulator's log with what the limit allows.
func (c *carnage) spent() {
	t := c.t
	d, err := db.Open(t.Context(), c.url, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	arrived := map[string]bool{} // by message
	people, marketing := map[string]bool{}, 0
	for _, m := range c.w.Arrivals() {
		var n int
		if _, err := fmt.Sscanf(strings.TrimPrefix(m.Message, "msg_"), "%d", &n); err != nil {
			t.Errorf("message %q arrived", m.Message)
		}
		if !arrived[m.Message] && n < offered {
			marketing++
		}
		arrived[m.Message], people[m.To] = true, true
	}
	var held int64
	lost := 0 // in flight when its process died, and never there: nobody knows, so the slot stays
	err = d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if _, err := outbox.Abandon(ctx, tx, nil, now, 0, now); err != nil { // as the next process does
			return err
		}
		states, err := c.states(ctx, tx)
		if err != nil {
			return err
		}
		for id, s := range states {
			if s == outbox.Unknown && !arrived[id] {
				lost++
			}
		}
		return tx.Row(ctx, `select count(*) from headroom where until > $1`, now).Scan(&held)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills: %d people reached, %d sends lost with their process, %d slots held", c.kills, len(people), lost, held)
	if len(people) > limit || marketing > limit-reserved || held > limit {
		t.Errorf("more than the limit: %d people, %d offers, %d slots", len(people), marketing, held)
	}
	if len(people)+lost != limit || held != limit {
		t.Errorf("%d people and %d lost, %d slots held: not exactly %d", len(people), lost, held, limit)
	}
	if c.kills == 0 {
		t.Error("nobody was killed")
	}
}
