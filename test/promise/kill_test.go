package promise

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/outbox"
	"jawort/test/fixture"
)

// carnage is processes that are killed and started again while people submit and opt out. What was acknowledged is
// noted; what was not is tried again, as a careful caller does.
type carnage struct {
	t      *testing.T
	w      *fixture.World
	url    string // of the database
	acks   *acks
	look   *storm // into the emulator
	people int
	each   int

	mu     sync.Mutex
	nodes  []*process
	kills  int
	queued map[string]bool // message ids whose submission was acknowledged
	over   chan struct{}
	broken chan struct{} // the killer's goroutine has ended
}

// node is some living process.
func (c *carnage) node() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes[rand.IntN(len(c.nodes))].url
}

// kill goes on killing until the people are done. Each victim is replaced at once.
func (c *carnage) kill() {
	defer close(c.broken)
	var birth time.Duration // a busy machine needs longer to start one; it shall have a life between
	for {
		select {
		case <-c.over:
			return
		case <-time.After(200*time.Millisecond + birth + rand.N(400*time.Millisecond)):
		}
		c.mu.Lock()
		i := rand.IntN(len(c.nodes))
		victim := c.nodes[i]
		c.mu.Unlock()
		victim.kill()
		begun := time.Now()
		p := spawn(c.t, c.url, c.w.KeyText)
		birth = time.Since(begun)
		c.mu.Lock()
		c.nodes[i], c.kills = p, c.kills+1
		c.mu.Unlock()
	}
}

// insist repeats a call at other processes until it is acknowledged.
func (c *carnage) insist(path string, body []byte, signature string) string {
	var last error
	for begun := time.Now(); time.Since(begun) < time.Minute; {
		text, err := post(c.node(), path, body, signature)
		if err == nil {
			return text
		}
		last = err
		time.Sleep(rand.N(60 * time.Millisecond))
	}
	c.t.Errorf("%s was never acknowledged: %v", path, last)
	return ""
}

// live is what one person goes through: messages are submitted, and somewhere among them they opt out.
func (c *carnage) live(n int) {
	who := fixture.Phone(n)
	var list []order
	for k := range c.each {
		due := time.Now().Add(time.Duration(k) * spacing).UnixMicro()
		list = append(list, order{Tenant: c.w.Tenant.ID, To: who, ID: fmt.Sprintf("msg_%d_%d", n, k), Due: due})
	}
	body, _ := json.Marshal(list)
	for id := range strings.FieldsSeq(c.insist("/submit", body, "")) {
		c.mu.Lock()
		c.queued[id] = true
		c.mu.Unlock()
	}
	base, _ := c.look.accepted()
	c.look.until(time.Now(), base+rand.Int64N(living), time.Second+rand.N(time.Second))
	began := c.w.Emulator.MonotonicUS()
	if n%2 == 0 {
		body, _ := json.Marshal(order{Tenant: c.w.Tenant.ID, To: who})
		c.insist("/stop", body, "")
	} else {
		raw, signature := c.w.Says(who, "STOP", fmt.Sprintf("STOP%d", n))
		c.insist("/hook", raw, signature)
	}
	c.acks.told(who, began)
}

func TestKill(t *testing.T) {
	for _, c := range []struct {
		engine db.Engine
		nodes  int
	}{{db.SQLite, 1}, {db.Postgres, 3}} {
		t.Run(c.engine.String(), func(t *testing.T) {
			t.Parallel()
			url := dbtest.URL(t, c.engine, db.Options{})
			d, err := db.Open(t.Context(), url, db.Options{})
			if err != nil {
				t.Fatal(err)
			}
			w := fixture.New(t, d)
			run := &carnage{t: t, w: w, url: url, acks: newAcks(w.Emulator.MonotonicUS), look: &storm{t: t, w: w}, people: rounds(200), each: 4,
				queued: map[string]bool{}, over: make(chan struct{}), broken: make(chan struct{})}
			run.prepare()
			if err := d.Close(); err != nil { // SQLite's file belongs to the children now
				t.Fatal(err)
			}
			for range c.nodes {
				run.nodes = append(run.nodes, spawn(t, url, w.KeyText))
			}
			run.rage()
			for _, p := range run.nodes {
				p.kill()
			}
			run.audit()
		})
	}
}

