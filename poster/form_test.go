package poster

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// words of one form in three scripts.
var formWords = map[string]Form{
	"de": {Lang: "de", Business: "Kaffeerösterei Sonnenschein", Ask: "Bitte in Druckschrift", Headline: "Neues aus der Rösterei, auf WhatsApp",
		Topics: []Topic{{"Angebote und neue Röstungen", "Neue Sorten probieren, bevor sie im Laden stehen. Etwa zweimal im Monat."},
			{"Verkostungen und Kurse", "Freie Plätze vor allen anderen erfahren. Etwa einmal im Monat."}},
		Name: "Name", Phone: "Mobilnummer, mit der Sie WhatsApp nutzen",
		Notice: "Ja, die Kaffeerösterei Sonnenschein GmbH darf mir zu den angekreuzten Themen auf WhatsApp schreiben, auch zu Werbezwecken. Das ist freiwillig und keine Bedingung für einen Kauf. Abmelden kann ich mich jederzeit, zum Beispiel mit STOP im Chat oder an der Kasse. Datenschutzhinweis: sonnenschein.example/datenschutz",
		Sign:   "Datum, Unterschrift", Scan: "Lieber mit dem Telefon?\nEinfach scannen.", Serial: "Formular Nr.",
		Foot:    []string{"Sie bekommen zuerst eine Nachfrage auf WhatsApp. Erst mit Ihrem Ja dort ist die Anmeldung gültig.", "Kaffeerösterei Sonnenschein GmbH · Quelle „Kasse Filiale Mitte“ · Wortlaut Fassung 3"},
		TearOff: "Zum Mitnehmen: so melden Sie sich ab", Withdraw: []string{"Antworten Sie im Chat mit STOP, sagen Sie es an der Kasse oder rufen Sie an. Das geht jederzeit, kostet nichts und braucht keinen Grund."}},
	"ar": {Lang: "ar", RTL: true, Business: "محمصة الشمس المشرقة", Ask: "يرجى الكتابة بخط واضح", Headline: "أخبار المحمصة عبر واتساب",
		Topics: []Topic{{"العروض والأنواع الجديدة", "جرّب الأنواع الجديدة قبل وصولها إلى المتجر. مرتين في الشهر تقريبًا."}},
		Name:   "الاسم", Phone: "رقم الهاتف المستخدم في WhatsApp",
		Notice: "نعم، أوافق على أن تراسلني محمصة الشمس (Sonnenschein GmbH) عبر WhatsApp بشأن المواضيع المحددة، بما في ذلك الإعلانات. الموافقة طوعية وليست شرطًا للشراء. يمكنني إلغاء الاشتراك في أي وقت بكتابة STOP.",
		Sign:   "التاريخ والتوقيع", Scan: "تفضّل استخدام الهاتف؟", Serial: "رقم الاستمارة", Foot: []string{"الاستمارة · النسخة 3"},
		TearOff: "للاحتفاظ بها: كيف تلغي الاشتراك", Withdraw: []string{"أرسل STOP في المحادثة."}},
	"hi": {Lang: "hi", Business: "सूर्योदय कॉफ़ी", Ask: "कृपया साफ़ अक्षरों में लिखें", Headline: "व्हाट्सऐप पर नई ख़बरें",
		Topics: []Topic{{"ऑफ़र और नई किस्में", "दुकान में आने से पहले नई किस्में आज़माएँ। महीने में लगभग दो बार।"}},
		Name:   "नाम", Phone: "WhatsApp वाला मोबाइल नंबर",
		Notice: "हाँ, सूर्योदय कॉफ़ी मुझे चुने हुए विषयों पर WhatsApp पर संदेश भेज सकती है, विज्ञापन भी। यह स्वैच्छिक है और ख़रीद की शर्त नहीं है। मैं STOP लिखकर कभी भी मना कर सकता/सकती हूँ।",
		Sign:   "तारीख़, हस्ताक्षर", Scan: "फ़ोन से करना चाहेंगे?", Serial: "फ़ॉर्म संख्या", Foot: []string{"संस्करण 3"},
		TearOff: "अपने पास रखें", Withdraw: []string{"चैट में STOP लिखें।"}},
}

func slips(t *testing.T, serials ...string) []Slip {
	var out []Slip
	for _, s := range serials {
		out = append(out, Slip{s, coded(t, "https://jawort.example/o/f/"+s)})
	}
	return out
}

