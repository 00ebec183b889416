package look

import "testing"

func TestJoin(t *testing.T) {
	for want, c := range map[string]struct {
		lang string
		list []string
	}{
		"": {"de", nil}, "a": {"de", []string{"a"}}, "a und b": {"de", []string{"a", "b"}}, "a, b and c": {"en", []string{"a", "b", "c"}},
		"Angebote und Neues; Lieferung": {"de", []string{"Angebote und Neues", "Lieferung"}},
	} {
		if got := Join(c.lang, c.list); got != want {
			t.Errorf("%v in %s: %q, want %q", c.list, c.lang, got, want)
		}
	}
}
