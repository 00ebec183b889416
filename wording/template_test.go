package wording

import (
	"slices"
	"testing"
	"time"
)

func TestLintTemplate(t *testing.T) {
	body := func(text string) string { return `[{"type":"BODY","text":"` + text + `"}]` }
	button := func(kind, text string) string {
		return `[{"type":"BODY","text":"Der Sommer ist da."},{"type":"BUTTONS","buttons":[{"type":"` + kind + `","text":"` + text + `"}]}]`
	}
	for _, tc := range []struct {
		name, category, components string
		ttl                        time.Duration
		want                       []string
	}{
		{"no way out", "MARKETING", body("20 % auf alles!"), 0, []string{TemplateNoStop}},
		{"a line", "MARKETING", body("20 % auf alles! Abmelden mit STOP."), 0, nil},
		{"an English line", "MARKETING", body("Summer sale. Reply STOP to unsubscribe."), 0, nil},
		{"a button", "MARKETING", button("QUICK_REPLY", "Angebote abbestellen"), 0, nil},
		{"a button to buy", "MARKETING", button("URL", "Zum Shop"), 0, []string{TemplateNoStop}},
		{"a footer", "MARKETING", `[{"type":"FOOTER","text":"No more offers? Write STOP"}]`, 0, nil},
		{"a carousel", "MARKETING", `[{"type":"CAROUSEL","cards":[{"components":[{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Stop"}]}]}]}]`, 0, nil},
		{"words that only look like it", "MARKETING", body("Non-stopping stopper shop"), 0, []string{TemplateNoStop}},
		{"half a day", "MARKETING", body("STOP"), 12 * time.Hour, nil},
		{"too long under way", "MARKETING", body("STOP"), 13 * time.Hour, []string{TemplateTTLLong}},
		{"an order", "UTILITY", body("Ihre Bestellung {{1}} ist unterwegs."), 48 * time.Hour, nil},
		{"an order that says how to stop advertising", "UTILITY", body("Bestellung ist da. Keine Angebote mehr? STOP"), 0, nil},
		{"an order with advertising", "UTILITY", body("Ihr Paket ist da. Jetzt 10 % Rabatt sichern!"), 0, []string{TemplatePromo}},
		{"an order with a button to buy", "UTILITY", button("URL", "Shop now"), 0, []string{TemplatePromo}},
		{"a code", "AUTHENTICATION", body("{{1}} ist Ihr Code."), 0, nil},
		{"nothing kept", "MARKETING", "", 0, []string{TemplateNoStop}},
		{"not understood", "MARKETING", `{"x":`, 0, nil},
		{"of another shape", "UTILITY", `[1,2]`, 0, nil},
	} {
		if got := LintTemplate(tc.category, []byte(tc.components), tc.ttl); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}
