package look

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	classAttr = regexp.MustCompile(`class="([^"]*)"`)
	classRule = regexp.MustCompile(`\.([a-z][a-z0-9-]*)`)
)

// Every class that the public pages' templates use has the same rules in the small stylesheet as in the whole one.
func TestPublicStyleHasWhatPublicPagesUse(t *testing.T) {
	whole, small := rulesOf(string(assets[URL("jawort.css")].plain)), rulesOf(string(assets[URL("public.css")].plain))
	used := map[string]bool{}
	root := os.DirFS("../channel/web")
	names, err := fs.Glob(root, "*.templ")
	if err != nil || len(names) == 0 {
		t.Fatal("no templates", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(root, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range classAttr.FindAllStringSubmatch(string(text), -1) {
			for _, class := range strings.Fields(m[1]) {
				used[class] = true
			}
		}
	}
	if len(used) < 20 {
		t.Fatalf("%d classes: the pattern no longer finds them", len(used))
	}
	for class := range used {
		if whole[class] != 0 && small[class] == 0 {
			t.Errorf(".%s has rules, but not on public pages", class)
		}
	}
}

// rulesOf counts where a class is named.
func rulesOf(css string) map[string]int {
	out := map[string]int{}
	for _, m := range classRule.FindAllStringSubmatch(css, -1) {
		out[m[1]]++
	}
	return out
}

func TestPublicStyleIsSmallAndWhole(t *testing.T) {
	a := assets[URL("public.css")]
	if len(a.small) > 9<<10 {
		t.Errorf("%d bytes packed: public pages are read on telephones", len(a.small))
	}
	css := string(a.plain)
	if strings.Count(css, "{") != strings.Count(css, "}") || strings.Contains(css, "url(fonts/") || !strings.Contains(css, "--accent:") {
		t.Error("cut in the wrong place")
	}
	base, err := files.ReadFile("files/css/base.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range managerParts {
		if !strings.Contains(string(base), "\n/* "+name) {
			t.Errorf("base.css has no section %q", name)
		}
	}
	page := render(t, Shell(Page{Lang: "de", Title: hostile, About: hostile, Public: true, Brand: "/o/brand/x.css"}, "public"))
	if slices.Contains([]bool{strings.Contains(page, URL("public.css")), strings.Contains(page, `href="/o/brand/x.css"`)}, false) || strings.Contains(page, "jawort.css") || strings.Contains(page, "<script>") {
		t.Errorf("the head: %s", page)
	}
}
