package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/dispatch"
	"jawort/gateway"
	"jawort/intake"
	"jawort/test/fixture"
)

// house is a business with a gateway before it, and one program.
type house struct {
	*fixture.World
	g       *gateway.Gateway
	server  *httptest.Server
	program account.Program
	token   string
	log     *safeLog
	real    []string // what must be seen nowhere
}

// safeLog is a log that many write to.
type safeLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *safeLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

type plan struct {
	mode     account.Mode // of the program; "" = enforce
	number   account.Mode
	scopes   []string // nil = all
	numbers  []string
	topics   map[string]string
	rate     int64
	statuses bool
	base     string                   // of the Graph API; "" = the emulator's
	through  func(base string) string // what stands before the emulator
	sends    int                      // at the same time
	patience time.Duration            // for a body
	forward  func(context.Context, dispatch.Passage) (dispatch.Passed, error)
}

func newHouse(t *testing.T, d *db.DB, p plan) *house {
	t.Helper()
	h := &house{log: &safeLog{}}
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.World = fixture.NewWith(t, d, fixture.Options{Statuses: p.statuses, Log: log})
	if p.scopes == nil {
		p.scopes = account.GatewayScopes
	}
	h.real = []string{h.Emulator.Token(), h.Secret}
	if p.through != nil {
		p.base = p.through(h.Number.BaseURL)
	}
	if p.number != "" || p.base != "" {
		n := h.Number
		if p.number != "" {
			n.Mode = p.number
		}
		if p.base != "" {
			n.BaseURL = p.base
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return account.PutNumber(ctx, tx, h.Keys, h.Tenant.ID, n, "", "", "test")
		})
	}
	mode := p.mode
	if mode == "" {
		mode = account.Enforce
	}
	h.program, h.token = h.newProgram(account.Program{Name: "Shop", Mode: mode, Scopes: p.scopes, Numbers: p.numbers, Topics: p.topics, Rate: p.rate})
	h.Work()
	if p.forward == nil {
		p.forward = h.Dispatcher.Forward
	}
	h.server = httptest.NewUnstartedServer(nil)
	h.g = gateway.New(gateway.Deps{DB: d, Keys: h.Keys, Forward: p.forward, Log: log, Base: "http://" + h.server.Listener.Addr().String(), Sends: p.sends,
		Patience: p.patience})
	h.server.Config.Handler = h.g
	h.server.Config.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelError)
	h.server.Start()
	t.Cleanup(func() {
		h.server.Close()
		h.g.Close()
		for _, secret := range append(h.real, h.token) {
			if strings.Contains(h.log.String(), secret) {
				t.Errorf("a token or secret stands in the log")
			}
		}
	})
	h.running()
	return h
}

// running waits until the dispatcher sends from here.
func (h *house) running() {
	h.T.Helper()
	eventually(h.T, "the dispatcher to run", func() bool {
		_, err := h.Dispatcher.Forward(h.T.Context(), dispatch.Passage{Tenant: h.Tenant.ID, Number: "1", Program: h.program.ID,
			Edge: dispatch.MessagesEdge, To: fixture.Phone(0), Kind: "text", Body: []byte("{}")})
		return err == nil
	})
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func (h *house) write(f func(ctx context.Context, tx *db.Tx) error) {
	h.T.Helper()
	if err := h.DB.Write(context.Background(), f); err != nil {
		h.T.Fatal(err)
	}
}

func (h *house) newProgram(p account.Program) (out account.Program, token string) {
	h.T.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		out, token, err = account.CreateProgram(ctx, tx, h.Tenant.ID, p, "test")
		return err
	})
	return out, token
}

// answer is what a program got.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) decision() string { return a.header.Get("X-Jawort-Decision") }

// graphError is Meta's error as a client reads it.
type graphError struct {
	Message   string `json:"message"`
	Type      string `json:"type"`
	Code      int    `json:"code"`
	Transient *bool  `json:"is_transient"`
	Data      struct {
		Product string `json:"messaging_product"`
		Details string `json:"details"`
		Jawort  struct {
			ID      string `json:"id"`
			Verdict string `json:"verdict"`
			Reasons []struct{ Code, Text, Fix string }
			Until   *string `json:"until"`
		} `json:"jawort"`
	} `json:"error_data"`
	Trace string `json:"fbtrace_id"`
}

