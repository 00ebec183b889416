package web

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"jawort/account"
	"jawort/notice"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

// preview is the page of a draft that was never stored: there is no database at all.
func preview(t *testing.T, text notice.Version, set source.Settings, topics ...topic.Topic) answer {
	t.Helper()
	var b bytes.Buffer
	tenant := account.Tenant{Name: "Rösterei <b>&</b> Söhne", Country: "DE"}
	if err := Preview(t.Context(), &b, "dark", tenant, source.Source{ID: "src_draft", Settings: set}, text, topics); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return answer{code: 200, body: b.String(), doc: doc}
}

var offers = topic.Topic{Code: "offers", Class: topic.Marketing, Texts: map[string]topic.Text{"de": {Name: "Angebote", Value: "Etwa zweimal im Monat"},
	"ar": {Name: "عروض", Value: "مرتين في الشهر"}}}

func TestAPreviewShowsTheDraftAndCannotBePressed(t *testing.T) {
	a := preview(t, notice.Version{Language: "de", Body: "Ja, <script>alert(1)</script>\nSTOP"}, source.Settings{MinimumAge: 16}, offers)
	if got := strings.TrimSpace(text(a.one(t, "div#notice p"))); got != "Ja, <script>alert(1)</script>\nSTOP" {
		t.Errorf("the draft's words: %q", got)
	}
	if _, inert := attribute(a.one(t, "main"), "inert"); !inert {
		t.Error("it can be pressed")
	}
	if attr(a.one(t, "html"), "data-theme") != "dark" || text(a.one(t, "span.logo bdi")) != "Rösterei <b>&</b> Söhne" || len(a.all("script")) != 0 {
		t.Errorf("the page: %s", a.body)
	}
	if got := text(a.one(t, "h1")); got != "Angebote, auf WhatsApp" {
		t.Errorf("with one topic the heading is %q", got)
	}
}

// A wording in a language that we do not speak: its own text and direction, with our words in English, each isolated from the other.
func TestAWordingFromRightToLeft(t *testing.T) {
	if got := text(preview(t, notice.Version{Language: "ar", Body: "نعم، أوافق."}, source.Settings{}, offers, topic.Topic{Code: "x", Texts: offers.Texts}).one(t, "h1")); got != say.Text("ar", "web.optin.heading") {
		t.Errorf("the heading above an Arabic wording: %q", got)
	}
	hebrew := topic.Topic{Code: "offers", Class: topic.Marketing, Texts: map[string]topic.Text{"he": {Name: "מבצעים", Value: "פעמיים בחודש"}}}
	a := preview(t, notice.Version{Language: "he", Body: "כן, אני מסכים."}, source.Settings{Languages: []string{"he", "de"}}, hebrew, topic.Topic{Code: "x", Texts: hebrew.Texts})
	root, words := a.one(t, "html"), a.one(t, "div#notice")
	if attr(root, "dir") != "rtl" || attr(root, "lang") != "en" || attr(words, "dir") != "rtl" || attr(words, "lang") != "he" {
		t.Errorf("page %s %s, words %s %s", attr(root, "lang"), attr(root, "dir"), attr(words, "lang"), attr(words, "dir"))
	}
	if got := text(a.one(t, "h1")); got != "\u2066What would you like to read on WhatsApp?\u2069" {
		t.Errorf("our own words are not isolated: %q", got)
	}
	if got := attr(a.one(t, "input#phone"), "dir"); got != "ltr" {
		t.Errorf("a number is typed from %s", got)
	}
	for _, n := range a.all("label.pick span") {
		if lang := attr(n, "lang"); lang != "he" && attr(n, "class") == "" {
			t.Errorf("a topic in %q", lang)
		}
	}
}

func TestWhatIsWrongStandsAboveAndLeadsToItsField(t *testing.T) {
	each(t, func(s *shop) {
		page := s.another(source.Settings{MinimumAge: 16})
		a := s.browser().fill(page, phoneField, "<b>12</b>")
		box := a.one(t, "div#mistakes")
		if _, focus := attribute(box, "autofocus"); a.code != 422 || attr(box, "role") != "alert" || !focus {
			t.Errorf("%d, the list is not read first", a.code)
		}
		links := a.all("div#mistakes a")
		if len(links) != 3 {
			t.Fatalf("%d mistakes listed", len(links))
		}
		for _, l := range links {
			to := a.one(t, "input"+attr(l, "href"))
			if attr(to, "aria-invalid") != "true" && !strings.HasPrefix(attr(to, "id"), topicField) {
				t.Errorf("%s leads to a field that is right", attr(l, "href"))
			}
		}
		if attr(a.one(t, "input#phone"), "value") != "<b>12</b>" || !strings.HasPrefix(text(a.one(t, "title")), "Bitte prüfen:") {
			t.Error("what was typed is gone, or the title does not say it")
		}
	})
}

func TestLinkPreviewsSayWhatIsOfferedAndNothingOfAReader(t *testing.T) {
	each(t, func(s *shop) {
		a := s.browser().get("/o/" + s.source.ID)
		for _, name := range []string{"meta[name=description]", "meta[property=og:description]"} {
			if got := attr(a.one(t, name), "content"); !strings.Contains(got, "Angebote und neue Röstungen, Bestellungen und Lieferung") || !strings.Contains(got, s.tenant.Name) {
				t.Errorf("%s: %q", name, got)
			}
		}
		prefs := s.browser().get(s.link())
		if len(prefs.all("meta[name=description]")) != 0 || strings.Contains(attr(prefs.one(t, "meta[property=og:title]"), "content"), "Angebote") {
			t.Error("the preview of a personal link says what somebody agreed to")
		}
	})
}
