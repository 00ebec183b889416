package promise

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/dispatch"
	"jawort/gateway"
	"jawort/test/fixture"
)

// shop is another program that writes to people through the gateway without caring what they said.
type shop struct {
	t      *testing.T
	w      *fixture.World
	server *httptest.Server
	token  string
	acks   *acks
	sent   atomic.Int64
	says   string // what it writes
}

func newShop(t *testing.T, w *fixture.World, p account.Program, says string) *shop {
	s := &shop{t: t, w: w, acks: newAcks(w.Emulator.MonotonicUS), says: says}
	p.Name, p.Scopes = "Shop", []string{"send"}
	if err := w.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		_, s.token, err = account.CreateProgram(ctx, tx, w.Tenant.ID, p, "test")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s.server = httptest.NewServer(gateway.New(gateway.Deps{DB: w.DB, Keys: w.Keys, Forward: w.Dispatcher.Forward, Base: "https://jawort.example"}))
	t.Cleanup(s.server.Close)
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := w.Dispatcher.Forward(t.Context(), dispatch.Passage{Tenant: w.Tenant.ID, Number: "1", Edge: "messages", To: fixture.Phone(9999), Kind: "text"}); err == nil {
			return s
		} else if time.Now().After(until) {
			t.Fatal(err)
		}
	}
}

// write sends one message to a person; began is before the request left.
func (s *shop) write(n, k int) (status int, reason string, began int64) {
	body := fmt.Sprintf(`{"messaging_product":"whatsapp","to":"+%s",%s,"biz_opaque_callback_data":"%d-%d"}`, fixture.Phone(n).Digits(), s.says, n, k)
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.server.URL+"/graph/v26.0/"+fixture.NumberID+"/messages", strings.NewReader(body))
	if err != nil {
		s.t.Error(err)
		return 0, "", 0
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	began = s.w.Emulator.MonotonicUS()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Error(err)
		return 0, "", 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, resp.Header.Get("X-Jawort-Reason"), began
}

// person is written to again and again, and stops somewhere in between.
func (s *shop) person(n, each int, storm *storm) {
	var wg sync.WaitGroup
	halt := rand.N(each) + 1
	at := make(chan struct{})
	wg.Add(1)
	go func() {
		defer wg.Done()
		<-at
		time.Sleep(rand.N(20 * time.Millisecond))
		began := s.w.Emulator.MonotonicUS()
		stop := func() error { return storm.byAPI(fixture.Phone(n)) }
		if n%2 == 0 {
			stop = func() error { return storm.byChat(fixture.Phone(n), n) }
		}
		if err := stop(); err != nil {
			s.t.Errorf("stop: %v", err)
			return
		}
		s.acks.told(fixture.Phone(n), began)
	}()
	for k := 1; k <= each; k++ {
		if k == halt {
			close(at)
		}
		status, reason, began := s.write(n, k)
		s.acks.mu.Lock()
		told, stopped := s.acks.at[fixture.Phone(n).Digits()]
		s.acks.mu.Unlock()
		if status == http.StatusOK {
			s.sent.Add(1)
		}
		if stopped && began > told && (status != http.StatusBadRequest || reason == "CONSENT_NONE") {
			s.t.Errorf("asked after the acknowledgement: %d %s", status, reason)
		}
	}
	wg.Wait()
}

// TestPromiseThroughTheGateway: in mode observe, where nearly everything passes, to people who agreed and to people nobody has ever seen.
func TestPromiseThroughTheGateway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := fixture.NewWith(t, d, fixture.Options{})
		n := w.Number
		n.Mode = account.Observe
		if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return account.PutNumber(ctx, tx, w.Keys, w.Tenant.ID, n, "", "", "test")
		}); err != nil {
			t.Fatal(err)
		}
		w.Work()
		s := newShop(t, w, account.Program{Mode: account.Observe}, `"type":"template","template":{"name":"sommer_sale","language":{"code":"de"}}`)
		weather(w)
		people, each := rounds(60), 8
		for i := range people / 2 {
			w.Grant(fixture.Phone(i))
		}
		s.hammer(people, each)
	})
}

// hammer writes to each of the people again and again while each says stop, and judges by what arrived.
func (s *shop) hammer(people, each int) {
	s.t.Helper()
	var wg sync.WaitGroup
	for i := range people {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.person(i, each, &storm{t: s.t, w: s.w})
		}()
	}
	wg.Wait()
	time.Sleep(2 * time.Second) // what is wrongly still on its way shall have the time to arrive
	v := s.acks.judge(s.w.Arrivals(), each)
	s.t.Logf("%d arrived, %d stops, %d cut, longest wait %d µs", v.arrived, v.stops, v.cut, s.acks.longest)
	if v.violations > 0 || len(v.twice) > 0 {
		s.t.Errorf("%d began after the acknowledgement, the worst %d µs; twice %v", v.violations, v.worst, v.twice)
	}
	if v.stops != people || v.cut < people/2 || s.sent.Load() < int64(people) {
		s.t.Errorf("%d stops, %d cut, %d sent: the test does not test", v.stops, v.cut, s.sent.Load())
	}
}

// TestPromiseOfWhatPeopleType: a support desk answers people who wrote and never agreed to anything, in mode enforce. No answer begins after the stop
// was acknowledged, though none of them needs a consent.
func TestPromiseOfWhatPeopleType(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := fixture.NewWith(t, d, fixture.Options{})
		w.Work()
		s := newShop(t, w, account.Program{Mode: account.Enforce, HumanAnswers: true}, `"type":"text","text":{"body":"Gern, einen Moment bitte."}`)
		weather(w)
		people, each := rounds(40), 8
		for i := range people {
			raw, signature := w.Says(fixture.Phone(i), "Wo ist mein Paket?", fmt.Sprintf("ASK%d", i))
			if err := w.Desk.Webhook(t.Context(), raw, signature); err != nil {
				t.Fatal(err)
			}
		}
		s.hammer(people, each)
	})
}
