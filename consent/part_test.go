package consent

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestAMergeStrengthensNothing: whatever two persons' ledgers hold, once somebody says that they are one, nothing passes that did not
// pass for each of them, and no stop of either is lost.
func TestAMergeStrengthensNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := map[string][]Event{}
		for i, e := range history(t, 12) {
			if e.Kind == Merged || e.Kind == Split {
				continue
			}
			e.Contact = rapid.SampledFrom([]string{"con_a", "con_b"}).Draw(t, "whose")
			e.ID = e.ID + e.Contact
			e.Rev = int64(i + 1)
			of[e.Contact] = append(of[e.Contact], e)
		}
		merge := Event{ID: "evt_merge", Contact: "con_a", Other: "con_b", Kind: Merged, Value: "weak", Actor: Actor{Kind: Staff}, HappenedAt: 45 * second, RecordedAt: 45 * second}
		both := Fold(append(slices.Concat(of["con_a"], of["con_b"]), merge), propertyRules)
		for _, one := range []Standing{Fold(of["con_a"], propertyRules), Fold(of["con_b"], propertyRules)} {
			for topic := range classes {
				was, is := one.Topics[topic], both.Topics[topic]
				if is.State.sends() > was.State.sends() || is.State.sends() > 0 && is.OwnSince > was.OwnSince {
					t.Fatalf("%s: %s of %d became %s of %d", topic, was.State, was.OwnSince, is.State, is.OwnSince)
				}
				if was.State == StateWithdrawn && is.State != StateWithdrawn {
					t.Fatalf("%s: a stop became %s", topic, is.State)
				}
			}
			for n := range one.PlatformStops {
				if _, ok := both.PlatformStops[n]; !ok {
					t.Fatal("a platform stop was lost")
				}
			}
			if one.Person.Restricted && !both.Person.Restricted || one.Person.Suppressed && !both.Person.Suppressed || one.Person.FrozenAt > both.Person.FrozenAt {
				t.Fatal("a restriction, a suppression or a doubt was lost")
			}
		}
	})
}

// Two persons, merged at 10 and split at 20. The second one's address is tel:b.
func TestPart(t *testing.T) {
	all, mk := scope(ScopeAll), scope(ScopeMarketing)
	from := func(a string) func(*Event) { return func(e *Event) { e.Address = a } }
	b := of("con_b")
	for _, c := range []struct {
		name         string
		events       []Event // beside what both agreed to before
		one, another string
	}{
		{"what stood stands again", nil, "offers=granted news=none orders=none", "offers=none news=none orders=granted"},
		{"a stop meanwhile stays on both", []Event{at(15, Withdrawn, all, from("tel:a"))}, "offers=withdrawn news=withdrawn orders=withdrawn", "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"also one at the other's address", []Event{at(15, Withdrawn, topics("orders"), from("tel:b"))}, "offers=granted news=none orders=withdrawn", "offers=none news=none orders=withdrawn"},
		{"and one by staff", []Event{at(15, Withdrawn, mk, by(Staff), unseen)}, "offers=withdrawn news=withdrawn orders=none", "offers=withdrawn news=withdrawn orders=granted"},
		{"unless it was voided", []Event{at(15, Withdrawn, mk, by(Staff), unseen), at(16, Voided, by(Staff), ref("evt_015_withdrawn"))}, "offers=granted news=none orders=none", "offers=none news=none orders=granted"},
		{"not me is a stop of everything", []Event{at(15, Disputed)}, "offers=withdrawn news=withdrawn orders=withdrawn", "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"an objection stops marketing", []Event{at(15, Objected, scope(ScopeNone))}, "offers=withdrawn news=withdrawn orders=none", "offers=withdrawn news=withdrawn orders=granted"},
		{"a yes meanwhile is whose address it came from", []Event{at(15, Granted, topics("news"), from("tel:a"))}, "offers=granted news=granted orders=none", "offers=none news=none orders=granted"},
		{"and nobody's when it was the other's", []Event{at(15, Granted, topics("news"), from("tel:b"))}, "offers=granted news=none orders=none", "offers=none news=none orders=granted"},
		{"or came from nowhere", []Event{at(15, Granted, topics("news"))}, "offers=granted news=none orders=none", "offers=none news=none orders=granted"},
		{"a stop that the other's yes lifted holds again", []Event{at(12, Withdrawn, all, from("tel:a")), at(18, Granted, topics("offers"), from("tel:b"))}, "offers=withdrawn news=withdrawn orders=withdrawn", "offers=withdrawn news=withdrawn orders=withdrawn"},
		{"a rest that ends", []Event{at(15, Paused, all, until(90))}, "offers=paused news=none orders=none", "offers=none news=none orders=paused"},
		{"a rest without an end ends for who is split off", []Event{at(15, Paused, all)}, "offers=paused news=none orders=none", "offers=none news=none orders=paused"},
		{"a doubt", []Event{at(15, IdentityChanged)}, "offers=outdated news=none orders=none", "offers=none news=none orders=outdated"},
		{"a no", []Event{at(15, Declined, topics("offers", "orders"))}, "offers=declined news=none orders=declined", "offers=declined news=none orders=declined"},
	} {
		before := []Event{at(1, Granted, from("tel:a")), at(2, Granted, topics("orders"), from("tel:b"), b)}
		merge := at(10, Merged, other("con_b"), value("weak"), by(Staff), unseen)
		history := append(append(slices.Clone(before), merge), c.events...)
		p := Part(history, "con_b", []string{"con_b"}, func(a string) bool { return a == "tel:a" }, 20*second)
		if p.Merge == nil || p.Merge.ID != merge.ID {
			t.Fatalf("%s: undoes %v", c.name, p.Merge)
		}
		split := at(20, Split, other("con_b"), ref(merge.ID), by(Staff), func(e *Event) { e.Evidence = p.Names })
		one := []Event{before[0], merge, split}
		one = append(one, c.events...)
		another := []Event{before[1]}
		for i, e := range p.Carry {
			if e.Contact != "con_b" || e.Address != "" || len(e.Evidence) > 0 || e.Ref == "" {
				t.Errorf("%s: carries %+v", c.name, e)
			}
			e.ID, e.RecordedAt = e.Ref+"_carried", 20*second+int64(i)
			another = append(another, e)
		}
		rules := Rules{Topics: classes, At: 30 * second}
		if got := states(Fold(one, rules)); got != c.one {
			t.Errorf("%s: who stays has %s, want %s", c.name, got, c.one)
		}
		if got := states(Fold(another, rules)); got != c.another {
			t.Errorf("%s: who was split off has %s, want %s", c.name, got, c.another)
		}
	}
}

// A stop in WhatsApp itself goes with the account that made it, and is a stop of marketing for the other, whose yes can end it.
func TestPartPlatformStop(t *testing.T) {
	for address, want := range map[string]Kind{"tel:b": PlatformStopped, "tel:a": Withdrawn} {
		stop := at(15, PlatformStopped, by(Meta), func(e *Event) { e.Address = address })
		kept := func(a string) bool { return a == "tel:a" }
		p := Part([]Event{stop}, "con_b", nil, kept, 20*second)
		if len(p.Carry) != 1 || p.Carry[0].Kind != want || want == Withdrawn && p.Carry[0].Scope != ScopeMarketing || p.Merge != nil {
			t.Errorf("%s: %+v", address, p.Carry)
		}
		if p := Part([]Event{stop, at(17, PlatformResumed, by(Meta))}, "con_b", nil, kept, 20*second); len(p.Carry) != 0 {
			t.Errorf("%s: a stop that ended is carried", address)
		}
	}
}
