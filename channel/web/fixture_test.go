package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/intake"
	"jawort/look"
	"jawort/notice"
	"jawort/source"
	"jawort/topic"
)

// shop is a running page over a business with two topics and a live source.
type shop struct {
	t      *testing.T
	d      *db.DB
	url    string
	desk   *intake.Desk
	keys   *account.Keyring
	tenant account.Tenant
	notice string
	source source.Source
	logs   *strings.Builder
	ahead  *atomic.Int64 // how far the pages' clock is ahead, in nanoseconds
}

const theNumber = "106540352242922"

// words of the fixture: the exact texts a person must see.
var words = map[string]string{
	"de": "Ja, die Kaffeerösterei Sonnenschein GmbH darf mir zu den angekreuzten Themen auf WhatsApp schreiben, auch zu Werbezwecken.\nDas ist freiwillig. Abmelden kann ich mich jederzeit mit STOP <im Chat> & überall.",
	"en": "Yes, Kaffeerösterei Sonnenschein GmbH may message me on WhatsApp about the topics I ticked, also for marketing.\nThis is voluntary. I can stop at any time by writing STOP.",
}

func (s *shop) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

func (s *shop) pass(d time.Duration) { s.ahead.Add(int64(d)) }

// each runs a story on both engines.
func each(t *testing.T, story func(s *shop)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { story(newShop(t, d)) })
}

func newShop(t *testing.T, d *db.DB) *shop {
	keys, err := account.ParseKeyring(account.NewKey("test"))
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, d: d, keys: keys, logs: &strings.Builder{}, ahead: &atomic.Int64{}}
	s.write(s.business)
	s.serve(d)
	return s
}

// serve starts a node on the database; it is the one that is visited from then on.
func (s *shop) serve(d *db.DB) {
	log := slog.New(slog.NewTextHandler(s.logs, nil))
	s.desk = intake.New(d, intake.Options{Keys: s.keys, Log: log, Now: s.now})
	s.t.Cleanup(s.desk.Close)
	mux := http.NewServeMux()
	mux.Handle(look.Prefix, look.Static())
	mux.Handle("/", New(Deps{DB: d, Desk: s.desk, Keys: s.keys, Log: log, Now: s.now, TrustProxy: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}))
	server := httptest.NewServer(mux)
	s.t.Cleanup(server.Close)
	s.url = server.URL
}

