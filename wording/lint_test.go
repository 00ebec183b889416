package wording

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"jawort/rules"
)

func yes() *bool { b := true; return &b }
func no() *bool  { b := false; return &b }

const goodDE = "Ja, die Blumenhaus Meier GmbH darf mir Werbung zu Schnittblumen per WhatsApp senden. Die Einwilligung kann ich jederzeit widerrufen, zum Beispiel mit STOPP."

func german() Input {
	return Input{Business: "Blumenhaus Meier GmbH", Lang: "de", Country: "DE", Text: goodDE}
}

func TestFormContradicts(t *testing.T) {
	for _, c := range []struct {
		country string
		ui      UI
		missing string
	}{
		{"DE", UI{}, ""},
		{"DE", UI{Checkbox: no()}, ""},
		{"DE", UI{Checkbox: yes(), Prechecked: no(), SeparateTerms: yes(), RequiredForOrder: no()}, ""},
		{"DE", UI{Prechecked: yes()}, Unticked},
		{"DE", UI{SeparateTerms: no()}, SeparateFromTerms},
		{"DE", UI{RequiredForOrder: yes()}, Voluntary},
		{"US", UI{RequiredForOrder: yes()}, NotCondition},
		{"SG", UI{RequiredForOrder: yes()}, NotCondition},
		{"AU", UI{RequiredForOrder: yes()}, Voluntary},
		{"", UI{RequiredForOrder: yes()}, Voluntary},
	} {
		in := german()
		in.Country, in.UI = c.country, &c.ui
		if got := strings.Join(Lint(in).Missing, " "); got != c.missing {
			t.Errorf("%s %+v: missing %q, want %q", c.country, c.ui, got, c.missing)
		}
	}
}

func TestVerdictAsJSON(t *testing.T) {
	in := german()
	raw, err := json.Marshal(Lint(in))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatal(err)
	}
	if len(fields) != 3 || string(fields["ok"]) != "true" || string(fields["missing"]) != "[]" || fields["warnings"][0] != '[' {
		t.Errorf("contract broken: %s", raw)
	}
	var warnings []map[string]string
	if err := json.Unmarshal(fields["warnings"], &warnings); err != nil {
		t.Fatal(err)
	}
	for _, w := range warnings {
		if len(w) != 3 || w["code"] == "" || w["text"] == "" {
			t.Errorf("warning %v", w)
		}
	}
}

// DESIGN section 10: what missing may hold.
var mayMiss = []string{BusinessName, ChannelWhatsApp, OptInStatement, Categories, WithdrawHow, WithdrawRight,
	SeparateFromTerms, Unticked, Voluntary, NotCondition, ThirdPartiesNamed}

func TestOnlyTheContractsCodesAreMissing(t *testing.T) {
	for _, l := range readSet(t, "testdata/texts.jsonl") {
		v := Lint(l.Input)
		if v.OK != (len(v.Missing) == 0) || len(v.Faults) != len(v.Missing) {
			t.Errorf("ok %t with missing %v and %d faults: %s", v.OK, v.Missing, len(v.Faults), l.Text)
		}
		for _, code := range v.Missing {
			if !slices.Contains(mayMiss, code) {
				t.Errorf("missing %s: %s", code, l.Text)
			}
		}
		for _, w := range slices.Concat(v.Warnings, v.Faults) {
			if w.Text == "" || !strings.Contains(l.Text, strings.TrimSuffix(w.Passage, " …")) {
				t.Errorf("warning %+v on %s", w, l.Text)
			}
			if w.Code != Unticked && rules.Meaning(w.Code) == "" {
				t.Errorf("warning code %s is no clause", w.Code)
			}
		}
	}
}

func TestOtherClausesAreWarnings(t *testing.T) {
	codes := func(in Input) []string {
		var list []string
		for _, w := range Lint(in).Warnings {
			list = append(list, w.Code)
		}
		return list
	}
	in := german()
	for country, want := range map[string][]string{
		"DE": {"VOLUNTARY", "PRIVACY_LINK", "FREQUENCY", "META_INVOLVED", "AGE", Unticked},
		"US": {"NOT_CONDITION_OF_PURCHASE", "AUTOMATED_TECH", "MSG_DATA_RATES", "HELP", "TERMS_LINK", Unticked},
		"IL": {"CONTACT", Unticked},
	} {
		in.Country = country
		got := codes(in)
		for _, code := range want {
			if !slices.Contains(got, code) {
				t.Errorf("%s: no warning %s in %v", country, code, got)
			}
		}
	}
	in.Country, in.UI = "DE", &UI{Checkbox: yes()}
	if slices.Contains(codes(in), Unticked) {
		t.Error("a known form is warned about")
	}
	in.Kind = kindIVR
	in.UI = nil
	if slices.Contains(codes(in), Unticked) {
		t.Error("a telephone text is asked for its box")
	}
}

