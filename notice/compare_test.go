package notice

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// shown writes parts so that a test can read them: -gone- +new+.
func shown(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		mark := ""
		switch {
		case p.Added:
			mark = "+"
		case p.Removed:
			mark = "-"
		}
		b.WriteString(mark + p.Text + mark)
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	for _, c := range []struct{ older, newer, want string }{
		{"", "", ""},
		{"", "Ja", "+Ja+"},
		{"Ja", "", "-Ja-"},
		{"Ja, gern.", "Ja, gern.", "Ja, gern."},
		{"etwa zweimal im Monat", "höchstens viermal im Monat", "-etwa zweimal-+höchstens viermal+ im Monat"},
		{"Das ist freiwillig.", "Das ist freiwillig. Abmelden mit STOP.", "Das ist freiwillig.+ Abmelden mit STOP.+"},
		{"per SMS und WhatsApp", "per WhatsApp", "per -SMS und -WhatsApp"},
		{"Tipps & mehr", "Tipps zur Zubereitung", "Tipps -& mehr-+zur Zubereitung+"},
		{"a b c", "x y z", "-a b c-+x y z+"},
		{"STOP", "STOPP", "-STOP-+STOPP+"},
	} {
		if got := shown(Compare(c.older, c.newer)); got != c.want {
			t.Errorf("%q to %q: %s, want %s", c.older, c.newer, got, c.want)
		}
	}
}

// Whatever is compared, both texts can be read off again, and nothing stands twice.
func TestCompareLosesNothing(t *testing.T) {
	text := rapid.StringMatching(`[ab ,.\n]{0,40}`)
	rapid.Check(t, func(t *rapid.T) {
		older, newer := text.Draw(t, "older"), text.Draw(t, "newer")
		var a, b string
		parts := Compare(older, newer)
		for i, p := range parts {
			if p.Text == "" || p.Added && p.Removed {
				t.Fatalf("part %d is %+v", i, p)
			}
			if !p.Added {
				a += p.Text
			}
			if !p.Removed {
				b += p.Text
			}
		}
		if a != older || b != newer {
			t.Fatalf("%q and %q became %q and %q", older, newer, a, b)
		}
	})
}

// The longest texts there may be, with nothing in common, end quickly and whole.
func TestCompareOfTheLongest(t *testing.T) {
	older, newer := strings.Repeat("a ", MaxBody/2), strings.Repeat("b,", MaxBody/2)
	parts := Compare(older, newer)
	if len(parts) != 2 || parts[0].Text != older || parts[1].Text != newer {
		t.Errorf("%d parts", len(parts))
	}
}
