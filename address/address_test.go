package address

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	long := strings.Repeat("7", 128)
	for _, c := range []struct{ in, want string }{
		{"tel:+4915112345678", "tel:+4915112345678"},
		{"tel:+447700900123", "tel:+447700900123"},
		{"tel:+15550100123", "tel:+15550100123"},
		{"tel:+5215512345678", "tel:+525512345678"},
		{"tel:+551187654321", "tel:+5511987654321"},
		{"tel:+551134567890", "tel:+551134567890"},
		{"tel:+541123456789", "tel:+5491123456789"},
		{"tel:+390612345678", "tel:+390612345678"},
		{"tel:+4990012345678", "tel:+4990012345678"}, // a service number can be named, for instance to stop it
		{"wa:DE.70000000000000000042", "wa:DE.70000000000000000042"},
		{"wa:GB.aB9", "wa:GB.aB9"},
		{"wa:GB.ENT", "wa:GB.ENT"},
		{"wa:GB." + long, "wa:GB." + long},
		{"", "!empty"}, {" ", "!empty"},
		{"+4915112345678", "!not_an_address"},
		{"4915112345678", "!not_an_address"},
		{"DE.7000", "!not_an_address"},
		{"TEL:+4915112345678", "!not_an_address"},
		{"tel:4915112345678", "!not_an_address"},
		{"tel:+", "!too_short"},
		{"tel:+49", "!too_short"},
		{"tel:+491", "!too_short"},
		{"tel:+4411812345", "!too_short"},
		{"tel:+1212555012", "!too_short"},
		{"tel:+121255501234", "!too_long"},
		{"tel:+4477009001234", "!too_long"},
		{"tel:+4915112345678901", "!too_long"},
		{"tel:+049151123456", "!unknown_country"},
		{"tel:+999123456789", "!unknown_country"},
		{"tel:+49 15112345678", "!not_a_number"},
		{"tel:+49151-12345678", "!not_a_number"},
		{"tel:+4915112345678;ext=5", "!not_a_number"},
		{"tel:+49151１2345678", "!not_a_number"},
		{"wa:", "!bad_user_id"}, {"wa:DE", "!bad_user_id"}, {"wa:DE.", "!bad_user_id"},
		{"wa:de.7000", "!bad_user_id"}, {"wa:D.7000", "!bad_user_id"}, {"wa:DEU.7000", "!bad_user_id"},
		{"wa:DE.70-00", "!bad_user_id"}, {"wa:DE.70 00", "!bad_user_id"}, {"wa:DE.7000.1", "!bad_user_id"},
		{"wa:DE.ü", "!bad_user_id"}, {"wa:GB." + long + "7", "!bad_user_id"},
		{"wa:GB.ENT.80000000000000000042", "!parent_id"},
		{"mailto:ada@example.org", "!not_an_address"},
	} {
		a, err := Parse(c.in)
		if got := outcome(a, err); got != c.want {
			t.Errorf("Parse(%q) = %s, want %s", c.in, got, c.want)
		}
	}
}

// outcome is the address, or ! and the code.
func outcome(a Address, err error) string {
	if err != nil {
		return "!" + string(err.(*Error).Code)
	}
	return string(a)
}

func TestWAIDs(t *testing.T) {
	for _, c := range []struct {
		a    Address
		want []string
	}{
		{"tel:+4915112345678", []string{"4915112345678"}},
		{"tel:+525512345678", []string{"525512345678", "5215512345678"}},
		{"tel:+5511987654321", []string{"5511987654321", "551187654321"}},
		{"tel:+5511912345678", []string{"5511912345678"}}, // 1234-5678 never was a mobile
		{"tel:+551134567890", []string{"551134567890"}},
		{"tel:+5491123456789", []string{"5491123456789", "541123456789"}},
		{"wa:DE.7000", nil},
	} {
		if got := c.a.WAIDs(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.a, got, c.want)
		}
	}
}

func TestFromWAIDTrustsMetaButNotItsShape(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"447700900123", "tel:+447700900123"},
		{"5215512345678", "tel:+525512345678"},
		{"555187654321", "tel:+5551987654321"},
		{"541123456789", "tel:+5491123456789"},
		{"21012345678", "tel:+21012345678"}, // a calling code younger than our data
		{"", "!too_short"}, {"+447700900123", "!not_a_number"}, {"1234567890123456", "!too_long"},
		{"0447700900123", "!unknown_country"}, {"GB.7000000", "!not_a_number"},
	} {
		if got := outcome(FromWAID(c.in)); got != c.want {
			t.Errorf("FromWAID(%q) = %s, want %s", c.in, got, c.want)
		}
	}
}