func TestHintsAreCompleteAndInTheReadersLanguage(t *testing.T) {
	for _, id := range rules.Records() {
		for _, c := range rules.For(id, dataDay).Clauses {
			if slices.Contains(judgedElsewhere, c.Code) && hints[c.Code] == (hint{}) {
				continue
			}
			de, en := Hint(c.Code, "de-AT"), Hint(c.Code, "fr")
			if de == "" || en == "" || de == en {
				t.Errorf("%s of %s: hints %q and %q", c.Code, id, de, en)
			}
		}
	}
	for _, code := range mayMiss {
		if Hint(code, "de") == "" || Hint(code, "en") == "" {
			t.Errorf("no hint for %s", code)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		kind, text, missing string
		promo               bool
	}{
		{kindConfirm, "Meier: Möchten Sie Werbung per WhatsApp bekommen? [Ja] [Nein]", "", false},
		{kindConfirm, "Meier: Dürfen wir Ihnen hier Angebote senden? [Ja] [Nein]", "", false},
		{kindConfirm, "Meier: Werbung per WhatsApp bestätigen? [Ja] [Nein] Jetzt 10 % Rabatt sichern!", "", true},
		{kindConfirm, "Meier: Werbung per WhatsApp bestätigen? [Ja]", WithdrawHow, false},
		{kindStopAck, "Meier: Sie bekommen keine Nachrichten mehr.", "", false},
		{kindStopAck, "Meier: Sie sind abgemeldet. Vorher noch: 20 % Rabatt!", "", true},
		{kindStopAck, "Meier: Danke!", WithdrawHow, false},
		{kindThread, "START: Ich möchte Angebote von Meier hier im Chat. Abmelden mit STOP.", "", false},
		{kindWeb, "Ich möchte Angebote von Meier hier. Abmelden mit STOP.", ChannelWhatsApp, false},
	} {
		v := Lint(Input{Business: "Meier", Lang: "de", Country: "DE", Kind: c.kind, Text: c.text})
		if got := strings.Join(v.Missing, " "); got != c.missing || (v.Promo != "") != c.promo {
			t.Errorf("%s %q: missing %q promo %q, want %q %t", c.kind, c.text, got, v.Promo, c.missing, c.promo)
		}
	}
}

// A name made of the very words we look for says nothing but who it is.
func TestNamesSayNothingElse(t *testing.T) {
	for business, missing := range map[string]string{
		"Stop Angebote WhatsApp Ja GmbH": "CHANNEL_WHATSAPP OPT_IN_STATEMENT CATEGORIES WITHDRAW_HOW",
		"Partner & Partner":              "CHANNEL_WHATSAPP OPT_IN_STATEMENT CATEGORIES WITHDRAW_HOW",
	} {
		if got := strings.Join(Lint(Input{Business: business, Lang: "de", Text: business + "."}).Missing, " "); got != missing {
			t.Errorf("%s: %s", business, got)
		}
	}
}

func FuzzLint(f *testing.F) {
	f.Add("Meier", "de", "DE", goodDE, "web")
	f.Add("", "", "", "[x] „stop", "confirm")
	f.Add("(", "xx", "US-TX", "I agree \xff", "stop_ack")
	f.Fuzz(func(t *testing.T, business, lang, country, text, kind string) {
		in := Input{Business: business, Lang: lang, Country: country, Text: text, Kind: kind}
		v := Lint(in)
		if v.OK != (len(v.Missing) == 0) {
			t.Fatal("ok and missing disagree")
		}
		for _, code := range v.Missing {
			if !slices.Contains(mayMiss, code) {
				t.Fatalf("missing %s", code)
			}
		}
		if again := Lint(in); strings.Join(again.Missing, " ") != strings.Join(v.Missing, " ") {
			t.Fatal("two judgements differ")
		}
	})
}