func (s *shop) business(ctx context.Context, tx *db.Tx) (err error) {
	if s.tenant, err = account.CreateTenant(ctx, tx, s.keys, account.Tenant{Name: "Kaffeerösterei Sonnenschein GmbH", Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "test"); err != nil {
		return err
	}
	if err := account.PutNumber(ctx, tx, s.keys, s.tenant.ID, account.Number{ID: theNumber, WABA: "1022", Portfolio: "5069", Display: "493023125010", Name: "Bestellservice",
		Country: "DE", BaseURL: "https://graph.facebook.com", Mode: account.Enforce, Throughput: 80, Status: "CONNECTED"}, "EAAG", "secret", "test"); err != nil {
		return err
	}
	for _, x := range []topic.Topic{
		{Code: "offers", Class: topic.Marketing, Position: 1, Texts: map[string]topic.Text{"de": {Name: "Angebote und neue Röstungen", Value: "Neue Sorten probieren, bevor sie im Laden stehen."},
			"en": {Name: "Offers and new roasts", Value: "Try new roasts before they are in the shop."}}},
		{Code: "order_updates", Class: topic.Utility, Position: 2, Texts: map[string]topic.Text{"de": {Name: "Bestellungen und Lieferung", Value: "Wissen, wann der Kaffee ankommt."},
			"en": {Name: "Orders and delivery", Value: "Know when the coffee arrives."}}},
	} {
		if err := topic.Put(ctx, tx, s.tenant.ID, x, 1); err != nil {
			return err
		}
	}
	n, err := notice.New(ctx, tx, s.tenant.ID, "Website", 1)
	if err != nil {
		return err
	}
	s.notice = n.ID
	if err := s.publish(ctx, tx, words); err != nil {
		return err
	}
	s.source, err = s.open(ctx, tx, source.Settings{})
	return err
}

func (s *shop) publish(ctx context.Context, tx *db.Tx, bodies map[string]string) error {
	v, err := notice.Edit(ctx, tx, s.tenant.ID, s.notice, notice.Wording{Kind: "web", Topics: []string{"offers", "order_updates"}, Bodies: bodies, CapMonth: 4}, 1)
	if err != nil {
		return err
	}
	return notice.Publish(ctx, tx, s.tenant.ID, s.notice, v, 2)
}

// judge lets every wording pass: judging is package wording's.
func judge(source.Judged) []string { return nil }

// open adds a live source; what settings leave out is usual.
func (s *shop) open(ctx context.Context, tx *db.Tx, set source.Settings, topics ...string) (source.Source, error) {
	set.PrivacyURL, set.ImprintURL, set.Languages = "https://sonnenschein.example/datenschutz", "https://sonnenschein.example/impressum", []string{"de", "en"}
	if len(topics) == 0 {
		topics = []string{"offers", "order_updates"}
	}
	x, _, err := source.New(ctx, tx, s.tenant.ID, source.Source{Kind: "web", Name: "Kasse intern", Notice: s.notice, Topics: topics, Number: theNumber, Settings: set}, 2)
	if err != nil {
		return x, err
	}
	return source.GoLive(ctx, tx, s.tenant.ID, x.ID, judge)
}

// another opens one more source and answers its page.
func (s *shop) another(set source.Settings, topics ...string) string {
	s.t.Helper()
	var x source.Source
	s.write(func(ctx context.Context, tx *db.Tx) (err error) {
		x, err = s.open(ctx, tx, set, topics...)
		return err
	})
	return "/o/" + x.ID
}

func (s *shop) write(f func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	if err := s.d.Write(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

// ledger is every event of a number, oldest first.
func (s *shop) ledger(number string) (events []consent.Event) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *db.Tx) error {
		c, err := contact.Find(ctx, tx, s.tenant.ID, []address.Address{address.Address(number)})
		if err != nil {
			return err
		}
		who := c[address.Address(number)]
		all, err := consent.History(ctx, tx, s.tenant.ID, []string{who})
		events = all[who]
		return err
	})
	return events
}

// state is what stands for a number and a topic.
func (s *shop) state(number, topic string) (state consent.State) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *db.Tx) error {
		found, err := contact.Find(ctx, tx, s.tenant.ID, []address.Address{address.Address(number)})
		if err != nil {
			return err
		}
		who := found[address.Address(number)]
		all, err := consent.Stand(ctx, tx, s.tenant.ID, []string{who})
		stands := all[who]
		state = stands.Of(topic, consent.Marketing).State
		return err
	})
	return state
}

// who is the contact of a number.
func (s *shop) who(number string) (c string) {
	s.write(func(ctx context.Context, tx *db.Tx) error {
		found, err := contact.Find(ctx, tx, s.tenant.ID, []address.Address{address.Address(number)})
		c = found[address.Address(number)]
		return err
	})
	return c
}

// count is how many rows a table of the ledger has.
func (s *shop) count(table string) (n int64) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *db.Tx) error { return tx.Row(ctx, "select count(*) from "+table).Scan(&n) })
	return n
}

// grant makes a number agree to topics in the chat.
func (s *shop) grant(number string, topics ...string) {
	s.t.Helper()
	if _, err := s.desk.OptIn(s.t.Context(), intake.OptIn{Tenant: s.tenant.ID, Address: address.Address(number), Topics: topics, Source: s.source.ID, Language: "en",
		Channel: "chat", Actor: consent.Actor{Kind: consent.Person}, Witnessed: true}); err != nil {
		s.t.Fatal(err)
	}
}

