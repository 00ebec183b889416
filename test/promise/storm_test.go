package promise

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/dispatch"
	"jawort/intake"
	"jawort/test/fixture"
)

// storm is people who get messages and say stop at a random moment while they are being sent.
type storm struct {
	t     *testing.T
	w     *fixture.World
	acks  *acks
	each  int                                    // messages to everybody
	crowd int                                    // people in one wave
	stop  func(who address.Address, n int) error // one way to opt out; it returns when it is acknowledged

	mu     sync.Mutex
	looked time.Time
	moved  time.Time // when count last rose
	count  int64
}

// weather is Meta on a bad day: answers that come late, very late, and never.
func weather(w *fixture.World) {
	w.Fault(map[string]any{"on": "send", "kind": "delay", "delay_ms": 1200, "rate": 0.02})
	w.Fault(map[string]any{"on": "send", "kind": "delay", "delay_ms": 250, "rate": 0.05})
	w.Fault(map[string]any{"on": "send", "kind": "delay", "delay_ms": 20, "rate": 0.5})
	w.Fault(map[string]any{"on": "send", "kind": "drop_answer", "rate": 0.02})
}

// run lets people stop, wave after wave, and gives the verdict.
func (s *storm) run(people int) verdict { return s.runFrom(0, people) }

// runFrom is run with the people of these numbers; the verdict is of all so far.
func (s *storm) runFrom(first, people int) verdict {
	s.t.Helper()
	for from := first; from < people; from += 256 {
		var some []address.Address
		for n := from; n < min(from+256, people); n++ {
			some = append(some, fixture.Phone(n))
		}
		s.w.Grant(some...)
	}
	s.w.Analyze()
	for from := first; from < people; from += s.crowd {
		s.wave(from, min(from+s.crowd, people))
	}
	time.Sleep(2 * time.Second) // what is wrongly still on its way shall have the time to arrive
	return s.acks.judge(s.w.Arrivals(), s.each)
}

func (s *storm) wave(from, to int) {
	var list []dispatch.Submission
	now := time.Now()
	for k := range s.each {
		for n := from; n < to; n++ {
			m := s.w.Offer(fixture.Phone(n), "")
			m.Due = now.Add(time.Duration(k) * spacing).UnixMicro()
			list = append(list, m)
		}
	}
	base, _ := s.accepted()
	total := float64(len(list))
	began := time.Now()
	var wg sync.WaitGroup
	for n := from; n < to; n++ {
		wg.Add(1)
		u := rand.Float64()
		go func() {
			defer wg.Done()
			s.until(began, base+int64(total*(u-u*u/2)*0.9), patience) // who has stopped gets none: sends slow down to the end
			s.say(fixture.Phone(n), n)
		}()
	}
	for _, out := range s.w.Dispatcher.SubmitAll(context.Background(), list) {
		if out.Err != nil {
			s.t.Errorf("submit: %v", out.Err)
		}
	}
	wg.Wait()
}

func (s *storm) say(who address.Address, n int) {
	began := s.w.Emulator.MonotonicUS()
	if err := s.stop(who, n); err != nil {
		s.t.Errorf("stop: %v", err)
		return
	}
	s.acks.told(who, began)
}

// until waits for so many messages to have arrived, so that a stop falls among the sends on a slow machine too; a wave
// that does not come forward is not waited for.
func (s *storm) until(began time.Time, arrived int64, patience time.Duration) {
	for time.Since(began) < 10*patience {
		count, moved := s.accepted()
		if count >= arrived || time.Since(began) > patience && time.Since(moved) > patience {
			return
		}
		time.Sleep(rand.N(10 * time.Millisecond))
	}
}

// spacing keeps one person's messages apart: all at once, the nodes would only wait for each other's lock of the person.
const spacing = 350 * time.Millisecond

const patience = 4 * time.Second

// accepted is how many messages the emulator has taken, looked up at most every few milliseconds, and since when.
func (s *storm) accepted() (count int64, moved time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.looked) > 3*time.Millisecond {
		s.looked = time.Now()
		if n := s.w.Accepted(); n != s.count {
			s.count, s.moved = n, s.looked
		}
	}
	return s.count, s.moved
}

// byAPI and byChat are the ways in, in this process.
func (s *storm) byAPI(who address.Address) error {
	_, err := s.w.Desk.OptOut(context.Background(), intake.OptOut{Tenant: s.w.Tenant.ID, Address: who, Scope: consent.ScopeAll, Via: "api"})
	return err
}

func (s *storm) byChat(who address.Address, n int) error {
	raw, signature := s.w.Says(who, "STOP", fmt.Sprintf("STOP%d", n))
	return s.w.Desk.Webhook(context.Background(), raw, signature)
}

// twice is how Meta posts now and then: the same webhook again while the first is still being taken in. Either answer
// is an acknowledgement.
func (s *storm) twice(who address.Address, post func() error) error {
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for k := range errs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			began := s.w.Emulator.MonotonicUS()
			if errs[k] = post(); errs[k] == nil {
				s.acks.told(who, began)
			}
		}()
	}
	wg.Wait()
	if errs[0] != nil {
		return errs[1]
	}
	return nil
}

