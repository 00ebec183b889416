// Package out reads what leaves to other programs at the receiver, never in the database.
package out

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"jawort/address"
	"jawort/consent"
	"jawort/db"
	"jawort/hook"
	"jawort/intake"
	"jawort/test/fixture"
)

// told is one message as a receiver took it.
type told struct {
	id, kind string
	body     string
	change   hook.Change
	alert    hook.Warning
}

// receiver is somebody else's program, with somebody else's verifier.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	secrets []string // one of them must have signed
	got     []told
	forged  []string
	tries   int
	answer  func(try int, w http.ResponseWriter, r *http.Request) bool // true = it answered itself
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(r.take))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) take(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tries++
	if r.answer != nil && r.answer(r.tries, w, req) {
		return
	}
	for _, s := range r.secrets {
		v, err := webhooks.NewWebhook(s)
		if err == nil {
			err = v.Verify(body, req.Header)
		}
		if err != nil {
			r.forged = append(r.forged, err.Error())
		}
	}
	x := told{id: req.Header.Get("webhook-id"), body: string(body)}
	var e struct {
		Type string
		Data json.RawMessage
	}
	if json.Unmarshal(body, &e) != nil {
		r.forged = append(r.forged, "no JSON")
	}
	x.kind = e.Type
	if e.Type == "consent.changed" {
		_ = json.Unmarshal(e.Data, &x.change)
	} else {
		_ = json.Unmarshal(e.Data, &x.alert)
	}
	r.got = append(r.got, x)
}

func (r *receiver) all() []told {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func (r *receiver) set(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

// house is a business whose news go out.
type house struct {
	*fixture.World
	b *hook.Bringer
}

func newHouse(t *testing.T, d *db.DB) *house {
	h := &house{World: fixture.New(t, d)}
	h.b = &hook.Bringer{DB: d, Keys: h.Keys, Node: "one", Poll: 20 * time.Millisecond}
	return h
}

// works brings until the test ends.
func (h *house) works() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = h.b.Run(ctx) }()
	h.T.Cleanup(func() { cancel(); <-done })
}

// to makes a hook to a receiver, which then knows the secret.
func (h *house) to(r *receiver, edit func(*hook.Hook)) hook.Hook {
	h.T.Helper()
	x := hook.Hook{Tenant: h.Tenant.ID, Name: "CRM", URL: r.URL + "/jawort", Private: true}
	if edit != nil {
		edit(&x)
	}
	var out hook.Hook
	var secret string
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		out, secret, err = h.b.CreateOwn(ctx, tx, x, "test")
		return err
	})
	r.set(func() { r.secrets = append(r.secrets, secret) })
	return out
}

func (h *house) write(f func(ctx context.Context, tx *db.Tx) error) {
	h.T.Helper()
	if err := h.DB.Write(context.Background(), f); err != nil {
		h.T.Fatal(err)
	}
}

func (h *house) stops(a address.Address, scope consent.Scope, topics ...string) {
	h.T.Helper()
	if _, err := h.Desk.OptOut(h.T.Context(), intake.OptOut{Tenant: h.Tenant.ID, Address: a, Scope: scope, Topics: topics, Via: "letter",
		Actor: consent.Actor{Kind: consent.Staff, ID: "usr_test"}}); err != nil {
		h.T.Fatal(err)
	}
}

// feed pulls from a cursor to the end, a few at a time.
func (h *house) feed(cursor string) (all []hook.Change, next string) {
	h.T.Helper()
	if err := h.b.Place(h.T.Context()); err != nil {
		h.T.Fatal(err)
	}
	for more := true; more; {
		if err := h.DB.Read(h.T.Context(), func(ctx context.Context, tx *db.Tx) error {
			f, err := hook.Changes(ctx, tx, h.Tenant.ID, cursor, 2)
			all, cursor, more = append(all, f.Changes...), f.Next, f.More
			return err
		}); err != nil {
			h.T.Fatal(err)
		}
	}
	return all, cursor
}

// patience is generous: it is waited for a condition, never for a time.
const patience = 15 * time.Second

func (h *house) until(what string, ok func() bool) {
	h.T.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			h.T.Fatalf("in vain: %s", what)
		}
	}
}
