package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"time"

	"jawort/address"
	"jawort/app"
	"jawort/gateway"
)

const (
	calmStops   = 1000 // opt-outs with no send in flight
	firedStops  = 200  // opt-outs of people whom two senders write to without end
	firedAtOnce = 8
)

// lag opts people out at one node and sends to them at another: how long until it is refused there, with no send in flight; then, with senders
// at work on the very same people, whether anything reaches the receiver that began after the acknowledgement. SQLite has one node.
func lag(ctx context.Context, r *run) error {
	in := &receiver{last: map[string]time.Time{}}
	sink := httptest.NewServer(in)
	defer sink.Close()
	if r.People = min(r.People, 20_000); r.People < calmStops+firedStops {
		return fmt.Errorf("optout-lag opts %d people out: give it more with --people", calmStops+firedStops)
	}
	w, err := r.newWorld(ctx, sink.Listener.Addr().String())
	if err != nil {
		return err
	}
	defer w.stop()
	other, stop, err := r.another(ctx, w)
	if err != nil {
		return err
	}
	defer stop()
	token, err := w.programToken(ctx)
	if err != nil {
		return err
	}
	s := stops{w: w, other: other, send: "Authorization: Bearer " + token + "\r\n", in: in}
	var calm, fired stopped
	err = r.profiled(func() error {
		if calm, err = s.calm(ctx); err == nil {
			fired, err = s.underFire(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	r.judgeLag(calm, fired, in)
	return nil
}

// another node on the same database.
func (r *run) another(ctx context.Context, w *world) (addr string, stop func(), err error) {
	if r.engine != "postgres" {
		return w.addr, func() {}, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	a, err := app.New(ctx, app.Config{DB: r.url, Base: "http://" + l.Addr().String(), Keys: w.app.Keys, Holder: "jawort bench, another node",
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		l.Close()
		return "", nil, err
	}
	a.Start(l)
	return l.Addr().String(), func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		a.Stop(ctx)
	}, nil
}

// receiver is Meta's side: when the last message for each person began to arrive.
type receiver struct {
	mu    sync.Mutex
	last  map[string]time.Time // by the digits it is sent to
	total int
}

func (in *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now() // the head is here, the body may not be
	var m struct{ To string }
	_ = json.NewDecoder(r.Body).Decode(&m)
	in.mu.Lock()
	in.total++
	n := in.total
	in.last[m.To] = began
	in.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"messaging_product":"whatsapp","contacts":[{"input":"1","wa_id":"1"}],"messages":[{"id":"wamid.lag%d"}]}`, n)
}

func (in *receiver) lastFor(a address.Address) time.Time {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.last[a.Digits()]
}

// stops opts out at w and sends at the other node.
type stops struct {
	w     *world
	other string
	send  string // headers of a send
	in    *receiver
}

// stopped is what came of opt-outs: from asking to the acknowledgement, from there to the refusal at the other node, and how many
// messages began to arrive after the acknowledgement.
type stopped struct {
	acked, refused, whole []time.Duration
	late                  int
}

func (s *stops) optOut(a *asker, who address.Address) error {
	status, text, err := a.post(request{path: "/v1/optouts", headers: s.w.key, body: fmt.Appendf(nil, `{"address":"%s","scope":"all","via":"letter"}`, who)})
	if err == nil && status != http.StatusCreated {
		err = fmt.Errorf("opt-out answered %d: %.200s", status, text)
	}
	return err
}

// attempt sends, and says whether it was refused because of the opt-out.
func (s *stops) attempt(a *asker, who address.Address) (refused bool, err error) {
	status, text, err := a.post(request{path: gateway.Prefix + "/v26.0/" + number + "/messages", headers: s.send,
		body: fmt.Appendf(nil, `{"messaging_product":"whatsapp","to":"%s","type":"template","template":{"name":"sommer_sale","language":{"code":"de"}}}`, who.Digits())})
	if err != nil || status == http.StatusOK {
		return false, err
	}
	if status/100 == 5 {
		return false, fmt.Errorf("send answered %d: %.200s", status, text)
	}
	return bytes.Contains(text, []byte(`"code":131050`)), nil
}

// calm opts one after the other out; nobody writes to them.
func (s *stops) calm(context.Context) (out stopped, err error) {
	here, there, err := s.lines()
	if err != nil {
		return out, err
	}
	defer here.Close()
	defer there.Close()
	for n := range calmStops {
		who, asked := phone(n), time.Now()
		if err := s.optOut(here, who); err != nil {
			return out, err
		}
		answered := time.Now()
		if refused, err := s.attempt(there, who); err != nil || !refused {
			return out, fmt.Errorf("a send after the acknowledgement was not refused for it: %w", err)
		}
		out.acked = append(out.acked, answered.Sub(asked))
		out.refused, out.whole = append(out.refused, time.Since(answered)), append(out.whole, time.Since(asked))
	}
	return out, nil
}

func (s *stops) lines() (here, there *asker, err error) {
	if here, err = dial(s.w.addr); err != nil {
		return nil, nil, err
	}
	if there, err = dial(s.other); err != nil {
		here.Close()
	}
	return here, there, err
}

// underFire opts people out while two senders write to each of them as fast as they can.
func (s *stops) underFire(ctx context.Context) (out stopped, err error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	next := make(chan int)
	for range firedAtOnce {
		all.Go(func() {
			for n := range next {
				acked, late, e := s.stopAmid(phone(calmStops + n))
				mu.Lock()
				out.acked = append(out.acked, acked)
				if late {
					out.late++
				}
				if e != nil && err == nil {
					err = e
				}
				mu.Unlock()
			}
		})
	}
	for n := range firedStops {
		if ctx.Err() == nil {
			next <- n
		}
	}
	close(next)
	all.Wait()
	return out, err
}

// stopAmid opts one person out whom two senders write to until they are refused for it.
func (s *stops) stopAmid(who address.Address) (acked time.Duration, late bool, err error) {
	here, there, err := s.lines()
	if err != nil {
		return 0, false, err
	}
	defer here.Close()
	more, err := dial(s.other)
	if err != nil {
		there.Close()
		return 0, false, err
	}
	var senders sync.WaitGroup
	faults := make([]error, 2)
	flowing := make(chan struct{}, 2)
	for i, a := range []*asker{there, more} {
		senders.Go(func() {
			defer a.Close()
			for refused := false; !refused && faults[i] == nil; {
				refused, faults[i] = s.attempt(a, who)
				signal(flowing)
			}
		})
	}
	<-flowing // the first send was answered
	time.Sleep(time.Duration(rand.IntN(20_000)) * time.Microsecond)
	asked := time.Now()
	err = s.optOut(here, who)
	answered := time.Now()
	if err != nil {
		return 0, false, err // the senders end with the world
	}
	senders.Wait()
	for _, e := range faults {
		if err == nil {
			err = e
		}
	}
	return answered.Sub(asked), s.in.lastFor(who).After(answered), err
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (r *run) judgeLag(calm, fired stopped, in *receiver) {
	p := func(list []time.Duration, percent int) float64 {
		slices.Sort(list)
		return list[len(list)*percent/100].Seconds() * 1000
	}
	node := map[bool]string{true: "another node", false: "another connection of the one node"}[r.engine == "postgres"]
	r.add(Row{What: "opt-out acknowledged to refusal on " + node + ", no send in flight, p99", Value: p(calm.refused, 99), Unit: "ms", Target: 10, Stretch: 5, Less: true})
	r.add(Row{What: "opt-out asked to refusal there, p99", Value: p(calm.whole, 99), Unit: "ms"})
	r.add(Row{What: fmt.Sprintf("sends begun after the acknowledgement, of %d opt-outs under fire", len(fired.acked)), Value: float64(fired.late), Unit: "sends", Target: 0.5 /* none */, Less: true})
	r.note("%s: %d opt-outs with no send in flight, p50 %.1f ms to the acknowledgement, %.1f ms more to the refusal; under fire p50 %.1f, p99 %.1f ms to the acknowledgement; %d messages arrived in all",
		r.engine, len(calm.refused), p(calm.acked, 50), p(calm.refused, 50), p(fired.acked, 50), p(fired.acked, 99), in.total)
}
