package address

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// numbers draws numbers of the countries with variants and of some without, in service or not.
func numbers() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`52(1)?[2-9][0-9]{9}`),
		rapid.StringMatching(`55[1-9][1-9](9)?[2-9][0-9]{7}`),
		rapid.StringMatching(`54(9)?(11|2[2-9][0-9]|3[2-9][0-9])[2-7][0-9]{6,7}`),
		rapid.StringMatching(`(49151|4477|3934|1212|336|9198|7912|6281)[0-9]{6,9}`),
		rapid.StringMatching(`[1-9][0-9]{6,14}`),
	)
}

func TestParsingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, err := Parse(telPrefix + numbers().Draw(t, "number"))
		if err != nil {
			return
		}
		if again, err := Parse(string(a)); err != nil || again != a {
			t.Fatalf("Parse(%s) = %s, %v", a, again, err)
		}
	})
}

func TestEveryIDLeadsBackToTheSameAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, err := FromWAID(numbers().Draw(t, "id"))
		if err != nil {
			t.Fatal(err)
		}
		ids := a.WAIDs()
		if ids[0] != a.Digits() {
			t.Fatalf("%s prefers %s", a, ids[0])
		}
		for _, id := range ids {
			if back, err := FromWAID(id); err != nil || back != a {
				t.Fatalf("%s has id %s, which leads to %s, %v", a, id, back, err)
			}
			if typed, err := ParsePhone("+"+id, ""); err == nil && typed != a {
				t.Fatalf("%s has id %s, typed it is %s", a, id, typed)
			}
		}
	})
}

func TestAnIDLeadsToAnAddressThatKnowsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := numbers().Filter(func(id string) bool { return withoutTrunk(id) == id }).Draw(t, "id") // Meta's have no prefix of home
		a, err := FromWAID(id)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(a.WAIDs(), id) {
			t.Fatalf("%s came from %s and does not list it: %v", a, id, a.WAIDs())
		}
	})
}

func TestPrefixesOfHomeAreNoPartOfANumber(t *testing.T) {
	for in, want := range map[string]Address{
		"49015112345678": "tel:+4915112345678", "490015112345678": "tel:+4915112345678", "112015550123": "tel:+12015550123", "4407700900123": "tel:+447700900123",
		"390612345678": "tel:+390612345678", "2250701234567": "tel:+2250701234567", "242061234567": "tel:+242061234567",
	} {
		parsed, err := Parse(telPrefix + in)
		if err != nil || parsed != want {
			t.Errorf("Parse(%s) = %s, %v, want %s", in, parsed, err, want)
		}
		if told, err := FromWAID(in); err != nil || told != want {
			t.Errorf("FromWAID(%s) = %s, %v, want %s", in, told, err, want)
		}
	}
}

func TestHowANumberIsSetDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := numbers().Draw(t, "number")
		plain, err := ParsePhone("+"+d, "DE")
		if err != nil {
			return
		}
		var set strings.Builder
		set.WriteString(rapid.SampledFrom([]string{"", " ", "tel:", "whatsapp:", "\u202a"}).Draw(t, "front"))
		set.WriteString(rapid.SampledFrom([]string{"+", "00", "＋", "+ "}).Draw(t, "plus"))
		for i, r := range d {
			if i > 1 && i < len(d)-1 {
				set.WriteString(rapid.SampledFrom([]string{"", "", "", " ", "-", ".", "\u00a0", "‑"}).Draw(t, "gap"))
			}
			set.WriteRune(r - '0' + rapid.SampledFrom([]rune{'0', '0', '٠', '０', '०'}).Draw(t, "script"))
		}
		if got, err := ParsePhone(set.String(), "DE"); err != nil || got != plain {
			t.Fatalf("%q: %s, %v; plain %s", set.String(), got, err, plain)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"tel:+4915112345678", "tel:+5215512345678", "wa:DE.7000", "wa:GB.ENT.8", "tel:+", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Parse(s)
		if err != nil {
			if a != "" || err.Error() == "" {
				t.Fatalf("refused and still %q, %q", a, err)
			}
			return
		}
		if again, err := Parse(string(a)); err != nil || again != a {
			t.Fatalf("Parse(%s) = %s, %v", a, again, err)
		}
		if a.IsPhone() == a.IsUserID() {
			t.Fatalf("%s is neither or both", a)
		}
		_, _ = a.Country(), a.Masked()
	})
}

func FuzzParsePhone(f *testing.F) {
	for line := range strings.Lines(typed) {
		if p := strings.Split(strings.TrimSpace(line), "|"); len(p) == 3 {
			f.Add(p[1], p[0])
		}
	}
	f.Fuzz(func(t *testing.T, s, region string) {
		a, err := ParsePhone(s, region)
		if err != nil {
			if err.(*Error).Sentence("de") == "" {
				t.Fatalf("%q has no sentence", err.(*Error).Code)
			}
			return
		}
		if !utf8.ValidString(string(a)) || !a.IsPhone() {
			t.Fatalf("%q became %q", s, a)
		}
		if again, err := Parse(string(a)); err != nil || again != a {
			t.Fatalf("%q became %s, which Parse reads as %s, %v", s, a, again, err)
		}
		for _, id := range a.WAIDs() {
			if back, err := FromWAID(id); err != nil || back != a {
				t.Fatalf("%s: id %s leads to %s, %v", a, id, back, err)
			}
		}
	})
}
