package consent

import "slices"

// A merge by staff can be undone (DESIGN section 5, Identity): what stood before stands again, a stop given meanwhile holds for both,
// and what one of them allowed meanwhile is no word of the other's.

// partedEvent is the kind of evidence by which a split names an event that was not this person's.
const partedEvent = "event"

// openPause is how long a pause without an end goes on at whoever is split off: what would end it is not theirs.
const openPause = 7 * 24 * 3600 * 1_000_000

// opens says that the kind can only let more pass, so that it counts for nobody whose own it was not.
func (k Kind) opens() bool {
	switch k {
	case Granted, Declared, Signup, Unpaused, PlatformResumed, Requested, Claimed, BlockCleared:
		return true
	}
	return false
}

// parts adds the events that a split says are not this person's.
func (e *Event) parts(out map[string]bool) {
	if e.Kind != Split {
		return
	}
	for _, p := range e.Evidence {
		if p.Kind == partedEvent {
			out[p.Value] = true
		}
	}
}

// Parting is what a split leads to.
type Parting struct {
	Merge *Event     // that is undone; nil = the ledger knows none
	Carry []Event    // stops given meanwhile, for whoever is split off, without words or addresses
	Names []Evidence // what was allowed meanwhile, and not at an address that the whole keeps
}

// Part says what splitting off a person leads to. events are the whole's, theirs the contacts that go, kept says whether an address
// stays with the whole; now is the moment.
func Part(events []Event, from string, theirs []string, kept func(address string) bool, now int64) Parting {
	var p Parting
	list := visible(events, Rules{})
	for _, e := range list {
		undone := slices.ContainsFunc(list, func(s *Event) bool { return s.Kind == Split && s.Ref == e.ID })
		if e.Kind == Merged && e.Other == from && !undone && (p.Merge == nil || later(e, p.Merge)) {
			p.Merge = e
		}
	}
	since := int64(0)
	if p.Merge != nil {
		since = p.Merge.RecordedAt
	}
	for _, e := range list {
		if e.RecordedAt < since || slices.Contains(theirs, e.Contact) {
			continue
		}
		if e.Kind.opens() && !kept(e.Address) {
			p.Names = append(p.Names, Evidence{Kind: partedEvent, Value: e.ID})
		}
		if c, ok := e.carried(list, kept, now); ok {
			c.Contact = from
			p.Carry = append(p.Carry, c)
		}
	}
	return p
}

// carried is a stop as it goes on at whoever is split off.
func (e *Event) carried(list []*Event, kept func(string) bool, now int64) (Event, bool) {
	c := Event{Kind: e.Kind, Scope: e.Scope, Topics: e.Topics, Channel: e.Channel, Actor: e.Actor, HappenedAt: e.HappenedAt,
		Witnessed: e.Witnessed, Ref: e.ID, Until: e.Until, Reason: "split"}
	switch e.Kind {
	case Withdrawn, Declined, Restricted, IdentityChanged, KeyChanged:
	case Objected, Disputed, Suppressed:
		c.Kind = Withdrawn
		switch {
		case e.Kind == Disputed, c.Scope == ScopeNone && e.Kind == Suppressed:
			c.Scope = ScopeAll
		case c.Scope == ScopeNone:
			c.Scope = ScopeMarketing
		}
	case PlatformStopped: // only their own account can take it back in WhatsApp, anybody by a new yes
		if _, holds := platformStops(list)[e.Number]; !holds {
			return c, false
		}
		if c.Number = e.Number; kept(e.Address) {
			c.Kind, c.Scope, c.Number = Withdrawn, ScopeMarketing, ""
		}
	case Paused:
		if c.Until == 0 {
			c.Until = now + openPause
		}
		return c, c.Until > now
	default:
		return c, false
	}
	return c, true
}
