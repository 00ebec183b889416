package story

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/emulator"
)

// The first run by the other way, "Connect": Meta is asked what was pasted, says what is wrong with it, and at last everything is proved.
func TestFirstRunConnects(t *testing.T) {
	meta := emulator.New(emulator.Options{PhoneNumberID: "310000000000009", WABAID: "210000000000009", Token: "EAA-whole", AppSecret: "the app's secret", VerifyToken: "verify-me",
		Limit: "TIER_2K"})
	server := httptest.NewServer(meta.Handler())
	t.Cleanup(func() { _ = meta.Close(); server.Close() })
	_, base, link := emptyHouse(t, dbtest.URL(t, db.SQLite, db.Options{}), server.URL)
	meta.SetWebhook(base + "/in/meta")
	b := newBeginner(t, base)
	founded(b, link)
	b.shows("Prüfen und verbinden", "/setup/number")
	token := func(body string) {
		if code := postJSON(t, server.URL+"/_emulator/tokens", body); code/100 != 2 {
			t.Fatalf("make a token: %d", code)
		}
	}
	token(`{"token":"EAA-weak","scopes":["whatsapp_business_messaging"]}`)
	token(`{"token":"EAA-old","scopes":["whatsapp_business_messaging","whatsapp_business_management"],"expires_in":-60}`)
	for name, c := range map[string]struct{ number, token, secret, waba, says string }{
		"no token":         {"310000000000009", " ", "the app's secret", "", "Diese Angabe fehlt"},
		"half a token":     {"310000000000009", "EAA-wh", "the app's secret", "", "nimmt dieses Zugriffstoken nicht an"},
		"an old token":     {"310000000000009", "EAA-old", "the app's secret", "", "nimmt dieses Zugriffstoken nicht an"},
		"a right too few":  {"310000000000009", "EAA-weak", "the app's secret", "", "whatsapp_business_management"},
		"another secret":   {"310000000000009", "EAA-whole", "another", "", "passt nicht zum Token"},
		"another account":  {"310000000000009", "EAA-whole", "the app's secret", "219999999999999", "Code 100"},
		"a phone's number": {"4915551234567", "EAA-whole", "the app's secret", "", "Nummer"},
	} {
		form := []string{"number", c.number, "token", c.token, "app_secret", c.secret, "waba", c.waba}
		code, page, _ := b.ask("/setup/number", form...)
		said := flat(problemIn(page))
		if code != 400 || !strings.Contains(said, c.says) || !strings.Contains(page, c.number) {
			t.Errorf("%s: %d, says %q", name, code, said)
		}
		if strings.Contains(page, "EAA-") || strings.Contains(page, "the app") {
			t.Errorf("%s: a secret is shown", name)
		}
		if code, _, to := b.ask("/setup/webhook"); code != 303 || to != "/setup/number" {
			t.Errorf("%s: something was kept", name)
		}
	}
	b.leads("/setup/webhook", "/setup/number", "number", " 310000000000009 ", "token", "EAA-whole", "app_secret", "the app's secret", "waba", "")
	for _, want := range []string{"Personen am Tag 2 000", "Meta hat die Adresse bestätigt", "Bewertung Grün"} {
		waitFor(t, want, func() bool {
			_, page, _ := b.ask("/setup/webhook")
			return strings.Contains(flat(page), want)
		})
	}
	if code := postJSON(t, server.URL+"/_emulator/people/491713920044/say?wait=1", `{"text":"Hallo"}`); code/100 != 2 {
		t.Fatalf("say: %d", code)
	}
	waitFor(t, "the first message", func() bool {
		_, page, _ := b.ask("/setup/webhook")
		return strings.Contains(page, "Meldung von Meta angekommen")
	})
}

// founded answers the questions without a mistake.
func founded(b *beginner, link string) {
	b.t.Helper()
	b.leads("/setup/business", link)
	b.leads("/setup/place", "/setup/business", "name", "Rösterei Morgen")
	b.leads("/setup/you", "/setup/place", "country", "DE", "zone", "Europe/Berlin", "language", "de")
	b.leads("/setup/password", "/setup/you", "person", "Jonna", "email", "jonna@x.example")
	b.leads("/setup/mail", "/setup/password", "password", "vier zufaellige Woerter hier")
}

func postJSON(t *testing.T, url, body string) int {
	t.Helper()
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
