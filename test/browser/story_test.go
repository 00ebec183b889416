package browser

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The core, as the people in it see it: somebody opts in on the page, confirms on their phone, gets what the shop sends through
// the API, writes STOP, and the shop's next try is refused, which the manager shows.
func TestCoreStory(t *testing.T) {
	visitor, phone, staff := newTab(t, "", "de"), newTab(t, "", "de"), newTab(t, "owner", "de")
	for _, b := range []*tab{visitor, phone} {
		b.size(390)
	}
	staff.size(1280)

	visitor.visit("/o/" + w.seed.Source)
	visitor.do(chromedp.Click(chromedp.CSS(`form input[type=checkbox][value=offers]`)),
		chromedp.SendKeys(chromedp.CSS(`form input[type=tel]`), "0171 39200 77"))
	visitor.lead(chromedp.Click(chromedp.CSS(`form button.main`)))
	link := ask[string](visitor, `document.querySelector("a#chat").href`)
	if !strings.HasPrefix(link, w.phones+"/wa/") {
		t.Fatalf("the way to WhatsApp leads to %s", link)
	}

	phone.visit(link)
	ask[bool](phone, `[...document.querySelectorAll("details")].forEach(d=>d.open=true)||true`)
	phone.do(chromedp.SendKeys(chromedp.CSS(`form[action="/phones"] input[name=name]`), "Malin Roth"),
		chromedp.SendKeys(chromedp.CSS(`form[action="/phones"] input[name=phone]`), "+49 171 39200 77"))
	phone.lead(chromedp.SendKeys(chromedp.CSS(`form[action="/phones"] input[name=phone]`), kb.Enter))
	phone.do(chromedp.Click(chromedp.CSS(`form[data-say] button`)))
	phone.until("the declaration in the chat", `document.querySelector("[role=log]").innerText.includes("Morgenrot")`)

	// Confirming takes effect in a moment; the API says when.
	granted := func(state string) bool {
		code, body := api(t, "POST", "/contacts/lookup", map[string]any{"address": "tel:+491713920077"})
		return code == 200 && strings.Contains(body, `"state":"`+state+`"`)
	}
	eventually(t, "the agreement", func() bool { return granted("granted") })
	code, body := send(t, "story-1")
	if code != http.StatusAccepted {
		t.Fatalf("the offer: %d %s", code, body)
	}
	phone.until("the offer on the phone", `[...document.querySelectorAll(".bub:not(.me)")].length > 0`)

	phone.do(chromedp.SendKeys(chromedp.CSS(`form[data-say] input[name=text]`), "STOP"), chromedp.Click(chromedp.CSS(`form[data-say] button`)))
	eventually(t, "the opt-out", func() bool { return granted("withdrawn") })
	if code, body := send(t, "story-2"); code != http.StatusConflict || !strings.Contains(body, `"refuse"`) {
		t.Fatalf("after STOP: %d %s", code, body)
	}

	staff.visit("/people")
	staff.do(chromedp.SendKeys(chromedp.CSS(`#find`), "0171 39200 77"))
	staff.lead(chromedp.SendKeys(chromedp.CSS(`#find`), kb.Enter))
	staff.until("the person's page", `location.pathname.startsWith("/people/con_") && document.querySelector("h1").innerText.includes("Malin Roth")`)
	staff.until("what she said", `document.querySelector("main").innerText.includes("Abgemeldet") && document.querySelector("main").innerText.includes("STOP")`)
	staff.visit("/decisions?verdict=refuse")
	staff.until("the refusal", `document.querySelector("main table").innerText.includes("Malin Roth") && document.querySelector("main table").innerText.includes("Nein")`)
	for _, b := range []*tab{visitor, phone, staff} {
		for _, c := range b.complaints(200) {
			t.Error(c)
		}
	}
}

// send asks the API for the sale's offer.
func send(t *testing.T, key string) (int, string) {
	t.Helper()
	return api(t, "POST", "/messages", map[string]any{"number": "310000000000001", "to": "tel:+491713920077",
		"template": map[string]any{"name": "sommer_sale", "language": map[string]string{"code": "de"}}}, "Idempotency-Key", key)
}

func api(t *testing.T, method, path string, body any, header ...string) (int, string) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, w.base+"/v1"+path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+w.seed.APIKey)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(text)
}

// What nobody could read for sure is counted beside "Nachrichten" while somebody looks, without a reload.
func TestTheFrameIsLive(t *testing.T) {
	b := newTab(t, "owner", "de")
	b.size(1280)
	b.visit("/settings/me")
	const count = `+(document.querySelector("#frame-railn").innerText||0)`
	before := ask[int](b, count)
	b.do(chromedp.SendKeys(chromedp.CSS(`#find`), "halb getippt"))
	say(t, "491713920010", "Stopp! Ich wollte mich doch für Angebote anmelden")
	b.until("one more to decide", count+" > "+itoa(before))
	if typed := ask[string](b, `document.activeElement.id+":"+document.querySelector("#find").value`); typed != "find:halb getippt" {
		t.Errorf("while it changed, the reader lost %q", typed)
	}
}

// say is a person of the emulator writing.
func say(t *testing.T, phone, text string) {
	t.Helper()
	raw, _ := json.Marshal(map[string]string{"text": text}) // strings always marshal
	a, err := http.Post(w.phones+"/_emulator/people/"+phone+"/say", "application/json", bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if a.StatusCode/100 != 2 {
		t.Fatalf("the emulator answers %d", a.StatusCode)
	}
}
