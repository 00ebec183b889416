package bench

import (
	"slices"

	"jawort/crowd"
	"jawort/gate"
)

// send lets go what is due in this hour. What has to wait stays in the queue until it is of no use any more.
func (s *season) send() {
	s.freeSlots()
	keep := s.queue[:0]
	for _, l := range s.queue {
		switch {
		case s.now > l.ends:
			s.lose(l)
			continue
		case l.due >= s.now+crowd.Hour:
			keep = append(keep, l)
			continue
		}
		if s.try(l) {
			keep = append(keep, l)
		}
	}
	clear(s.queue[len(keep):])
	s.queue = keep
}

// try says whether the letter stays.
func (s *season) try(l *letter) bool {
	at := max(s.now, l.due)
	for s.gate || s.brake {
		d := s.decide(l, at)
		if d.Verdict == gate.Refuse {
			if l.m.Marketing {
				s.out.Refused++
			}
			return false
		}
		if d.Verdict == gate.Allow {
			break
		}
		l.withheld = true
		if l.due = d.Until; l.due <= at {
			l.due = at + crowd.Hour
		}
		if l.due >= s.now+crowd.Hour {
			return true
		}
		at = l.due
	}
	if !s.accepts(l, at) {
		l.refused, l.due = true, s.now+crowd.Hour
		return true
	}
	s.goes(l, at)
	return false
}

// lose is a letter that is of no use any more.
func (s *season) lose(l *letter) {
	switch {
	case !l.m.Marketing:
		s.out.OrdersLost++
	case l.refused:
		s.out.MetaRefused++
	default:
		s.out.Waited++
	}
}

// accepts is Meta's answer to a send; both messages are templates.
func (s *season) accepts(l *letter, at int64) bool {
	if l.m.Marketing && (s.text.off || at < s.text.pausedTo) {
		return false
	}
	switch s.meta.Held(at) {
	case crowd.Templates, crowd.All, crowd.Locked:
		s.guard.blockedAt = at
		return false
	}
	if room := s.meta.Room(at); !s.hasSlot(l.to, at) && room != crowd.Unlimited && len(s.slots) >= room {
		s.guard.spamAt = at
		return false
	}
	return true
}

func (s *season) hasSlot(r *reader, at int64) bool { return at < r.window || at < r.slot }

// freeSlots: a person counts for 24 hours.
func (s *season) freeSlots() {
	for len(s.slots) > 0 && s.slots[0].slot <= s.now {
		s.slots = s.slots[1:]
	}
}

// goes is a message that Meta took.
func (s *season) goes(l *letter, at int64) {
	r := l.to
	if !s.hasSlot(r, at) {
		r.slot = s.now + crowd.Day
		s.slots = append(s.slots, r)
	}
	if at >= r.window {
		r.reached = at
	}
	s.guard.reached(r, s.day)
	s.guard.turn(s, l, at)
	if l.m.Marketing {
		if r.tapped { // 131050
			return
		}
		r.marketed = append(r.marketed, at)
	}
	if r.Gone { // it stays at "sent" for ever
		if r.silent++; r.silent == 1 {
			r.silentFrom = at
		}
		if r.silentLast = at; !l.m.Marketing {
			s.out.OrdersLost++
		}
		return
	}
	s.meta.Delivered(at, 1)
	l.m.Night = night(at)
	if l.m.Marketing {
		s.text.Delivered(at, 1)
		s.out.Delivered++
		if s.day < 30 {
			s.out.FirstMonth++
		}
		if !r.agreed || r.Ended {
			s.out.Unwelcome++
		}
	} else {
		s.out.Orders++
	}
	h := (at + r.Delay()) / crowd.Hour
	s.coming[h] = append(s.coming[h], reaction{r, l.m, s.text})
}

func night(at int64) bool {
	h := (at + zone) / crowd.Hour % 24
	return h >= 20 || h < 8
}

// hear plays what people do in this hour.
func (s *season) hear() {
	h := s.now / crowd.Hour
	for _, x := range s.coming[h] {
		act := x.to.Receive(x.m, s.now)
		s.meta.Heard(s.now, act)
		if x.m.Marketing {
			x.of.Heard(s.now, act)
		}
		s.told(x, act)
	}
	delete(s.coming, h)
}

// told is what the business hears of it: nothing of blocks and reports.
func (s *season) told(x reaction, act crowd.Act) {
	r := x.to
	switch act {
	case crowd.Block:
		s.out.Blocked++
	case crowd.Report:
		s.out.Blocked++
		s.out.Reported++
	case crowd.Stop:
		s.out.Stopped++
		r.asked = true
		if s.gate || s.brake { // an opt-out holds at once in every mode
			r.stopped = true
		}
		r.window = s.now + crowd.Day
		s.guard.stopped(r, s.day, !r.agreed && s.dice.Float64() < saysNotMe)
	case crowd.Tapped:
		s.out.Stopped++
		r.tapped = true
		s.guard.tapped(r, s.day)
	case crowd.Answer:
		s.out.Answers++
		r.window = s.now + crowd.Day
	}
	if (act == crowd.Read || act == crowd.Answer) && x.m.Marketing && r.Expects {
		s.out.Liked++
	}
}

// recent counts marketing of the last thirty days, and says when the oldest falls out.
func (r *reader) recent(now int64) (n, freeAt int64) {
	r.marketed = slices.DeleteFunc(r.marketed, func(at int64) bool { return at <= now-30*crowd.Day })
	if len(r.marketed) == 0 {
		return 0, 0
	}
	return int64(len(r.marketed)), r.marketed[0] + 30*crowd.Day
}