// browser is somebody who follows no redirects, and says where from.
type browser struct {
	s    *shop
	c    *http.Client
	lang string
	from string
}

func (s *shop) browser() *browser {
	jar, _ := cookiejar.New(nil) // never fails
	return &browser{s: s, lang: "de", from: "203.0.113.7", c: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is a page as it came.
type answer struct {
	code int
	body string
	to   string
	head http.Header
	doc  *html.Node
}

func (b *browser) do(method, path string, form url.Values, header ...string) answer {
	b.s.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.s.t.Context(), method, b.s.url+path, body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept-Language", b.lang)
	r.Header.Set("X-Forwarded-For", b.from)
	r.Header.Set("User-Agent", "Mozilla/5.0 (test)")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := b.c.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(string(text)))
	if err != nil {
		b.s.t.Fatal(err)
	}
	return answer{a.StatusCode, string(text), a.Header.Get("Location"), a.Header, doc}
}

func (b *browser) get(path string, header ...string) answer {
	return b.do("GET", path, nil, header...)
}

// fill posts the form of a page as a person does: what the page has, and pairs on top; an empty value takes a field away.
func (b *browser) fill(page string, pairs ...string) answer {
	b.s.t.Helper()
	form := b.get(page).fields()
	b.s.pass(5 * time.Second)
	return b.do("POST", page, with(form, pairs...))
}

func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		switch name := pairs[i]; {
		case pairs[i+1] == "":
			form.Del(name)
		case name == topicField:
			form.Add(name, pairs[i+1])
		default:
			form.Set(name, pairs[i+1])
		}
	}
	return form
}

// all finds elements: "tag", "tag.class", "tag#id", "tag[attr=value]", several separated by spaces for inside.
func (a answer) all(selector string) []*html.Node { return find(a.doc, strings.Fields(selector)) }

func (a answer) one(t *testing.T, selector string) *html.Node {
	t.Helper()
	list := a.all(selector)
	if len(list) != 1 {
		t.Fatalf("%d × %s in a page of status %d:\n%s", len(list), selector, a.code, a.body)
	}
	return list[0]
}

func find(n *html.Node, path []string) (out []*html.Node) {
	for c := range n.Descendants() {
		if c.Type != html.ElementNode || !fits(c, path[0]) {
			continue
		}
		if len(path) == 1 {
			out = append(out, c)
			continue
		}
		for _, x := range find(c, path[1:]) {
			if !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

func fits(n *html.Node, one string) bool {
	if name, cond, ok := strings.Cut(strings.TrimSuffix(one, "]"), "["); ok {
		key, value, valued := strings.Cut(cond, "=")
		got, has := attribute(n, key)
		return (name == "" || n.Data == name) && has && (!valued || got == value)
	}
	if name, id, ok := strings.Cut(one, "#"); ok {
		got, _ := attribute(n, "id")
		return (name == "" || n.Data == name) && got == id
	}
	if name, class, ok := strings.Cut(one, "."); ok {
		got, _ := attribute(n, "class")
		return (name == "" || n.Data == name) && slices.Contains(strings.Fields(got), class)
	}
	return n.Data == one
}

func attribute(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func attr(n *html.Node, key string) string { v, _ := attribute(n, key); return v }

// text is what a reader reads; line ends are those of br.
func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
		if c.Type == html.ElementNode && c.Data == "br" {
			b.WriteString("\n")
		}
	}
	return b.String()
}

// fields are what a browser would send of the page's first form as it is.
func (a answer) fields() url.Values {
	out := url.Values{}
	for _, n := range a.all("form input") {
		if attr(n, "name") == "" {
			continue
		}
		if _, on := attribute(n, "checked"); attr(n, "type") == "checkbox" && !on {
			continue
		}
		out.Add(attr(n, "name"), attr(n, "value"))
	}
	for _, n := range a.all("select option[selected]") {
		out.Set(countryField, attr(n, "value"))
	}
	return out
}
