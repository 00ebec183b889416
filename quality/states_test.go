package quality

import (
	"testing"

	"jawort/docs"
)

// The drawing of a restriction is the code: every act is tried in every state, with the words that Meta would say.
func TestDrawingOfRestriction(t *testing.T) {
	var code []docs.Arrow
	for _, from := range []string{"[*]", "in_force", "over"} {
		for _, act := range []string{"told", "told late", "health unaware", "well for a moment", "its end", "well for an hour", "reinstated"} {
			if to, ok := tried(from, act); ok {
				code = append(code, docs.Arrow{From: from, To: to, By: act})
			}
		}
	}
	docs.Compare(t, "Restriction", code)
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
