package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
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

// TestSlowBody: who lets a body drip is cut off, nobody is written to, and others are served meanwhile.
func TestSlowBody(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{patience: 300 * time.Millisecond})
	h.Grant(fixture.Phone(1), fixture.Phone(2))
	conn, err := net.Dial("tcp", h.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := offer("+" + fixture.Phone(1).Digits())
	fmt.Fprintf(conn, "POST /graph%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", messagesPath, h.token, len(body))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for i := range len(body) - 1 { // the last byte never comes
			if _, err := conn.Write([]byte{body[i]}); err != nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if a := h.send(offer("+" + fixture.Phone(2).Digits())); a.status != 200 {
		t.Errorf("another program meanwhile: %d", a.status)
	}
	_ = conn.SetReadDeadline(time.Now().Add(15 * time.Second))
	told, err := io.ReadAll(conn) // to the end: the line is closed
	if err != nil && !errors.Is(err, syscall.ECONNRESET) || !strings.Contains(string(told), " 400 ") || !strings.Contains(string(told), "BODY_NOT_UNDERSTOOD") {
		t.Errorf("told %q, %v", told, err)
	}
	<-ended
	if n := len(h.Arrivals()); n != 1 {
		t.Errorf("%d arrived, want the other's one", n)
	}
}

// TestTurnedAway: what never got to a decision is counted for the program's page, and nothing a caller made up is kept.
func TestTurnedAway(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{scopes: []string{"send"}})
	for range 3 {
		h.do("GET", "/v26.0/"+fixture.WABA+"/message_templates", h.token, nil, nil)
	}
	h.send(`{"to":1,"to":2}`)
	h.do("POST", "/v26.0/"+fixture.NumberID+"/+4915112345678", h.token, nil, []byte("{}"))
	h.do("GET", "/v26.0/"+fixture.WABA+"/message_templates", "jwt_unknown", nil, nil)
	h.g.Close()
	var got []string
	h.write(func(ctx context.Context, tx *db.Tx) error {
		list, err := account.FaultsOf(ctx, tx, h.Tenant.ID, h.program.ID, 0)
		for _, f := range list {
			got = append(got, fmt.Sprint(f.Reason, " ", f.Edge, " ", f.Times))
		}
		return err
	})
	slices.Sort(got)
	if want := []string{"BODY_NOT_UNDERSTOOD POST messages 1", "EDGE_NOT_ALLOWED  1", "SCOPE_MISSING GET message_templates 3"}; !slices.Equal(got, want) {
		t.Errorf("counted %q, want %q", got, want)
	}
}