func TestUserIDs(t *testing.T) {
	a, err := FromUserID("GB.70000000000000000042")
	if err != nil || !a.IsUserID() || a.IsPhone() || a.UserID() != "GB.70000000000000000042" || a.Digits() != "" {
		t.Errorf("%s, %v", a, err)
	}
	p, err := ParseParent("GB.ENT.80000000000000000042")
	if err != nil || p.Country() != "GB" || p.String() != "GB.ENT.80000000000000000042" {
		t.Errorf("%s, %v", p, err)
	}
	for _, bad := range []string{"", "GB.ENT.", "GB.7000", "GB.ent.7000", "ENT.7000", "GB.ENT.7-0"} {
		if p, err := ParseParent(bad); err == nil {
			t.Errorf("%q became parent %s", bad, p)
		}
	}
}

func TestCountry(t *testing.T) {
	for a, want := range map[Address]string{
		"tel:+4915112345678": "DE", "tel:+447700900123": "GB", "tel:+441632960123": "GB",
		"tel:+447797123456": "JE", "tel:+12025550143": "US", "tel:+14165550123": "CA",
		"tel:+18686201234": "TT", "tel:+18765550123": "JM", "tel:+18095550123": "DO",
		"tel:+15550100123": "US", "tel:+79123456789": "RU", "tel:+77011234567": "KZ",
		"tel:+390612345678": "IT", "tel:+5511987654321": "BR", "tel:+525512345678": "MX",
		"tel:+5491123456789": "AR", "tel:+262692123456": "RE", "tel:+212612345678": "MA",
		"tel:+3581812345": "AX", "tel:+4741234567": "NO", "tel:+8821612345678": "",
		"wa:DE.7000": "DE", "": "",
	} {
		if got := a.Country(); got != want {
			t.Errorf("%s: %q, want %q", a, got, want)
		}
	}
}

func TestMaskedShowsTooLittleToWriteTo(t *testing.T) {
	for a, want := range map[Address]string{
		"tel:+4915112345678":         "+49 •••78",
		"tel:+12025550143":           "+1 •••43",
		"tel:+2904567":               "+290 •••",
		"wa:GB.70000000000000000042": "GB.•••42",
		"wa:GB.7":                    "GB.•••",
	} {
		if got := a.Masked(); got != want {
			t.Errorf("%s: %q, want %q", a, got, want)
		}
	}
}

func TestEveryRefusalIsSaidInBothLanguages(t *testing.T) {
	codes := []Code{Empty, TooShort, TooLong, NotNumber, NotURI, SeveralNumbers, Extension, NeedsCountry,
		UnknownCountry, NotInService, NotPersonal, LooksLikeUser, LooksLikeMsgID, LooksLikeEmail, BadUserID,
		IsParent, BadParent, BadLine, LineTooLong}
	if len(codes) != len(sentences) {
		t.Errorf("%d codes, %d sentences", len(codes), len(sentences))
	}
	for _, c := range codes {
		e := &Error{c}
		if e.Sentence("de") == "" || e.Sentence("en") == "" || e.Sentence("de") == e.Sentence("en") {
			t.Errorf("%s: %q / %q", c, e.Sentence("de"), e.Sentence("en"))
		}
	}
}

func TestRefusalsNeverRepeatTheInput(t *testing.T) {
	for line := range strings.Lines(typed) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) != 3 || len(strings.TrimSpace(f[1])) < 4 {
			continue
		}
		if _, err := ParsePhone(f[1], f[0]); err != nil && strings.Contains(err.Error()+err.(*Error).Sentence("de"), f[1]) {
			t.Errorf("%s repeats %q", err.(*Error).Code, f[1])
		}
	}
}

var kept Address

func BenchmarkParseTel(b *testing.B) {
	world()
	b.ReportAllocs()
	for b.Loop() {
		kept, _ = Parse("tel:+4915112345678")
	}
}

func BenchmarkParseUserID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		kept, _ = Parse("wa:DE.70000000000000000042")
	}
}

func BenchmarkParsePhone(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		kept, _ = ParsePhone("0151 123 45 678", "DE")
	}
}

func BenchmarkCountryOfAmerica(b *testing.B) {
	for b.Loop() {
		if Address("tel:+14165550123").Country() != "CA" {
			b.Fatal("not Canada")
		}
	}
}
