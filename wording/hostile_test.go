package wording

import (
	"strings"
	"testing"
	"time"
)

// A text made to match everything everywhere must not hold up a server. The bound is generous; it guards against
// quadratic growth, not against a slow machine.
func TestHostileTextsEnd(t *testing.T) {
	for name, text := range map[string]string{
		"one sentence": strings.Repeat("ich will whatsapp angebote und partner jederzeit stop agree to ", maxText),
		"sentences":    strings.Repeat("Ja! STOP. ", maxText),
		"boxes":        strings.Repeat("[x]", maxText),
		"no letters":   strings.Repeat("„", maxText),
		"one word":     strings.Repeat("a", maxText*2),
		"acts":         strings.Repeat("tap whatsapp contact ", maxText),
		"marks":        strings.Repeat("Klick, ", maxText),
		"force":        strings.Repeat("ohne zustimmung whatsapp ", maxText),
	} {
		start := time.Now()
		Lint(Input{Business: "Meier", Lang: "de", Country: "DE", Text: text})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s took %s", name, took)
		} else {
			t.Logf("%s took %s", name, took)
		}
	}
}
