package consent

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
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

type arrow struct {
	from, to State
	by       Kind
}

// arrowsOf tries every kind in every state and keeps what moves.
func arrowsOf(t *testing.T, class Class) []arrow {
	t.Helper()
	var out []arrow
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
				out = append(out, arrow{from, to, k})
			}
		}
	}
	return out
}

// section is the part of docs/states.md under a heading.
func section(t *testing.T, heading string) string {
	t.Helper()
	b, err := os.ReadFile("../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("docs/states.md has no section %s", heading)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	return rest
}

var arrowLine = regexp.MustCompile(`(?m)^\s*(\w+) --> (\w+): (.+)$`)

func drawn(t *testing.T, heading string) []arrow {
	var out []arrow
	for _, m := range arrowLine.FindAllStringSubmatch(section(t, heading), -1) {
		for by := range strings.SplitSeq(m[3], ", ") {
			out = append(out, arrow{State(m[1]), State(m[2]), Kind(by)})
		}
	}
	return out
}

func TestDrawingsAreTheFold(t *testing.T) {
	for heading, class := range map[string]Class{"Standing, marketing": Marketing, "Standing, utility and authentication": Utility} {
		picture, code := drawn(t, heading), arrowsOf(t, class)
		for _, a := range code {
			if !slices.Contains(picture, a) {
				t.Errorf("%s: the drawing lacks %s --> %s: %s", heading, a.from, a.to, a.by)
			}
		}
		for _, a := range picture {
			if !slices.Contains(code, a) {
				t.Errorf("%s: the code lacks %s --> %s: %s", heading, a.from, a.to, a.by)
			}
		}
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
	text := section(t, "Events")
	var rows []Kind
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| .{10,} \\|$").FindAllStringSubmatch(text, -1) {
		rows = append(rows, Kind(m[1]))
	}
	if !slices.Equal(rows, Kinds) {
		t.Errorf("docs/states.md lists the kinds\n%v\nthe code has\n%v", rows, Kinds)
	}
	for _, s := range States {
		if !strings.Contains(section(t, "Standing"), "`"+string(s)+"`") {
			t.Errorf("docs/states.md does not say what %s means", s)
		}
	}
}
