package manager

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/source"
)

// A wording in Arabic and Hindi alone goes from the editor into a live source; one that lacks the way out does not.
func TestPublishInOtherScripts(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	b := h.as(account.Editor)
	const name = "Kaffeerösterei Sonnenschein GmbH"
	arabic := "أوافق على أن ترسل لي " + name + " عبر واتساب العروض وتحديثات الطلب."
	hindi := "मैं " + name + " से WhatsApp पर ऑफ़र और ऑर्डर की जानकारी पाना चाहती हूँ। बंद करने के लिए STOP लिखें।"
	at := b.post("/sources/new", "kind", "web", "name", "موقع · वेबसाइट", "number", theNumber, "topic", "offers", "topic", "order_updates",
		"privacy", "https://x.example/p", "imprint", "https://x.example/i").to
	id := strings.TrimSuffix(strings.TrimPrefix(at, "/sources/"), "/wording")
	publish := func(arabic string) answer {
		return b.post(at, "do", "publish", "topic", "offers", "topic", "order_updates", "lang", "ar", "lang", "hi", "text-ar", arabic, "text-hi", hindi)
	}
	if a := publish(arabic); a.code == http.StatusSeeOther || !strings.Contains(a.body, arabic) {
		t.Errorf("without a way out: %d, or what was typed is gone", a.code)
	}
	if a := publish(arabic + " يمكنني سحب موافقتي في أي وقت."); a.code != http.StatusSeeOther {
		t.Fatalf("publish: %d\n%s", a.code, h.logs)
	}
	s, _ := h.theSource(h.a.ID, id)
	langs := slices.Sorted(slices.Values(s.Settings.Languages))
	if s.State != source.StateLive || strings.Join(langs, " ") != "ar hi" || s.Name != "موقع · वेबसाइट" {
		t.Errorf("%s in %v as %q", s.State, langs, s.Name)
	}
	page := b.get("/sources/" + id)
	h.sound("a source in two scripts", "de", page)
	for _, want := range []string{"موقع · वेबसाइट", "Arabisch", "Hindi"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
