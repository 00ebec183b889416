package hook

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/topic"
)

// Feed is a page of changes. There is always a cursor to go on from; More says that there is something behind it already.
type Feed struct {
	Changes []Change
	Next    string
	More    bool
}

// look is how many entries of the ledger one page looks at, most of which are changes.
const look = 1000

// Latest is the cursor for whoever wants to hear only what comes from now on.
const Latest = "latest"

// Changes are what happened behind a cursor, in the order of the log; "" = from the beginning.
func Changes(ctx context.Context, tx *db.Tx, tenant, cursor string, most int) (Feed, error) {
	if cursor == Latest {
		next, err := latest(ctx, tx, tenant)
		return Feed{Next: next}, err
	}
	after, err := behind(ctx, tx, tenant, cursor)
	if err != nil {
		return Feed{}, err
	}
	list, err := consent.Log(ctx, tx, tenant, after, look)
	if err != nil {
		return Feed{}, fmt.Errorf("read the log: %w", err)
	}
	out := Feed{Next: cursor, More: len(list) == look}
	var told []consent.Event
	for i := range list {
		if Advice(&list[i]) != "" {
			if len(told) == most {
				out.More = true
				break
			}
			told = append(told, list[i])
		}
		out.Next = cursorOf(&list[i])
	}
	out.Changes, err = changesOf(ctx, tx, tenant, told)
	return out, err
}

// behind is the position of a cursor. One that names what does not stand there is of another log: a restored copy is an older one, and
// whoever went on in it would pass something over.
func behind(ctx context.Context, tx *db.Tx, tenant, cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	position, event, err := parseCursor(cursor)
	if err != nil {
		return 0, err
	}
	there, err := consent.AtPositions(ctx, tx, tenant, []int64{position})
	if err == nil && (len(there) == 0 || there[0].ID != event) {
		err = errs.New(errs.Conflict, "hook.cursor.other")
	}
	return position, err
}

func latest(ctx context.Context, tx *db.Tx, tenant string) (string, error) {
	head, err := consent.Head(ctx, tx, tenant)
	if err != nil || head == 0 {
		return "", err
	}
	there, err := consent.AtPositions(ctx, tx, tenant, []int64{head})
	if err != nil || len(there) == 0 {
		return "", err
	}
	return cursorOf(&there[0]), nil
}

// reach is what is known today of a person whom a change is about.
type reach struct {
	addresses    []string
	fingerprints []string
}

// teller words entries of the ledger as changes, with what stands today.
type teller struct {
	topics     []topic.Topic
	current    map[string]string
	reach      map[string]reach
	stands     map[string]consent.Standing
	suppressed map[string]contact.Suppression
}

func changesOf(ctx context.Context, tx *db.Tx, tenant string, list []consent.Event) ([]Change, error) {
	if len(list) == 0 {
		return []Change{}, nil
	}
	t, err := readTeller(ctx, tx, tenant, list)
	if err != nil {
		return nil, fmt.Errorf("read who %d changes are about: %w", len(list), err)
	}
	out := make([]Change, len(list))
	for i := range list {
		out[i] = t.change(&list[i])
	}
	return out, nil
}

func readTeller(ctx context.Context, tx *db.Tx, tenant string, list []consent.Event) (t teller, err error) {
	if t.topics, err = topic.List(ctx, tx, tenant, false); err != nil {
		return t, err
	}
	var persons []string
	for _, e := range list {
		persons = append(persons, e.Contact)
	}
	if t.current, err = contact.Current(ctx, tx, tenant, sorted(persons)); err != nil {
		return t, err
	}
	for i, p := range persons {
		if now := t.current[p]; now != "" {
			persons[i] = now
		}
	}
	persons = sorted(persons)
	if t.reach, err = reachOf(ctx, tx, tenant, persons); err != nil {
		return t, err
	}
	if t.stands, err = consent.Stand(ctx, tx, tenant, persons); err != nil {
		return t, err
	}
	var prints []string
	for _, r := range t.reach {
		prints = append(prints, r.fingerprints...)
	}
	t.suppressed, err = contact.Suppressions(ctx, tx, tenant, sorted(prints))
	return t, err
}

func sorted(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

func (t *teller) change(e *consent.Event) Change {
	c := Change{ID: e.ID, Cursor: cursorOf(e), Kind: string(e.Kind), Do: Advice(e), Topics: []string{}, Contact: e.Contact, Rev: e.Rev,
		Addresses: []string{}, Allowed: []string{}, Scope: string(e.Scope), Channel: e.Channel, Source: e.Source,
		HappenedAt: moment(e.HappenedAt), RecordedAt: moment(e.RecordedAt)}
	if now := t.current[e.Contact]; now != "" && now != e.Contact {
		c.Contact, c.MergedFrom = now, e.Contact
	}
	if e.Kind == consent.Paused && e.Until > 0 {
		until := moment(e.Until)
		c.Until = &until
	}
	c.Addresses = append(c.Addresses, t.reach[c.Contact].addresses...)
	if c.Do != DoUpdate && t.names(&c) && e.Address != "" && !strings.HasPrefix(e.Address, "wap:") && !slices.Contains(c.Addresses, e.Address) {
		c.Addresses = append(c.Addresses, e.Address) // given up since, or nobody's yet; it was said at it, and holds for it
	}
	if c.Do == DoStopTopics {
		c.Topics = append(c.Topics, e.Topics...)
	}
	t.topicsOf(&c, e.Scope == consent.ScopeTopic)
	slices.Sort(c.Topics)
	slices.Sort(c.Allowed)
	return c
}

// names says that the person is still one with an address: an erased one's is told to nobody.
func (t *teller) names(c *Change) bool { return !t.stands[c.Contact].Person.Erased }

// topicsOf lists what a stop ends, where the entry itself does not, and what is allowed beside it.
func (t *teller) topicsOf(c *Change, listed bool) {
	for _, x := range t.topics {
		class := consent.Class(x.Class)
		ends := c.stops(x.Code, class) || c.Do == DoStopTopics && !listed
		if ends && c.Do != DoUpdate && !listed {
			c.Topics = append(c.Topics, x.Code)
		}
		if !ends && t.allowed(c.Contact, x.Code, class) {
			c.Allowed = append(c.Allowed, x.Code)
		}
	}
}

// allowed is what the gate would say of the consent alone (gate/decide.go); windows, hours, caps and brake are its own.
func (t *teller) allowed(person, code string, class consent.Class) bool {
	s, known := t.stands[person]
	st := s.Of(code, class)
	p := &s.Person
	switch {
	case !known, p.Restricted, p.Erased, p.Suppressed:
		return false
	case st.State != consent.StateGranted && (st.State != consent.StateDeclared || class == consent.Marketing):
		return false
	case class == consent.Marketing && (len(s.PlatformStops) > 0 || p.SuspectedBlock):
		return false
	case p.FrozenAt != 0 && st.OwnSince <= p.FrozenAt:
		return false
	}
	for _, print := range t.reach[person].fingerprints {
		x, ok := t.suppressed[print]
		if ok && (x.Scope == contact.All || class == consent.Marketing) && st.OwnSince <= x.At+consent.LiftAfter {
			return false
		}
	}
	return true
}

func moment(us int64) time.Time { return time.UnixMicro(us).UTC() }
