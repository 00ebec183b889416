package poster

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

// coded draws a real code without the module's own package: wire packages know nothing of each other.
func coded(t *testing.T, text string) Code {
	t.Helper()
	img, err := qr.Encode(text, qr.Q, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	n := img.Bounds().Dx()
	c := Code{Size: n + 8}
	for y := range n {
		for x := range n {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
				c.Runs = append(c.Runs, Run{x + 4, y + 4, 1})
			}
		}
	}
	return c
}

func sample(t *testing.T) Poster {
	return Poster{Lang: "de", Size: "a5", Business: "Kaffeerösterei Sonnenschein GmbH", Headline: "Neues aus der Rösterei, auf WhatsApp",
		Topics: []Topic{{"Angebote und neue Röstungen", "Neue Sorten probieren, bevor sie im Laden stehen. Etwa zweimal im Monat."},
			{"Verkostungen und Kurse", "Freie Plätze vor allen anderen erfahren."}},
		Call: "Scannen, absenden, fertig", Steps: []string{"Kamera auf den Code richten", "Themen ankreuzen, Nummer eingeben", "In WhatsApp absenden"},
		LinkHint: "Oder eintippen:", Link: "https://jawort.example/o/src_01k9t3w5rkd1m",
		Small: "Ja, die Kaffeerösterei Sonnenschein GmbH darf mir zu den angekreuzten Themen auf WhatsApp schreiben, auch zu Werbezwecken. Das ist freiwillig und keine Bedingung für einen Kauf. Abmelden kann ich mich jederzeit, zum Beispiel mit STOP im Chat.",
		Foot:  "Kaffeerösterei Sonnenschein GmbH · Quelle „Kasse Filiale Mitte“ · Wortlaut Fassung 3", Code: coded(t, "https://jawort.example/o/src_01k9t3w5rkd1m")}
}

func TestPosterIsTheSameTwice(t *testing.T) {
	for size := range Sizes {
		p := sample(t)
		p.Size = size
		a, err := Draw(p)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Draw(p)
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: another file the second time (%v)", size, err)
		}
		if !bytes.HasPrefix(a, []byte("%PDF-")) || bytes.Count(a, []byte("/Type /Page\n")) != 1 || len(a) > 120<<10 {
			t.Errorf("%s: %d bytes, %d pages", size, len(a), bytes.Count(a, []byte("/Type /Page\n")))
		}
		if to := os.Getenv("JAWORT_POSTERS"); to != "" { // for looking at
			if err := os.WriteFile(to+"/"+size+".pdf", a, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := Draw(Poster{Size: "a0"}); err == nil {
		t.Error("a size that is none is drawn")
	}
}

// Whatever people call their business, it is one page and no error.
func TestHostileWordsStayOnThePage(t *testing.T) {
	for name, word := range map[string]string{
		"nothing": "", "long": strings.Repeat("Donaudampfschifffahrtsgesellschaft", 20), "many": strings.Repeat("sehr viele Wörter ", 300),
		"lines": strings.Repeat("a\n", 200), "emoji": "Kaffee ☕️ 👩‍🚀 🇩🇪", "arabic": "مرحبا بالعالم", "controls": "a\x00b\x1bc\u202ed\u00adf", "broken": "a\xffb\xc3",
		"pdf": ") Tj ET /JS (app.alert(1)) <</S/JavaScript>>", "markup": `<script>alert(1)</script>`,
	} {
		p := Poster{Lang: "de", Size: "a5", Business: word, Headline: word, Topics: []Topic{{word, word}, {word, word}, {word, word}, {word, word}, {word, word}},
			Call: word, Steps: []string{word, word}, Link: word, LinkHint: word, Small: word, Foot: word, Code: coded(t, "x")}
		b, err := Draw(p)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := bytes.Count(b, []byte("/Type /Page\n")); n != 1 {
			t.Errorf("%s: %d pages", name, n)
		}
		if bytes.Contains(b, []byte("/S/JavaScript")) {
			t.Errorf("%s: words became a command", name)
		}
	}
}

func TestLinesLoseNothing(t *testing.T) {
	p := sample(t)
	p.Small = strings.Repeat("Ein Satz mit einigen Wörtern darin. ", 40)
	b, err := Draw(p)
	if err != nil || len(b) == 0 {
		t.Fatal(err)
	}
}
