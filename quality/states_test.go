package quality

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var arrow = regexp.MustCompile(`(?m)^\s*(\S+) --> (\w+): (.+)$`)

// The drawing of a restriction is the code: every act is tried in every state, with the words that Meta would say.
func TestDrawingOfRestriction(t *testing.T) {
	b, err := os.ReadFile("../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "\n## Restriction\n")
	if !ok {
		t.Fatal("docs/states.md has no section Restriction")
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	var drawn []string
	for _, m := range arrow.FindAllStringSubmatch(rest, -1) {
		for by := range strings.SplitSeq(m[3], ", ") {
			drawn = append(drawn, m[1]+" --> "+m[2]+": "+by)
		}
	}
	var code []string
	for _, from := range []string{"[*]", "in_force", "over"} {
		for _, act := range []string{"told", "told late", "health unaware", "well for a moment", "its end", "well for an hour", "reinstated"} {
			if to, ok := tried(from, act); ok {
				code = append(code, from+" --> "+to+": "+act)
			}
		}
	}
	slices.Sort(drawn)
	slices.Sort(code)
	if !slices.Equal(drawn, code) {
		t.Errorf("drawn\n%s\ncode\n%s", strings.Join(drawn, "\n"), strings.Join(code, "\n"))
	}
}

// tried lets Meta act in a state; ok is false for what cannot be there.
func tried(from, act string) (to string, ok bool) {
	const h = 60 * minute
	now, health := 100*h, Standing{What: CanSend}
	var set []Observation
	tell := func(at, until int64, value string) {
		set = append(set, Observation{What: RestrictionOf("X"), Value: value, At: at, LastAt: at, Until: until, Way: ByWebhook})
	}
	switch from {
	case "in_force":
		tell(90*h, 200*h, "ACTIVE")
	case "over":
		tell(10*h, 20*h, "ACTIVE")
	}
	switch act {
	case "told":
		tell(99*h, 300*h, "ACTIVE")
	case "told late":
		tell(5*h, 15*h, "ACTIVE")
	case "health unaware":
		health = Standing{What: CanSend, Value: "AVAILABLE", Since: h, LastAt: now}
	case "well for a moment":
		health = Standing{What: CanSend, Value: "AVAILABLE", Before: "BLOCKED", Since: now - minute, LastAt: now}
	case "its end":
		now = 250 * h
	case "well for an hour":
		health = Standing{What: CanSend, Value: "AVAILABLE", Before: "BLOCKED", Since: 95 * h, LastAt: now}
	case "reinstated":
		tell(99*h, 0, "REINSTATE")
	}
	if from == "[*]" && act != "told" || from == "over" && act != "told" && act != "told late" {
		return "", false
	}
	s, _ := Fold(set, now)
	if InForce(s, health, now) {
		return "in_force", true
	}
	return "over", true
}
