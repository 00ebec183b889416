package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// direct are the modules that go.mod requires for our own code.
func direct(gomod string) []string {
	var out []string
	inside := false
	for line := range strings.Lines(gomod) {
		line = strings.TrimSpace(line)
		inside = (inside || line == "require (") && line != ")"
		name, one := strings.CutPrefix(line, "require ")
		if !inside && !one || line == "require (" || strings.HasSuffix(line, "// indirect") {
			continue
		}
		if words := strings.Fields(name); len(words) >= 2 {
			out = append(out, words[0])
		}
	}
	return out
}

var reasonLine = regexp.MustCompile("(?m)^- `([^`\\s]+)`: (.{10,})$")

// reasons are the modules that the page gives a reason for.
func reasons(page string) []string {
	var out []string
	for _, m := range reasonLine.FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

// apart names what is only in one of two lists.
func apart(a, b []string) (onlyA, onlyB []string) {
	without := func(x, y []string) []string {
		return slices.DeleteFunc(slices.Clone(x), func(s string) bool { return slices.Contains(y, s) })
	}
	return without(a, b), without(b, a)
}

func TestEveryDependencyHasItsReason(t *testing.T) {
	gomod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("DEVELOP.md")
	if err != nil {
		t.Fatal(err)
	}
	modules := direct(string(gomod))
	if len(modules) < 10 || len(modules) > 40 {
		t.Errorf("%d direct dependencies; few are wanted, at most 40", len(modules))
	}
	missing, stale := apart(modules, reasons(string(page)))
	if len(missing)+len(stale) > 0 {
		t.Errorf("DEVELOP.md gives no reason for %q, and one for %q that go.mod does not require", missing, stale)
	}
}

func TestDependenciesSeesPlantedViolations(t *testing.T) {
	const gomod = "module jawort\n\nrequire (\n\ta.example/x v1.0.0\n\tb.example/y v1.0.0 // indirect\n)\n\nrequire c.example/z v2.0.0\n\ntool d.example/t\n"
	modules := direct(gomod)
	if !slices.Equal(modules, []string{"a.example/x", "c.example/z"}) {
		t.Fatalf("direct: %q", modules)
	}
	missing, stale := apart(modules, reasons("- `a.example/x`: because it is good\n- `e.example/w`: because it was good\n- `c.example/z`: short\n"))
	if !slices.Equal(missing, []string{"c.example/z"}) || !slices.Equal(stale, []string{"e.example/w"}) {
		t.Errorf("missing %q, stale %q", missing, stale)
	}
}
