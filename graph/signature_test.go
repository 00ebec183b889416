package graph

import (
	"net/url"
	"strings"
	"testing"
)

func TestVerify(t *testing.T) {
	raw, secret := []byte(`{"entry":[{"text":"Gr\u00fc\u00dfe"}]}`), "s3cret"
	good := Sign(raw, secret)
	if want := "sha256="; !strings.HasPrefix(good, want) || len(good) != len(want)+64 {
		t.Fatal(good)
	}
	// RFC 4231, test case 2, so that Sign and Verify cannot agree on a mistake.
	if Sign([]byte("what do ya want for nothing?"), "Jefe") != "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" {
		t.Error("not HMAC-SHA256")
	}
	for name, c := range map[string]struct {
		raw    []byte
		header string
		secret string
		want   bool
	}{
		"as sent":          {raw, good, secret, true},
		"upper case":       {raw, "sha256=" + strings.ToUpper(good[7:]), secret, true},
		"other secret":     {raw, good, "other", false},
		"no secret":        {raw, Sign(raw, ""), "", false},
		"decoded and back": {[]byte(`{"entry":[{"text":"Grüße"}]}`), good, secret, false},
		"a byte more":      {append([]byte(" "), raw...), good, secret, false},
		"no header":        {raw, "", secret, false},
		"no prefix":        {raw, good[7:], secret, false},
		"sha1":             {raw, "sha1=" + good[7:47], secret, false},
		"cut":              {raw, good[:70], secret, false},
		"longer":           {raw, good + "00", secret, false},
		"not hex":          {raw, "sha256=" + strings.Repeat("z", 64), secret, false},
		"two headers":      {raw, good + ", " + good, secret, false},
	} {
		if got := Verify(c.raw, c.header, c.secret); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestHandshake(t *testing.T) {
	for query, want := range map[string]string{
		"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=tok":   "1158201444",
		"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=other": "!",
		"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=":      "!",
		"hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=tok":          "!",
		"hub.challenge=1&hub.verify_token=tok":                               "!",
		"":                                                                   "!",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		challenge, ok := Handshake(q, "tok")
		if got := map[bool]string{true: challenge, false: "!"}[ok]; got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
	if _, ok := Handshake(url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {""}}, ""); ok {
		t.Error("an empty token let somebody in")
	}
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte("x"), Sign([]byte("x"), "s"))
	f.Add([]byte(""), "sha256=")
	f.Fuzz(func(t *testing.T, raw []byte, header string) {
		if Verify(raw, header, "s") != (strings.ToLower(header) == Sign(raw, "s") && strings.HasPrefix(header, "sha256=")) {
			t.Fatalf("%q", header)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	raw := golden(b, "webhook/message_text")
	header := Sign(raw, "s3cret")
	b.ReportAllocs()
	for b.Loop() {
		if !Verify(raw, header, "s3cret") {
			b.Fatal("refused")
		}
	}
}
