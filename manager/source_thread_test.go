package manager

import (
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/source"
)

// A source in threads from the first form to the code in print: its words, its link with the whole declaration, its question.
func TestThreadSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		a := b.post("/sources/new", "kind", "thread", "name", "Chat", "number", theNumber, "topic", "offers", "topic", "order_updates")
		id := strings.TrimSuffix(strings.TrimPrefix(a.to, "/sources/"), "/wording")
		if a := b.get("/sources/" + id + "/qr.svg?lang=de"); a.code != http.StatusNotFound {
			t.Errorf("a draft has a code: %d", a.code)
		}
		const text = "Mit „Ja, einverstanden“ willigen Sie ein, dass die Kaffeerösterei Sonnenschein GmbH Ihnen per WhatsApp Angebote und Nachrichten zur Bestellung schickt. Abmelden geht jederzeit mit STOP im Chat."
		if a := b.post(a.to, "do", "publish", "topic", "offers", "topic", "order_updates", "lang", "de", "text-de", text); a.code != http.StatusSeeOther {
			t.Fatalf("publish: %d", a.code)
		}
		settings := func(words string, more ...string) answer {
			return b.post("/sources/"+id+"/settings", append([]string{"name", "Chat", "number", theNumber, "words", words}, more...)...)
		}
		for words, wrong := range map[string]string{"STOP": "klingt nach einer Abmeldung", "keine Werbung mehr": "klingt nach einer Abmeldung", "START\nstart!": "jedes nur einmal",
			strings.Repeat("lang", 20): "jedes nur einmal"} {
			if a := settings(words); a.code != http.StatusBadRequest || !strings.Contains(a.body, wrong) || !strings.Contains(a.body, "words-e") {
				t.Errorf("words %q: %d", words, a.code)
			}
		}
		if a := settings("START", "flow", "not a number"); a.code != http.StatusBadRequest || !strings.Contains(a.body, "flow-e") {
			t.Errorf("flow: %d", a.code)
		}
		if a := settings(" START \n<b x=\"1\">", "first", "on"); a.code != http.StatusSeeOther {
			t.Fatalf("settings: %d", a.code)
		}
		now, _ := h.theSource(h.a.ID, id)
		if now.State != source.StateLive || len(now.Settings.Thread.Words) != 2 || !now.Settings.Thread.AskFirst || now.Settings.Thread.Code == "" {
			t.Errorf("kept %+v %+v", now, now.Settings.Thread)
		}
		page := b.get("/sources/" + id)
		h.sound("thread", "de", page)
		text2 := strings.NewReplacer("%20", " ", "%3A", ":").Replace(page.body)
		for _, want := range []string{"https://wa.me/", "Code: " + now.Settings.Thread.Code, "Ja, alle", "Nein, danke", "START"} {
			if !strings.Contains(text2, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		for path, code := range map[string]int{"qr.svg?lang=de": 200, "qr.png?lang=de": 200, "qr.svg": 404, "qr.svg?lang=fr": 404, "poster.pdf?size=a4&lang=de": 200} {
			if a := b.get("/sources/" + id + "/" + path); a.code != code {
				t.Errorf("%s: %d, want %d", path, a.code, code)
			}
		}
	})
}
