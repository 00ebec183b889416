package wording

import "testing"

// kindIn reads a sentence and says whether it names a kind of message.
func kindIn(lang, text string) bool {
	r := read(text, lang, func(toks []token) {
		for _, s := range newNaming("Meier").find(toks, "de") {
			for i := s.from; i < s.to; i++ {
				toks[i].name = true
			}
		}
	})
	_, ok := r.categories()
	return ok
}

// None of these nouns is in the lexicon: their place in the sentence tells.
func TestKindsByPlace(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		kind       bool
	}{
		{"de", "Meier darf mir Zwirbelkurven per WhatsApp schicken.", true},
		{"de", "Meier darf mir per WhatsApp die Zwirbelkurven schicken.", true},
		{"de", "Dann bekommst du von uns freitags per WhatsApp die Zwirbelkurven.", true},
		{"de", "Meier teilt Ihnen den Zwirbelstand per WhatsApp mit.", true},
		{"de", "Zwirbelkurven und Dachlatten von Meier per WhatsApp.", true},
		{"de", "Freie Zwirbelkurven zuerst erfahren.", true},
		{"de", "Ich will per WhatsApp Bescheid, sobald mein Zwirbel fertig ist.", true},
		{"de", "Meier sagt dir per WhatsApp, wann gezwirbelt werden kann.", true},
		{"de", "Meier benachrichtigt mich bei Zwirbelausfällen per WhatsApp.", true},
		{"de", "Die Zwirbelei darf mir per WhatsApp schreiben.", false},
		{"de", "Ich erlaube, dass mir die Zwirbelei per WhatsApp schreibt.", false},
		{"de", "Meier darf mir Wichtiges per WhatsApp mitteilen.", false},
		{"de", "Meier darf mir per WhatsApp auf meine Nummer Nachrichten schicken.", false},
		{"de", "Meier darf mir keine Zwirbelkurven per WhatsApp schicken.", false},
		{"de", "Meier darf mir per WhatsApp schreiben. Ort, Datum, Unterschrift", false},
		{"en", "Meier may send me zwirble slots on WhatsApp.", true},
		{"en", "Meier may WhatsApp me as soon as my zwirble is back.", true},
		{"en", "Join the Meier WhatsApp list for zwirble nights.", true},
		{"en", "Meier may post zwirbles and lattes to my WhatsApp messages.", true},
		{"en", "Meier may ask me for zwirbles on WhatsApp.", true},
		{"de", "Meier darf mich bei Bedarf per WhatsApp informieren.", false},
		{"en", "May Meier send you a zwirble on WhatsApp?", true},
		{"en", "May Meier send you a short message on WhatsApp?", false},
		{"en", "Meier may drop me a line on WhatsApp.", false},
		{"en", "Meier may send me messages on WhatsApp.", false},
		{"en", "Meier may message me on WhatsApp several times a month.", false},
		{"en", "Meier may contact me on WhatsApp when I ask.", false},
		{"en", "Meier may send me messages under the terms and conditions.", false},
	} {
		if got := kindIn(c.lang, c.text); got != c.kind {
			t.Errorf("%t: %s", got, c.text)
		}
	}
}

// A short brand counts only where the name does not stand, and not as a place or the head of another name.
func TestShortBrands(t *testing.T) {
	for _, c := range []struct {
		business, text string
		found          bool
	}{
		{"Leihladen Kiezkasten", "Kiezkasten darf mir schreiben", true},
		{"Bluebird Cabs", "Bluebird may write", true},
		{"Tierarzt Dr. Pohl", "die Tierarztpraxis Dr. Pohl", true},
		{"Bluebird Cabs", "Bluebird Bikes may write", false},
		{"Bluebird Cabs", "a bluebird may sing", false},
		{"Stadtwerke Neustadt", "der Markt in Neustadt", false},
		{"Blumenhaus Meier", "unser Blumenhaus", false},
		{"Bluebird Cabs", "bluebird.example", false},
	} {
		if got := len(newNaming(c.business).find(split(c.text), "en")) > 0; got != c.found {
			t.Errorf("%q in %q: %t", c.business, c.text, got)
		}
	}
}

func TestAgreementByForm(t *testing.T) {
	for text, agreed := range map[string]bool{
		"[ ] Meier schickt mir Angebote per WhatsApp.":                   true,
		"Meier schickt mir Angebote per WhatsApp.":                       false,
		"[ ] Meier schickt Ihnen Angebote per WhatsApp.":                 false,
		"[ ] WhatsApp-Newsletter von Meier abonnieren":                   true,
		"Mit WURST an 71234 kommen Angebote per WhatsApp.":               true,
		"Mit STOPP an 71234 enden Angebote per WhatsApp.":                false,
		"Angebote per WhatsApp? Antworte WURST.":                         true,
		"Angebote per WhatsApp? Antworte STOPP.":                         false,
		"Noch Fragen zu Angeboten per WhatsApp? Antworte WURST.":         false,
		"Gern informieren wir Sie per WhatsApp über Angebote.":           false,
		"Wünschen Sie Angebote per WhatsApp, drücken Sie die Drei.":      true,
		"Möchten Sie keine Angebote per WhatsApp, drücken Sie die Drei.": false,
	} {
		r := read(text, "de", func([]token) {})
		if _, ok := r.optIn(Input{Lang: "de"}); ok != agreed {
			t.Errorf("%t: %s", ok, text)
		}
	}
}
