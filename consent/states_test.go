package consent

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jawort/docs"
)

// leading is a short history that leads to each state of a topic.
var leading = map[Class]map[State][]Kind{
	Marketing: {StateNone: nil, StateRequested: {Requested}, StateClaimed: {Claimed}, StateGranted: {Granted}, StateDeclined: {Requested, Declined},
		StateWithdrawn: {Granted, Withdrawn}, StatePaused: {Granted, Paused}, StateLapsed: {Granted, Lapsed}, StateOutdated: {Granted, Outdated}},
	Utility: {StateNone: nil, StateRequested: {Requested}, StateClaimed: {Claimed}, StateDeclared: {Declared}, StateGranted: {Granted},
		StateDeclined: {Requested, Declined}, StateWithdrawn: {Declared, Withdrawn}, StatePaused: {Declared, Paused},
		StateLapsed: {Declared, Lapsed}, StateOutdated: {Declared, Outdated}},
}

// story writes kinds as events an hour apart, each by whoever does such a thing, seen at the moment, about the topic t.
func story(kinds []Kind) []Event {
	var list []Event
	for i, k := range kinds {
		at := int64(i+1) * 3600 * 1_000_000
		e := Event{ID: fmt.Sprintf("evt_%d", i), Contact: "con_1", Rev: int64(i + 1), Kind: k, Scope: ScopeTopic, Topics: []string{"t"}, Channel: "chat",
			Number: "106", Notice: "ntc_1", NoticeVersion: 1, Actor: Actor{Kind: Person}, HappenedAt: at, RecordedAt: at, Witnessed: true, Other: "con_2"}
		switch k {
		case Claimed, Voided, Erased, StaffAction:
			e.Actor, e.Witnessed = Actor{Staff, "usr_1"}, false
		case PlatformStopped, PlatformResumed, Signup, IdentityChanged, KeyChanged, NumberChanged, Linked:
			e.Actor = Actor{Kind: Meta}
		case Lapsed, Outdated, RequestExpired, SuspectedBlock, BlockCleared, Merged, Split:
			e.Actor = Actor{Kind: System}
		}
		if i > 0 {
			e.Ref = list[i-1].ID
		}
		list = append(list, e)
	}
	return list
}

func stateAfter(class Class, kinds []Kind) State {
	s := Fold(story(kinds), Rules{Topics: map[string]Class{"t": class}})
	return s.Topics["t"].State
}

// arrowsOf tries every kind in every state and keeps what moves.
func arrowsOf(t *testing.T, class Class) []docs.Arrow {
	t.Helper()
	out := []docs.Arrow{{From: "[*]", To: string(StateNone)}}
	for _, from := range States {
		kinds, ok := leading[class][from]
		if !ok {
			continue
		}
		if got := stateAfter(class, kinds); got != from {
			t.Fatalf("%v leads to %s, not %s", kinds, got, from)
		}
		for _, k := range Kinds {
			if to := stateAfter(class, append(slices.Clone(kinds), k)); to != from {
				out = append(out, docs.Arrow{From: string(from), To: string(to), By: string(k)})
			}
		}
	}
	return out
}

func TestDrawingsAreTheFold(t *testing.T) {
	for heading, class := range map[string]Class{"Standing, marketing": Marketing, "Standing, utility and authentication": Utility} {
		docs.Compare(t, heading, arrowsOf(t, class))
	}
}

// Authentication topics fold as utility ones do.
func TestAuthenticationFoldsAsUtility(t *testing.T) {
	for _, kinds := range leading[Utility] {
		for _, k := range Kinds {
			h := append(slices.Clone(kinds), k)
			if a, u := stateAfter(Authentication, h), stateAfter(Utility, h); a != u {
				t.Errorf("%v: authentication %s, utility %s", h, a, u)
			}
		}
	}
}

func TestEveryKindAndStateIsNamed(t *testing.T) {
	text := docs.Section(t, "Events")
	var rows []Kind
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| .{10,} \\|$").FindAllStringSubmatch(text, -1) {
		rows = append(rows, Kind(m[1]))
	}
	if !slices.Equal(rows, Kinds) {
		t.Errorf("docs/states.md lists the kinds\n%v\nthe code has\n%v", rows, Kinds)
	}
	for _, s := range States {
		if !strings.Contains(docs.Section(t, "Standing"), "`"+string(s)+"`") {
			t.Errorf("docs/states.md does not say what %s means", s)
		}
	}
}
