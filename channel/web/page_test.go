package web

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
	"jawort/intake"
	"jawort/notice"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

func TestThePageInBothLanguages(t *testing.T) {
	each(t, func(s *shop) {
		page := "/o/" + s.source.ID
		for _, lang := range []string{"de", "en"} {
			b := s.browser()
			b.lang = lang
			a := b.get(page)
			root := a.one(t, "html")
			if a.code != 200 || attr(root, "lang") != lang || attr(root, "dir") != "ltr" || a.head.Get("Content-Language") != lang {
				t.Fatalf("%d in %s", a.code, attr(root, "lang"))
			}
			if got := strings.TrimSpace(text(a.one(t, "div#notice p"))); got != words[lang] {
				t.Errorf("the words shown are not the words kept:\n%q\n%q", got, words[lang])
			}
			if len(a.all("input[type=checkbox]")) != 2 || len(a.all("input[checked]")) != 0 {
				t.Error("boxes are missing or ticked")
			}
			if strings.Contains(a.body, "Kasse intern") {
				t.Error("the source's inner name is shown")
			}
			for _, href := range []string{"https://sonnenschein.example/datenschutz", "https://sonnenschein.example/impressum"} {
				if len(a.all("a[href="+href+"]")) == 0 {
					t.Errorf("no link to %s", href)
				}
			}
			if strings.Contains(a.body, "[web.") || strings.Contains(a.body, "<no value>") {
				t.Error("a sentence is missing")
			}
			s.accessible(a)
		}
	})
}

// accessible checks what a page needs to be usable by everybody, and that it loads nothing from elsewhere.
func (s *shop) accessible(a answer) {
	s.t.Helper()
	if len(a.all("main")) != 1 || len(a.all("h1")) != 1 || len(a.all("script"))+len(a.all("style"))+len(a.all("iframe")) != 0 {
		s.t.Error("landmarks, or something that does not belong here")
	}
	ids := map[string]bool{}
	for n := range a.doc.Descendants() {
		if id := attr(n, "id"); id != "" && ids[id] {
			s.t.Errorf("id %s stands twice", id)
		} else {
			ids[id] = true
		}
		if attr(n, "style") != "" {
			s.t.Error("a style attribute")
		}
		for _, key := range []string{"src", "href"} {
			v := attr(n, key)
			if n.Data != "a" && v != "" && !strings.HasPrefix(v, "/static/") && !strings.HasPrefix(v, "/o/") {
				s.t.Errorf("%s loads %s", n.Data, v)
			}
		}
	}
	for n := range a.doc.Descendants() {
		for _, id := range strings.Fields(attr(n, "aria-describedby") + " " + attr(n, "for")) {
			if !ids[id] {
				s.t.Errorf("%s points at %s, which is not there", n.Data, id)
			}
		}
		labelled := n.Parent != nil && n.Parent.Data == "label" || attr(n, "type") == "hidden" || attr(n, "type") == "submit"
		if (n.Data == "input" || n.Data == "select") && !labelled && len(a.all("label[for="+attr(n, "id")+"]")) != 1 {
			s.t.Errorf("%s %s has no label", n.Data, attr(n, "name"))
		}
	}
}

func TestEveryPageIsAccessibleAndStrict(t *testing.T) {
	each(t, func(s *shop) {
		b := s.browser()
		prefs := s.link()
		next := b.fill("/o/"+s.source.ID, topicField, "offers", phoneField, "0151 12345672")
		for _, a := range []answer{b.get("/o/" + s.source.ID), b.get(next.to), b.get(prefs), b.get(s.receipt("granted")), b.get("/o/nothing"), b.fill("/o/"+s.source.ID, phoneField, "x")} {
			s.accessible(a)
			csp := a.head.Get("Content-Security-Policy")
			if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
				t.Errorf("policy %q", csp)
			}
			if a.head.Get("X-Content-Type-Options") != "nosniff" || a.head.Get("Cache-Control") != "no-store" || a.head.Get("Referrer-Policy") == "" {
				t.Errorf("headers %v", a.head)
			}
		}
		for _, page := range []string{prefs, s.receipt("granted"), s.receipt("granted") + "/receipt.json"} {
			if got := b.get(page).head; got.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(got.Get("X-Robots-Tag"), "noindex") || got.Get("Cache-Control") != "no-store" {
				t.Errorf("a page that is a capability: %v", got)
			}
		}
	})
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	each(t, func(s *shop) {
		for _, path := range []string{"/o/" + s.source.ID, s.link(), s.receipt("granted"), "/o/nothing", "/p/nothing", "/r/nothing"} {
			head, get := s.browser().do("HEAD", path, nil), s.browser().get(path)
			if head.code != get.code || head.body != "" || head.head.Get("Content-Type") != get.head.Get("Content-Type") {
				t.Errorf("%s: %d and %d", path[:3], head.code, get.code)
			}
		}
		if a := s.browser().do("DELETE", "/o/"+s.source.ID, nil); a.code != http.StatusMethodNotAllowed && a.code != http.StatusNotFound {
			t.Errorf("DELETE: %d", a.code)
		}
	})
}

