package dispatch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"jawort/account"
	"jawort/graph"
	"jawort/outbox"
)

// A batch that took too long to start shrinks until it fits; one that is quick grows again.
func TestBatchFollowsTheDatabase(t *testing.T) {
	l := new(latency)
	if n := l.most(64, 0); n != firstBatch {
		t.Errorf("begins with %d", n)
	}
	perMessage := 4 * time.Millisecond // a busy PostgreSQL; 256 of them would take longer than the fence
	for range 20 {
		n := l.most(64, 0)
		l.started(n, n, time.Duration(n)*perMessage)
	}
	if n := l.most(64, 0); time.Duration(n)*perMessage > Fence/2 || n < 10 {
		t.Errorf("a slow database gets %d", n)
	}
	for range 20 {
		n := l.most(64, 0)
		l.started(n, n, time.Millisecond)
	}
	if n := l.most(64, 0); n != mostBatch {
		t.Errorf("a quick database gets %d", n)
	}
	l.started(256, 256, time.Hour)
	if n := l.most(64, 0); n != 1 {
		t.Errorf("after a standstill: %d", n)
	}
	for range 200 {
		l.add(2 * time.Second) // answers as slow as that
	}
	l.batch.Store(mostBatch)
	if n := l.most(64, 0); n > 64*int(Fence/2/time.Millisecond)/2000+1 {
		t.Errorf("slow answers get %d", n)
	}
}

// What is started too long ago does not leave, on the real way to the wire; the control is a start that lies ahead.
func TestFenceAtTheWire(t *testing.T) {
	var came atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		came.Add(1)
		fmt.Fprint(w, `{"messages":[{"id":"wamid.1"}]}`)
	}))
	defer server.Close()
	d := &Dispatcher{o: Options{Now: time.Now}}
	client := &graph.Client{BaseURL: server.URL, Token: "t"}
	for _, c := range []struct {
		name string
		t0   time.Time
		want outbox.State
		came int64
	}{
		{"just now", time.Now(), outbox.Accepted, 1},
		{"too long ago", time.Now().Add(-Fence - time.Millisecond), outbox.Queued, 1},
		{"control: no fence", time.Now().Add(time.Hour), outbox.Accepted, 2},
	} {
		b := &batch{t0: c.t0, number: account.Number{Tenant: "ten_1", Portfolio: "5"}}
		s, _ := d.sendOne(context.Background(), client, b, &outbox.Message{ID: "m", Number: "310000000000001", Body: []byte(`{}`), Attempts: 3})
		if s.State != c.want || came.Load() != c.came || s.give != (c.want == outbox.Queued) || s.Attempts != 3 {
			t.Errorf("%s: %+v, came %d", c.name, s, came.Load())
		}
	}
}

// What never left waits, however often; what Meta refuses for good fails.
func TestOutcome(t *testing.T) {
	d := &Dispatcher{o: Options{Now: time.Now}}
	refused := func(code int) graph.Answer {
		return graph.ReadAnswer(400, fmt.Appendf(nil, `{"error":{"code":%d,"message":"x"}}`, code))
	}
	for _, c := range []struct {
		name     string
		answer   graph.Answer
		err      error
		attempts int64
		want     outbox.State
		after    int64
	}{
		{"late", graph.Answer{Outcome: graph.NotSent}, fmt.Errorf("x: %w", errLate), 100, outbox.Queued, 50_000},
		{"no connection", graph.Answer{Outcome: graph.NotSent}, errors.New("refused"), 0, outbox.Queued, 250_000},
		{"no connection for long", graph.Answer{Outcome: graph.NotSent}, errors.New("refused"), 100, outbox.Queued, 64_000_000},
		{"pair rate", refused(131056), nil, 1, outbox.Queued, 500_000},
		{"pair rate for long", refused(131056), nil, maxAttempts, outbox.Failed, 0},
		{"window", refused(131047), nil, 0, outbox.Failed, 0},
		{"no answer", graph.Answer{Outcome: graph.Unknown}, errors.New("reset"), 0, outbox.Unknown, 0},
	} {
		s := d.outcome(&batch{}, &outbox.Message{ID: "m", Attempts: c.attempts}, c.answer, c.err)
		if s.State != c.want || s.After != c.after || s.give != (c.want == outbox.Queued || c.want == outbox.Failed) {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
}
