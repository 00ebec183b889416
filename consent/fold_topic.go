package consent

import (
	"slices"
	"strconv"
)

// closer is an event that ends earlier grants of a topic, and the state it leaves behind.
type closer struct {
	event *Event
	state State
}

// severity ranks the states that closers leave: the more severe one is shown, and holds.
var severity = map[State]int{StateWithdrawn: 4, StateDeclined: 3, StateOutdated: 2, StateLapsed: 1}

func closersOf(list []*Event, topic string, class Class) []closer {
	var out []closer
	for _, e := range list {
		switch {
		case e.stops() && e.covers(topic, class):
			out = append(out, closer{e, StateWithdrawn})
		case e.Kind == Declined && e.covers(topic, class):
			out = append(out, closer{e, StateDeclined})
		case (e.Kind == IdentityChanged || e.Kind == KeyChanged) && e.covers(topic, class):
			out = append(out, closer{e, StateOutdated})
		case e.Kind == Outdated:
			out = append(out, closer{e, StateOutdated})
		case e.Kind == Lapsed && e.covers(topic, class):
			out = append(out, closer{e, StateLapsed})
		}
	}
	return out
}

// outlives says that the grant is still good after the closer.
func outlives(g *Event, c closer) bool {
	switch c.event.Kind {
	case Outdated: // older versions of one notice only
		same := g.Notice == c.event.Notice && g.NoticeVersion <= c.event.NoticeVersion
		return !same || g.EffectiveAt() > c.event.EffectiveAt()
	case Lapsed: // what a new act of any proof may renew
		return g.EffectiveAt() > c.event.EffectiveAt()
	}
	return lifts(g, c.event)
}

// foldTopic is the heart: a grant is live if it outlives every closer; the strongest, then latest live grant
// decides; without one the most severe closer does, then what is merely asked or claimed.
func foldTopic(list []*Event, topic string, r *Rules) TopicStanding {
	class := r.class(topic)
	closers := closersOf(list, topic, class)
	out := TopicStanding{Topic: topic, Class: class, State: StateNone}
	var best *Event
	for _, g := range list {
		if !g.Kind.allows() || !g.covers(topic, class) || !survives(g, closers) {
			continue
		}
		st := strength(g, class)
		if best == nil || st.sends() > out.State.sends() || st.sends() == out.State.sends() && later(g, best) {
			best, out.State = g, st
		}
		if g.Own() && st.sends() > 0 {
			out.OwnSince = max(out.OwnSince, g.EffectiveAt())
		}
	}
	if best != nil && out.State.sends() > 0 {
		out.from(best, r)
		return pause(list, out, r)
	}
	out.State = StateNone
	return closed(list, closers, out)
}

func survives(g *Event, closers []closer) bool {
	return !slices.ContainsFunc(closers, func(c closer) bool { return !outlives(g, c) })
}

// strength is what a grant is worth for the class (DESIGN section 5, Strength of proof).
func strength(g *Event, class Class) State {
	switch {
	case g.Kind == Granted, g.Kind == Signup && class == Marketing:
		return StateGranted
	case class == Marketing:
		return StateRequested
	}
	return StateDeclared
}

// later orders two events by effect, then by id so that the answer does not depend on the order read.
func later(a, b *Event) bool {
	if x, y := a.EffectiveAt(), b.EffectiveAt(); x != y {
		return x > y
	}
	return a.ID > b.ID
}

func (t *TopicStanding) from(e *Event, r *Rules) {
	t.Since, t.Event = e.EffectiveAt(), e.ID
	t.Source, t.Notice, t.NoticeVersion, t.Proof, t.CapMonth = e.Source, e.Notice, e.NoticeVersion, e.Channel, e.CapMonth
	if r != nil && t.Class == Marketing && r.LapseAfter > 0 && t.State == StateGranted {
		t.ExpiresAt = t.Since + r.LapseAfter
	}
}

// closed is the state without a live grant.
func closed(list []*Event, closers []closer, t TopicStanding) TopicStanding {
	var by *closer
	for i := range closers {
		c := &closers[i]
		if c.event.Kind == Outdated && !touches(list, c.event, t.Topic) {
			continue
		}
		if c.state == StateLapsed && !everGranted(list, t) {
			continue
		}
		if by == nil || severity[c.state] > severity[by.state] || c.state == by.state && later(by.event, c.event) {
			by = c
		}
	}
	if by != nil && severity[by.state] >= severity[StateDeclined] {
		t.State = by.state
		t.from(by.event, nil)
		return t
	}
	if asked := openAsk(list, t, by); asked != nil {
		t.State = asked.asks()
		t.from(asked, nil)
		return t
	}
	if by != nil {
		t.State = by.state
		t.from(by.event, nil)
		if by.event.Kind != Outdated && by.state == StateOutdated {
			t.Proof = "frozen"
			if !everGranted(list, t) {
				return TopicStanding{Topic: t.Topic, Class: t.Class, State: StateNone}
			}
		}
	}
	return t
}

func everGranted(list []*Event, t TopicStanding) bool {
	return slices.ContainsFunc(list, func(e *Event) bool { return e.Kind.allows() && e.covers(t.Topic, t.Class) })
}

// touches says that a grant of this topic was given under the outdated wording.
func touches(list []*Event, o *Event, topic string) bool {
	return slices.ContainsFunc(list, func(g *Event) bool {
		return g.Kind.allows() && g.Notice == o.Notice && g.NoticeVersion <= o.NoticeVersion && slices.Contains(g.Topics, topic)
	})
}

