package address

import (
	_ "embed"
	"strconv"
	"strings"
	"testing"
)

//go:embed testdata/hostile.txt
var hostile string

// TestHostile reads numbers as forms, lists and copies from elsewhere bring them; what each means was judged before the reader was asked.
func TestHostile(t *testing.T) {
	rows := 0
	for line := range strings.Lines(hostile) {
		region, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "|")
		i := strings.LastIndex(rest, "|")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		input, err := strconv.Unquote(rest[:i])
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		rows++
		got := "!"
		if a, err := Read(input, region); err == nil {
			got = strings.TrimPrefix(string(a), telPrefix)
		}
		if got != rest[i+1:] {
			t.Errorf("%s %q: got %s, want %s", region, input, got, rest[i+1:])
		}
	}
	if rows < 600 {
		t.Errorf("only %d rows", rows)
	}
}