func TestLanguageIsChosenAndKept(t *testing.T) {
	each(t, func(s *shop) {
		b, page := s.browser(), "/o/"+s.source.ID
		for i, tc := range []struct{ path, want string }{{page, "de"}, {page + "?lang=xx", "de"}, {page + "?lang=en", "en"}, {page, "en"}, {page + "?lang=de", "de"}} {
			if got := attr(b.get(tc.path).one(t, "html"), "lang"); got != tc.want {
				t.Errorf("step %d: %s", i, got)
			}
		}
		switches := b.get(page).all("nav.seg a")
		if len(switches) != 2 || attr(switches[1], "href") != page+"?lang=en" || attr(switches[0], "aria-current") != "true" {
			t.Error("the switch")
		}
		if b.get(page, "Cookie", "theme=dark").one(t, "html"); attr(b.get(page, "Cookie", "theme=dark").one(t, "html"), "data-theme") != "dark" {
			t.Error("the chosen theme is not kept")
		}
	})
}

func TestTheCountryProposed(t *testing.T) {
	each(t, func(s *shop) {
		fixed, open := s.another(source.Settings{DefaultRegion: "CH"}), s.another(source.Settings{})
		for _, tc := range []struct{ page, accept, want string }{{fixed, "de-AT", "CH"}, {open, "de-AT,de;q=0.9", "AT"}, {open, "de", "DE"}, {open, "en-US,en", "DE"},
			{open, "en-GB", "GB"}, {open, "", "DE"}, {open, "nonsense;;", "DE"}} {
			b := s.browser()
			b.lang = tc.accept
			if got := attr(b.get(tc.page).one(t, "option[selected]"), "value"); got != tc.want {
				t.Errorf("%q: %s instead of %s", tc.accept, got, tc.want)
			}
		}
	})
}

func TestChosen(t *testing.T) {
	for _, tc := range []struct {
		has                               []string
		asked, cookie, accept, hint, want string
	}{
		{[]string{"de", "en"}, "en", "de", "de", "de", "en"},
		{[]string{"de", "en"}, "", "en", "de", "", "en"},
		{[]string{"de", "en"}, "", "", "fr, en;q=0.4", "", "en"},
		{[]string{"de", "en"}, "", "", "fr", "en", "en"},
		{[]string{"de", "en"}, "", "", "fr", "", "de"},
		{[]string{"pt_BR", "ar"}, "", "", "pt-PT", "", "pt_BR"},
		{[]string{"pt_BR", "ar"}, "ar", "", "pt", "", "ar"},
		{nil, "", "", "de", "", ""},
	} {
		if got := chosen(tc.has, tc.asked, tc.cookie, tc.accept, tc.hint); got != tc.want {
			t.Errorf("%+v: %s", tc, got)
		}
	}
	if direction("ar_EG") != "rtl" || direction("he") != "rtl" || direction("de") != "ltr" || tag("pt_BR") != "pt-BR" {
		t.Error("direction or tag")
	}
}

func TestWhereARequestComesFrom(t *testing.T) {
	s := &server{Deps: Deps{TrustProxy: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}}
	for _, tc := range []struct{ remote, forwarded, want string }{
		{"203.0.113.7:1", "", "203.0.113.7"},
		{"203.0.113.7:1", "198.51.100.1", "203.0.113.7"}, // a stranger's word about itself
		{"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		{"10.0.0.1:1", "nonsense", "10.0.0.1"},
		{"10.0.0.1:1", "198.51.100.1, nonsense", "10.0.0.1"},
		{"10.0.0.1:1", "", "10.0.0.1"},
		{"[fd00::1%eth0]:1", "2001:db8::1", "2001:db8::1"},
		{"[::ffff:203.0.113.7]:1", "", "203.0.113.7"},
		{"", "", "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tc.remote
		if tc.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tc.forwarded)
		}
		if got := s.client(r).String(); got != tc.want {
			t.Errorf("%s via %q: %s instead of %s", tc.remote, tc.forwarded, got, tc.want)
		}
	}
	for in, want := range map[string][2]string{"203.0.113.7": {"203.0.113.7", "203.0.113.0/24"}, "2001:db8:1:2:3::4": {"2001:db8:1:2::/64", "2001:db8:1::/48"}} {
		a := netip.MustParseAddr(in)
		if network(a) != want[0] || shortened(a) != want[1] {
			t.Errorf("%s: %s %s", in, network(a), shortened(a))
		}
	}
	if shortened(netip.Addr{}) != "" {
		t.Error("no address has a short form")
	}
}

