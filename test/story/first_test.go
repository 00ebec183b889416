package story

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/app"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/dispatch"
	"jawort/mail"
)

// beginner is somebody with a browser before an empty Jawort.
type beginner struct {
	t    *testing.T
	base string
	c    *http.Client
}

func newBeginner(t *testing.T, base string) *beginner {
	jar, _ := cookiejar.New(nil) // never fails
	return &beginner{t, base, &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// ask sends a form (GET without one) and answers status, page and where it leads.
func (b *beginner) ask(path string, pairs ...string) (int, string, string) {
	b.t.Helper()
	var r *http.Request
	if len(pairs) == 0 {
		r, _ = http.NewRequestWithContext(b.t.Context(), "GET", b.base+path, nil)
	} else {
		form := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		r, _ = http.NewRequestWithContext(b.t.Context(), "POST", b.base+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	r.Header.Set("Accept-Language", "de")
	resp, err := b.c.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, string(text), resp.Header.Get("Location")
}

// leads sends a form that must lead on.
func (b *beginner) leads(to, path string, pairs ...string) {
	b.t.Helper()
	if len(pairs) == 0 {
		pairs = []string{"_", "_"}
	}
	code, text, at := b.ask(path, pairs...)
	if code != http.StatusSeeOther || at != to {
		b.t.Fatalf("%s: %d to %q, want %q\n%s", path, code, at, to, problemIn(text))
	}
}

// shows reads a page that must say something.
func (b *beginner) shows(want, path string, pairs ...string) string {
	b.t.Helper()
	_, text, _ := b.ask(path, pairs...)
	if !strings.Contains(text, want) {
		b.t.Fatalf("%s does not say %q\n%s", path, want, problemIn(text))
	}
	return text
}

var problem = regexp.MustCompile(`(?s)<p class="(?:field-)?err".*?</p>`)

func problemIn(page string) string { return strings.Join(problem.FindAllString(page, -1), "\n") }

// emptyHouse is a Jawort as serve starts it, without a business, and the link of the terminal.
func emptyHouse(t *testing.T, d, meta string) (a *app.App, base, link string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := app.LoadKeys(app.NewKey("test"), "")
	if err != nil {
		t.Fatal(err)
	}
	base = "http://" + l.Addr().String()
	a, err = app.New(t.Context(), app.Config{DB: d, Base: base, Keys: keys, VerifyToken: "verify-me", TryListen: "127.0.0.1:0", GraphBase: meta,
		Mail: func(_ context.Context, s mail.Server, _ mail.Letter) error {
			if s.Password == "falsch" {
				return &mail.Failure{Why: mail.AuthFailed, Code: 535}
			}
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		a.Stop(ctx)
	})
	a.Start(l)
	token, err := a.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a, base, app.SetupPath(token)
}

// From the link in the terminal to a message on a phone.
func TestFirstRun(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			a, base, link := emptyHouse(t, dbtest.URL(t, engine, db.Options{}), "")
			b, stranger := newBeginner(t, base), newBeginner(t, base)
			nothingBefore(t, stranger)
			founds(t, b, stranger, link)
			mailStep(b)
			b.leads("/setup/webhook", "/setup/try")
			waitFor(t, "the first webhook", func() bool {
				_, text, _ := b.ask("/setup/webhook")
				return strings.Contains(text, "Meldung von Meta angekommen")
			})
			optOutStep(t, b)
			page := sourceStep(b)
			token := regexp.MustCompile(`jp_[\w-]{43}`).FindString(b.shows("Token des Programms", "/setup/program", "program", "Shop"))
			if token == "" || strings.Contains(b.shows("Ihr erstes Programm", "/setup/program"), token) {
				t.Error("the program's token is not shown once")
			}
			if text := b.shows("Übersicht", "/"); strings.Contains(text, "Noch einzurichten") {
				t.Error("the checklist stays although all is done")
			}
			optsInAndHears(t, a, base, page)
		})
	}
}

// nothingBefore: whoever has no link gets nowhere.
func nothingBefore(t *testing.T, stranger *beginner) {
	t.Helper()
	for _, path := range []string{"/setup/business", "/setup/password", "/setup/link/js_wrong", "/setup/link/x"} {
		if code, _, _ := stranger.ask(path); code != http.StatusNotFound && code != http.StatusGone {
			t.Errorf("%s: %d", path, code)
		}
		if code, _, _ := stranger.ask(path, "name", "Evil", "password", "ein langes Passwort hier"); code != http.StatusNotFound && code != http.StatusGone {
			t.Errorf("POST %s: %d", path, code)
		}
	}
	for _, path := range []string{"/setup/mail", "/setup/number", "/setup/optouts", "/setup/program", "/"} {
		if code, _, to := stranger.ask(path); code != http.StatusSeeOther || !strings.HasPrefix(to, "/login") {
			t.Errorf("%s: %d to %s", path, code, to)
		}
	}
}

// founds answers the questions, wrongly first, and goes back once.
func founds(t *testing.T, b, stranger *beginner, link string) {
	t.Helper()
	for range 2 { // opening is not using
		stranger.shows("Willkommen bei Jawort", link)
	}
	b.leads("/setup/business", link)
	if code, _, _ := stranger.ask(link, "_", "_"); code != http.StatusGone {
		t.Errorf("the link works twice: %d", code)
	}
	b.shows("Der Name fehlt", "/setup/business", "name", " ")
	b.leads("/setup/place", "/setup/business", "name", `Rösterei "Morgen" & <b>`)
	b.shows("Zeitzone ist unbekannt", "/setup/place", "country", "DE", "zone", "Mond", "language", "de")
	b.leads("/setup/you", "/setup/place", "country", "DE", "zone", "Europe/Berlin", "language", "de")
	b.shows("Das ist keine E-Mail-Adresse", "/setup/you", "person", "Jonna", "email", "jonna")
	b.leads("/setup/password", "/setup/you", "person", "Jonna", "email", "Jonna@x.example")
	b.shows("Rösterei &#34;Morgen&#34; &amp; &lt;b&gt;", "/setup/business")
	if text := b.shows("mindestens 12", "/setup/password", "password", "kurz"); strings.Contains(text, `value="kurz"`) {
		t.Error("a password is shown")
	}
	b.leads("/setup/mail", "/setup/password", "password", "vier zufaellige Woerter hier")
	if code, _, _ := b.ask("/setup/business"); code != http.StatusNotFound {
		t.Errorf("a second business: %d", code)
	}
	if code, _, _ := stranger.ask(link); code != http.StatusGone {
		t.Errorf("the link after all: %d", code)
	}
	b.shows("Noch einzurichten", "/")
}

func mailStep(b *beginner) {
	b.t.Helper()
	form := []string{"host", "smtp.example.com", "security", "starttls", "port", "587", "user", "jonna", "password", "falsch", "sender", "jonna@x.example"}
	b.shows("lehnt Benutzername oder Passwort ab", "/setup/mail", form...)
	b.shows("ist keine E-Mail-Adresse", "/setup/mail", append(form[:10:10], "sender", "x")...)
	form[9] = "geheim"
	b.shows("hat die Testmail angenommen", "/setup/mail", form...)
	b.leads("/setup/source", "/setup/later/optouts")
	if code, _, _ := b.ask("/setup/later/odd", "_", "_"); code != http.StatusNotFound {
		b.t.Errorf("an odd step: %d", code)
	}
	b.shows("Verbinden Sie zuerst eine", "/setup/source")
	b.shows("Diese Angabe fehlt", "/setup/number", "number", "", "token", "EAAx", "app_secret", "s")
}

func optOutStep(t *testing.T, b *beginner) {
	t.Helper()
	b.shows("Die Liste ist leer", "/setup/optouts", "list", " ")
	b.leads("/setup/optouts", "/setup/optouts", "list", "Name;Telefon\nBernd;0171 3920011\n=cmd|'/c calc'!A1\n+49 171 3920012\n\"0171 392 0012\"\n<script>alert(1)</script>")
	var text string
	waitFor(t, "the list is read", func() bool {
		_, text, _ = b.ask("/setup/optouts")
		return strings.Contains(text, "2 Nummern werden abgemeldet.")
	})
	read := flat(text)
	if !strings.Contains(read, "Ohne Nummer 2 ") || !strings.Contains(read, "Doppelt 1 ") || strings.Contains(text, "<script>alert") {
		t.Errorf("the verdict: %s", read)
	}
	b.leads("/setup/optouts", "/setup/optouts/apply")
	waitFor(t, "the opt-outs", func() bool {
		_, text, _ = b.ask("/setup/optouts")
		return strings.Contains(text, "Was die Zeilen bewirkt haben") && strings.Contains(flat(text), "Abmeldung 2 ")
	})
}

var tag = regexp.MustCompile(`(?s)<[^>]*>`)

// flat is what a page says, without its tags.
func flat(page string) string {
	return strings.Join(strings.Fields(tag.ReplaceAllString(page, " ")), " ")
}

// sourceStep publishes a page and answers its path.
func sourceStep(b *beginner) string {
	b.t.Helper()
	b.shows("Datenschutzerklärung", "/setup/source", "topic", "offers", "source", "Kasse", "privacy", "")
	b.leads("/setup/source", "/setup/source", "topic", "offers", "source", "Kasse", "privacy", "https://x.example/datenschutz", "imprint", "https://x.example/impressum")
	text := b.shows("nimmt Zusagen an", "/setup/source")
	path := regexp.MustCompile(`/o/src_[0-9a-v]+`).FindString(text)
	if path == "" || !strings.Contains(text, "<path class=\"qr-ink\"") {
		b.t.Fatal("no link or code")
	}
	return path
}

// optsInAndHears: somebody opens the page, writes first on a toy phone, and gets a message that passed the gate; whoever was on the
// list of opt-outs does not.
func optsInAndHears(t *testing.T, a *app.App, base, page string) {
	t.Helper()
	var n account.Number
	if err := a.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		all, err := account.Numbers(ctx, tx, "")
		if len(all) == 1 {
			n = all[0]
		}
		return err
	}); err != nil || n.ID == "" {
		t.Fatalf("no number: %v", err)
	}
	if code, _, _ := newBeginner(t, base).ask(page); code != http.StatusOK {
		t.Errorf("the page: %d", code)
	}
	send := func(to string) (dispatch.Submitted, error) {
		return a.Dispatch.Submit(t.Context(), dispatch.Submission{Tenant: n.Tenant, Number: n.ID, To: address.Address(to), Kind: "text",
			Content: json.RawMessage(`{"body":"Hallo Annika"}`), Topic: "offers", Priority: 1})
	}
	if out, err := send("tel:+491713920011"); err != nil || out.ID != "" {
		t.Errorf("whoever was on the list: %+v %v", out, err)
	}
	if resp, err := http.Get(n.BaseURL + "/_emulator/people"); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the toy phones: %v", err)
	}
	phone := "491713920010"
	say := func(text string) {
		body, _ := json.Marshal(map[string]string{"text": text})
		resp, err := http.Post(n.BaseURL+"/_emulator/people/"+phone+"/say?wait=1", "application/json", strings.NewReader(string(body)))
		if err != nil || resp.StatusCode/100 != 2 {
			t.Fatalf("say: %v", err)
		}
	}
	form := newBeginner(t, base)
	_, text, _ := form.ask(page)
	say(firstWords(t, form, page, text))
	waitFor(t, "the message on the phone", func() bool {
		if out, err := send("tel:+" + phone); err != nil || out.ID == "" {
			return false
		}
		return true
	})
	waitFor(t, "the message on the phone", func() bool {
		resp, err := http.Get(n.BaseURL + "/_emulator/messages?to=" + phone)
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return strings.Contains(string(b), "Hallo Annika")
	})
}

// firstWords is what the page's write-first link has the person send.
func firstWords(t *testing.T, b *beginner, page, text string) string {
	t.Helper()
	form := []string{"phone", "+49 171 3920010", "topic", "offers"}
	for _, m := range regexp.MustCompile(`<input[^>]*type="hidden"[^>]*>`).FindAllString(text, -1) {
		name := regexp.MustCompile(`name="([^"]*)"`).FindStringSubmatch(m)
		value := regexp.MustCompile(`value="([^"]*)"`).FindStringSubmatch(m)
		if name != nil && value != nil {
			form = append(form, name[1], value[1])
		}
	}
	_, next, to := b.ask(page, form...)
	if to != "" {
		_, next, _ = b.ask(to)
	}
	m := regexp.MustCompile(`href="([^"]*/wa/[^"]*text=[^"]*)"`).FindStringSubmatch(next)
	if m == nil {
		t.Fatalf("no link to write first after %v:\n%.3000s", form, next)
	}
	u, err := url.Parse(strings.ReplaceAll(m[1], "&amp;", "&"))
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("text")
}

// waitFor looks again and again.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 400 {
		if ok() {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("%s did not come", what)
}