func (s *storm) anyWay(who address.Address, n int) error {
	switch n % 3 {
	case 0:
		return s.byAPI(who)
	case 1:
		return s.byChat(who, n)
	default:
		return s.twice(who, func() error { return s.byChat(who, n) })
	}
}

func (v verdict) report(t *testing.T, name string, a *acks) {
	t.Logf("%s: %d opt-outs, %d sends arrived, %d people stopped in the midst, %d violations (worst %d ms after), longest wait for an acknowledgement %d ms",
		name, v.stops, v.arrived, v.cut, v.violations, v.worst/1000, a.longest/1000)
}

// kept fails the test unless the promise was kept and the race was a real one.
func (v verdict) kept(t *testing.T, people, each int) {
	t.Helper()
	if v.violations > 0 {
		t.Errorf("%d sends arrived after their person's opt-out was acknowledged, the worst %d ms after", v.violations, v.worst/1000)
	}
	if len(v.twice) > 0 {
		t.Errorf("%d messages arrived twice", len(v.twice))
	}
	if v.stops != people || v.cut < people/20 || v.arrived < people*each/20 {
		t.Errorf("no real race: %d of %d stopped, %d in the midst, %d arrived", v.stops, people, v.cut, v.arrived)
	}
}

// One process, several workers, both engines.
func TestStorm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d)
		s := &storm{t: t, w: w, acks: newAcks(w.Emulator.MonotonicUS), each: 4, crowd: 250}
		s.stop = s.anyWay
		weather(w)
		w.Work()
		people := rounds(1200)
		v := s.run(people)
		v.report(t, "one process", s.acks)
		v.kept(t, people, s.each)
	})
}

// The control: the same storm with a desk that commits and answers at once, without waiting for what was started
// before. The judge must see it, or it sees nothing.
func TestStormWithoutWaiting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := fixture.NewWith(t, d, fixture.Options{Senders: 16})
		s := &storm{t: t, w: w, acks: newAcks(w.Emulator.MonotonicUS), each: 4, crowd: 150}
		s.stop = func(who address.Address, _ int) error { return impatient(w, who) }
		w.Fault(map[string]any{"on": "send", "kind": "delay", "delay_ms": 60})
		w.Work()
		var v verdict
		for people := 0; people < 1500 && v.violations == 0; people += 300 { // a busy machine may need more than one storm
			v = s.runFrom(people, people+300)
			v.report(t, "without waiting", s.acks)
		}
		if v.violations == 0 {
			t.Error("the judge saw no violation where there must be some")
		}
	})
}

// impatient is the first half of an opt-out, durable and under the lock, and not the second.
func impatient(w *fixture.World, who address.Address) error {
	return w.DB.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		holders, err := contact.LockCurrent(ctx, tx, w.Tenant.ID, []address.Address{who})
		if err != nil {
			return err
		}
		h := holders[who]
		_, err = consent.Append(ctx, tx, w.Tenant.ID, []consent.Event{{Contact: h.Contact, Kind: consent.Withdrawn, Scope: consent.ScopeAll,
			Address: string(who), Channel: "api", Actor: consent.Actor{Kind: consent.Person}}}, map[string]int64{h.Contact: h.Rev})
		return err
	})
}

// Several processes on PostgreSQL, each with a desk and workers; people stop at any of them.
func TestStormOfProcesses(t *testing.T) {
	url := dbtest.URL(t, db.Postgres, db.Options{})
	d, err := db.Open(t.Context(), url, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	w := fixture.New(t, d)
	s := &storm{t: t, w: w, acks: newAcks(w.Emulator.MonotonicUS), each: 4, crowd: 250}
	weather(w)
	var nodes []*process
	for range 3 {
		p := spawn(t, url, w.KeyText)
		defer p.end()
		nodes = append(nodes, p)
	}
	s.stop = func(who address.Address, n int) error { return s.atNode(nodes, who, n) }
	people := rounds(900)
	v := s.run(people)
	v.report(t, "three processes", s.acks)
	v.kept(t, people, s.each)
}

// atNode opts out at a random process; a repeated webhook goes to another one.
func (s *storm) atNode(nodes []*process, who address.Address, n int) error {
	at := func() string { return nodes[rand.IntN(len(nodes))].url }
	hook := func() error {
		raw, signature := s.w.Says(who, "STOP", fmt.Sprintf("STOP%d", n))
		_, err := post(at(), "/hook", raw, signature)
		return err
	}
	switch n % 3 {
	case 0:
		body, err := json.Marshal(order{Tenant: s.w.Tenant.ID, To: who})
		if err == nil {
			_, err = post(at(), "/stop", body, "")
		}
		return err
	case 1:
		return hook()
	default:
		return s.twice(who, hook)
	}
}
