package manager

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/alert"
	"jawort/carrier"
	"jawort/channel"
	"jawort/contact"
	"jawort/db"
	"jawort/guard"
	"jawort/hook"
	"jawort/id"
	"jawort/intake"
	"jawort/source"
)

// now is the fixture's wall clock; what is kept is dated around it.
var now = time.Date(2026, 11, 17, 10, 42, 0, 0, time.UTC)

func micros(ago time.Duration) int64 { return now.Add(-ago).UnixMicro() }

// hostile is in every free text of the fixture.
const hostile = `<script>alert(1)</script>"'><b x=`

// house is a running manager over a business with people, and a second business.
type house struct {
	line       CarrierLine    // how the lines to operators stand
	tried      channel.Reason // what trying a connection says
	t          *testing.T
	d          *db.DB
	keys       *account.Keyring
	url        string
	logs       *strings.Builder
	a, b       account.Tenant
	staff      map[account.Role]account.Staff
	contact    string // of tenant a
	decision   string
	review     string
	message    string
	theirs     map[string]string // ids of tenant b, by kind
	decided    []string
	decideFail error
	mails      []string
	mailFail   error
	mailServer alert.Server
	desk       *intake.Desk
	stopping   chan struct{}
}

const theNumber = "106540352242922"

func newHouse(t *testing.T, d *db.DB) *house {
	h := &house{t: t, d: d, staff: map[account.Role]account.Staff{}, theirs: map[string]string{}, logs: &strings.Builder{}, stopping: make(chan struct{})}
	keys, err := account.ParseKeyring(account.NewKey("test"))
	if err != nil {
		t.Fatal(err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		if h.a, err = account.CreateTenant(ctx, tx, keys, account.Tenant{Name: "Kaffeerösterei Sonnenschein GmbH", Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "test"); err != nil {
			return err
		}
		if h.b, err = account.CreateTenant(ctx, tx, keys, account.Tenant{Name: "Bakery", Language: "en", Zone: "Europe/London", Country: "GB"}, "test"); err != nil {
			return err
		}
		for _, role := range account.Roles {
			if h.staff[role], err = account.Invite(ctx, tx, h.a.ID, account.Staff{Email: string(role) + "@x.example", Name: "Lena Grünwald " + hostile, Role: role, Language: "de"}, "test"); err != nil {
				return err
			}
		}
		if err := account.PutNumber(ctx, tx, keys, h.a.ID, account.Number{ID: theNumber, WABA: "1022", Portfolio: "5069", Display: "493023125010", Name: "Bestellservice",
			Country: "DE", BaseURL: "https://graph.facebook.com", Mode: account.Enforce, Throughput: 80, Status: "CONNECTED"}, "EAAG-secret-token", "app-secret", "test"); err != nil {
			return err
		}
		return h.otherTenant(ctx, tx, keys)
	})
	h.keys = keys
	h.write(h.people)
	h.desk = intake.New(d, intake.Options{Keys: keys})
	t.Cleanup(h.desk.Close)
	server := httptest.NewServer(New(Deps{DB: d, Keys: keys, Guard: guard.New(d, slog.New(slog.DiscardHandler)), Hooks: &hook.Bringer{DB: d, Keys: keys}, Log: slog.New(slog.NewTextHandler(h.logs, nil)), Now: func() time.Time { return now }, Stopping: h.stopping,
		CarrierLine: func(string) (CarrierLine, bool) { return h.line, true },
		TestCarrier: func(context.Context, carrier.Carrier) channel.Reason { return h.tried },
		TestMail: func(_ context.Context, s alert.Server, business, lang, to string) error {
			h.mails, h.mailServer = append(h.mails, s.Host+" "+lang+" "+to), s
			return h.mailFail
		},
		Acts: ActsOf(h.desk), ReceiptLink: func(tenant, event string) string { return "/r/" + event },
		Judge: func(business, _ string, j source.Judged) []string { return judged(business)(j) }, Preview: drawn,
		Decide: func(_ context.Context, tenant, staff, review, decision string) error {
			h.decided = append(h.decided, tenant+" "+staff+" "+review+" "+decision)
			return h.decideFail
		}}))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

func (h *house) otherTenant(ctx context.Context, tx *db.Tx, keys *account.Keyring) error {
	other, err := account.Invite(ctx, tx, h.b.ID, account.Staff{Email: "other@y.example", Name: "Other", Role: account.Agent, Language: "en"}, "test")
	if err != nil {
		return err
	}
	key, _, err := account.CreateKey(ctx, tx, h.b.ID, "theirs", []account.Scope{account.ScopeCheck}, "test")
	if err != nil {
		return err
	}
	h.theirs["staff"], h.theirs["key"], h.theirs["number"] = other.ID, key.ID, "999"
	return account.PutNumber(ctx, tx, keys, h.b.ID, account.Number{ID: "999", WABA: "9", Portfolio: "9", Display: "44", Name: "x", Country: "GB",
		BaseURL: "https://graph.facebook.com", Mode: account.Enforce, Throughput: 80}, "", "", "test")
}

// people fills what other packages own; the manager only reads it.
func (h *house) people(ctx context.Context, tx *db.Tx) error {
	for i, c := range []struct{ code, class, de, en string }{
		{"order_updates", "utility", "Bestellungen und Lieferung", "Orders and delivery"}, {"offers", "marketing", "Angebote " + hostile, "Offers"},
	} {
		h.put(ctx, tx, "topic", row{"tenant": h.a.ID, "topic": c.code, "class": c.class, "position": i, "created_at": 1,
			"texts": fmt.Sprintf(`{"de":{"name":%q,"value":"v"},"en":{"name":%q,"value":"v"}}`, c.de, c.en)})
	}
	for i, name := range []string{"Mareike Öztürk", hostile, "", "Jonas Weber"} {
		who := h.person(ctx, tx, h.a.ID, name, fmt.Sprintf("tel:+49171392000%d", i), time.Duration(i)*24*time.Hour)
		if i == 0 {
			h.contact = who
		}
	}
	h.theirs["contact"] = h.person(ctx, tx, h.b.ID, "Their Person", "tel:+447700900123", 0)
	h.decision = h.decide(ctx, tx, h.a.ID, h.contact, "refuse", "STOPPED_ALL")
	h.decide(ctx, tx, h.a.ID, h.contact, "allow", "")
	h.decide(ctx, tx, h.a.ID, "", "wait", "QUIET_HOURS")
	h.theirs["decision"] = h.decide(ctx, tx, h.b.ID, h.theirs["contact"], "allow", "")
	h.review = h.ask(ctx, tx, h.a.ID, h.contact)
	h.theirs["review"] = h.ask(ctx, tx, h.b.ID, h.theirs["contact"])
	h.put(ctx, tx, "brake", row{"tenant": h.a.ID, "number": theNumber, "state": "slow", "since": micros(time.Hour)})
	h.message = id.At("msg", micros(50*time.Hour))
	h.put(ctx, tx, "message", row{"tenant": h.a.ID, "message": h.message, "number": theNumber, "contact": h.contact, "address": "tel:+491713920000",
		"topic": "offers", "kind": "template", "template": "sommer_sale", "language": "de", "state": "delivered", "created_at": micros(50 * time.Hour)})
	return nil
}

// person adds somebody with standing and a ledger of three entries.
func (h *house) person(ctx context.Context, tx *db.Tx, tenant, name, tel string, ago time.Duration) string {
	of, err := contact.Ensure(ctx, tx, tenant, make([]byte, 32), []address.Address{address.Address(tel)}, micros(ago))
	if err != nil {
		h.t.Fatal(err)
	}
	who := of[address.Address(tel)]
	if err := contact.Describe(ctx, tx, tenant, who, name, "de"); err != nil {
		h.t.Fatal(err)
	}
	for i, e := range []struct{ kind, scope, topics, evidence string }{
		{"requested", "", `["offers"]`, `[]`},
		{"granted", "", `["offers","order_updates"]`, `[{"kind":"message","value":"Ja, gern! <script>alert(2)</script>"}]`},
		{"withdrawn", "topic", `["offers"]`, `[{"kind":"message","value":"Bitte keine Angebote mehr, danke!"}]`},
	} {
		at := micros(ago + time.Duration(3-i)*26*time.Hour)
		h.put(ctx, tx, "event", row{"tenant": tenant, "event": id.At("evt", at), "contact": who, "rev": i + 1, "kind": e.kind, "scope": e.scope, "topics": e.topics,
			"address": tel, "channel": "chat", "notice_version": 1, "language": "de", "actor_kind": "person", "happened_at": at, "recorded_at": at, "witnessed": true,
			"evidence": e.evidence})
	}
	if _, err := tx.Exec(ctx, `update contact_guard set rev = 3 where tenant = $1 and contact = $2`, tenant, who); err != nil {
		h.t.Fatal(err)
	}
	for topic, state := range map[string]string{"": "", "offers": "withdrawn", "order_updates": "granted"} {
		h.put(ctx, tx, "standing", row{"tenant": tenant, "contact": who, "topic": topic, "state": state, "since": micros(ago), "notice_version": 1, "proof": "chat",
			"stop_marketing": topic == "", "flags": `{"suspected_block":true}`, "rev": 3})
	}
	return who
}

func (h *house) decide(ctx context.Context, tx *db.Tx, tenant, contact, verdict, reason string) string {
	d := id.At("dec", micros(time.Hour))
	body := `{"rules":"2026-11-03","rev":3,"reasons":[]}`
	if reason != "" {
		body = fmt.Sprintf(`{"rules":"2026-11-03","rev":3,"effective":"allow","mode":"observe","reasons":[{"code":%q,"name":"Angebote"}]}`, reason)
	}
	h.put(ctx, tx, "decision", row{"tenant": tenant, "decision": d, "at": micros(time.Hour), "number": theNumber, "contact": contact, "topic": "offers",
		"template": "sommer_sale", "verdict": verdict, "reason": reason, "body": body})
	return d
}

// ask puts an unclear answer into the queue.
func (h *house) ask(ctx context.Context, tx *db.Tx, tenant, contact string) string {
	r := id.At("rev", micros(3*time.Hour))
	h.put(ctx, tx, "inbound", row{"tenant": tenant, "inbound": "wamid." + r, "channel": "whatsapp", "number": theNumber, "contact": contact, "at": micros(3 * time.Hour),
		"kind": "text", "body": "Das wird mir gerade zu viel. " + hostile, "intent": "unsure"})
	h.put(ctx, tx, "review", row{"tenant": tenant, "review": r, "inbound": "wamid." + r, "contact": contact, "kind": "text", "guess": "stop_marketing", "created_at": micros(3 * time.Hour),
		"received_at": micros(3 * time.Hour), "due_at": micros(-21 * time.Hour), "rules": "de@2026-11-22"})
	return r
}

func (h *house) write(f func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Write(h.t.Context(), f); err != nil {
		h.t.Fatal(err)
	}
}

// browser is somebody with a cookie jar who follows no redirects.
type browser struct {
	h    *house
	c    *http.Client
	lang string
}

// answer is what a browser got.
type answer struct {
	code int
	body string
	to   string
	head http.Header
}

func (h *house) browser() *browser {
	jar, _ := cookiejar.New(nil) // never fails
	return &browser{h: h, lang: "de", c: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (b *browser) do(method, path string, form url.Values, header ...string) answer {
	b.h.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.h.t.Context(), method, b.h.url+path, body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return b.ask(r)
}

// ask sends a request as this browser.
func (b *browser) ask(r *http.Request) answer {
	b.h.t.Helper()
	r.Header.Set("Accept-Language", b.lang)
	a, err := b.c.Do(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return answer{a.StatusCode, string(text), a.Header.Get("Location"), a.Header}
}

func (b *browser) get(path string) answer { return b.do("GET", path, nil) }

func (b *browser) post(path string, pairs ...string) answer {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do("POST", path, form)
}

// link makes a login link for a role.
func (h *house) link(role account.Role) string {
	h.t.Helper()
	var token string
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		token, err = account.NewLink(ctx, tx, h.a.ID, h.staff[role].ID, "test")
		return err
	})
	return LinkPath(token)
}

// as is a browser signed in with the role.
func (h *house) as(role account.Role) *browser {
	h.t.Helper()
	b := h.browser()
	if a := b.post(h.link(role)); a.code != http.StatusSeeOther || a.to != "/" {
		h.t.Fatalf("login as %s: %d to %s", role, a.code, a.to)
	}
	return b
}

func mustURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}
