package wording

import (
	"slices"
	"strings"
	"testing"
)

// Texts in Arabic and Hindi as businesses write them, and what each lacks; letters that join and signs that hang on letters are read.
func TestOtherScripts(t *testing.T) {
	for name, c := range map[string]struct {
		lang, kind, text string
		want             []string
	}{
		"ar whole":      {"ar", "web", "نعم، أوافق على أن ترسل لي Kaffee Morgenrot رسائل عبر واتساب حول المواضيع المحددة أعلاه: معلومات الطلب والعروض والتحميصات الجديدة (إعلانات، أربع مرات في الشهر كحد أقصى). الموافقة طوعية. يمكنني سحب موافقتي في أي وقت بأثر مستقبلي، وأسهل طريقة هي إرسال STOP في الدردشة.", nil},
		"ar short":      {"ar", "web", "أرغب في تلقي عروض Kaffee Morgenrot عبر WhatsApp. لإلغاء الاشتراك أرسل STOP.", nil},
		"ar service":    {"ar", "paper", "أوافق على تلقي تحديثات بشأن طلبي من Kaffee Morgenrot عبر الواتساب. يمكنني إلغاء الموافقة في أي وقت.", nil},
		"ar no name":    {"ar", "web", "أوافق على تلقي العروض عبر واتساب. يمكنني سحب موافقتي في أي وقت.", []string{BusinessName}},
		"ar no channel": {"ar", "web", "أوافق على تلقي عروض Kaffee Morgenrot. يمكنني سحب موافقتي في أي وقت.", []string{ChannelWhatsApp}},
		"ar announced":  {"ar", "web", "سوف نرسل لك عروض Kaffee Morgenrot عبر واتساب. يمكنك إلغاء الاشتراك في أي وقت.", []string{OptInStatement}},
		"ar no kind":    {"ar", "web", "أوافق على أن ترسل لي Kaffee Morgenrot رسائل عبر واتساب. يمكنني سحب موافقتي في أي وقت.", []string{Categories}},
		"ar no way out": {"ar", "web", "أوافق على تلقي عروض Kaffee Morgenrot عبر واتساب.", []string{WithdrawHow}},
		"ar denied":     {"ar", "web", "أوافق على تلقي عروض Kaffee Morgenrot عبر واتساب. لا يمكن سحب الموافقة.", []string{WithdrawHow}},
		"ar refusing":   {"ar", "web", "لا أوافق على تلقي عروض Kaffee Morgenrot عبر واتساب. يمكنني سحب موافقتي في أي وقت.", []string{Categories, OptInStatement}},
		"ar with terms": {"ar", "web", "أوافق على الشروط والأحكام وعلى تلقي عروض Kaffee Morgenrot عبر واتساب. يمكنني سحب موافقتي في أي وقت.", []string{SeparateFromTerms}},

		"hi whole":      {"hi", "web", "हाँ, मैं सहमत हूँ कि Kaffee Morgenrot मुझे ऊपर चुने गए विषयों पर WhatsApp संदेश भेजे: ऑर्डर की जानकारी तथा ऑफ़र और नए रोस्ट (विज्ञापन, महीने में अधिकतम चार बार)। यह सहमति स्वैच्छिक है। मैं अपनी सहमति कभी भी वापस ले सकता हूँ, सबसे आसान है चैट में STOP भेजना।", nil},
		"hi short":      {"hi", "web", "मैं Kaffee Morgenrot से व्हाट्सऐप पर ऑफ़र पाना चाहता हूँ। बंद करने के लिए STOP लिखें।", nil},
		"hi service":    {"hi", "paper", "मैं सहमत हूँ कि Kaffee Morgenrot मुझे मेरे ऑर्डर की जानकारी व्हाट्सएप पर भेजे। मैं किसी भी समय सहमति वापस ले सकती हूँ।", nil},
		"hi no name":    {"hi", "web", "मैं व्हाट्सऐप पर ऑफ़र पाना चाहता हूँ। बंद करने के लिए STOP लिखें।", []string{BusinessName}},
		"hi no channel": {"hi", "web", "मैं Kaffee Morgenrot से ऑफ़र पाना चाहता हूँ। बंद करने के लिए STOP लिखें।", []string{ChannelWhatsApp}},
		"hi no kind":    {"hi", "web", "मैं सहमत हूँ कि Kaffee Morgenrot मुझे WhatsApp पर संदेश भेजे। बंद करने के लिए STOP लिखें।", []string{Categories}},
		"hi no way out": {"hi", "web", "मैं Kaffee Morgenrot से WhatsApp पर ऑफ़र पाना चाहता हूँ।", []string{WithdrawHow}},
		"hi refusing":   {"hi", "web", "मैं Kaffee Morgenrot से WhatsApp पर ऑफ़र नहीं चाहता हूँ। बंद करने के लिए STOP लिखें।", []string{OptInStatement}},
		"hi with terms": {"hi", "web", "मैं नियमों और शर्तों से सहमत हूँ और Kaffee Morgenrot से WhatsApp पर ऑफ़र पाना चाहता हूँ। बंद करने के लिए STOP लिखें।", []string{SeparateFromTerms}},
	} {
		for _, country := range []string{"DE", "AE", "IN", ""} {
			v := Lint(Input{Business: "Kaffee Morgenrot", Lang: c.lang, Country: country, Text: c.text, Kind: c.kind})
			missing := slices.Clone(v.Missing)
			slices.Sort(missing)
			if !slices.Equal(missing, c.want) && len(missing)+len(c.want) > 0 {
				t.Errorf("%s in %q: lacks %v, want %v (found %v)", name, country, v.Missing, c.want, v.Found)
			}
		}
	}
}

// A text is cut between words only, whatever its script.
func TestWordsOfOtherScripts(t *testing.T) {
	for text, want := range map[string]int{"सहमति वापस लेना": 3, "الموافقة طوعية": 2, "رسائل، عروض؛ أخبار؟": 3, "संदेश भेजें। धन्यवाद": 3, "சம்மதம் தருகிறேன்": 2} {
		if got := len(split(text)); got != want {
			t.Errorf("%s: %d words, want %d", text, got, want)
		}
	}
	if toks := split("यह ठीक है। हाँ"); toks[3].sent != 1 || strings.Contains(toks[2].norm, "।") {
		t.Errorf("a danda ends no sentence: %+v", toks)
	}
}
