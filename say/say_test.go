package say

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"sort"
	"testing"
)

// catalogue reads one language raw, key → sentence (plural forms joined).
func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := files.ReadDir(lang)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, _ := files.ReadFile(path.Join(lang, e.Name()))
		raw := map[string]any{}
		if err := json.Unmarshal(b, &raw); err != nil {
			t.Fatalf("%s/%s: %v", lang, e.Name(), err)
		}
		for k, v := range raw {
			if _, twice := out[k]; twice {
				t.Errorf("%s/%s: key %s stands twice", lang, e.Name(), k)
			}
			j, _ := json.Marshal(v)
			out[k] = string(j)
		}
	}
	return out
}

var blank = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

func blanks(s string) []string {
	set := map[string]bool{}
	for _, m := range blank.FindAllStringSubmatch(s, -1) {
		set[m[1]] = true
	}
	var out []string
	for k := range set {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func TestCataloguesSayTheSame(t *testing.T) {
	en, de := catalogue(t, "en"), catalogue(t, "de")
	for k, s := range en {
		if _, ok := de[k]; !ok {
			t.Errorf("de lacks %s", k)
			continue
		}
		if a, b := blanks(s), blanks(de[k]); len(a) != len(b) || (len(a) > 0 && !equal(a, b)) {
			t.Errorf("%s: blanks %v in en, %v in de", k, a, b)
		}
	}
	for k := range de {
		if _, ok := en[k]; !ok {
			t.Errorf("en lacks %s", k)
		}
	}
}

// The languages that only people are spoken to in have exactly the sentences that people read, with the same blanks.
func TestPublicLanguagesSayWhatPeopleRead(t *testing.T) {
	en := catalogue(t, "en")
	for _, lang := range Public {
		if slices.Contains(Languages, lang) {
			continue
		}
		own := catalogue(t, lang)
		for k, s := range en {
			if !ForPeople(k) {
				continue
			}
			said, ok := own[k]
			if !ok {
				t.Errorf("%s lacks %s", lang, k)
			} else if !equal(blanks(s), blanks(said)) {
				t.Errorf("%s in %s has the blanks %v, not %v", k, lang, blanks(said), blanks(s))
			} else if said == s && len(blank.ReplaceAllString(s, "")) > 20 {
				t.Errorf("%s in %s is English", k, lang)
			}
		}
		for k := range own {
			if !ForPeople(k) || en[k] == "" {
				t.Errorf("%s has %s, which no person reads", lang, k)
			}
		}
		if Text(lang, "error.internal") != Text("en", "error.internal") {
			t.Errorf("in %s a sentence for staff does not read English", lang)
		}
	}
}

func TestMatchPublic(t *testing.T) {
	for accept, want := range map[string]string{"": "en", "ar-EG, en;q=0.5": "ar", "hi": "hi", "pt_BR": "pt", "fr-CA": "fr", "de-AT": "de", "ja": "en", "nonsense;;": "en"} {
		if got := MatchPublic(accept); got != want {
			t.Errorf("MatchPublic(%q) = %s, want %s", accept, got, want)
		}
	}
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestTextFallsBack(t *testing.T) {
	if Text("fr", "error.internal") != Text("en", "error.internal") {
		t.Error("an unknown language does not read English")
	}
	if Text("de", "no.such") != "[no.such]" {
		t.Error("a missing key is not visible")
	}
}

func TestMatch(t *testing.T) {
	for accept, want := range map[string]string{"": "en", "de-CH, en;q=0.5": "de", "fr, de;q=0.3": "de", "fr": "en", "nonsense;;": "en", "en-GB": "en"} {
		if got := Match(accept); got != want {
			t.Errorf("Match(%q) = %s, want %s", accept, got, want)
		}
	}
}

func TestASentenceWithoutPluralsTakesAnyCount(t *testing.T) {
	if !Has("en", "error.internal") || Has("en", "no.such") {
		t.Error("Has does not tell a plain sentence from a missing one")
	}
	if got := Text("de", "error.internal", Args{"Count": 1}); got != Text("de", "error.internal") {
		t.Errorf("with a count it reads %q", got)
	}
}
