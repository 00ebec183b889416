package wording

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// What LintTemplate finds.
const (
	TemplateNoStop  = "TEMPLATE_NO_STOP"  // advertising that says nowhere how to stop it
	TemplatePromo   = "TEMPLATE_PROMO"    // advertising in what is no advertising: Meta recategorises it
	TemplateTTLLong = "TEMPLATE_TTL_LONG" // advertising that may arrive half a day late or later
)

// LongestTTL is how long advertising may wait for a telephone that is off: later it arrives as a surprise.
const LongestTTL = 12 * time.Hour

var (
	// stopLine is how to stop, in a line or on a button, in the languages of facts/keywords.json that templates are written in most.
	stopLine = regexp.MustCompile(`(?i)\b(stopp?|stop promotions|abmelden|abbestellen|abmeldung|unsubscribe|opt[ -]?out|keine (angebote|werbung|nachrichten)( mehr)?|` +
		`no more (offers|messages|promotions)|baja|darse de baja|désabonner|désinscrire|annulla|disiscriv\w*|afmelden|uitschrijven|sair|parar|iptal|wypisz\w*)\b`)
	promoWords = regexp.MustCompile(`(?i)(\b(rabatt\w*|angebot\w*|gutschein\w*|sonderpreis\w*|aktion|schnäppchen|sparen sie|jetzt (kaufen|bestellen|sichern)|` +
		`sale|discounts?|offers?|coupons?|promo\w*|vouchers?|deals?|buy now|shop now|save (up to|big)|limited time|oferta\w*|descuento\w*|réduction\w*|soldes|sconto|offerta)\b|\d+\s?%)`)
)

type templateComponent struct {
	Type    string
	Text    string
	Buttons []struct{ Type, Text string }
	Cards   []struct{ Components []templateComponent }
}

// LintTemplate judges a template of Meta's by its category and components. ttl is how long Meta tries to deliver it; 0 = not told.
func LintTemplate(category string, components []byte, ttl time.Duration) (codes []string) {
	var list []templateComponent
	if len(components) > 0 && json.Unmarshal(components, &list) != nil {
		return nil // not understood: nothing can be said
	}
	text, buttons := gatherTemplate(list)
	switch category {
	case "MARKETING":
		if !stopLine.MatchString(text) && !stopLine.MatchString(buttons) {
			codes = append(codes, TemplateNoStop)
		}
		if ttl > LongestTTL {
			codes = append(codes, TemplateTTLLong)
		}
	case "UTILITY":
		if promoWords.MatchString(stopLine.ReplaceAllString(text+"\n"+buttons, " ")) {
			codes = append(codes, TemplatePromo)
		}
	}
	return codes
}

// gatherTemplate is all that a reader sees; only quick replies count as a button to stop by.
func gatherTemplate(list []templateComponent) (text, buttons string) {
	var words, taps strings.Builder
	for _, c := range list {
		words.WriteString(c.Text + "\n")
		for _, b := range c.Buttons {
			if strings.EqualFold(b.Type, "QUICK_REPLY") {
				taps.WriteString(b.Text + "\n")
			} else {
				words.WriteString(b.Text + "\n")
			}
		}
		for _, card := range c.Cards {
			t, b := gatherTemplate(card.Components)
			words.WriteString(t)
			taps.WriteString(b)
		}
	}
	return words.String(), taps.String()
}
