package consent

import (
	"maps"
	"slices"
)

// LiftAfter is how much later than a withdrawal a grant of another channel must be, in microseconds.
const LiftAfter = 5_000_000

// Month is a twelfth of a year in microseconds, for lapses.
const Month = 365 * 24 * 3600 * 1_000_000 / 12

// DefaultLapse is when unused marketing consent lapses unless a rule says otherwise (facts/legal.md: 24 months).
const DefaultLapse = 24 * Month

// Rules is what the fold needs to know besides the events.
type Rules struct {
	Topics     map[string]Class // the tenant's topics; a topic that is not in it counts as marketing
	LapseAfter int64            // unused marketing consent, microseconds; 0 = never
	At         int64            // the moment asked about: pauses that ended by then are over; 0 = the end of time
	AsOf       int64            // only what was effective by then; 0 = everything
	KnownAt    int64            // only what we had recorded by then; 0 = everything
}

func (r *Rules) class(topic string) Class {
	if c, ok := r.Topics[topic]; ok {
		return c
	}
	return Marketing
}

// Fold gives the events of one person their meaning. It is a function of the set of events: neither their order
// nor repetitions matter, and one more withdrawal never lets more pass.
func Fold(events []Event, r Rules) Standing {
	list := visible(events, r)
	topics := topicsOf(list, &r) // of all parts: a part that knows nothing of a topic says none
	var out Standing
	for i, g := range groups(list) {
		s := foldGroup(g, topics, &r)
		if i == 0 {
			out = s
			continue
		}
		out = lesser(out, s)
	}
	for i := range events {
		out.Rev = max(out.Rev, events[i].Rev)
	}
	return out
}

// visible drops repetitions, what the two "as of" questions exclude, what was rightly voided, and what a person allowed who has
// been split off since.
func visible(events []Event, r Rules) []*Event {
	var list []*Event
	seen, parted := map[string]bool{}, map[string]bool{}
	voided := map[string]*Event{}
	for i := range events {
		e := &events[i]
		if seen[e.ID] || r.AsOf > 0 && e.EffectiveAt() > r.AsOf || r.KnownAt > 0 && e.RecordedAt > r.KnownAt {
			continue
		}
		seen[e.ID] = true
		list = append(list, e)
		if e.Kind == Voided && e.Actor.Kind == Staff {
			voided[e.Ref] = e
		}
		e.parts(parted)
	}
	return slices.DeleteFunc(list, func(e *Event) bool {
		return voided[e.ID] != nil && e.Voidable() || parted[e.ID] && e.Kind.opens()
	})
}

// Voidable says that staff may take the event back: what staff, an import or a program entered, never what the
// person or Meta said. A merge is undone by a split only: without it two persons' grants would be taken for one's.
func (e *Event) Voidable() bool {
	return e.Kind != Voided && e.Kind != Merged && e.Kind != Split && (e.Actor.Kind == Staff || e.Actor.Kind == Import || e.Actor.Kind == Program)
}

// groups parts the events of persons merged on weak evidence: each part is folded alone, and the lesser state
// counts. What happened after the merge belongs to every part. A merge on proof makes no parts.
func groups(list []*Event) [][]*Event {
	undone := map[string]bool{}
	for _, e := range list {
		if e.Kind == Split {
			undone[e.Ref] = true
		}
	}
	weak := map[string]int64{} // taken-in contact → when
	for _, e := range list {
		if e.Kind == Merged && e.Value == "weak" && !undone[e.ID] {
			weak[e.Other] = max(weak[e.Other], e.EffectiveAt())
		}
	}
	if len(weak) == 0 {
		return [][]*Event{list}
	}
	main := slices.DeleteFunc(slices.Clone(list), func(e *Event) bool { _, w := weak[e.Contact]; return w })
	out := [][]*Event{main}
	for _, other := range slices.Sorted(maps.Keys(weak)) {
		var part []*Event
		at := weak[other]
		for _, e := range list {
			if e.Contact == other || e.EffectiveAt() > at {
				part = append(part, e)
			}
		}
		out = append(out, part)
	}
	return out
}

