package consent

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// anyEvent draws an event of any kind, on few seconds, topics, channels and contacts so that they meet.
func anyEvent(t *rapid.T, i int) Event {
	pick := func(label string, list ...string) string { return rapid.SampledFrom(list).Draw(t, label) }
	e := Event{ID: fmt.Sprintf("evt_%03d", i), Rev: int64(i + 1), Contact: pick("contact", "con_a", "con_a", "con_b"),
		Kind: rapid.SampledFrom(Kinds).Draw(t, "kind"), Channel: pick("channel", "chat", "sms", "web"),
		Number: pick("number", "n1", "n2"), Notice: pick("notice", "", "ntc_1"), NoticeVersion: rapid.Int64Range(0, 2).Draw(t, "version"),
		HappenedAt: rapid.Int64Range(1, 40).Draw(t, "happened") * second, RecordedAt: rapid.Int64Range(1, 40).Draw(t, "recorded") * second,
		Witnessed: rapid.Bool().Draw(t, "witnessed"), Value: pick("value", "", "weak", "15", "40"),
		ChannelSeq: pick("seq", "", "001", "002", "003"), Reason: "r",
		Actor: Actor{Kind: ActorKind(pick("actor", "person", "staff", "import", "meta"))}}
	e.Other = map[string]string{"con_a": "con_b", "con_b": "con_a"}[e.Contact]
	if e.Kind.needsScope() || rapid.Bool().Draw(t, "scoped") {
		e.Scope = Scope(pick("scope", "all", "marketing", "topic", "topic"))
		e.Topics = []string{pick("topic", "offers", "news", "orders")}
	}
	if e.Kind.allows() || e.Kind == Requested || e.Kind == Claimed {
		e.Scope = ScopeTopic
	}
	if i > 0 {
		e.Ref = fmt.Sprintf("evt_%03d", rapid.IntRange(0, i-1).Draw(t, "ref"))
	}
	if e.Kind == Paused {
		e.Until = rapid.Int64Range(0, 60).Draw(t, "until") * second
	}
	return e
}

func history(t *rapid.T, most int) []Event {
	n := rapid.IntRange(0, most).Draw(t, "n")
	out := make([]Event, n)
	for i := range out {
		out[i] = anyEvent(t, i)
	}
	return out
}

var propertyRules = Rules{Topics: classes, LapseAfter: 24 * Month, At: 50 * second}

func TestFoldIsAFunctionOfTheSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := history(t, 14)
		want := Fold(events, propertyRules)
		shuffled := append([]Event{}, events...)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := Fold(shuffled, propertyRules); !reflect.DeepEqual(got, want) {
			t.Fatalf("another order reads differently:\n%+v\n%+v", got, want)
		}
		if got := Fold(append(shuffled, events...), propertyRules); !reflect.DeepEqual(got, want) {
			t.Fatalf("repetitions change the fold:\n%+v\n%+v", got, want)
		}
	})
}

// lessening draws an event that takes away: what the person, staff or Meta may say to receive less.
func lessening(t *rapid.T, i int) Event {
	e := anyEvent(t, i)
	e.Kind = rapid.SampledFrom([]Kind{Withdrawn, Objected, Disputed, Suppressed, Declined, PlatformStopped, Restricted,
		Paused, Lapsed, Outdated, IdentityChanged, Erased, SuspectedBlock}).Draw(t, "less")
	if e.Scope == ScopeNone {
		e.Scope = ScopeAll
	}
	return e
}

func TestAWithdrawalNeverSendsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := history(t, 14)
		before := Fold(events, propertyRules)
		after := Fold(append(events, lessening(t, len(events))), propertyRules)
		for topic, b := range before.Topics {
			if a := after.Topics[topic]; a.State.sends() > b.State.sends() {
				t.Fatalf("%s went from %s to %s", topic, b.State, a.State)
			}
			if a := after.Topics[topic]; a.OwnSince > b.OwnSince {
				t.Fatalf("%s: an opt-out made the person's own act later", topic)
			}
		}
		if len(after.PlatformStops) < len(before.PlatformStops) {
			t.Fatal("a platform stop went away")
		}
		if before.Person.Restricted && !after.Person.Restricted || before.Person.Suppressed && !after.Person.Suppressed {
			t.Fatal("a restriction went away")
		}
	})
}

// TestOnlyAnOwnActLifts: after an opt-out of everything by the person nothing that others do lets a message pass.
func TestOnlyAnOwnActLifts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := history(t, 10)
		stop := at(45, Withdrawn, scope(ScopeAll), named("evt_stop"), channel("page"))
		events = append(events, stop)
		for i := range rapid.IntRange(0, 8).Draw(t, "later") {
			e := anyEvent(t, 100+i)
			e.RecordedAt += 50 * second
			e.Actor.Kind = rapid.SampledFrom([]ActorKind{Staff, Import, Program, System}).Draw(t, "others")
			if e.Ref == "evt_100" {
				e.Ref = stop.ID
			}
			events = append(events, e)
		}
		for topic, s := range Fold(events, Rules{Topics: classes, At: 200 * second}).Topics {
			if s.State.sends() > 0 {
				t.Fatalf("%s is %s after the person's stop (by %s)", topic, s.State, s.Event)
			}
		}
	})
}

// TestAClaimWeakensNothing: what somebody else claims never takes the place of what the person asked for or agreed to.
func TestAClaimWeakensNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := history(t, 12)
		before := Fold(events, propertyRules)
		claim := anyEvent(t, len(events))
		claim.Kind, claim.Scope, claim.Topics = Claimed, ScopeTopic, []string{"offers"}
		after := Fold(append(events, claim), propertyRules)
		b, a := before.Topics["offers"].State, after.Topics["offers"].State
		switch b {
		case StateGranted, StateDeclared, StatePaused, StateRequested, StateWithdrawn, StateDeclined:
			if a != b {
				t.Fatalf("a claim made %s of %s", a, b)
			}
		}
	})
}

func TestKnowingMoreIsNotKnowingEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := history(t, 12)
		cut := rapid.Int64Range(1, 40).Draw(t, "cut") * second
		var known []Event
		for _, e := range events {
			if e.RecordedAt <= cut {
				known = append(known, e)
			}
		}
		r := propertyRules
		want := Fold(known, r)
		r.KnownAt = cut
		got := Fold(events, r)
		got.Rev, want.Rev = 0, 0
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("known at %d:\n%+v\n%+v", cut, got, want)
		}
	})
}
