package address

import "testing"

func TestFromNetwork(t *testing.T) {
	for _, c := range []struct{ from, region, want string }{
		{"+491712345678", "DE", "tel:+491712345678"},
		{"491712345678", "DE", "tel:+491712345678"},
		{"491712345678", "US", "tel:+491712345678"}, // no plus, from abroad
		{"01712345678", "DE", "tel:+491712345678"},
		{"+4914012345678", "DE", "tel:+4914012345678"}, // a block that no plan has yet
		{"+3520612345678", "DE", "tel:+3520612345678"},
		{"+22990123456", "BJ", "tel:+2290190123456"},
		{"72975", "DE", "!not_in_service"},
		{"22333", "US", "!too_short"},
		{"+4922", "DE", "!too_short"},
		{"Telekom", "DE", "!not_a_number"},
		{"+49 800 3301000", "DE", "!not_personal"},
		{"+498003301000", "DE", "!not_personal"},
		{"+4917", "DE", "!too_short"},
		{"", "DE", "!empty"},
		{"+", "DE", "!too_short"},
		{"+1", "US", "!too_short"},
	} {
		if got := outcome(FromNetwork(c.from, c.region)); got != c.want {
			t.Errorf("%q in %s: %s, want %s", c.from, c.region, got, c.want)
		}
	}
}
