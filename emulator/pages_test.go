package emulator

import (
	"bufio"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

func (w *world) html(path, lang string) string {
	w.t.Helper()
	req, err := http.NewRequest("GET", w.web.URL+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Accept-Language", lang)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	if csp := resp.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		w.t.Errorf("%s: policy %q", path, csp)
	}
	var b strings.Builder
	for s := bufio.NewScanner(resp.Body); s.Scan(); {
		b.WriteString(s.Text() + "\n")
	}
	return b.String()
}

func TestPageShowsChatsInTwoLanguages(t *testing.T) {
	w := start(t)
	w.ok("POST", "/_emulator/people", `{"phone":"4915112345678","name":"Aylin <b>"}`)
	w.ok("POST", "/_emulator/people/4915112345678/say", `{"text":"Hallo <script>alert(1)</script> *fett* https://example.org/a?b=1&c=2"}`)
	id, _, _ := w.send("+4915112345678", `"type":"interactive","interactive":{"type":"list","body":{"text":"Themen?"},"action":{"button":"Wählen","sections":[{"title":"Neues","rows":[{"id":"o","title":"Angebote","description":"Selten"}]}]}}`)
	w.until("delivered", func() bool { return strings.Contains(w.hook.statuses(id), "delivered") })
	de := w.html("/", "de-DE,de;q=0.9,en;q=0.8")
	en := w.html("/", "fr,en;q=0.8")
	for _, want := range []string{`lang="de"`, "Spielzeugtelefone", "Angebote stoppen", "<strong>fett</strong>", "&lt;script&gt;", "Aylin &lt;b&gt;", "Wählen", "Selten", `href="https://example.org/a?b=1&amp;c=2"`} {
		if !strings.Contains(de, want) {
			t.Errorf("German page lacks %q", want)
		}
	}
	for _, want := range []string{`lang="en"`, "Toy phones", "Stop offers"} {
		if !strings.Contains(en, want) {
			t.Errorf("English page lacks %q", want)
		}
	}
	for _, never := range []string{"<script>alert", "style=", "onclick", "4915112345678", "//fonts.", "cdn"} {
		if strings.Contains(de, never) {
			t.Errorf("the page holds %q", never)
		}
	}
}

var personLink = regexp.MustCompile(`data-phone="(p[0-9a-f]{16})"`)

func TestPageWorksWithoutScript(t *testing.T) {
	w := start(t)
	w.template("news", "MARKETING", "Neues aus der Rösterei")
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	post := func(path string, form url.Values) string {
		t.Helper()
		resp, err := client.PostForm(w.web.URL+path, form)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Fatalf("%s: %d", path, resp.StatusCode)
		}
		return resp.Request.URL.String()
	}
	landed := post("/phones", url.Values{"name": {"Jörg"}, "phone": {"0170 9876543"}, "text": {"Ja, bitte!"}, "with": {phoneID}})
	page := w.html(strings.TrimPrefix(landed, w.web.URL), "de")
	id := personLink.FindStringSubmatch(page)
	if id == nil || !strings.Contains(page, `value="Ja, bitte!"`) || strings.Contains(landed, "9876543") {
		t.Fatalf("new person: %s\n%s", landed, page)
	}
	post("/phones/"+id[1]+"/do", url.Values{"deed": {"text"}, "with": {phoneID}, "text": {"Ja, bitte!"}, "back": {"/?open=" + id[1]}})
	w.until("webhook", func() bool { return len(w.hook.changes("messages")) == 1 })
	post("/phones/"+id[1]+"/do", url.Values{"deed": {"stop"}, "with": {phoneID}})
	w.until("preference", func() bool { return len(w.hook.changes("user_preferences")) == 1 })
	sent, _, _ := w.send("+491709876543", tpl("news"))
	w.until("refused", func() bool { return w.hook.statuses(sent) == "failed:131050" })
	if page = w.html("/?open="+id[1], "de"); !strings.Contains(page, "131050") || !strings.Contains(page, "Angebote wieder zulassen") {
		t.Errorf("what failed is not shown")
	}
	post("/theme", url.Values{"theme": {"dark"}, "back": {"//evil.example/"}})
	post("/language", url.Values{"lang": {"en"}, "back": {"/"}})
	resp, err := client.Get(w.web.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	head := make([]byte, 200)
	resp.Body.Read(head)
	if !strings.Contains(string(head), `lang="en" dir="ltr" data-theme="dark"`) {
		t.Errorf("cookies: %s", head)
	}
}

func TestWriteFirstLink(t *testing.T) {
	w := start(t)
	w.ok("POST", "/_emulator/people", `{"phone":"4915112345678","name":"Aylin"}`)
	page := w.html("/wa/493023125020?text=Ja%20JW-7K2Q", "de")
	if !strings.Contains(page, "Wer schreibt?") || !strings.Contains(page, "JW-7K2Q") || !strings.Contains(page, "Aylin") {
		t.Errorf("chooser: %s", page)
	}
	resp, err := http.Get(w.web.URL + "/wa/15550001111")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 404 {
		t.Errorf("a number that is not ours: %d", resp.StatusCode)
	}
}

func TestOtherSitesCannotPressButtons(t *testing.T) {
	w := start(t)
	for _, path := range []string{"/_emulator/reset", "/phones", "/language"} {
		req, _ := http.NewRequest("POST", w.web.URL+path, strings.NewReader(""))
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 403 {
			t.Errorf("%s: %d, want 403", path, resp.StatusCode)
		}
	}
}

func TestLivePageHears(t *testing.T) {
	w := start(t)
	resp, err := http.Get(w.web.URL + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	heard := make(chan string, 10)
	go func() {
		for s := bufio.NewScanner(resp.Body); s.Scan(); {
			if strings.HasPrefix(s.Text(), "data: ") {
				heard <- s.Text()
			}
		}
		close(heard)
	}()
	w.ok("POST", "/_emulator/people", `{"phone":"4915112345678","name":"Aylin"}`)
	select {
	case line := <-heard:
		if line != "data: all" {
			t.Errorf("heard %q", line)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("heard nothing")
	}
	w.s.Close()
	for range heard {
	}
}

func TestEveryWordHasBothLanguages(t *testing.T) {
	for key, w := range words {
		if w[0] == "" || w[1] == "" {
			t.Errorf("%s: %q %q", key, w[0], w[1])
		}
	}
	raw, err := ui.ReadFile("ui/phones.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\.T "([^"]+)"`).FindAllStringSubmatch(string(raw), -1) {
		if _, ok := words[m[1]]; !ok {
			t.Errorf("the page asks for %q, which has no words", m[1])
		}
	}
	icons, err := ui.ReadFile("ui/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`icon "([^"]+)"`).FindAllStringSubmatch(string(raw), -1) {
		if !strings.Contains(string(icons), `id="i-`+m[1]+`"`) {
			t.Errorf("no icon %q", m[1])
		}
	}
}
