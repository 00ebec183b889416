package intake

import (
	"testing"

	"jawort/keyword"
	"jawort/topic"
)

// What a business calls its topics is read as advertising would be: questions and praise stay what they are.
func TestTopicsAreEndedByName(t *testing.T) {
	x := &topic.Topic{Code: "tastings", Class: topic.Marketing, Texts: map[string]topic.Text{"de": {Name: "Verkostungen und Kurse"}, "en": {Name: "Tastings and courses"}}}
	for text, ends := range map[string]bool{
		"Bitte keine Verkostungen mehr":                    true,
		"keine Kurse mehr bitte, Bestellinfos weiter gern": true,
		"no more tastings please":                          true,
		"Please stop sending me tastings":                  true,
		"KEINE VERKOSTUNGEN MEHR!":                         true,
		"Habt ihr keine Verkostungen mehr?":                false,
		"Die Verkostungen waren toll, nicht wahr?":         false,
		"Schade, dass es gestern nicht geklappt hat":       false,
		"Ich nehme nicht an den Verkostungen teil":         false,
		"": false, "\x00\xff": false,
	} {
		if got := hinted(text) && rename(text, x).Intent.Stops(); got != ends {
			t.Errorf("%q ends the topic: %v (%s)", text, got, rename(text, x).Intent)
		}
	}
}

func TestWordsOfATopicAreReplaced(t *testing.T) {
	for _, tc := range []struct{ text, word, want string }{
		{"keine Kurse mehr", "Kurse", "keine N mehr"}, {"Keine (Kursen), bitte", "kurse", "Keine (N), bitte"}, {"Kurssystem", "Kurs", "Kurssystem"},
		{"Ökurse", "Kurse", "Ökurse"}, {"", "Kurse", ""},
	} {
		if got := replaceWord(tc.text, tc.word, "N"); got != tc.want {
			t.Errorf("%q: %q", tc.text, got)
		}
	}
	if keyword.Read(keyword.Input{Text: "keine Newsletter mehr", Via: keyword.Text}).Intent != keyword.StopMarketing ||
		keyword.Read(keyword.Input{Text: "no more offers", Via: keyword.Text}).Intent != keyword.StopMarketing {
		t.Error("the stand-ins say nothing to keyword")
	}
}