func drawForms(t *testing.T, f Form, serials ...string) []byte {
	t.Helper()
	b, err := Forms(f, slips(t, serials...))
	if err != nil {
		t.Fatal(err)
	}
	if to := os.Getenv("JAWORT_POSTERS"); to != "" { // for looking at
		if err := os.WriteFile(filepath.Join(to, "form-"+f.Lang+"-"+f.Size+".pdf"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// tool runs one of Debian's readers of paper.
func tool(t *testing.T, pkg, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: install the package %s", name, pkg)
	}
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return string(out)
}

// What is printed is read back: every code by zbarimg from the rendered page, every word by pdftotext.
func TestFormsAreReadBack(t *testing.T) {
	serials := []string{"ABCDE-FGHJK", "LMNPQ-RSTUV", "WXYZ2-34567"}
	logo := image.NewNRGBA(image.Rect(0, 0, 60, 20))
	for i := range logo.Pix {
		logo.Pix[i] = 0x80
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, logo); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lang, size string
		pages      int
	}{{"de", "a4", 2}, {"ar", "a5", 3}, {"hi", "a4", 2}} {
		t.Run(c.lang+"/"+c.size, func(t *testing.T) {
			f := formWords[c.lang]
			f.Size, f.Logo = c.size, picture.Bytes()
			b := drawForms(t, f, serials...)
			if again := drawForms(t, f, serials...); !bytes.Equal(b, again) {
				t.Error("another file the second time")
			}
			folder := t.TempDir()
			file := filepath.Join(folder, "form.pdf")
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
			tool(t, "poppler-utils", "pdftoppm", "-r", "110", "-gray", "-png", file, filepath.Join(folder, "page"))
			images, err := filepath.Glob(filepath.Join(folder, "page*.png"))
			if err != nil || len(images) != c.pages {
				t.Fatalf("%d pages, want %d (%v)", len(images), c.pages, err)
			}
			codes := tool(t, "zbar-tools", "zbarimg", append([]string{"-q", "--raw"}, images...)...)
			text := tool(t, "poppler-utils", "pdftotext", "-layout", file, "-")
			for _, s := range serials {
				if n := strings.Count(codes, "/o/f/"+s+"\n"); n != 1 {
					t.Errorf("the code of %s is there %d times: %q", s, n, codes)
				}
				if n := strings.Count(text, s); n != 2 { // beside the code, and on the part to keep
					t.Errorf("%s is printed %d times", s, n)
				}
			}
			for _, want := range []string{f.Headline, f.Business, f.Phone, f.Notice} {
				if missing := lacks(text, want); len(missing) > 0 {
					t.Errorf("%q is not found on the page: %q", missing, text)
				}
			}
		})
	}
}

var marks = regexp.MustCompile(`[\p{Cf}]`)

// lacks answers the words that cannot be found in a page's text.
func lacks(text, want string) []string {
	text = marks.ReplaceAllString(text, "")
	return slices.DeleteFunc(strings.Fields(want), func(word string) bool {
		return strings.Contains(text, strings.Trim(word, ".,:;()。।،؟/"))
	})
}

// A notice is printed whole or not at all; everything else gives way first.
func TestLongNotices(t *testing.T) {
	f := formWords["de"]
	f.Size = "a5"
	long := strings.Repeat("Dies ist ein Satz einer langen Einwilligung mit vielen Wörtern. ", 18) + "SCHLUSSWORT"
	f.Notice = long
	b := drawForms(t, f, "ABCDE-FGHJK")
	file := filepath.Join(t.TempDir(), "form.pdf")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if text := tool(t, "poppler-utils", "pdftotext", file, "-"); !strings.Contains(text, "SCHLUSSWORT") {
		t.Error("the notice was cut")
	}
	f.Notice = strings.Repeat(long, 5)
	if _, err := Forms(f, slips(t, "ABCDE-FGHJK")); !errors.Is(err, ErrTooLong) {
		t.Errorf("a notice of five pages: %v", err)
	}
	f.Size = "a3"
	if _, err := Forms(f, nil); err == nil {
		t.Error("a size that is none is drawn")
	}
}

func TestHostileForms(t *testing.T) {
	for name, word := range map[string]string{
		"nothing": "", "long": strings.Repeat("Donaudampfschifffahrtsgesellschaft", 5), "emoji": "Kaffee ☕️ 👩‍🚀 🇩🇪", "controls": "a\x00b\x1bc\u202ed\u00adf\u2066", "broken": "a\xffb\xc3",
		"pdf": ") Tj ET /JS (app.alert(1)) <</S/JavaScript>>", "marks": "a" + strings.Repeat("\u0301", 300), "mixed": "abc مرحبا def हिन्दी 漢字",
	} {
		for _, rtl := range []bool{true, false} {
			f := Form{Lang: word, RTL: rtl, Size: "a4", Business: word, Ask: word, Headline: word, Topics: []Topic{{word, word}}, Name: word, Phone: word, Notice: word,
				Sign: word, Scan: word, Serial: word, Foot: []string{word}, TearOff: word, Withdraw: []string{word}, Logo: []byte(word)}
			b, err := Forms(f, slips(t, "ABCDE-FGHJK"))
			if err != nil && !errors.Is(err, ErrTooLong) {
				t.Errorf("%s: %v", name, err)
			}
			if bytes.Contains(b, []byte("/S/JavaScript")) {
				t.Errorf("%s: words became a command", name)
			}
		}
	}
}

func TestMissingSigns(t *testing.T) {
	for text, want := range map[string]string{"": "", "Größe, 5 %\u202fund „so“": "", "مرحبا 123": "", "हिन्दी\u200d": "", "a漢b漢c字": "漢字"} {
		if got := string(Missing(text)); got != want {
			t.Errorf("%q lacks %q, want %q", text, got, want)
		}
	}
}

// Letters that join leave no gap between them; the same letters kept apart do.
func TestArabicIsJoined(t *testing.T) {
	gaps := func(word string) int {
		b, err := Forms(Form{Lang: "ar", RTL: true, Size: "a5", Headline: word}, []Slip{{}})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "form")
		if err := os.WriteFile(file+".pdf", b, 0o600); err != nil {
			t.Fatal(err)
		}
		tool(t, "poppler-utils", "pdftoppm", "-r", "100", "-png", "-singlefile", file+".pdf", file)
		r, err := os.Open(file + ".png")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		img, err := png.Decode(r)
		if err != nil {
			t.Fatal(err)
		}
		edges, before := 0, false
		for x := range img.Bounds().Dx() { // columns with ink in the band of the headline, above its rule
			ink := false
			for y := 72; y < 104; y++ {
				ink = ink || color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 100
			}
			if ink && !before {
				edges++
			}
			before = ink
		}
		return edges - 1
	}
	if joined, apart := gaps("محمحم"), gaps("م\u200cح\u200cم\u200cح\u200cم"); joined != 0 || apart < 2 {
		t.Errorf("joined letters have %d gaps, letters kept apart %d", joined, apart)
	}
}
