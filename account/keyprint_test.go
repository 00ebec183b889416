package account

import (
	"slices"
	"strings"
	"testing"
)

func TestPrints(t *testing.T) {
	one, two := NewKey("2025"), NewKey("2026")
	both, err := ParseKeyring(two + "\n" + one)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := ParseKeyring(one)
	if err != nil {
		t.Fatal(err)
	}
	p := both.Prints()
	if len(p) != 2 || !slices.Contains(p, alone.Prints()[0]) || p[0][5:] == p[1][5:] {
		t.Errorf("prints %q, of one alone %q", p, alone.Prints())
	}
	_, secret, _ := strings.Cut(one, ":")
	if strings.Contains(strings.Join(p, " "), secret[:8]) {
		t.Error("a print shows the key")
	}
}
