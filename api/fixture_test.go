package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/dispatch"
	"jawort/hook"
	"jawort/intake"
	"jawort/notice"
	"jawort/source"
	"jawort/topic"
)

// side is one business: its key and the ids of what it has.
type side struct {
	tenant                                   account.Tenant
	key, keyID                               string
	number, waba, source, draft, notice, con string
	message, hook, list, other, program      string
	alert                                    string
}

// stage is a running API over two businesses that are set up alike.
type stage struct {
	t      testing.TB
	d      *db.DB
	keys   *account.Keyring
	server *server
	url    string
	a, b   side
	logs   *journal
}

// journal keeps the log for tests that look for personal data in it.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func eachStage(t *testing.T, f func(st *stage)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newStage(t, d)) })
}

func newStage(t testing.TB, d *db.DB) *stage {
	st := &stage{t: t, d: d, logs: &journal{}}
	var err error
	if st.keys, err = account.ParseKeyring(account.NewKey("test")); err != nil {
		t.Fatal(err)
	}
	st.a = st.business("Rösterei Süd GmbH", "106000000000001", "2061")
	st.b = st.business("Bakery Ltd", "106000000000002", "2062")
	log := slog.New(slog.NewTextHandler(st.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	desk := intake.New(d, intake.Options{Keys: st.keys, Log: log})
	out := dispatch.New(d, dispatch.Options{Keys: st.keys, Log: log, Node: "test"})
	hooks := &hook.Bringer{DB: d, Keys: st.keys, Log: log, Node: "test"}
	st.server = newServer(Deps{DB: d, Keys: st.keys, Desk: desk, Dispatch: out, Log: log, Hooks: hooks, Judge: func(j source.Judged) []string {
		if strings.Contains(j.Text.Body, "WhatsApp") {
			return nil
		}
		return []string{"CHANNEL_WHATSAPP"}
	}})
	server := httptest.NewServer(st.server)
	t.Cleanup(func() { server.Close(); desk.Close(); out.Close() })
	st.url = server.URL
	for _, s := range []*side{&st.a, &st.b} {
		st.people(s)
	}
	return st
}

func (st *stage) business(name, number, waba string) side {
	s := side{number: number, waba: waba}
	st.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if s.tenant, err = account.CreateTenant(ctx, tx, st.keys, account.Tenant{Name: name, Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "test"); err != nil {
			return err
		}
		id := s.tenant.ID
		key, secret, err := account.CreateKey(ctx, tx, id, "all", account.Scopes, "test")
		if err != nil {
			return err
		}
		s.key, s.keyID = secret, key.ID
		if err := account.PutNumber(ctx, tx, st.keys, id, account.Number{ID: number, WABA: waba, Portfolio: "5" + waba, Display: "493023125010", Name: "Service",
			Country: "DE", BaseURL: "https://graph.facebook.com", Mode: account.Enforce, Throughput: 80, Status: "CONNECTED"}, "EAAG-token", "secret", "test"); err != nil {
			return err
		}
		if err := account.PutPortfolio(ctx, tx, id, account.Portfolio{ID: "5" + waba, Name: name, SendLimit: account.Unlimited}); err != nil {
			return err
		}
		return st.wordings(ctx, tx, &s)
	})
	return s
}

// wordings are topics, templates, a published notice, a live source and a draft.
func (st *stage) wordings(ctx context.Context, tx *db.Tx, s *side) error {
	id := s.tenant.ID
	for i, x := range []topic.Topic{
		{Code: "order_updates", Class: topic.Utility, Default: true, Texts: map[string]topic.Text{"de": {Name: "Bestellung", Value: "Wo das Paket ist"}}},
		{Code: "offers", Class: topic.Marketing, Position: 1, Texts: map[string]topic.Text{"de": {Name: "Angebote", Value: "Rabatte"}}},
	} {
		if err := topic.Put(ctx, tx, id, x, int64(i+1)); err != nil {
			return err
		}
	}
	if _, err := topic.UpsertFromMeta(ctx, tx, id, s.waba, []topic.Template{
		{WABA: s.waba, Name: "order_update", Language: "de", MetaID: "1", Category: "UTILITY", Status: "APPROVED", Components: json.RawMessage(`[]`)},
		{WABA: s.waba, Name: "sommer_sale", Language: "de", MetaID: "2", Category: "MARKETING", Status: "APPROVED", Components: json.RawMessage(`[]`)}}, 1); err != nil {
		return err
	}
	if err := topic.Assign(ctx, tx, id, s.waba, "order_update", "order_updates"); err != nil {
		return err
	}
	n, err := notice.New(ctx, tx, id, "Kasse", 1)
	if err != nil {
		return err
	}
	s.notice = n.ID
	v, err := notice.Edit(ctx, tx, id, n.ID, notice.Wording{Kind: "web", Topics: []string{"offers", "order_updates"},
		Bodies: map[string]string{"de": "Ja, schreibt mir auf WhatsApp."}}, 1)
	if err != nil {
		return err
	}
	if err := notice.Publish(ctx, tx, id, n.ID, v, 2); err != nil {
		return err
	}
	draft := source.Source{Kind: "web", Name: "Kasse", Notice: n.ID, Topics: []string{"offers", "order_updates"}, Number: s.number,
		Settings: source.Settings{PrivacyURL: "https://example.org/privacy", Languages: []string{"de"}}}
	for _, at := range []*string{&s.source, &s.draft} {
		x, _, err := source.New(ctx, tx, id, draft, 3)
		if err != nil {
			return err
		}
		*at = x.ID
	}
	_, err = source.GoLive(ctx, tx, id, s.source, func(source.Judged) []string { return nil })
	return err
}

const known = "tel:+4915112345678"

// people gives a business one person and one message.
func (st *stage) people(s *side) {
	in := st.do(s.key, "POST", "/v1/optins", `{"address":"`+known+`","topics":["order_updates"],"source":"`+s.source+`"}`)
	s.con = in.want(201).str("contact")
	m := st.do(s.key, "POST", "/v1/messages", `{"number":"`+s.number+`","to":"`+known+`","template":{"name":"order_update","language":{"code":"de"}}}`)
	s.message = m.want(202).str("id")
	s.hook = st.do(s.key, "POST", "/v1/hooks", bodies["createHook"]).want(201).str("id")
	s.program = st.do(s.key, "POST", "/v1/programs", bodies["createProgram"]).want(201).str("id")
	st.write(func(ctx context.Context, tx *db.Tx) error {
		if err := alert.Raise(ctx, tx, s.tenant.ID, alert.Condition{Kind: alert.RoundGate, Subject: s.number, Detail: alert.Detail{Name: "Shop"}}); err != nil {
			return err
		}
		open, err := alert.Open(ctx, tx, s.tenant.ID)
		s.alert = open[0].ID
		return err
	})
}

// others gives each business one more person.
func (st *stage) others() {
	st.t.Helper()
	for _, s := range []*side{&st.a, &st.b} {
		s.other = st.do(s.key, "POST", "/v1/optouts", `{"address":"`+twin+`","scope":"marketing","via":"phone"}`).want(201).str("contact")
	}
}

const twin = "wa:DE.7000000009"

func (st *stage) write(f func(ctx context.Context, tx *db.Tx) error) {
	st.t.Helper()
	if err := st.d.Write(st.t.Context(), f); err != nil {
		st.t.Fatal(err)
	}
}

// answer is what a caller got.
type answer struct {
	t      testing.TB
	what   string
	status int
	head   http.Header
	body   string
}

func (st *stage) do(key, method, path, body string, header ...string) answer {
	st.t.Helper()
	r, err := http.NewRequestWithContext(st.t.Context(), method, st.url+path, strings.NewReader(body))
	if err != nil {
		st.t.Fatal(err)
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		st.t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		st.t.Fatal(err)
	}
	return answer{st.t, method + " " + path + " " + body, a.StatusCode, a.Header, string(b)}
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// at follows names and indexes into the answer.
func (a answer) at(path ...any) any {
	a.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		a.t.Fatalf("%s: %q is no JSON: %v", a.what, a.body, err)
	}
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			list, _ := v.([]any)
			if p >= len(list) {
				a.t.Fatalf("%s: no entry %d in %s", a.what, p, a.body)
			}
			v = list[p]
		}
	}
	return v
}

func (a answer) str(path ...any) string {
	a.t.Helper()
	s, _ := a.at(path...).(string)
	return s
}

// fields are the fields a problem names.
func (a answer) fields() []string {
	a.t.Helper()
	list, _ := a.at("errors").([]any)
	var out []string
	for _, e := range list {
		m, _ := e.(map[string]any)
		out = append(out, m["field"].(string))
	}
	return out
}