func TestTheAddressInTheProof(t *testing.T) {
	for name, tc := range map[string]struct {
		base   string
		change func(*http.Request)
		want   string
	}{
		"configured":            {"https://jawort.example", func(r *http.Request) { r.Host = "evil.example" }, "https://jawort.example/o/x"},
		"as it came":            {"", func(*http.Request) {}, "http://example.com/o/x"},
		"encrypted":             {"", func(r *http.Request) { r.TLS = &tls.ConnectionState{} }, "https://example.com/o/x"},
		"behind our proxy":      {"", func(r *http.Request) { r.RemoteAddr = "10.0.0.1:1"; r.Header.Set("X-Forwarded-Proto", "https") }, "https://example.com/o/x"},
		"a stranger's own word": {"", func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", "https") }, "http://example.com/o/x"},
	} {
		r := httptest.NewRequest("GET", "/o/x?phone=1", nil)
		tc.change(r)
		v := &visit{s: &server{Deps: Deps{Base: tc.base, TrustProxy: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}, r: r}
		if got := v.address("/o/x"); got != tc.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestStampJudges(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	o := offer{source: source.Source{ID: "src_a"}, notice: notice.Version{Notice: "ntc_a", Version: 3, Language: "de"}}
	for name, tc := range map[string]struct {
		change func(*stamp)
		after  time.Duration
		want   timing
	}{
		"a person":            {func(*stamp) {}, 20 * time.Second, inTime},
		"the shortest time":   {func(*stamp) {}, formSoonest, inTime},
		"just under it":       {func(*stamp) {}, formSoonest - 1, tooSoon},
		"the longest time":    {func(*stamp) {}, formLatest, inTime},
		"just over it":        {func(*stamp) {}, formLatest + 1, tooLate},
		"from the future":     {func(*stamp) {}, -time.Second, forged},
		"of another page":     {func(t *stamp) { t.Source = "src_b" }, time.Minute, forged},
		"of an older version": {func(t *stamp) { t.Version = 2 }, time.Minute, changed},
		"of another language": {func(t *stamp) { t.Language = "en" }, time.Minute, changed},
		"of another wording":  {func(t *stamp) { t.Notice = "ntc_b" }, time.Minute, changed},
	} {
		s := newStamp(o, now)
		tc.change(&s)
		if got := s.judge(o, now.Add(tc.after)); got != tc.want {
			t.Errorf("%s: %d instead of %d", name, got, tc.want)
		}
	}
}

func TestCodeIsDrawnWhole(t *testing.T) {
	link := "https://wa.me/493023125010?text=" + strings.Repeat("Ja%20", 100)
	c, err := qrCode(link)
	if err != nil || c.size < 40 || !regexp.MustCompile(`^(M\d+ \d+h\d+v1h-\d+z)+$`).MatchString(c.path) {
		t.Fatalf("%d %v", c.size, err)
	}
	if !strings.HasPrefix(c.path, "M4 4h7v1h-7z") { // the corner mark, behind the quiet zone
		t.Errorf("it begins with %.20s", c.path)
	}
	if _, err := qrCode(strings.Repeat("x", 5000)); err == nil {
		t.Error("more than a code can hold")
	}
}

func FuzzForm(f *testing.F) {
	f.Add("offers", "DE", "0151 12345678", "yes")
	f.Add("", "XX", "+49\x00151", "\xff")
	o := offer{source: source.Source{Topics: []string{"offers"}}, tenant: account.Tenant{Country: "DE"}, topics: []topic.Topic{{Code: "offers"}}}
	f.Fuzz(func(t *testing.T, code, region, phone, all string) {
		got := readForm(o, map[string][]string{topicField: {code}, countryField: {region}, phoneField: {phone}, allField: {all}}, "de")
		if !utf8.ValidString(got.phone) || utf8.RuneCountInString(got.phone) > most || len(got.country) != 2 {
			t.Errorf("kept %q from %q", got.phone, got.country)
		}
		if len(got.wrong) == 0 && (got.address == "" || code != "offers") {
			t.Error("taken without a number or a tick")
		}
	})
}

func FuzzSealed(f *testing.F) {
	keys, err := account.ParseKeyring(account.NewKey("k"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("")
	f.Add(sealJSON(keys, "elsewhere", stamp{}))
	f.Fuzz(func(t *testing.T, text string) {
		var s stamp
		if openJSON(keys, stampPlace, text, &s) {
			t.Error("opened what was never sealed for it")
		}
	})
}

func TestRightToLeftAndLanguagesThatAreNotOurs(t *testing.T) {
	each(t, func(s *shop) {
		var page string
		s.write(func(ctx context.Context, tx *db.Tx) error {
			if err := s.publish(ctx, tx, map[string]string{"ar": "نعم، أوافق", "pt_BR": "Sim, concordo"}); err != nil {
				return err
			}
			x, _, err := source.New(ctx, tx, s.tenant.ID, source.Source{Kind: "web", Name: "x", Notice: s.notice, Topics: []string{"offers"}, Number: theNumber,
				Settings: source.Settings{PrivacyURL: "https://sonnenschein.example/p", Languages: []string{"ar", "pt_BR"}}}, 2)
			if err != nil {
				return err
			}
			x, err = source.GoLive(ctx, tx, s.tenant.ID, x.ID, judge)
			page = "/o/" + x.ID
			return err
		})
		b := s.browser()
		b.lang = "ar-EG"
		a := b.get(page)
		if n := a.one(t, "div#notice"); attr(n, "lang") != "ar" || attr(n, "dir") != "rtl" || attr(a.one(t, "input#phone"), "dir") != "ltr" {
			t.Errorf("lang %s dir %s", attr(n, "lang"), attr(n, "dir"))
		}
		if attr(a.one(t, "html"), "lang") != "ar" || !strings.Contains(text(a.one(t, "form button.main")), "واتساب") { // our own sentences too
			t.Errorf("the page around an Arabic wording is in %q: %q", attr(a.one(t, "html"), "lang"), text(a.one(t, "form button.main")))
		}
		wrong := b.fill(page, topicField, "offers", countryField, "EG", phoneField, "12")
		if got := text(wrong.one(t, "p#phone-wrong")); got != say.Text("ar", "web.phone.too_short") {
			t.Errorf("what is wrong with the number: %q", got)
		}
		b.lang = "pt"
		if n := b.get(page).one(t, "div#notice"); attr(n, "lang") != "pt-BR" || attr(n, "dir") != "ltr" {
			t.Errorf("lang %s dir %s", attr(n, "lang"), attr(n, "dir"))
		}
		b.follow(b.fill(page, topicField, "offers", phoneField, "+5511987654321"))
		if e := s.ledger("tel:+5511987654321"); len(e) != 1 || e[0].Language != "pt_BR" {
			t.Errorf("events: %+v", e)
		}
	})
}

func TestTheDemoLeadsToTheToyPhone(t *testing.T) {
	s := newShop(t, dbtest.Open(t, db.SQLite))
	toy := httptest.NewServer(New(Deps{DB: s.d, Desk: s.desk, Keys: s.keys, Now: s.now, ChatURL: func(link string) string {
		return strings.Replace(link, "https://wa.me/", "http://127.0.0.1:8090/phone?to=", 1)
	}}))
	defer toy.Close()
	s.url = toy.URL
	b := s.browser()
	next := b.follow(b.fill("/o/"+s.source.ID, topicField, "offers", phoneField, typed))
	if href := attr(next.one(t, "a#chat"), "href"); !strings.HasPrefix(href, "http://127.0.0.1:8090/phone?to=493023125010") {
		t.Errorf("leads to %s", href)
	}
}

// Every sentence that the sources name is in both catalogues, and none is there for nothing.
func TestSentencesExistAndAreUsed(t *testing.T) {
	used := map[string]bool{"web.link_unknown": true} // package intake's
	files, err := filepath.Glob("*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(web\.[a-z_.]+[a-z])"`).FindAllStringSubmatch(string(b), -1) {
			used[m[1]] = true
		}
	}
	for _, state := range consent.States {
		used["web.state."+string(state)], used["web.since."+string(state)] = true, true
	}
	for code := range statuses {
		used["web.problem."+string(code)], used["web.problem."+string(code)+".text"] = true, true
	}
	for _, reason := range intake.Reasons {
		used["web.why."+reason] = true
	}
	for _, days := range intake.Pauses {
		used[fmt.Sprintf("web.pause.%d", days)] = true
	}
	for _, way := range ways {
		used["web.way."+way] = true
	}
	for _, sort := range []string{"yes", "request", "stop", "no"} {
		used["web.receipt."+sort], used["web.receipt.whom."+sort], used["web.receipt.what."+sort] = true, true, true
	}
	for code := range phoneProblems {
		used["web.phone."+string(code)] = true
	}
	used["web.receipt.stop.yes"], used["web.receipt.stop.request"] = true, true
	used["web.problem.internal"], used["web.problem.internal.text"] = true, true
	for _, lang := range say.Languages {
		has := map[string]string{}
		for _, name := range []string{"web.json", "web_receipt.json", "web_prefs.json"} {
			b, err := os.ReadFile(filepath.Join("..", "..", "say", lang, name))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &has); err != nil { // adds to what is there
				t.Fatal(err)
			}
		}
		for key := range used {
			if _, ok := has[key]; !ok {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for key := range has {
			if !used[key] {
				t.Errorf("nobody says %s", key)
			}
		}
	}
}

func TestProblemsBecomePages(t *testing.T) {
	for _, tc := range []struct {
		err   error
		want  int
		title string
		logs  bool
	}{
		{errs.New(errs.NotFound, "source.unknown"), 404, "There is no such page", false},
		{errs.New(errs.Unprocessable, "source.paused"), 410, "No sign-ups at the moment", false},
		{errs.New(errs.Conflict, "source.paused"), 410, "No sign-ups at the moment", false},
		{errs.New(errs.TooMany, ""), 429, "Please try again later", false},
		{errs.New(errs.Unavailable, ""), 503, "That did not work just now", false},
		{errors.New("disk full"), 500, "That did not work just now", true},
		{fmt.Errorf("opt in: %w", errs.New(errs.Invalid, "intake.topics")), 422, "That could not be read", false},
	} {
		var logs strings.Builder
		s := &server{Deps: Deps{Log: slog.New(slog.NewTextHandler(&logs, nil)), Now: time.Now}}
		w := httptest.NewRecorder()
		s.page(func(*visit) error { return tc.err }).ServeHTTP(w, httptest.NewRequest("GET", "/p/secret", nil))
		if w.Code != tc.want || !strings.Contains(w.Body.String(), "<h1>"+tc.title+"</h1>") || (logs.Len() > 0) != tc.logs {
			t.Errorf("%v: %d %s, logged %q", tc.err, w.Code, w.Body, logs.String())
		}
		if strings.Contains(logs.String()+w.Body.String(), "secret") {
			t.Error("the link stands in log or page")
		}
	}
}

// phoneProblems are what can be wrong with a number somebody types.
var phoneProblems = map[address.Code]bool{address.Empty: true, address.TooShort: true, address.TooLong: true, address.NotNumber: true, address.SeveralNumbers: true,
	address.Extension: true, address.NeedsCountry: true, address.UnknownCountry: true, address.NotInService: true, address.NotPersonal: true}

// In German and English the page says of a number what the API says.
func TestAWrongNumberIsSaidInEveryLanguage(t *testing.T) {
	for code := range phoneProblems {
		for _, lang := range say.Languages {
			if got, want := phoneProblem(&address.Error{Code: code}, lang), (&address.Error{Code: code}).Sentence(lang); got != want {
				t.Errorf("%s in %s: %q, elsewhere %q", code, lang, got, want)
			}
		}
	}
	if got := phoneProblem(&address.Error{Code: address.LooksLikeEmail}, "hi"); got != say.Text("hi", "web.phone.not_a_number") {
		t.Errorf("an e-mail address in Hindi: %q", got)
	}
}

// A page that panics is a page of an error with an id, and holds nothing of what made it panic.
func TestAPanicIsAPage(t *testing.T) {
	var logs strings.Builder
	s := &server{Deps: Deps{Log: slog.New(slog.NewTextHandler(&logs, nil)), Now: time.Now}}
	w := httptest.NewRecorder()
	s.page(func(*visit) error { panic("tel:+4915112345678") }).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/x", nil))
	_, ref, found := strings.Cut(w.Body.String(), "<code>")
	ref, _, _ = strings.Cut(ref, "<")
	if w.Code != http.StatusInternalServerError || !found || !strings.Contains(logs.String(), ref) || strings.Contains(w.Body.String()+logs.String(), "12345678") {
		t.Errorf("%d %s\n%s", w.Code, w.Body.String(), logs.String())
	}
}
