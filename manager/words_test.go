package manager

import (
	"strings"
	"testing"
	"time"

	"jawort/gate"
	"jawort/intake"
	"jawort/say"
)

func TestRulesWord(t *testing.T) {
	for _, c := range []struct{ lang, version, want string }{
		{"de", "de@2026-11-22", "Regeln (Deutschland) vom 22.\u00a0November 2026"},
		{"en", "gb@2026-11-22", "Rules (United Kingdom) of 22\u00a0November 2026"},
		{"de", "2026-11-03", "Regeln 2026-11-03"}, {"en", "<b>@2026-13-40", "Rules <b>@2026-13-40"},
	} {
		if got := (&visit{lang: c.lang}).rulesWord(c.version); got != c.want {
			t.Errorf("%s in %s: %q", c.version, c.lang, got)
		}
	}
}

// Each reason of the gate has its few words, in both languages, and they name nobody and nothing.
func TestReasonWords(t *testing.T) {
	for _, lang := range say.Languages {
		v, seen := &visit{lang: lang}, map[string]string{}
		for _, g := range gate.Grounds() {
			word := v.reasonWord(g.Code)
			if word == strings.ToLower(g.Code) || strings.ContainsAny(word, "{…") || len([]rune(word)) > 48 {
				t.Errorf("%s in %s: %q", g.Code, lang, word)
			}
			if seen[word] != "" {
				t.Errorf("%s and %s are both %q", seen[word], g.Code, word)
			}
			seen[word] = g.Code
		}
		if got := v.reasonWord("OF_TOMORROW"); got != "OF_TOMORROW" {
			t.Errorf("a reason of another version is %q", got)
		}
	}
}

func TestNamed(t *testing.T) {
	names := topics{"offers": "Angebote"}
	for in, want := range map[string]string{"offers": "Angebote", "sommer_sale": "sommer_sale", "": ""} {
		if got := names.named(keptReason{Name: in}).Name; got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestHelpOnce(t *testing.T) {
	lines := []cardLine{{"a", "wait"}, {"b", "ask"}, {"c", "wait"}, {"d", ""}}
	helpOnce(lines)
	if lines[0].Fix != "" || lines[1].Fix != "ask" || lines[2].Fix != "wait" || lines[3].Fix != "" {
		t.Errorf("%+v", lines)
	}
}

func TestLeadWord(t *testing.T) {
	v := &visit{lang: "de"}
	for path, want := range map[string]string{"/quality/brake": "Zur Qualität", "/decisions?verdict=refuse": "Zu den Entscheidungen", "/": "Dorthin", "/settings/mail": "Zu den Einstellungen"} {
		if got := v.leadWord(path); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
}

// The slider counts the business's clock, and goes back and forth over a change of the hour without a gap of its own.
func TestWall(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	v := &visit{zone: berlin}
	for at, want := range map[string]string{"2026-11-23T13:04:59Z": "2026-11-23T14:04", "2026-07-01T22:30:00Z": "2026-07-02T00:30"} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := time.Parse(momentLayout, want)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.wall(moment); got != digits(int(shown.Unix())) {
			t.Errorf("%s: %s, want %d", at, got, shown.Unix())
		}
	}
}

// What holds of two languages stands once; what quotes the text stands for itself.
func TestFindingsSorted(t *testing.T) {
	d := reviewData{findings: []finding{
		{shape: "warn", code: "AGE", text: "say how old", lang: "de"}, {shape: "warn", code: "AGE", text: "say how old", lang: "en"},
		{shape: "warn", code: "often", text: "say how often"}, {shape: "ok", code: "NAME", lang: "de", words: "Ja"}, {shape: "ok", code: "NAME", lang: "en", words: "Ja"},
		{shape: "idle", code: "taken"}}}
	mend, held := d.sorted()
	if len(mend) != 3 || strings.Join(mend[0].langs(), " ") != "de en" || mend[1].langs() != nil || mend[2].shape != "idle" || len(held) != 2 {
		t.Errorf("mend %+v, held %+v", mend, held)
	}
	if again, _ := d.sorted(); strings.Join(again[0].langs(), " ") != "de en" {
		t.Error("sorting twice adds up")
	}
}

// Whatever Jawort itself gives as a reason is told in words; only what people typed is shown as it is.
func TestReasonsHaveWords(t *testing.T) {
	for _, code := range append([]string{"split", "restored", "unsure", "misread", "block_cleared"}, intake.Reasons...) {
		for _, lang := range []string{"de", "en"} {
			if !say.Has(lang, "manager.because."+code) {
				t.Errorf("%s: no words for the reason %q", lang, code)
			}
		}
	}
}
