package intake

import (
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/errs"
)

func testKeys(t testing.TB, text string) *account.Keyring {
	t.Helper()
	k, err := account.ParseKeyring(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

const somebody = "con_06b3k2000000000000000000ab"

func TestPreferenceTokenSpeaksForOnePerson(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	old, young := account.NewKey("old"), account.NewKey("young")
	k := &Desk{o: Options{Keys: testKeys(t, old), Now: func() time.Time { return now }}}
	token := k.PreferenceToken("ten_a", somebody)
	if token == k.PreferenceToken("ten_a", somebody) {
		t.Error("two tokens are alike: whoever sees one knows the next")
	}
	if strings.ContainsAny(token, "/+=?&") || len(token) > 255 {
		t.Errorf("not for a path: %d characters", len(token))
	}
	for name, ring := range map[string]string{"the same key": old, "after a new key came": young + "\n" + old} {
		p, err := openPerson(testKeys(t, ring), token)
		if err != nil || p.tenant != "ten_a" || p.contact != somebody || !p.until.Equal(now.Add(PreferenceLife)) {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
	if _, err := openPerson(testKeys(t, young), token); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("another key: %v", err)
	}
}

func TestPreferenceTokensOfOthersDoNotOpen(t *testing.T) {
	keys := testKeys(t, account.NewKey("k"))
	good := sealPerson(keys, person{"ten_a", somebody, time.Unix(1, 0)})
	for name, x := range map[string]string{
		"empty":          "",
		"shortened":      good[:len(good)-1],
		"lengthened":     good + "A",
		"padded":         good + "=",
		"with a line":    good[:20] + "\n" + good[20:],
		"endless":        strings.Repeat(good, 100),
		"no tenant":      sealPerson(keys, person{"", somebody, time.Unix(1, 0)}),
		"no contact":     sealPerson(keys, person{"ten_a", "", time.Unix(1, 0)}),
		"another's kind": sealPerson(keys, person{"ten_a", "msg_06b3k2000000000000000000ab", time.Unix(1, 0)}),
	} {
		if _, err := openPerson(keys, x); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("%s opens: %v", name, err)
		}
	}
}

func FuzzPreferenceToken(f *testing.F) {
	keys := testKeys(f, account.NewKey("k"))
	good := sealPerson(keys, person{"ten_a", somebody, time.Unix(1, 0)})
	f.Add(good)
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, token string) {
		if p, err := openPerson(keys, token); err == nil && token != good {
			t.Errorf("%q opens for %+v", token, p)
		}
	})
}
