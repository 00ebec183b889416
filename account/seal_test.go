package account

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func ring(t testing.TB, lines ...string) *Keyring {
	t.Helper()
	k, err := ParseKeyring(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealOpensOnlyAtItsPlace(t *testing.T) {
	k := ring(t, NewKey("a"))
	s := k.Seal("ten/number/1/token", []byte("EAAG-secret"))
	if bytes.Contains(s, []byte("EAAG")) {
		t.Fatal("the secret is readable")
	}
	got, err := k.Open("ten/number/1/token", s)
	if err != nil || string(got) != "EAAG-secret" {
		t.Fatalf("open: %q, %v", got, err)
	}
	if _, err := k.Open("ten/number/2/token", s); err == nil {
		t.Error("opens at another place")
	}
	for i := range s {
		bad := append(Sealed(nil), s...)
		bad[i] ^= 1
		if got, err := k.Open("ten/number/1/token", bad); err == nil {
			t.Errorf("byte %d changed, still opens: %q", i, got)
		}
	}
	if again := k.Seal("ten/number/1/token", []byte("EAAG-secret")); bytes.Equal(again, s) {
		t.Error("the nonce repeats")
	}
}

func TestSealRotates(t *testing.T) {
	old, fresh := NewKey("2025"), NewKey("2026")
	s := ring(t, old).Seal("p", []byte("x"))
	both := ring(t, fresh, old)
	if got, err := both.Open("p", s); err != nil || string(got) != "x" {
		t.Fatalf("the old key no longer opens: %v", err)
	}
	if !both.Old(s) || both.Old(both.Seal("p", nil)) {
		t.Error("Old does not tell the keys apart")
	}
	_, err := ring(t, fresh).Open("p", s)
	if err == nil || !strings.Contains(err.Error(), "2025") {
		t.Errorf("a missing key is not named: %v", err)
	}
}

func TestSealedNeverPrints(t *testing.T) {
	s := Sealed("raw-bytes")
	for _, f := range []string{"%s", "%v", "%+v", "%#v"} {
		if out := fmt.Sprintf(f, struct{ T Sealed }{s}); strings.Contains(out, "raw") || strings.Contains(out, "114") {
			t.Errorf("%s prints %s", f, out)
		}
	}
}

func TestParseKeyring(t *testing.T) {
	key := NewKey("a")
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"one":            {key, true},
		"with comment":   {"# of 2026\n\n" + key + "\n", true},
		"two, by comma":  {key + "," + NewKey("b"), true},
		"nothing":        {"", false},
		"only a comment": {"# none", false},
		"no id":          {key[1:], false},
		"no colon":       {"abc", false},
		"short":          {"a:AAAA", false},
		"not base64":     {"a:!!!!", false},
		"twice":          {key + "\n" + key, false},
	} {
		_, err := ParseKeyring(c.text)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "!!!!") {
			t.Errorf("%s: the error repeats the key", name)
		}
	}
	if _, err := ParseKeyring(""); !errors.Is(err, ErrNoKey) {
		t.Errorf("nothing: %v", err)
	}
}

func TestLoadKeyringFromFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(NewKey("a")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKeyring("", file); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKeyring("", file); err == nil {
		t.Error("a key file that others may read is taken")
	}
	if _, err := LoadKeyring("", ""); !errors.Is(err, ErrNoKey) {
		t.Errorf("nothing given: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	k := ring(f, NewKey("a"))
	f.Add([]byte(k.Seal("p", []byte("x"))))
	f.Add([]byte{1, 255, 'a'})
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := k.Open("elsewhere", b); err == nil {
			t.Fatalf("opened %q", got)
		}
	})
}
