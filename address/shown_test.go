package address

import "testing"

func TestShown(t *testing.T) {
	for a, want := range map[Address]string{
		"tel:+491713920017": "+49 171 3920017", "tel:+442079460101": "+44 20 7946 0101", "tel:+15551234567": "+1 555-123-4567",
		"tel:+999123": "+999123", "wa:DE.7000418293": "wa:DE.7000418293",
	} {
		if got := a.Shown(); got != want {
			t.Errorf("%s: %q, want %q", a, got, want)
		}
	}
}