// openAsk is what was asked for or claimed and neither answered nor expired, after the closer if there is one. What the person
// asked for counts more than what somebody else claims, however late the claim; of equals the latest.
func openAsk(list []*Event, t TopicStanding, by *closer) *Event {
	var out *Event
	for _, e := range list {
		ask := e.Kind == Requested || e.Kind == Claimed || e.Kind.allows() && strength(e, t.Class) == StateRequested
		if !ask || !e.covers(t.Topic, t.Class) || by != nil && !later(e, by.event) {
			continue
		}
		if out != nil && (e.asks() == out.asks() && !later(e, out) || e.asks() == StateClaimed && out.asks() == StateRequested) {
			continue
		}
		expired := slices.ContainsFunc(list, func(x *Event) bool { return x.Kind == RequestExpired && x.Ref == e.ID })
		if !expired {
			out = e
		}
	}
	return out
}

// asks is the state that an unanswered request or claim leaves.
func (e *Event) asks() State {
	if e.Kind == Claimed {
		return StateClaimed
	}
	return StateRequested
}

// pause lays a running pause over a grant; the person's own later grant ends it.
func pause(list []*Event, t TopicStanding, r *Rules) TopicStanding {
	for _, p := range list {
		if p.Kind != Paused || !p.covers(t.Topic, t.Class) || p.Until > 0 && r.At > 0 && p.Until <= r.At {
			continue
		}
		over := t.OwnSince > p.EffectiveAt() || slices.ContainsFunc(list, func(u *Event) bool {
			return u.Kind == Unpaused && u.covers(t.Topic, t.Class) && u.EffectiveAt() > p.EffectiveAt()
		})
		if over {
			continue
		}
		until := p.Until
		if t.State == StatePaused && (t.ExpiresAt == 0 || until != 0 && t.ExpiresAt > until) {
			until = t.ExpiresAt // the longest pause counts
		}
		t.State, t.ExpiresAt = StatePaused, until
	}
	return t
}

func personFlags(list []*Event) PersonFlags {
	var f PersonFlags
	var blocked, cleared, aged int64
	for _, e := range list {
		at := e.EffectiveAt()
		switch e.Kind {
		case Restricted:
			f.Restricted = true
		case Erased:
			f.Erased = true
		case Suppressed:
			f.Suppressed = true
		case SuspectedBlock:
			blocked = max(blocked, at)
		case BlockCleared:
			cleared = max(cleared, at)
		case IdentityChanged, KeyChanged:
			f.FrozenAt = max(f.FrozenAt, at)
		case AgeStated:
			aged = f.takeAge(e, aged)
		}
		if e.Kind == Declined || e.Kind == Disputed {
			f.DeclinedAt = max(f.DeclinedAt, at)
		}
		f.NoAck = f.NoAck || e.stops() && e.Value == NoAnswer
		f.WrongAddress = f.WrongAddress || e.Kind == Disputed
		if e.stops() && (at > f.StoppedAt || at == f.StoppedAt && e.Channel > f.StopChannel) {
			f.StoppedAt, f.StopChannel = at, e.Channel
		}
	}
	f.SuspectedBlock = blocked > 0 && blocked >= cleared
	return f
}

// takeAge keeps the latest stated age; of two at one moment the younger.
func (f *PersonFlags) takeAge(e *Event, last int64) int64 {
	years, err := strconv.Atoi(e.Value)
	at := e.EffectiveAt()
	if err != nil || f.Age != nil && (at < last || at == last && years >= *f.Age) {
		return last
	}
	f.Age = &years
	return at
}

// lesser combines two parts of a person merged on weak evidence: whatever sends less.
func lesser(a, b Standing) Standing {
	for topic, t := range b.Topics {
		have, ok := a.Topics[topic]
		less := t.State.sends() < have.State.sends() ||
			t.State.sends() == have.State.sends() && severity[t.State] > severity[have.State]
		own := min(t.OwnSince, have.OwnSince) // what one of them did outlives nothing of the other's
		if less {
			have = t
		}
		if !ok {
			have, own = t, t.OwnSince
		}
		have.OwnSince = own
		a.Topics[topic] = have
	}
	for n, at := range b.PlatformStops {
		if have, ok := a.PlatformStops[n]; !ok || at < have {
			a.PlatformStops[n] = at
		}
	}
	a.StopAll, a.StopMarketing = a.StopAll || b.StopAll, a.StopMarketing || b.StopMarketing
	a.StopAllAt = max(a.StopAllAt, b.StopAllAt)
	a.Person = a.Person.lesser(b.Person)
	return a
}

func (f PersonFlags) lesser(g PersonFlags) PersonFlags {
	f.Restricted, f.Erased, f.Suppressed = f.Restricted || g.Restricted, f.Erased || g.Erased, f.Suppressed || g.Suppressed
	f.SuspectedBlock, f.WrongAddress = f.SuspectedBlock || g.SuspectedBlock, f.WrongAddress || g.WrongAddress
	f.NoAck = f.NoAck || g.NoAck
	f.FrozenAt, f.DeclinedAt = max(f.FrozenAt, g.FrozenAt), max(f.DeclinedAt, g.DeclinedAt)
	if g.StoppedAt > f.StoppedAt {
		f.StoppedAt, f.StopChannel = g.StoppedAt, g.StopChannel
	}
	if f.Age == nil || g.Age != nil && *g.Age < *f.Age {
		f.Age = g.Age
	}
	return f
}
