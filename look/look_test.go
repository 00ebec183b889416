package look

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const hostile = `"><script>alert(1)</script><img src=x onerror=y>`

func frame() Frame {
	return Frame{
		Page: Page{Lang: "de", Theme: "dark", Title: hostile, Scripts: []string{HTMX, Own}}, Skip: hostile, Home: hostile, Tenant: hostile, NavLabel: hostile,
		MoreWord: hostile, Who: hostile, Role: hostile, Profile: "javascript:alert(1)", Logout: "/logout", LogoutTo: hostile,
		Entries: []Entry{{Href: "/", Icon: "users", Label: hostile, Current: true, Count: "3"}, {Href: "/b", Icon: "inbox", Label: "b"}, {Href: "/c", Icon: "gauge", Label: "c"},
			{Href: "/d", Icon: "settings", Label: "d"}, {Href: "/e", Icon: "globe", Label: "e"}, {Href: "/f", Icon: "lock", Label: "f"}},
		Switch: Switch{Action: "/look", Back: hostile, LanguageLabel: hostile, ThemeLabel: hostile,
			Languages: []Choice{{Value: "de", Label: hostile, Lang: "de", Current: true}}, Themes: []Choice{{Value: "dark", Label: hostile, Icon: "moon"}}},
	}
}

// Everything that is handed in is text, nothing is inline: the policy would block it, and a reader could be harmed.
func TestFramesEscapeAndHoldNothingInline(t *testing.T) {
	f := frame()
	for name, c := range map[string]templ.Component{
		"app":    App(f),
		"door":   Door(f.Page, hostile, f.Switch),
		"public": Public(Sheet{Page: f.Page, Business: hostile, Switch: f.Switch, Foot: Tag(hostile)}),
		"asking": templ.Join(Asking(Ask{ID: "a", Open: hostile, Title: hostile, Text: []string{hostile}, Action: "/x", Fields: []Field{{hostile, hostile}}, Reason: hostile,
			Hint: hostile, Typed: hostile, Problem: hostile, Keep: hostile, Do: hostile}), Head(Heading{Path: hostile, Crumbs: []Crumb{{"javascript:alert(1)", hostile}}, Title: hostile, Text: hostile}),
			BannerTo(Notice{Kind: "bad", Strong: hostile, Rest: hostile, Way: Way{Label: hostile, Href: "javascript:alert(1)"}}), ToastLine(Toast{Text: hostile, Back: Way{Label: hostile, Post: "javascript:alert(1)",
				Fields: []Field{{"x", hostile}}}, Close: hostile}), Progress(Advance{Title: hostile, Text: hostile, Total: 3}), Loading(hostile), Trouble(hostile, hostile, hostile)),
		"parts": templ.Join(Banner("bad", hostile, hostile), Chip("ok", hostile), Status(hostile, hostile), Empty(hostile, hostile), Moment(hostile, hostile),
			Bars([]Amount{{Label: hostile, Href: "/", Value: 3, Text: hostile}}), DayColumns(Columns{Title: hostile, UpWord: hostile, Days: []Column{{Label: hostile, Up: 3, Down: 1}}})),
	} {
		out := render(t, c)
		for _, bad := range []string{"<script>", "<img", "onerror=y>", "javascript:alert", " style=", "<style"} {
			if strings.Contains(out, bad) {
				t.Errorf("%s holds %s", name, bad)
			}
		}
		if name != "parts" && name != "asking" && (!strings.HasPrefix(strings.ToLower(out), "<!doctype html>") || !strings.Contains(out, `<html lang="de" dir="ltr" data-theme="dark">`)) {
			t.Errorf("%s begins %.120s", name, out)
		}
	}
	if out := render(t, App(f.With("js/counter.js"))); strings.Count(out, URL("js/counter.js")) != 1 || len(f.Page.Scripts) != 2 {
		t.Error("a page cannot ask for one more script")
	}
	if out := render(t, Public(Sheet{Page: Page{Lang: "de"}})); strings.Contains(out, "<script") || strings.Contains(out, "htmx") {
		t.Error("a page that wants no script has one")
	}
	f.Page.Theme = ""
	if strings.Contains(render(t, App(f)), "data-theme=") {
		t.Error("no theme chosen, yet one is set")
	}
}

