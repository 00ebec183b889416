package source

import "testing"

// A word is the same with whatever stands around it, and no other word for it.
func TestWord(t *testing.T) {
	for typed, want := range map[string]string{
		"start": "START", "  Start! ": "START", "„Kaffee“": "KAFFEE", "kaffee 🙂": "KAFFEE", "KAFFEE ❤️": "KAFFEE", "👨‍👩‍👧 kaffee 👍🏽!": "KAFFEE", "bohnen \n bitte 🙏": "BOHNEN BITTE",
		"शुरू": "शुरू", "शुरू।": "शुरू", "ابدأ؟": "ابدأ", "grüße": "GRÜßE", "": "", "🙂": "", " \u200d ": "", "kaffee nein": "KAFFEE NEIN",
	} {
		if got := Word(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	x := &Thread{Words: []string{"शुरू", "Kaffee"}}
	if x.Answers("शुर") || x.Answers("Kaffeetasse") || !x.Answers("kaffee ☕️") || (*Thread)(nil).Answers("kaffee") {
		t.Error("another word is taken for ours, or ours for none")
	}
}
