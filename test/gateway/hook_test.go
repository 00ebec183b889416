package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
	"jawort/graph"
	"jawort/hook"
	"jawort/test/fixture"
)

// listener is a program that takes Meta's webhooks, as Meta's own documentation has it.
type listener struct {
	*httptest.Server
	token string

	mu     sync.Mutex
	got    []string // bodies
	texts  []string // what people wrote, in the order in which it came
	forged int      // bodies whose signature is not the app's
	status func(body string) int
}

func newListener(t *testing.T, secret string) *listener {
	l := &listener{token: "the program's own"}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if r.Method == http.MethodGet {
			if r.URL.Query().Get("hub.verify_token") != l.token {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		body, _ := io.ReadAll(r.Body)
		if l.status != nil {
			if s := l.status(string(body)); s != 200 {
				w.WriteHeader(s)
				return
			}
		}
		if !graph.Verify(body, r.Header.Get("X-Hub-Signature-256"), secret) {
			l.forged++
		}
		l.got, l.texts = append(l.got, string(body)), append(l.texts, textsOf(body)...)
	}))
	t.Cleanup(l.Close)
	return l
}

func textsOf(body []byte) (out []string) {
	var b struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Messages []struct{ Text struct{ Body string } }
				}
			}
		}
	}
	_ = json.Unmarshal(body, &b)
	for _, e := range b.Entry {
		for _, c := range e.Changes {
			for _, m := range c.Value.Messages {
				out = append(out, m.Text.Body)
			}
		}
	}
	return out
}

func (l *listener) bodies() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.got)
}

func (l *listener) said() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.texts)
}

// hub is a business whose webhooks are fanned out.
type hub struct {
	*fixture.World
	b *hook.Bringer
}

func newHub(t *testing.T, d *db.DB) *hub {
	h := &hub{World: fixture.New(t, d)}
	h.b = &hook.Bringer{DB: d, Keys: h.Keys, Node: "one", Poll: 20 * time.Millisecond}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = h.b.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return h
}

func (h *hub) to(l *listener, edit func(*hook.Hook)) hook.Hook {
	h.T.Helper()
	x := hook.Hook{Tenant: h.Tenant.ID, Name: "Chatwoot", URL: l.URL + "/webhooks/whatsapp", Private: true}
	if edit != nil {
		edit(&x)
	}
	out, err := h.b.Create(h.T.Context(), x, l.token, "test")
	if err != nil {
		h.T.Fatal(err)
	}
	return out
}

// hears lets somebody write.
func (h *hub) hears(n int, text string) {
	h.T.Helper()
	raw, signature := h.Says(fixture.Phone(n), text, text)
	if err := h.Desk.Webhook(h.T.Context(), raw, signature); err != nil {
		h.T.Fatal(err)
	}
	h.b.Wake()
}

func (h *hub) lag(of hook.Hook) (l hook.Lag) {
	h.T.Helper()
	if err := h.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		l, err = hook.LagOf(ctx, tx, h.Tenant.ID, of.ID)
		return err
	}); err != nil {
		h.T.Fatal(err)
	}
	return l
}

// TestFanOut: two programs hear the same bytes with Meta's own signature; one that stumbles holds up only who it stumbled over, and gets
// it all in the end, in order.
func TestFanOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHub(t, d)
		one, two := newListener(t, h.Secret), newListener(t, h.Secret)
		fails := 1
		two.status = func(body string) int { // under its lock
			if strings.Contains(body, "A1") && fails > 0 {
				fails--
				return 500
			}
			return 200
		}
		h.to(one, nil)
		last := h.to(two, nil)
		for _, text := range []string{"A1", "B1", "A2", "B2", "A3"} {
			h.hears(map[byte]int{'A': 1, 'B': 2}[text[0]], text)
		}
		eventually(t, "both to have heard everything", func() bool { return len(one.said()) == 5 && len(two.said()) == 5 })
		for _, l := range []*listener{one, two} {
			for _, who := range []string{"A", "B"} {
				mine := slices.DeleteFunc(l.said(), func(s string) bool { return s[:1] != who })
				if !slices.IsSorted(mine) {
					t.Errorf("%s said %v", who, mine)
				}
			}
			if l.forged > 0 {
				t.Errorf("%d bodies do not bear the app's signature", l.forged)
			}
		}
		if said := two.said(); said[len(said)-1][:1] != "A" || said[0][:1] != "B" {
			t.Errorf("one person's trouble held up another: %v", said)
		}
		eventually(t, "the trouble to be over", func() bool { return h.lag(last) == hook.Lag{} })
	})
}