var used = regexp.MustCompile(`@(?:look\.)?Icon\("([a-z0-9-]+)"\)|Icon: "([a-z0-9-]+)"`)

// Every icon that a template names is in the sprite.
func TestIconsExist(t *testing.T) {
	sprite, err := files.ReadFile("files/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range []string{"page.templ", "frame.templ", "parts.templ", "look_test.go"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(b), -1) {
			n++
			if name := m[1] + m[2]; !bytes.Contains(sprite, []byte(`id="i-`+name+`"`)) {
				t.Errorf("%s: no icon %s", file, name)
			}
		}
	}
	if n < 8 {
		t.Errorf("%d icons seen: the pattern no longer finds them", n)
	}
}

func TestTabs(t *testing.T) {
	f := frame()
	for _, i := range []int{0, 1, 3, 4, 5} {
		f.Entries[i].Tab = true
	}
	shown, more := f.tabs()
	if len(shown) != 4 || len(more) != 2 || more[0].Href != "/c" || more[1].Href != "/f" {
		t.Errorf("six entries, five of them for the bar: %v and %v", shown, more)
	}
	f.Entries = []Entry{{Href: "/a", Tab: true}, {Href: "/b"}, {Href: "/c"}, {Href: "/d"}, {Href: "/e", Tab: true}, {Href: "/f"}}
	if shown, more = f.tabs(); len(shown) != 4 || shown[3].Href != "/e" || len(more) != 2 {
		t.Errorf("two of six for the bar: %v and %v", shown, more)
	}
}

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		form       string
		to         string
		lang, them string // "" = not set, "-" = taken away
	}{
		{"language=de&back=/people?state=granted", "/people?state=granted", "de", ""},
		{"language=xx&back=/", "/", "", ""},
		{"theme=dark&back=//evil.example/", "/", "", "dark"},
		{"theme=&back=https://evil.example/", "/", "", "-"},
		{"theme=pink&back=/%5Cevil.example", "/", "", ""},
		{"back=%0d%0aSet-Cookie:x", "/", "", ""},
	} {
		r := httptest.NewRequest("POST", "/look", strings.NewReader(c.form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		Choose([]string{"en", "de"}).ServeHTTP(w, r)
		got := map[string]string{}
		for _, k := range w.Result().Cookies() {
			got[k.Name] = k.Value
			if k.MaxAge < 0 {
				got[k.Name] = "-"
			}
			if !k.HttpOnly || k.SameSite != http.SameSiteLaxMode {
				t.Errorf("%s: cookie %v", c.form, k)
			}
		}
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != c.to || got["lang"] != c.lang || got["theme"] != c.them {
			t.Errorf("%s: %d to %s, cookies %v", c.form, w.Code, w.Header().Get("Location"), got)
		}
	}
	w := httptest.NewRecorder()
	Choose([]string{"de"}).ServeHTTP(w, httptest.NewRequest("GET", "/look?language=de", nil))
	if len(w.Result().Cookies()) != 0 || w.Code != http.StatusBadRequest {
		t.Errorf("GET changes something: %d", w.Code)
	}
}

func FuzzInside(f *testing.F) {
	for _, s := range []string{"/", "//x", "/\\x", "https://x", "/a?b=c#d", "/\t/x", "javascript:x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Inside(s)
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || u.Scheme != "" || got[0] != '/' || strings.HasPrefix(got, "//") || strings.HasPrefix(got, `/\`) {
			t.Errorf("%q leads to %q", s, got)
		}
	})
}
