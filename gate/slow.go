package gate

import "jawort/quality"

// slowed is a brake with its pace: those asked about together get one turn each, one after the other, so that a thousand who wait for a
// slow number are not all judged again at every turn. Who really has the turn is settled at the start (quality.TakeTurns).
type slowed struct {
	Brake
	every int64
	turns int64 // given out
}

// braking reads a row: what is until of a state that waits is the pace of a slow one.
func braking(state string, until, slowAt int64, answers bool) slowed {
	b := slowed{Brake: Brake{State: quality.Brake(state)}}
	switch b.State {
	case quality.Slow:
		b.SlowAt, b.every = slowAt, quality.Every(until)
	case quality.Stopped:
		b.Until, b.Answers = until, answers
	default:
		b.Until = until
	}
	return b
}

// turn is the brake as the next message meets it.
func (s *slowed) turn(now int64, marketing bool) Brake {
	b := s.Brake
	if !b.State.Slows(marketing) {
		return b
	}
	if s.turns > 0 {
		b.SlowAt = max(b.SlowAt, now) + s.turns*s.every
	}
	s.turns++
	return b
}
