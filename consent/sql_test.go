package consent_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/topic"
)

var pepper = bytes.Repeat([]byte{3}, 32)

const tenant = "ten_a"

// house puts topics and people of two tenants into a fresh database.
func house(t testing.TB, d *db.DB, people int) []string {
	t.Helper()
	var out []string
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		out = nil
		for _, ten := range []string{tenant, "ten_b"} {
			for code, class := range map[string]topic.Class{"offers": topic.Marketing, "news": topic.Marketing, "orders": topic.Utility} {
				if err := topic.Put(ctx, tx, ten, topic.Topic{Code: code, Class: class, Texts: map[string]topic.Text{"en": {Name: code, Value: code}}}, 1); err != nil {
					return err
				}
			}
			var addrs []address.Address
			for i := range people {
				addrs = append(addrs, address.Address(fmt.Sprintf("tel:+4917139200%02d", i)))
			}
			held, err := contact.Ensure(ctx, tx, ten, pepper, addrs, 1)
			if err != nil {
				return err
			}
			if ten == tenant {
				for _, a := range addrs {
					out = append(out, held[a])
				}
			}
		}
		return nil
	})
	return out
}

func write(t testing.TB, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

// add appends events to persons, locked as the flows do it.
func add(t testing.TB, d *db.DB, events ...consent.Event) []consent.Appended {
	t.Helper()
	var out []consent.Appended
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		var persons []string
		for _, e := range events {
			persons = append(persons, e.Contact)
		}
		revs, err := contact.Lock(ctx, tx, tenant, persons)
		if err != nil {
			return err
		}
		out, err = consent.Append(ctx, tx, tenant, events, revs)
		return err
	})
	return out
}

// stand reads what stands, and what the fold of the whole history says.
func stand(t testing.TB, d *db.DB, c string) (stands, folded consent.Standing) {
	t.Helper()
	err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		all, err := consent.Stand(ctx, tx, tenant, []string{c})
		if err != nil {
			return err
		}
		stands = all[c]
		history, err := consent.History(ctx, tx, tenant, []string{c})
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		folded = consent.Fold(history[c], consent.Rules{At: now, LapseAfter: consent.DefaultLapse,
			Topics: map[string]consent.Class{"offers": consent.Marketing, "news": consent.Marketing, "orders": consent.Utility}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return stands, folded
}

// same compares; topics that came to nothing have no row.
func same(t interface{ Fatalf(string, ...any) }, stands, folded consent.Standing) {
	maps.DeleteFunc(folded.Topics, func(_ string, s consent.TopicStanding) bool { return s.State == consent.StateNone })
	if stands.Topics == nil {
		stands.Topics = map[string]consent.TopicStanding{}
	}
	if stands.PlatformStops == nil {
		stands.PlatformStops = map[string]int64{}
	}
	stands.Rev, folded.Rev = 0, 0
	if !reflect.DeepEqual(stands, folded) {
		t.Fatalf("what stands is not what the events say:\nstands %+v\nfolded %+v", stands, folded)
	}
}

func anyAct(t *rapid.T, c string) consent.Event {
	pick := func(label string, list ...string) string { return rapid.SampledFrom(list).Draw(t, label) }
	kinds := []consent.Kind{consent.Requested, consent.Claimed, consent.Declared, consent.Granted, consent.Declined, consent.Withdrawn,
		consent.Objected, consent.Paused, consent.Unpaused, consent.PlatformStopped, consent.PlatformResumed, consent.Signup,
		consent.Lapsed, consent.Outdated, consent.AgeStated, consent.SuspectedBlock, consent.BlockCleared, consent.IdentityChanged,
		consent.Disputed, consent.Suppressed, consent.Restricted, consent.ReasonGiven, consent.RequestExpired, consent.Voided}
	e := consent.Event{Contact: c, Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Scope: consent.ScopeTopic,
		Topics: []string{pick("topic", "offers", "news", "orders")}, Channel: pick("channel", "chat", "web", "sms"), Number: pick("number", "n1", "n2"),
		Actor: consent.Actor{Kind: consent.ActorKind(pick("actor", "person", "staff", "import"))}, Witnessed: rapid.Bool().Draw(t, "witnessed"),
		HappenedAt: rapid.Int64Range(1, 60).Draw(t, "happened") * 1_000_000, Value: pick("value", "", "15", "40"), Notice: pick("notice", "", "ntc"),
		NoticeVersion: rapid.Int64Range(0, 2).Draw(t, "version")}
	if rapid.Bool().Draw(t, "wide") && (e.Kind == consent.Withdrawn || e.Kind == consent.Paused || e.Kind == consent.Declined) {
		e.Scope, e.Topics = consent.Scope(pick("scope", "all", "marketing")), nil
	}
	if rapid.Bool().Draw(t, "keyed") {
		e.SeenKey = pick("key", "k1", "k2", "k3") + c
	}
	return e
}

func TestStandingEqualsTheFoldAfterEveryHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		people := house(t, d, 60)
		next := 0
		rapid.Check(t, func(rt *rapid.T) {
			c := people[next%len(people)]
			next++
			last := "evt_none"
			for range rapid.IntRange(1, 4).Draw(rt, "steps") {
				var batch []consent.Event
				for range rapid.IntRange(1, 3).Draw(rt, "together") {
					e := anyAct(rt, c)
					if e.Kind == consent.Voided || e.Kind == consent.RequestExpired {
						e.Ref, e.Reason = last, "taken back"
					}
					batch = append(batch, e)
				}
				for _, a := range add(t, d, batch...) {
					last = a.Event.ID
				}
				stands, folded := stand(t, d, c)
				same(rt, stands, folded)
			}
		})
	})
}

func TestAppendGivesGaplessRevisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		people := house(t, d, 2)
		grant := consent.Event{Kind: consent.Granted, Scope: consent.ScopeTopic, Topics: []string{"offers", "news", "offers"},
			Actor: consent.Actor{Kind: consent.Person}, Witnessed: true, Channel: "chat"}
		var batch []consent.Event
		for range 3 {
			for _, c := range people {
				e := grant
				e.Contact = c
				batch = append(batch, e)
			}
		}
		last := map[string]int64{}
		for range 2 {
			for _, a := range add(t, d, batch...) {
				if a.Event.Rev != last[a.Event.Contact]+1 {
					t.Fatalf("revision %d after %d", a.Event.Rev, last[a.Event.Contact])
				}
				last[a.Event.Contact] = a.Event.Rev
				if !slices.Equal(a.Event.Topics, []string{"news", "offers"}) {
					t.Fatalf("topics %v are not sorted once each", a.Event.Topics)
				}
			}
		}
		stands, _ := stand(t, d, people[0])
		if stands.Rev != last[people[0]] {
			t.Errorf("standing has revision %d, the ledger %d", stands.Rev, last[people[0]])
		}
	})
}

func TestARepetitionChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := house(t, d, 1)[0]
		e := consent.Event{Contact: c, Kind: consent.Withdrawn, Scope: consent.ScopeAll, Channel: "chat", SeenKey: "m:1",
			Actor: consent.Actor{Kind: consent.Person}, Witnessed: true}
		first := add(t, d, e, e) // twice in one batch
		again := add(t, d, e)
		if first[0].Repeated || !first[1].Repeated || !again[0].Repeated {
			t.Fatalf("repeated: %v %v %v", first[0].Repeated, first[1].Repeated, again[0].Repeated)
		}
		if again[0].Event.ID != first[0].Event.ID || again[0].Event.Rev != 1 {
			t.Errorf("the repetition answers %s rev %d", again[0].Event.ID, again[0].Event.Rev)
		}
	})
}

func TestALeafIsKeptForEachEvent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := house(t, d, 1)[0]
		e := add(t, d, consent.Event{Contact: c, Kind: consent.Granted, Scope: consent.ScopeTopic, Topics: []string{"offers"}, Channel: "chat",
			Address: "tel:+491713920000", Actor: consent.Actor{Kind: consent.Person}, Witnessed: true,
			Evidence: []consent.Evidence{{Kind: "message", Value: `{"text":"Ja, gern – „Ümlaut“"}`}}})[0].Event
		err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			leaf, salt, err := consent.LeafOf(ctx, tx, tenant, e.ID)
			if err != nil {
				return err
			}
			stored, err := consent.Get(ctx, tx, tenant, e.ID)
			if err != nil {
				return err
			}
			if !bytes.Equal(leaf, consent.Leaf(tenant, &stored, salt)) || len(salt) != consent.SaltSize {
				t.Error("the leaf is not of the event as it is stored")
			}
			if _, err := consent.Get(ctx, tx, "ten_b", e.ID); err != db.ErrNone {
				t.Errorf("another tenant reads the event: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAppendWantsTheLock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := house(t, d, 1)[0]
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			_, err := consent.Append(ctx, tx, tenant, []consent.Event{{Contact: c, Kind: consent.Linked, HappenedAt: 1}}, map[string]int64{})
			return err
		})
		if err == nil {
			t.Error("an event was written without the person's lock")
		}
	})
}

func TestMergedHistoriesFoldAsOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		people := house(t, d, 2)
		own := consent.Event{Actor: consent.Actor{Kind: consent.Person}, Witnessed: true, Channel: "chat"}
		grant, stop := own, own
		grant.Contact, grant.Kind, grant.Scope, grant.Topics = people[0], consent.Granted, consent.ScopeTopic, []string{"offers"}
		stop.Contact, stop.Kind, stop.Scope = people[1], consent.Withdrawn, consent.ScopeAll
		add(t, d, grant)
		add(t, d, stop)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			revs, err := contact.Lock(ctx, tx, tenant, people)
			if err != nil {
				return err
			}
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			ch, err := contact.Merge(ctx, tx, tenant, people[0], people[1], false, now)
			if err != nil {
				return err
			}
			_, err = consent.Append(ctx, tx, tenant, []consent.Event{{Contact: ch.Contact, Kind: consent.Merged, Other: ch.Other,
				HappenedAt: now, Actor: consent.Actor{Kind: consent.Meta}}}, revs)
			return err
		})
		stands, folded := stand(t, d, people[0])
		same(t, stands, folded)
		if stands.Topics["offers"].State != consent.StateWithdrawn {
			t.Errorf("the other's stop does not hold after the merge: %s", stands.Topics["offers"].State)
		}
	})
}