func (c *carnage) prepare() {
	for from := 0; from < c.people; from += 256 {
		var some []address.Address
		for n := from; n < min(from+256, c.people); n++ {
			some = append(some, fixture.Phone(n))
		}
		c.w.Grant(some...)
	}
	c.w.Analyze()
	c.w.Fault(map[string]any{"on": "send", "kind": "delay", "delay_ms": 1100, "rate": 0.02})
	c.w.Fault(map[string]any{"on": "send", "kind": "delay", "delay_ms": 30, "rate": 0.5})
	c.w.Fault(map[string]any{"on": "send", "kind": "drop_answer", "rate": 0.02})
}

const (
	living      = 48 // people at the same time
	peopleAKill = 80 // at most so many live between two kills
)

// rage lets the people live, some at a time, under the killer.
func (c *carnage) rage() {
	go c.kill()
	next := make(chan int)
	var wg sync.WaitGroup
	for range living {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range next {
				c.live(n)
			}
		}()
	}
	patience := time.Now().Add(time.Minute)
	for n := range c.people {
		for c.killed() < n/peopleAKill && time.Now().Before(patience) { // a quick machine is through before a slow birth is over
			time.Sleep(5 * time.Millisecond)
		}
		next <- n
	}
	close(next)
	wg.Wait()
	close(c.over)
	<-c.broken
	time.Sleep(1500 * time.Millisecond) // what is wrongly still on its way
}

// audit compares what was acknowledged with what stands, after the last process died.
func (c *carnage) audit() {
	t := c.t
	d, err := db.Open(t.Context(), c.url, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	log := c.w.Arrivals()
	v := c.acks.judge(log, c.each)
	v.report(t, fmt.Sprintf("%d kills", c.kills), c.acks)
	v.kept(t, c.people, c.each)
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
		for id := range c.queued {
			if states[id] == "" {
				t.Errorf("submission %s was acknowledged and is lost", id)
			}
		}
		for _, m := range log {
			switch s := states[m.Message]; s {
			case outbox.Accepted, outbox.Sent, outbox.Delivered, outbox.Read, outbox.Unknown:
			default:
				t.Errorf("message %s arrived and is %q", m.Message, s)
			}
		}
		return c.stopped(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.kills < max(2, c.people/peopleAKill) {
		t.Errorf("only %d kills", c.kills)
	}
}

func (c *carnage) states(ctx context.Context, tx *db.Tx) (map[string]outbox.State, error) {
	out := map[string]outbox.State{}
	rows, err := tx.Query(ctx, `select message, state from message where tenant = $1`, c.w.Tenant.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[outbox.State]int{}
	for rows.Next() {
		var id string
		var s outbox.State
		if err := rows.Scan(&id, &s); err != nil {
			return nil, err
		}
		out[id] = s
		counts[s]++
	}
	c.t.Logf("%d submissions acknowledged; messages: %v", len(c.queued), counts)
	return out, rows.Err()
}

// stopped: each acknowledged opt-out is in the ledger and in the standing.
func (c *carnage) stopped(ctx context.Context, tx *db.Tx) error {
	var all []address.Address
	for n := range c.people {
		all = append(all, fixture.Phone(n))
	}
	who, err := contact.Find(ctx, tx, c.w.Tenant.ID, all)
	if err != nil {
		return err
	}
	var ids []string
	for _, id := range who {
		ids = append(ids, id)
	}
	standing, err := consent.Stand(ctx, tx, c.w.Tenant.ID, ids)
	if err != nil {
		return err
	}
	history, err := consent.History(ctx, tx, c.w.Tenant.ID, ids)
	if err != nil {
		return err
	}
	for _, a := range all {
		if c.acks.at[a.Digits()] == 0 {
			continue
		}
		s := standing[who[a]]
		if !s.StopAll || consent.StandingStop(history[who[a]], consent.ScopeAll, nil) == nil {
			c.t.Errorf("an acknowledged opt-out is lost: %d events", len(history[who[a]]))
		}
	}
	return nil
}
