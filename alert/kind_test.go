package alert

import "testing"

func TestSpan(t *testing.T) {
	for minutes, want := range map[int64]string{2: "2 Minuten", 119: "119 Minuten", 120: "2 Stunden", 1442: "24 Stunden", 3 * 24 * 60: "3 Tagen"} {
		if got := span("de", minutes); got != want {
			t.Errorf("%d minutes are %q, want %q", minutes, got, want)
		}
	}
}
