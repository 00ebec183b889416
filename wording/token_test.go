package wording

import (
	"strings"
	"testing"
)

// parts writes tokens with | between sentences.
func parts(text string) string {
	var b strings.Builder
	for i, t := range split(text) {
		if i > 0 {
			b.WriteString(map[bool]string{true: " | ", false: " "}[t.brk == sentence])
		}
		b.WriteString(t.norm)
	}
	return b.String()
}

func TestSplit(t *testing.T) {
	for text, want := range map[string]string{
		"Ja, ich möchte.":                 "ja ich mochte",
		"Größe ÄÖÜ ß ﬁn":                  "grosse aou ss ﬁn",
		"Praxis Dr. Kern darf. Ja!":       "praxis dr kern darf | ja",
		"Angebote z. B. Wein. Abmelden":   "angebote z b wein | abmelden",
		"Hill Bakery Inc. You agree":      "hill bakery inc | you agree",
		"bis zu 2.000 Stück":              "bis zu 2 000 stuck",
		"Mehr: https://x.example/a. Ende": "mehr :// | ende",
		"an info@x.example, jederzeit":    "an :// jederzeit",
		"erhalten.Abmelden":               "erhalten | abmelden",
		"shop.example":                    "://",
		"[ ] Ja":                          "[] ja",
		"[x] Ja ☑ nein ☐ doch":            "[x] ja | [x] nein | [] doch",
		"Stimmt das? [Ja] [Nein]":         "stimmt das | ja | nein",
		"I'd like Joe’s, don't I":         "i'd like joe's don't i",
		"J'accepte d’offres":              "j accepte d offres",
		"WhatsApp-Newsletter":             "whatsapp newsletter",
		"Eins\nzwei\n\ndrei":              "eins zwei | drei",
		"Ab\u00admelden STOP\u200bP":      "abmelden stopp",
		"":                                "",
	} {
		if got := parts(text); got != want {
			t.Errorf("split(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSplitMarksCapitalsAndQuotes(t *testing.T) {
	toks := split("Sende STOP oder „stopp“ an Meier")
	for i, want := range []struct{ caps, quoted, title bool }{
		{false, false, true}, {true, false, true}, {}, {false, true, false}, {}, {false, false, true},
	} {
		if g := toks[i]; g.caps != want.caps || g.quoted != want.quoted || g.title != want.title {
			t.Errorf("%s: caps %t quoted %t title %t, want %+v", g.norm, g.caps, g.quoted, g.title, want)
		}
	}
}

func TestSplitIsBounded(t *testing.T) {
	if n := len(split(strings.Repeat("a ", maxText))); n > maxText {
		t.Errorf("%d tokens", n)
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"Ja, [x] ä@b.de 'll ’", "\xff[", "(x", "z. B."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, k := range split(s) {
			if k.start < end || k.end <= k.start || k.end > len(s) {
				t.Fatalf("token %+v after byte %d of %d", k, end, len(s))
			}
			end = k.end
		}
	})
}
