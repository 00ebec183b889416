package intake

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jawort/graph"
	"jawort/keyword"
	"jawort/say"
	"jawort/source"
)

func TestCodeIn(t *testing.T) {
	for text, want := range map[string]string{
		"Ja, ich willige ein. Code: K7F2-9QMD":   "K7F2-9QMD",
		"code k7f2-9qmd":                         "K7F2-9QMD",
		"Code: K7F2 9QMD bitte":                  "K7F2-9QMD",
		"Code: K7F2–9QMD":                        "K7F2-9QMD", // a phone that makes a dash of it
		"K7F29QMD":                               "",
		"Bestellung 1001-2024":                   "", // 0 and 1 are in no code
		"nothing here":                           "",
		"prefixK7F2-9QMDsuffix":                  "",
		strings.Repeat("x", 5000) + " ABCD-EFGH": "ABCD-EFGH",
		"two codes: ABCD-EFGH and JKLM-NPQR":     "ABCD-EFGH",
	} {
		if got := codeIn(text); got != want {
			t.Errorf("codeIn(%.40q) = %q, want %q", text, got, want)
		}
	}
}

func TestACodeIsReadAsItWasMade(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		c := source.NewCode()
		if codeIn("Code: "+c) != c || codeIn(strings.ToLower(c)) != c {
			t.Fatalf("%s is not read back", c)
		}
		if seen[c] {
			t.Fatal("the same code twice")
		}
		seen[c] = true
	}
	if hashCode("ABCD-EFGH") == hashCode("ABCD-EFGJ") || strings.Contains(hashCode("ABCD-EFGH"), "ABCD") {
		t.Error("the hash of a code says too little or too much")
	}
}

// TestTheDeclarationIsAYes: what we put into people's mouths reads as a yes. Businesses called Stop & Shop are covered
// by the words themselves (hashWords), not by their meaning.
func TestTheDeclarationIsAYes(t *testing.T) {
	for _, lang := range []string{"de", "en"} {
		for _, business := range []string{"Kaffeerösterei Morgenrot", "Harbour Books", "Müller & Söhne"} {
			for _, topics := range [][]string{{"Angebote und neue Röstungen"}, {"Order updates", "Offers"}, {"Werbung"}} {
				text := declaration(lang, business, topics, source.NewCode())
				if r := keyword.Read(keyword.Input{Text: text, Via: keyword.Text}); r.Intent != keyword.Start {
					t.Errorf("%q reads as %s (%s)", text, r.Intent, r.Matched)
				}
			}
		}
	}
}

func TestHashWords(t *testing.T) {
	same := declaration("de", "Stop & Shop", []string{"Werbung"}, "ABCD-EFGH")
	if hashWords(same) != hashWords("  "+strings.ReplaceAll(same, " ", "\u00a0 ")+"\n") {
		t.Error("spaces make another text of it")
	}
	if hashWords(same) == hashWords(same+" STOP") || hashWords(same) == hashWords(strings.Replace(same, "Ja", "Nein", 1)) {
		t.Error("another text counts as our own words")
	}
}

func TestChatLink(t *testing.T) {
	text := "Ja, ich möchte & will: 100 % + Code K7F2-9QMD"
	u, err := url.Parse(ChatLink("493023125020", text))
	if err != nil {
		t.Fatal(err)
	}
	if u.Host != "wa.me" || u.Path != "/493023125020" || u.Query().Get("text") != text || strings.Contains(u.RawQuery, "+") {
		t.Errorf("the link %s does not carry the text", u)
	}
}

func TestButtonsSayWhatTheirPayloadSays(t *testing.T) {
	for payload, want := range map[string]keyword.Intent{
		"optout:all":              keyword.StopAll,
		"optout:marketing":        keyword.StopMarketing,
		"optout:marketing:c_991":  keyword.StopMarketing,
		"optout:topic:order_news": keyword.StopTopic,
		"optout:":                 keyword.None,
		"something else":          keyword.None,
		"":                        keyword.None,
	} {
		r := keyword.Reading{Intent: keyword.None}
		byButton(&r, payload)
		if r.Intent != want {
			t.Errorf("%q reads as %s, want %s", payload, r.Intent, want)
		}
	}
	tap := &graph.Inbound{Button: &graph.Reply{ID: "optin:yes:req_0", Title: "Ja"}}
	if tapOf(tap).request != "" {
		t.Error("a payload that names no request of ours counts as a tap")
	}
}

func TestStorable(t *testing.T) {
	if got := storable("a\x00b\xffc"); got != "ab\uFFFDc" {
		t.Errorf("storable = %q", got)
	}
}

func FuzzCodeIn(f *testing.F) {
	f.Add("Code: K7F2-9QMD")
	f.Fuzz(func(t *testing.T, s string) {
		if c := codeIn(s); c != "" && codeIn(c) != c {
			t.Errorf("%q is found but not read again", c)
		}
	})
}

func TestCut(t *testing.T) {
	for in, want := range map[string]string{
		"Angebote": "Angebote", "Angebote und neue Röstungen": "Angebote und neue…", "Donaudampfschifffahrtsgesellschaft": "Donaudampfschifffahrtsg…",
		"ab Donaudampfschifffahrtsgesellschaft": "ab Donaudampfschifffahr…", "123456789012345678901234": "123456789012345678901234",
	} {
		if got := cut(in, 24); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestAgreedNamesWhatWorks: the word that the answer to a yes tells people to write is read as asking for the settings, in every language,
// and STOP as the end of everything.
func TestAgreedNamesWhatWorks(t *testing.T) {
	for _, lang := range say.Public {
		text := say.Text(lang, "intake.agreed", say.Args{"Business": "Meier", "Topics": "X"})
		quoted := regexp.MustCompile(`[„“«”‘»]\s*([^„“«”‘’»]+?)\s*[“”»’]`).FindStringSubmatch(text)
		if quoted == nil || !slices.Contains(settingsWords, strings.ToLower(quoted[1])) {
			t.Errorf("%s: %q tells people to write what shows no settings: %q", lang, text, quoted)
		}
		for _, part := range []string{"Meier", "X", "STOP", "WhatsApp"} {
			if !strings.Contains(text, part) && !(part == "WhatsApp" && strings.Contains(text, "واتساب")) {
				t.Errorf("%s: %q lacks %s", lang, text, part)
			}
		}
	}
}
