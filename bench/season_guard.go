package bench

import (
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/crowd"
	"jawort/gate"
	"jawort/quality"
	"jawort/rules"
)

// guardian is our quality guard: what it knows, and the machine of the number.
type guardian struct {
	machine                               quality.Machine
	effect                                quality.Effect
	days                                  [2][]quality.Feedback // by source: the till, the raffle
	warnedAt, pausedAt, blockedAt, spamAt int64
	slowAt, slowText                      int64 // whose turn it is, of the number and of the template
}

func (g *guardian) of(r *reader, day int) *quality.Feedback {
	of := &g.days[0]
	if r.raffle {
		of = &g.days[1]
	}
	for len(*of) <= day {
		*of = append(*of, quality.Feedback{})
	}
	return &(*of)[day]
}

func (g *guardian) reached(r *reader, day int) { g.of(r, day).Reached++ }
func (g *guardian) tapped(r *reader, day int)  { g.of(r, day).MetaStop++ }

func (g *guardian) stopped(r *reader, day int, notMe bool) {
	if notMe {
		g.of(r, day).NotMe++
		return
	}
	g.of(r, day).Stopped++
}

// sum of some days, of the sources given.
func (g *guardian) sum(from, to int, sources ...int) (f quality.Feedback) {
	for _, i := range sources {
		for d := max(0, from); d <= to && d < len(g.days[i]); d++ {
			x := g.days[i][d]
			f.Reached += x.Reached
			f.Stopped += x.Stopped
			f.MetaStop += x.MetaStop
			f.NotMe += x.NotMe
		}
	}
	return f
}

// names says whether the page of causes shows the raffle in red, above all that is written in that week.
func (g *guardian) names(day int) bool {
	till, raffle := g.sum(day-6, day, 0), g.sum(day-6, day, 1)
	till.Key, raffle.Key = "till", "raffle"
	first := quality.Rank([]quality.Feedback{till, raffle}, g.sum(day-6, day, 0, 1).Rate())[0]
	return first.Key == "raffle" && first.Hot
}

// brakes moves them, once an hour: the product looks every two seconds and asks Meta every five minutes.
func (s *season) brakes() {
	g, now := &s.guard, s.now
	in := quality.Input{Rating: string(s.meta.Rating(now)), Status: "CONNECTED", ViolationAt: g.warnedAt, SpamAt: g.spamAt, BlockedAt: g.blockedAt,
		Index: quality.LevelOf(g.sum(s.day-6, s.day, 0, 1), g.sum(s.day-34, s.day-7, 0, 1).Rate())}
	if s.meta.Flagged {
		in.Status = "FLAGGED"
	}
	switch s.meta.Held(now) {
	case crowd.Templates:
		in.StartsUntil = s.meta.HeldTo(now)
	case crowd.All, crowd.Locked:
		in.AllUntil = s.meta.HeldTo(now)
	}
	if now < s.text.pausedTo { // the product slows the others of the account while one is paused
		in.PausedAt = g.pausedAt
	}
	g.machine = g.machine.Next(in, now)
	g.effect = quality.Braking{Machine: g.machine, Limit: int64(s.meta.Limit())}.Effect(in, now)

	t := s.text
	of := quality.Input{Rating: string(t.Rating(now)), Status: "APPROVED"}
	switch {
	case t.off:
		of.Status = "DISABLED"
	case now < t.pausedTo:
		of.Status = "PAUSED"
	}
	t.brake = t.brake.Next(of, now)
	t.effect = quality.Braking{Machine: t.brake, Limit: int64(s.meta.Limit())}.Effect(of, now)
}

// turn is taken from a brake that slows.
func (g *guardian) turn(s *season, l *letter, at int64) {
	if !l.m.Marketing || !s.brake {
		return
	}
	if g.effect.State == quality.Slow {
		g.slowAt = max(g.slowAt, at) + quality.Every(g.effect.Pace)
	}
	if s.text.effect.State == quality.Slow {
		g.slowText = max(g.slowText, at) + quality.Every(s.text.effect.Pace)
	}
}

var (
	night8to20 = account.Quiet{On: true, From: 20 * 60, To: 8 * 60}
	crowdZone  = []*time.Location{time.FixedZone("", int(zone/crowd.Second))}
)

// decide asks the real gate with the facts as it would load them.
func (s *season) decide(l *letter, at int64) gate.Decision {
	r, m := l.to, gate.Message{Number: "1", Kind: "template", Template: "t", Language: "de"}
	f := gate.Facts{Now: at, Readable: true, NumberKnown: true, Contact: "c", Country: "DE", Mode: account.Enforce,
		Topic: gate.Topic{Code: "orders", Known: true, Class: consent.Utility}, Template: gate.Template{Known: true, Status: "APPROVED", Category: "UTILITY"},
		Standing: gate.Standing{State: consent.StateDeclared, Since: r.joined, OwnSince: r.joined}, Brake: gate.Brake{State: quality.Open},
		Window: gate.Window{OpenedAt: r.window - crowd.Day, Until: r.window}, Headroom: s.headroom(r, at)}
	if r.window == 0 {
		f.Window = gate.Window{}
	}
	if l.m.Marketing {
		f.Topic, f.Template.Category = gate.Topic{Code: "offers", Known: true, Class: consent.Marketing}, "MARKETING"
		s.offer(&f, r, at)
	}
	if s.brake {
		s.held(&f)
	}
	return gate.Decide(&f, &m)
}

// offer is what counts for marketing. Without the gate's part everybody passes for agreed, until they say otherwise.
func (s *season) offer(f *gate.Facts, r *reader, at int64) {
	f.Standing.State = consent.StateGranted
	if r.stopped {
		f.Standing.State, f.Person.StopMarketing, f.Person.StoppedAt = consent.StateWithdrawn, true, at
	}
	f.Person.PlatformStop = r.tapped
	if !s.gate {
		return
	}
	if !r.agreed && !r.stopped {
		f.Standing = gate.Standing{State: consent.StateNone}
	}
	f.Person.SuspectedBlock = r.silent >= silentLeast && at-r.silentFrom >= 7*crowd.Day && at-r.silentLast >= 3*crowd.Day
	sent, free := r.recent(at)
	f.Caps.Promised = gate.Cap{Sent: sent, Max: s.Promised, FreeAt: free}
	f.Quiet = gate.QuietEnd(at, night8to20, rules.Rules{}, crowdZone)
}

// held is what the brakes say.
func (s *season) held(f *gate.Facts) {
	g, t := &s.guard, s.text
	f.Brake = gate.Brake{State: g.effect.State, Until: g.effect.Until, Answers: g.effect.Answers}
	if f.Brake.SlowAt = g.slowAt; f.Brake.State == quality.Slow {
		f.Brake.Until = 0
	}
	if f.Topic.Class == consent.Marketing {
		f.TemplateBrake = gate.Brake{State: t.effect.State, Until: t.effect.Until, SlowAt: g.slowText, Answers: t.effect.Answers}
	}
}

func (s *season) headroom(r *reader, at int64) gate.Headroom {
	limit := int64(s.meta.Limit())
	if limit < 0 {
		return gate.Headroom{Free: 1 << 40, FreeMarketing: 1 << 40}
	}
	free := limit - int64(len(s.slots))
	h := gate.Headroom{Held: at < r.slot, Free: free, FreeMarketing: free - quality.Reserve(limit)}
	if len(s.slots) > 0 {
		h.NextAt = s.slots[0].slot
	}
	return h
}
