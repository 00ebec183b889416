package manager

import "testing"

// A word that fits on no phone may be broken; a usual name stays as it was given.
func TestBreakableNames(t *testing.T) {
	for in, want := range map[string]string{
		"Mareike Öztürk": "Mareike Öztürk", "Hohenlohe-Waldenburg-Schillingsfürst": "Hohenlohe-Waldenburg-Schillingsfürst",
		"Ann Ärmelschonerdonaudampfschiff": "Ann Ärmelschoner\u200bdonaudampfsc\u200bhiff",
	} {
		if got := breakable(in); got != want {
			t.Errorf("%q is set as %q, want %q", in, got, want)
		}
	}
}