func foldGroup(list []*Event, topics map[string]bool, r *Rules) Standing {
	s := Standing{Topics: map[string]TopicStanding{}, PlatformStops: platformStops(list), Person: personFlags(list)}
	for topic := range topics {
		s.Topics[topic] = foldTopic(list, topic, r)
	}
	for _, e := range list {
		if !e.stops() {
			continue
		}
		if e.covers("", Utility) && !liftedSomewhere(list, e, &s, r, false) {
			s.StopAll, s.StopAllAt = true, max(s.StopAllAt, e.EffectiveAt())
		}
		if e.covers("", Marketing) && !liftedSomewhere(list, e, &s, r, true) {
			s.StopMarketing, s.StopAllAt = true, max(s.StopAllAt, e.EffectiveAt())
		}
	}
	return s
}

// liftedSomewhere says that a grant made after the stop holds for some topic, so that the stop holds topic by topic.
func liftedSomewhere(list []*Event, stop *Event, s *Standing, r *Rules, marketing bool) bool {
	for _, g := range list {
		if !g.Kind.allows() || !lifts(g, stop) {
			continue
		}
		for _, t := range g.Topics {
			if s.Topics[t].State.sends() > 0 && (!marketing || r.class(t) == Marketing) {
				return true
			}
		}
	}
	return false
}

func topicsOf(list []*Event, r *Rules) map[string]bool {
	out := map[string]bool{}
	for t := range r.Topics {
		out[t] = true
	}
	for _, e := range list {
		for _, t := range e.Topics {
			out[t] = true
		}
	}
	return out
}

// stops says that the event is an opt-out that only the person's own later act lifts.
func (e *Event) stops() bool {
	switch e.Kind {
	case Withdrawn, Objected, Disputed, Suppressed:
		return true
	}
	return false
}

// covers says that the event speaks of the topic; topic "" asks whether it speaks of the whole class.
func (e *Event) covers(topic string, class Class) bool {
	scope := e.Scope
	switch e.Kind {
	case Disputed:
		scope = ScopeAll
	case Objected:
		if scope == ScopeNone {
			scope = ScopeMarketing
		}
	case Suppressed, IdentityChanged, KeyChanged:
		if scope == ScopeNone {
			scope = ScopeAll
		}
	}
	switch scope {
	case ScopeAll:
		return true
	case ScopeMarketing:
		return class == Marketing
	case ScopeTopic:
		return topic != "" && slices.Contains(e.Topics, topic)
	}
	return false
}

// lifts says that the grant outlives the opt-out: the person's own act, witnessed, and later by more than five
// seconds, or later in the order of the same channel and number. Equal or doubtful: no.
func lifts(grant, stop *Event) bool {
	if !grant.Own() {
		return false
	}
	sameChannel := grant.Channel == stop.Channel && grant.Number == stop.Number && stop.Witnessed
	if sameChannel && grant.ChannelSeq != "" && stop.ChannelSeq != "" {
		return grant.ChannelSeq > stop.ChannelSeq
	}
	return grant.EffectiveAt() > stop.EffectiveAt()+LiftAfter
}

func platformStops(list []*Event) map[string]int64 {
	out := map[string]int64{}
	for _, e := range list {
		if e.Kind != PlatformStopped {
			continue
		}
		resumed := slices.ContainsFunc(list, func(x *Event) bool {
			return x.Kind == PlatformResumed && x.Number == e.Number && x.EffectiveAt() > e.EffectiveAt()
		})
		if at, ok := out[e.Number]; !resumed && (!ok || e.EffectiveAt() < at) {
			out[e.Number] = e.EffectiveAt()
		}
	}
	return out
}

// StandingStop is the first opt-out by which scope and topics are stopped still: one of at least that scope that no
// later act of the person lifted. Nil when there is none.
func StandingStop(events []Event, scope Scope, topics []string) *Event {
	var first *Event
	for _, e := range visible(events, Rules{}) {
		if !e.stops() || !e.spans(scope, topics) || first != nil && !later(first, e) {
			continue
		}
		if !slices.ContainsFunc(events, func(g Event) bool { return g.Kind.allows() && lifts(&g, e) }) {
			first = e
		}
	}
	return first
}

// spans says that the opt-out covers at least that scope.
func (e *Event) spans(scope Scope, topics []string) bool {
	if e.covers("", Utility) {
		return true
	}
	switch scope {
	case ScopeMarketing:
		return e.covers("", Marketing)
	case ScopeTopic:
		for _, t := range topics {
			if !e.covers(t, Utility) {
				return false
			}
		}
		return true
	}
	return false
}
