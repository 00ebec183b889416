package say

import (
	"encoding/json"
	"path"
	"regexp"
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

func equal(a, b []string) bool {
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
