package gateway

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"jawort/dispatch"
	"jawort/graph"
	"jawort/test/fixture"
)

// TestFullHouse: who finds no room is told to come again, at once, and nothing of it is kept; reads still pass.
func TestFullHouse(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	h := newHouse(t, sqlite(t), plan{sends: 1, forward: func(context.Context, dispatch.Passage) (dispatch.Passed, error) {
		inside <- struct{}{}
		<-leave
		return dispatch.Passed{Answer: graph.Answer{Outcome: graph.NotSent}, Err: errors.New("not sent")}, nil
	}})
	body := offer("+" + fixture.Phone(1).Digits())
	done := make(chan answer)
	go func() { done <- h.send(body) }()
	<-inside
	a := h.send(body)
	a.want(t, "the second", 400, 130429, "TOO_MANY")
	if a.decision() != "wait" || a.header.Get("Retry-After") == "" {
		t.Errorf("headers %v", a.header)
	}
	if a := h.do("GET", "/v26.0/"+fixture.NumberID, h.token, nil, nil); a.status != 200 {
		t.Errorf("a read: %d", a.status)
	}
	close(leave)
	(<-done).want(t, "the first", 503, 131016, "NOT_SENT")
}

// TestLedgerAway: what cannot be read allows nothing, and the program is told so.
func TestLedgerAway(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{forward: func(context.Context, dispatch.Passage) (dispatch.Passed, error) {
		return dispatch.Passed{}, errors.New("disk I/O error")
	}})
	a := h.send(offer("+" + fixture.Phone(1).Digits()))
	a.want(t, "no ledger", 503, 131016, "LEDGER_UNREADABLE")
	if a.decision() != "error" {
		t.Errorf("decision %s", a.decision())
	}
}

// TestHalfABody: a body that ends early is refused, and nobody is written to.
func TestHalfABody(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	h.Grant(fixture.Phone(1))
	conn, err := net.Dial("tcp", h.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := offer("+" + fixture.Phone(1).Digits())
	_, _ = conn.Write([]byte("POST /graph" + messagesPath + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + h.token +
		"\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n" + body))
	_ = conn.(*net.TCPConn).CloseWrite()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	b := make([]byte, 4096)
	n, _ := conn.Read(b)
	if !strings.Contains(string(b[:n]), " 400 ") {
		t.Errorf("answer %q", b[:n])
	}
	h.nothing("half a body")
}
