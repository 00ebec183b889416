package manager

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/say"
	"jawort/wording"
)

// Every heading of the guide has something to say, in both languages, and what is drawn or quoted is there.
func TestTheGuideIsWhole(t *testing.T) {
	for _, lang := range say.Languages {
		for _, topic := range guideTopics {
			for _, key := range []string{"title", "lead"} {
				if !say.Has(lang, topic.key(key)) {
					t.Errorf("%s: %s has no %s", lang, topic.code, key)
				}
			}
			for _, p := range topic.parts {
				key := topic.key(p.id)
				if !say.Has(lang, key) || len(guideTexts(lang, key+"."))+len(guideTexts(lang, key+".step")) == 0 {
					t.Errorf("%s: %s says nothing", lang, key)
				}
				for _, id := range p.from {
					if s := guideSources[id]; s.title == "" || !strings.HasPrefix(s.url, "https://") {
						t.Errorf("%s: source %q", key, id)
					}
				}
				for _, g := range p.goes {
					if !say.Has(lang, "guide.go."+g.word) || !slices.ContainsFunc(routes(), func(r route) bool { return r.pattern == g.pattern }) {
						t.Errorf("%s leads to %q by %q", key, g.pattern, g.word)
					}
				}
			}
		}
		if n := len(guidePieces(lang)); n != 2*len(guideMarked)+1 {
			t.Errorf("%s: the sample has %d pieces", lang, n)
		}
		whole := ""
		for _, p := range guidePieces(lang) {
			whole += p.text
		}
		if whole != say.Text(lang, "guide.wording.five.sample") {
			t.Errorf("%s: the sample's marks are not in it, in this order: %q", lang, whole)
		}
	}
}

// A good example passes our own linter whole; a bad one lacks just what the chapter says it lacks.
func TestTheGuidesExamplesAreJudgedAsItSays(t *testing.T) {
	lint := func(lang, text string) []string {
		business := map[string]string{"de": "Rösterei Morgenrot", "en": "Morgenrot Coffee"}[lang]
		return wording.Lint(wording.Input{Business: business, Lang: lang, Country: "DE", Kind: "web", Purpose: "marketing", Text: text}).Missing
	}
	topic, _, _ := guideTopicOf("wording")
	for _, lang := range []string{"de", "en"} {
		if lacks := lint(lang, say.Text(lang, "guide.wording.five.sample")); len(lacks) != 0 {
			t.Errorf("%s: the sample lacks %v", lang, lacks)
		}
		for _, p := range topic.parts {
			key := topic.key(p.id)
			if !say.Has(lang, key+".good") {
				continue
			}
			if lacks := lint(lang, say.Text(lang, key+".good")); len(lacks) != 0 {
				t.Errorf("%s: %s is called good and lacks %v", lang, key, lacks)
			}
			if lacks := lint(lang, say.Text(lang, key+".bad")); !slices.Contains(lacks, strings.ToUpper(p.id)) {
				t.Errorf("%s: %s is called bad and lacks %v", lang, key, lacks)
			}
		}
	}
}

var guideLinks = regexp.MustCompile(`href="(/guide[^"]*)"`)

// Its links among themselves lead to headings that are there, those into the product only to what the reader may open.
func TestTheGuidesLinksLeadSomewhere(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	b := h.as(account.Auditor)
	pages := map[string]string{}
	page := func(path string) string {
		if _, ok := pages[path]; !ok {
			pages[path] = b.get(path).body
		}
		return pages[path]
	}
	for _, topic := range append(slices.Clone(guideTopics), guideTopic{code: ""}) {
		path := strings.TrimSuffix(topic.path(), "/")
		for _, m := range guideLinks.FindAllStringSubmatch(page(path), -1) {
			to, anchor, _ := strings.Cut(m[1], "#")
			if body := page(to); anchor != "" && !strings.Contains(body, ` id="`+anchor+`"`) {
				t.Errorf("%s leads to %s, which is not there", path, m[1])
			}
		}
	}
	if len(pages) != len(guideTopics)+1 {
		t.Errorf("%d pages", len(pages))
	}
	if strings.Contains(page("/guide/ways"), "/sources/new") {
		t.Error("an auditor is led to where none may go")
	}
	b.lang = "de"
	if a := b.post("/search", "q", "gelb"); !strings.Contains(a.body, "/guide/trouble#yellow") {
		t.Error("the search does not find the guide")
	}
	if got := b.get("/guide/nothing").code; got != http.StatusNotFound {
		t.Errorf("a chapter that is none: %d", got)
	}
}

func TestTheGuideIsFound(t *testing.T) {
	for _, c := range []struct{ lang, typed, want string }{
		{"de", "gelb", "/guide/trouble#yellow"}, {"en", "yellow", "/guide/trouble#yellow"}, {"de", "Limit", "/guide/rating#limit"},
		{"de", "QR-Code Kasse", "/guide/ways#thread"}, {"en", "131048", "/guide/rating#low"}, {"de", "MODI", "/guide/gate#modes"},
	} {
		hits := guideHits(c.lang, c.typed)
		if !slices.ContainsFunc(hits, func(h guideHit) bool { return h.path == c.want }) {
			t.Errorf("%q finds %v", c.typed, hits)
		}
	}
	for _, typed := range []string{"", "  ", "an", "xyzzy", "<script>"} {
		if hits := guideHits("de", typed); len(hits) != 0 {
			t.Errorf("%q finds %v", typed, hits)
		}
	}
	if n := len(guideHits("de", "die")); n > mostGuideHits {
		t.Errorf("%d hits", n)
	}
	for code, want := range map[string]string{"WITHDRAW_RIGHT": "/guide/wording#withdraw_how", "NOT_CONDITION_OF_PURCHASE": "/guide/wording#voluntary",
		"BUSINESS_NAME": "/guide/wording#business_name", "HELP": ""} {
		if got := clausePart(code); got != want {
			t.Errorf("%s leads to %q, want %q", code, got, want)
		}
	}
}
