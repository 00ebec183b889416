package source

import (
	"slices"
	"strings"
	"testing"
)

func TestOrigin(t *testing.T) {
	for typed, want := range map[string]string{
		"https://shop.example": "https://shop.example", "HTTPS://Shop.Example/": "https://shop.example", " https://shop.example:443 ": "https://shop.example",
		"https://shop.example:8443": "https://shop.example:8443", "http://localhost:3000": "http://localhost:3000", "http://127.0.0.1": "http://127.0.0.1", "https://[::1]:9/": "https://[::1]:9",
		"http://shop.example": "", "shop.example": "", "https://": "", "https://*.shop.example": "", "https://shop.example/path": "", "https://shop.example?x=1": "", "https://a:b@shop.example": "",
		"null": "", "": "", "javascript:alert(1)": "", "https://shöp.example": "", "https://shop.example#x": "", "data:text/html,x": "", "https://" + strings.Repeat("a", 300): "",
	} {
		if got := Origin(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	many := make([]string, 50)
	for i := range many {
		many[i] = "https://s" + strings.Repeat("x", i+1) + ".example"
	}
	if got := Origins(append([]string{"https://a.example", "nope", "https://A.example/"}, many...)); len(got) != mostOrigins || !slices.Equal(got[:2], []string{"https://a.example", "https://sx.example"}) {
		t.Errorf("%q", got)
	}
}