func (a answer) err(t testing.TB) graphError {
	t.Helper()
	var out struct {
		Error graphError `json:"error"`
	}
	if err := json.Unmarshal(a.body, &out); err != nil {
		t.Fatalf("answer %d %q: %v", a.status, a.body, err)
	}
	return out.Error
}

// do sends one request as it is given; nothing of it may be cleaned on the way. Each answer is searched for what must not leave.
func (h *house) do(method, path, token string, head map[string]string, body []byte) answer {
	h.T.Helper()
	req, err := http.NewRequestWithContext(h.T.Context(), method, h.server.URL, bytes.NewReader(body))
	if err != nil {
		h.T.Fatal(err)
	}
	p, query, _ := strings.Cut(path, "?")
	req.URL.RawPath, req.URL.RawQuery = "/graph"+p, query
	if req.URL.Path, err = url.PathUnescape("/graph" + p); err != nil {
		req.URL.Path = "/graph" + p
		req.URL.Opaque = req.URL.Path
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range head {
		req.Header[http.CanonicalHeaderKey(k)] = []string{v}
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.T.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		h.T.Fatal(err)
	}
	a := answer{resp.StatusCode, resp.Header, raw}
	h.leaks(method+" "+path, a)
	return a
}

// leaks looks for the real token and the app's secret in everything that left.
func (h *house) leaks(what string, a answer) {
	h.T.Helper()
	var all bytes.Buffer
	_ = a.header.Write(&all)
	all.Write(a.body)
	for _, secret := range h.real {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			if strings.Contains(all.String(), form) {
				h.T.Errorf("%s: the real token or secret is in the answer: %s", what, all.String())
			}
		}
	}
	if a.decision() == "" || a.header.Get("X-Jawort-Id") == "" {
		h.T.Errorf("%s: answer without our headers: %v", what, a.header)
	}
}

const messagesPath = "/v26.0/" + fixture.NumberID + "/messages"

func (h *house) send(body string) answer {
	h.T.Helper()
	return h.do("POST", messagesPath, h.token, nil, []byte(body))
}

func offer(to string) string { return templateTo(to, "sommer_sale") }

func templateTo(to, name string) string {
	return `{"messaging_product":"whatsapp","to":"` + to + `","type":"template","template":{"name":"` + name + `","language":{"code":"de"}}}`
}

func textTo(to string) string {
	return `{"messaging_product":"whatsapp","to":"` + to + `","type":"text","text":{"body":"Guten Tag"}}`
}

// stops opts somebody out of everything, and returns after the promise holds.
func (h *house) stops(n int) {
	h.T.Helper()
	if _, err := h.Desk.OptOut(h.T.Context(), intake.OptOut{Tenant: h.Tenant.ID, Address: fixture.Phone(n), Scope: "all", Via: "phone"}); err != nil {
		h.T.Fatal(err)
	}
}

// want checks status and code of a refusal.
func (a answer) want(t testing.TB, what string, status, code int, reason string) {
	t.Helper()
	e := a.err(t)
	if a.status != status || e.Code != code || reason != "" && a.header.Get("X-Jawort-Reason") != reason {
		t.Errorf("%s: %d code %d %s, want %d %d %s: %s", what, a.status, e.Code, a.header.Get("X-Jawort-Reason"), status, code, reason, a.body)
	}
	if j := e.Data.Jawort; e.Data.Product != "whatsapp" || e.Data.Details == "" || j.ID != a.header.Get("X-Jawort-Id") ||
		j.Verdict != a.decision() || len(j.Reasons) == 0 || j.Reasons[0].Text == "" || j.Reasons[0].Fix == "" {
		t.Errorf("%s: the refusal does not say what the contract wants: %s", what, a.body)
	}
}

func sqlite(t *testing.T) *db.DB { return dbtest.Open(t, db.SQLite) }
