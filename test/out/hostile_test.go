package out

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jawort/alert"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
	"jawort/hook"
	"jawort/test/fixture"
)

// Receivers that mean no good: each fails alone and says why, none leads us to an address inside, and the good one beside them hears all.
func TestHostileReceivers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.b.Most = 300 * time.Millisecond
		var inward atomic.Int64
		inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inward.Add(1) }))
		defer inside.Close()
		secure := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inward.Add(1) }))
		defer secure.Close()
		over := make(chan struct{})
		bad := map[string]func(w http.ResponseWriter){
			"302": func(w http.ResponseWriter) { w.Header().Set("Location", inside.URL); w.WriteHeader(http.StatusFound) },
			"307": func(w http.ResponseWriter) {
				w.Header().Set("Location", inside.URL)
				w.WriteHeader(http.StatusTemporaryRedirect)
			},
			"timeout": func(w http.ResponseWriter) { <-over },
			"500": func(w http.ResponseWriter) { // and then a body without end
				w.WriteHeader(http.StatusInternalServerError)
				for chunk := make([]byte, 32<<10); ; {
					if _, err := w.Write(chunk); err != nil {
						return
					}
				}
			},
		}
		hooks := map[string]hook.Hook{}
		for why, answer := range bad {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) }))
			defer s.Close()
			hooks[why] = h.to(&receiver{Server: s}, nil)
		}
		defer close(over) // before the servers are
		hooks["private"] = h.to(&receiver{Server: &httptest.Server{URL: strings.Replace(secure.URL, "127.0.0.1", "localhost", 1)}}, func(x *hook.Hook) { x.Private = false })
		hooks["unreachable"] = h.to(&receiver{Server: &httptest.Server{URL: "http://127.0.0.1:1"}}, nil)
		good := newReceiver(t)
		h.to(good, nil)
		h.works()
		h.Grant(fixture.Phone(1))
		h.b.Wake()
		h.until("the good one hears", func() bool { return len(good.all()) == 1 })
		for why, x := range hooks {
			h.until("the page says "+why, func() bool { return h.hook(x).Error == why })
		}
		if n := inward.Load(); n > 0 {
			t.Errorf("%d requests went inward", n)
		}
	})
}

func (h *house) hook(x hook.Hook) (now hook.Hook) {
	h.T.Helper()
	if err := h.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		now, err = hook.GetOwn(ctx, tx, h.Tenant.ID, x.ID)
		return err
	}); err != nil {
		h.T.Fatal(err)
	}
	return now
}

// What cannot be an address is refused at its field.
func TestAddressesOfHooks(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	for what, x := range map[string]hook.Hook{
		"plain":       {URL: "http://example.org/x"},
		"no host":     {URL: "https:///x"},
		"script":      {URL: "javascript:alert(1)", Private: true},
		"file":        {URL: "file:///etc/passwd", Private: true},
		"password":    {URL: "https://a:b@example.org"},
		"no address":  {URL: "morgen"},
		"unknown one": {URL: "https://example.org", Fields: []string{"messages"}},
	} {
		x.Tenant, x.Name = h.Tenant.ID, "x"
		err := h.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, _, err := h.b.CreateOwn(ctx, tx, x, "test")
			return err
		})
		if errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A receiver that says 410 wants no more: it is left alone. Alerts come, and their end; whoever hears alerts alone hears no change.
func TestGoneAndAlerts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		gone, r := newReceiver(t), newReceiver(t)
		gone.answer = func(_ int, w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusGone); return true }
		x := h.to(gone, nil)
		h.to(r, func(x *hook.Hook) { x.Fields = []string{hook.NewsAlerts} })
		h.works()
		h.Grant(fixture.Phone(1))
		h.until("paused", func() bool { return h.hook(x).State == hook.Paused })
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return alert.Raise(ctx, tx, h.Tenant.ID, alert.Condition{Kind: alert.TokenRejected, Subject: fixture.NumberID, Detail: alert.Detail{Name: "Laden"}})
		})
		h.until("raised", func() bool { return len(r.all()) == 1 })
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return alert.Clear(ctx, tx, h.Tenant.ID, alert.TokenRejected, fixture.NumberID)
		})
		h.until("over", func() bool { return len(r.all()) == 2 })
		for i, kind := range []string{"alert.raised", "alert.cleared"} {
			x := r.all()[i]
			if x.kind != kind || x.alert.Kind != alert.TokenRejected || x.alert.Title == "" || (x.alert.ClearedAt != nil) != (i == 1) {
				t.Errorf("told %s: %s", x.kind, x.body)
			}
		}
		if len(r.forged) > 0 {
			t.Errorf("the verifier said %q", r.forged)
		}
	})
}
