package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jawort/app"
	"jawort/manager"
)

// chunk is how many pages one tab looks at; tabs work side by side.
const chunk = 9

// Every page of the table, German at the desk and English on the phone, light and dark: what the table says of its status, no
// complaint of the console or the policy, nothing that axe calls serious, one h1, a title, the language, and no sideways scroll
// at either width.
func TestPages(t *testing.T) {
	for _, lang := range []string{"de", "en"} {
		for _, reader := range w.gallery.Readers() {
			all := of(reader)
			for i := 0; i < len(all); i += chunk {
				some := all[i:min(i+chunk, len(all))]
				t.Run(fmt.Sprintf("%s-%s-%d", lang, reader, i/chunk), func(t *testing.T) {
					t.Parallel()
					b := newTab(t, reader, lang)
					for _, p := range some {
						b.judge(p, lang)
					}
				})
			}
		}
	}
}

func of(reader string) (out []app.Page) {
	which := regexp.MustCompile(*only)
	for _, p := range w.gallery.Pages {
		if p.As == reader && which.MatchString(p.Name) {
			out = append(out, p)
		}
	}
	return out
}

// judge looks at one page. German is opened at the desk and then narrowed, English the other way round.
func (b *tab) judge(p app.Page, lang string) {
	b.t.Helper()
	first, second := int64(1280), int64(390)
	if lang == "en" {
		first, second = second, first
	}
	b.size(first)
	b.theme("light")
	want := p.Status
	if want == 0 {
		want = 200
	}
	what := p.Name + " in " + lang
	if got := b.open(p); got != want {
		b.t.Errorf("%s: status %d, want %d", what, got, want)
		return
	}
	b.report(what+", light", b.axe())
	b.theme("dark")
	b.report(what+", dark", b.axe("color-contrast"))
	facts := ask[struct {
		H1          int
		Title, Lang string
		Wide        bool
	}](b, `({H1:[...document.querySelectorAll("h1")].filter(h=>h.checkVisibility()).length,Title:document.title,Lang:document.documentElement.lang,Wide:`+wide+`})`)
	if facts.H1 != 1 || strings.TrimSpace(facts.Title) == "" || facts.Lang != lang {
		b.t.Errorf("%s: %d headings of the first order, title %q, language %q", what, facts.H1, facts.Title, facts.Lang)
	}
	if facts.Wide {
		b.t.Errorf("%s: scrolls sideways at %d: %s", what, first, b.widest())
	}
	b.size(second)
	if ask[bool](b, wide) {
		b.t.Errorf("%s: scrolls sideways at %d: %s", what, second, b.widest())
	}
	for _, c := range b.complaints(want) {
		b.t.Errorf("%s: %s", what, c)
	}
}

// wide is whether the page scrolls sideways.
const wide = `document.documentElement.scrollWidth > document.documentElement.clientWidth`

// widest names what is seen and sticks out.
func (b *tab) widest() string {
	return ask[string](b, `[...document.body.querySelectorAll("*")].filter(e=>e.getBoundingClientRect().right>document.documentElement.clientWidth+1&&e.checkVisibility({visibilityProperty:true}))
		.slice(-4).map(e=>Math.round(e.getBoundingClientRect().right)+" "+e.outerHTML.slice(0,120)).join(" | ")`)
}

func (b *tab) report(what string, findings []finding) {
	b.t.Helper()
	for _, f := range findings {
		b.t.Errorf("%s: %s %s: %s\n\t%s", what, f.Impact, f.ID, f.Help, strings.Join(f.Where, "\n\t"))
	}
}

// Every page that the manager serves has a line in the table.
func TestTableHasEveryPage(t *testing.T) {
	for _, pattern := range manager.Paths() {
		found := false
		for _, p := range w.gallery.Pages {
			path, _, _ := strings.Cut(p.Path, "?")
			found = found || fits(pattern, path)
		}
		if !found {
			t.Errorf("app/pages.go has no line for %s", pattern)
		}
	}
}

// fits compares a pattern such as /people/{contact} with a path.
func fits(pattern, path string) bool {
	a, b := strings.Split(strings.TrimSuffix(pattern, "{$}"), "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && (!strings.HasPrefix(a[i], "{") || b[i] == "") {
			return false
		}
	}
	return true
}

func TestFits(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{{"/{$}", "/", true}, {"/people", "/people", true}, {"/people/{contact}", "/people/con_1", true}, {"/people/{contact}", "/people", false}, {"/people/{contact}", "/people/", false},
		{"/people/{contact}/x", "/people/con_1/y", false}} {
		if got := fits(c.pattern, c.path); got != c.want {
			t.Errorf("%s %s: %v", c.pattern, c.path, got)
		}
	}
}

// TestShots writes pictures of all pages to -shots, desk and phone, light and dark, both languages; without it, of one page, to
// see that it can.
func TestShots(t *testing.T) {
	dir, list, which := *pictures, w.gallery.Pages, regexp.MustCompile(*only)
	if dir == "" {
		dir, list = t.TempDir(), list[:1]
	}
	for _, lang := range []string{"de", "en"} {
		for _, reader := range w.gallery.Readers() {
			t.Run(lang+"-"+reader, func(t *testing.T) {
				t.Parallel()
				b := newTab(t, reader, lang)
				for _, p := range list {
					if p.As == reader {
						b.shoot(p, dir, lang, which)
					}
				}
			})
		}
	}
}

// shoot draws the views of a page whose name matches, such as "overview/full de 1280 light".
func (b *tab) shoot(p app.Page, dir, lang string, which *regexp.Regexp) {
	b.t.Helper()
	for _, width := range []int64{1280, 390} {
		for _, theme := range []string{"light", "dark"} {
			if !which.MatchString(fmt.Sprintf("%s %s %d %s", p.Name, lang, width, theme)) {
				continue
			}
			b.size(width)
			b.theme(theme)
			b.open(p)
			name := fmt.Sprintf("%s-%s-%d-%s.png", strings.ReplaceAll(p.Name, "/", "-"), lang, width, theme)
			png := b.picture(true)
			if len(png) < 1000 {
				b.t.Errorf("%s: %d bytes", name, len(png))
			}
			b.must(os.MkdirAll(dir, 0o755))
			b.must(os.WriteFile(filepath.Join(dir, name), png, 0o644))
		}
	}
}
