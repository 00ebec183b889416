package consent

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"jawort/contact"
	"jawort/db"
	"jawort/id"
)

// Appended is an event as it stands in the ledger now. Repeated says that it stood there before.
type Appended struct {
	Event    Event
	Repeated bool
}

// Append writes events and the standings they lead to. The caller has locked the persons' guards in an earlier
// statement; revs are the revisions it found (contact.Lock), and are raised. Events come back in the order given,
// with id, revision and time; one whose SeenKey is known comes back as it is in the ledger, and changes nothing.
func Append(ctx context.Context, tx *db.Tx, tenant string, events []Event, revs map[string]int64) ([]Appended, error) {
	if len(events) == 0 {
		return nil, nil
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	known, err := bySeenKey(ctx, tx, tenant, events)
	if err != nil {
		return nil, err
	}
	out := make([]Appended, len(events))
	var fresh []Event
	for i := range events {
		e := events[i]
		if old, ok := known[e.SeenKey]; ok && e.SeenKey != "" {
			out[i] = Appended{Event: old, Repeated: true}
			continue
		}
		if err := prepare(&e, now, revs); err != nil {
			return nil, err
		}
		if e.SeenKey != "" {
			known[e.SeenKey] = e
		}
		out[i] = Appended{Event: e}
		fresh = append(fresh, e)
	}
	if len(fresh) == 0 {
		return out, nil
	}
	if err := insert(ctx, tx, tenant, fresh); err != nil {
		return nil, err
	}
	return out, settle(ctx, tx, tenant, fresh, revs, now)
}

// prepare gives the event its id, revision and recorded time.
func prepare(e *Event, now int64, revs map[string]int64) error {
	rev, locked := revs[e.Contact]
	if !locked {
		return fmt.Errorf("append %s: the person is not locked", e.Kind)
	}
	e.RecordedAt = now
	if e.HappenedAt == 0 {
		e.HappenedAt = now
	}
	if err := e.Check(); err != nil {
		return err
	}
	e.Topics = slices.Compact(slices.Sorted(slices.Values(e.Topics)))
	e.ID, e.Rev = id.At("evt", now), rev+1
	revs[e.Contact] = e.Rev
	return nil
}

// settle folds the touched persons anew and writes their standings and guards.
func settle(ctx context.Context, tx *db.Tx, tenant string, fresh []Event, revs map[string]int64, now int64) error {
	touched := map[string]int64{}
	for _, e := range fresh {
		touched[e.Contact] = revs[e.Contact]
	}
	if err := contact.Raise(ctx, tx, tenant, touched); err != nil {
		return err
	}
	return Restand(ctx, tx, tenant, touched, now)
}

// Restand folds the persons (contact → revision) and writes their standings: after an event, when a pause ends, or
// to rebuild. The persons are locked by the caller.
func Restand(ctx context.Context, tx *db.Tx, tenant string, persons map[string]int64, now int64) error {
	classes, err := classesOf(ctx, tx, tenant)
	if err != nil {
		return err
	}
	contacts := make([]string, 0, len(persons))
	for c := range persons {
		contacts = append(contacts, c)
	}
	slices.Sort(contacts)
	events, err := History(ctx, tx, tenant, contacts)
	if err != nil {
		return err
	}
	standings := make([]personStanding, len(contacts))
	for i, c := range contacts {
		s := Fold(events[c], Rules{Topics: classes, LapseAfter: DefaultLapse, At: now})
		s.Rev = persons[c]
		standings[i] = personStanding{c, s, gone(events[c], &s)}
	}
	return writeStandings(ctx, tx, tenant, standings)
}

// gone are the topics that may have had a state and have none now: what is taken back, undone or over, and what makes
// somebody another person, leaves one without. The other kinds only ever change a state for another.
func gone(events []Event, s *Standing) []string {
	if !slices.ContainsFunc(events, func(e Event) bool {
		switch e.Kind {
		case Voided, Split, RequestExpired, Erased, IdentityChanged, KeyChanged, Merged:
			return true
		}
		return false
	}) {
		return nil
	}
	var out []string
	for topic, t := range s.Topics {
		if t.State == StateNone {
			out = append(out, topic)
		}
	}
	return out
}

func newSalt() []byte {
	salt := make([]byte, SaltSize)
	_, _ = rand.Read(salt) // never fails, crypto/rand
	return salt
}
