package keyword

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestAnyWordsTogether: whatever words of a language follow each other, reading them ends, with an intent we know.
// "text me offers" and "kein … will … mehr" once had no word to point at.
func TestAnyWordsTogether(t *testing.T) {
	known := map[Intent]bool{StopAll: true, StopMarketing: true, StopTopic: true, Start: true, Help: true, None: true, Unsure: true}
	marks := []string{" ", " ", " ", " ", ", ", ". ", "? ", "\n"}
	r := rand.New(rand.NewPCG(1, 2))
	for _, l := range lexicons {
		words := slices.Sorted(maps.Keys(l.root))
		for range 1500 {
			var b strings.Builder
			for range 2 + r.IntN(7) {
				b.WriteString(words[r.IntN(len(words))] + marks[r.IntN(len(marks))])
			}
			for _, asked := range []Asked{AskedNothing, AskedOptin, AskedStopScope} {
				if got := Read(Input{Text: b.String(), Lang: l.lang, Asked: asked}); !known[got.Intent] {
					t.Errorf("%q asked %q: %q", b.String(), asked, got.Intent)
				}
			}
		}
	}
	for _, s := range []string{"text me offers", "i wü nix mehr von eich", "ich will mehr nix"} {
		if got := Read(Input{Text: s}); !known[got.Intent] {
			t.Errorf("%q: %q", s, got.Intent)
		}
	}
}
