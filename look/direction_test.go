package look

import "testing"

func TestRightToLeft(t *testing.T) {
	for lang, want := range map[string]bool{"ar": true, "ar-EG": true, "AR_eg": true, "he": true, "de": false, "": false, "arn": false, "en-AR": false} {
		if got := RightToLeft(lang); got != want {
			t.Errorf("%q: %v, want %v", lang, got, want)
		}
	}
}