// TestFilterAndYard: a program hears its fields and numbers; of a body that holds more, the rest is cut off and the whole signed anew; of
// another business nothing goes out.
func TestFilterAndYard(t *testing.T) {
	h := newHub(t, sqlite(t))
	l := newListener(t, h.Secret)
	h.to(l, func(x *hook.Hook) { x.Fields = []string{"messages"} })
	message := func(waba, number, text string) string {
		return fmt.Sprintf(`{"id":"%s","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"phone_number_id":"%s"},`+
			`"messages":[{"from":"%s","id":"wamid.%s","timestamp":"%d","type":"text","text":{"body":"%s"}}]}}]}`, waba, number, fixture.Phone(1).Digits(), text, time.Now().Unix(), text)
	}
	account := fmt.Sprintf(`{"id":"%s","time":1,"changes":[{"field":"account_alerts","value":{}}]}`, fixture.WABA)
	post := func(entries ...string) {
		t.Helper()
		raw := []byte(`{"object":"whatsapp_business_account","entry":[` + strings.Join(entries, ",") + `]}`)
		if err := h.Desk.Webhook(t.Context(), raw, graph.Sign(raw, h.Secret)); err != nil {
			t.Fatal(err)
		}
		h.b.Wake()
	}
	post(account)
	post(message(fixture.WABA, fixture.NumberID, "mine"), account)
	post(message(fixture.WABA, fixture.NumberID, "also mine"), message("299999999999999", "399999999999999", "not mine"))
	eventually(t, "the program to hear", func() bool { return len(l.said()) == 2 })
	if got := l.said(); !slices.Equal(got, []string{"mine", "also mine"}) || l.forged > 0 {
		t.Errorf("heard %q, %d forged", got, l.forged)
	}
	for _, b := range l.bodies() {
		if strings.Contains(b, "not mine") || strings.Contains(b, "account_alerts") {
			t.Errorf("went out: %s", b)
		}
	}
}

// TestReplay: what came can be brought again, of one person or of all.
func TestReplay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHub(t, d)
		h.hears(1, "before")
		time.Sleep(2 * time.Millisecond)
		l := newListener(t, h.Secret)
		x := h.to(l, nil)
		h.hears(1, "one")
		h.hears(2, "two")
		eventually(t, "both", func() bool { return len(l.said()) == 2 })
		replay := func(n int) {
			t.Helper()
			a := fixture.Phone(n)
			if n == 0 {
				a = ""
			}
			if _, err := h.b.Replay(t.Context(), h.Tenant.ID, x.ID, 0, time.Now().Add(time.Hour).UnixMicro(), a, "test"); err != nil {
				t.Fatal(err)
			}
		}
		replay(2)
		eventually(t, "the second again", func() bool { return len(l.said()) == 3 })
		replay(0)
		eventually(t, "everything again, also from before", func() bool { return len(l.said()) == 6 })
		if got := l.said(); got[2] != "two" || !slices.Contains(got[3:], "before") {
			t.Errorf("heard %v", got)
		}
		if _, err := h.b.Replay(t.Context(), "ten_other", x.ID, 0, 1<<60, "", "test"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another business replays: %v", err)
		}
	})
}

// TestHandshakeAndReach: nobody is written to who did not answer the challenge, and nobody inside.
func TestHandshakeAndReach(t *testing.T) {
	h := newHub(t, sqlite(t))
	l := newListener(t, h.Secret)
	moved := httptest.NewServer(http.RedirectHandler(l.URL, http.StatusTemporaryRedirect))
	defer moved.Close()
	for name, c := range map[string]struct {
		url, token, field, key string
		private                bool
	}{
		"wrong token":            {l.URL, "guess", "verify_token", "hook.challenge", true},
		"no token":               {l.URL, "", "verify_token", "hook.verify_token", true},
		"redirect":               {moved.URL, l.token, "verify_token", "hook.challenge", true},
		"nobody there":           {"http://127.0.0.1:1", l.token, "url", "hook.unreachable", true},
		"inside":                 {strings.Replace(l.URL, "http:", "https:", 1), l.token, "url", "hook.private", false},
		"inside by name":         {"https://localhost:1", l.token, "url", "hook.private", false},
		"inside as IPv6":         {"https://[::ffff:127.0.0.1]:1", l.token, "url", "hook.private", false},
		"metadata of the cloud":  {"https://169.254.169.254", l.token, "url", "hook.private", false},
		"this host":              {"https://0.0.0.0:1", l.token, "url", "hook.private", false},
		"provider's network":     {"https://100.64.0.1", l.token, "url", "hook.private", false},
		"NAT64":                  {"https://[64:ff9b::7f00:1]:1", l.token, "url", "hook.private", false},
		"unencrypted":            {"http://example.com", l.token, "url", "hook.url", false},
		"another scheme":         {"file:///etc/passwd", l.token, "url", "hook.url", true},
		"a password in it":       {"https://a:b@example.com", l.token, "url", "hook.url", true},
		"no host":                {"https://", l.token, "url", "hook.url", true},
		"a whole number as host": {"https://2130706433", l.token, "url", "", false},
	} {
		_, err := h.b.Create(t.Context(), hook.Hook{Tenant: h.Tenant.ID, Name: "x", URL: c.url, Private: c.private}, c.token, "test")
		e, ok := err.(*errs.Error)
		if !ok || e.Field != c.field || c.key != "" && e.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}
