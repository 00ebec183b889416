package notice

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The drawing of a notice's version has these arrows and no other; that the code keeps them is TestPublishedNeverChanges.
func TestDrawing(t *testing.T) {
	b, err := os.ReadFile("../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "\n## Notice\n")
	if !ok {
		t.Fatal("docs/states.md has no section Notice")
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	var got []string
	for _, line := range strings.Split(rest, "\n") {
		if strings.Contains(line, "-->") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	want := []string{"[*] --> " + Draft + ": edit", Draft + " --> " + Draft + ": edit", Draft + " --> " + Published + ": publish"}
	if !slices.Equal(got, want) {
		t.Errorf("drawn %q, want %q", got, want)
	}
}
