package dispatch

import (
	"context"

	"jawort/account"
	"jawort/consent"
	"jawort/gate"
	"jawort/quality"
)

// admit takes what is shared by all processes for those that are about to be started: turns of a slow brake, then slots of the messaging
// limit. Who gets none is judged again, and waits. which says whose they are; taken notes the slots.
func (s *starter) admit(ctx context.Context, which []int, id func(int) string, asks []gate.Ask, facts []gate.Facts, decisions []gate.Decision,
	taken map[int]quality.Slot) error {
	which, err := s.turns(ctx, which, asks, facts, decisions)
	if err != nil {
		return err
	}
	limit, err := s.limit(ctx, which, asks, facts)
	if err != nil || limit < 0 {
		return err
	}
	var slots []quality.Slot
	var whose []int
	for _, i := range which {
		if needsSlot(&asks[i].Message, &facts[i], s.now) {
			slots = append(slots, quality.Slot{Number: s.n.ID, Portfolio: s.n.Portfolio, Contact: facts[i].Contact, Message: id(i),
				Marketing: decisions[i].Class == consent.Marketing, Limit: limit})
			whose = append(whose, i)
		}
	}
	if len(slots) == 0 {
		return nil
	}
	got, err := quality.Take(ctx, s.tx, s.n.Tenant, slots, s.now)
	if err != nil {
		return err
	}
	for k, i := range whose {
		if got[k] {
			taken[i] = slots[k]
			continue
		}
		facts[i].Headroom = gate.Headroom{NextAt: facts[i].Headroom.NextAt}
		decisions[i] = gate.Decide(&facts[i], &asks[i].Message)
	}
	return nil
}

// turns takes a turn for each marketing message of a slow number or template, and returns who may still go.
func (s *starter) turns(ctx context.Context, which []int, asks []gate.Ask, facts []gate.Facts, decisions []gate.Decision) ([]int, error) {
	var turns []quality.Turn
	var whose []int
	for _, i := range which {
		marketing := decisions[i].Class == consent.Marketing
		if facts[i].Brake.State.Slows(marketing) || facts[i].TemplateBrake.State.Slows(marketing) {
			t := quality.Turn{Number: s.n.ID}
			if asks[i].Kind == "template" {
				t.WABA, t.Template, t.Language = s.n.WABA, asks[i].Template, asks[i].Language
			}
			turns, whose = append(turns, t), append(whose, i)
		}
	}
	got, err := quality.TakeTurns(ctx, s.tx, s.n.Tenant, turns, s.now)
	if err != nil {
		return nil, err
	}
	late := map[int]bool{}
	for k, i := range whose {
		if !got[k] {
			facts[i].Brake.State, facts[i].Brake.SlowAt = quality.Slow, s.now+60*quality.Second // another process was quicker
			decisions[i] = gate.Decide(&facts[i], &asks[i].Message)
			late[i] = true
		}
	}
	var rest []int
	for _, i := range which {
		if !late[i] {
			rest = append(rest, i)
		}
	}
	return rest, nil
}

// limit is the portfolio's; -1 also where nobody needs a slot.
func (s *starter) limit(ctx context.Context, which []int, asks []gate.Ask, facts []gate.Facts) (int64, error) {
	needed := false
	for _, i := range which {
		needed = needed || needsSlot(&asks[i].Message, &facts[i], s.now)
	}
	if !needed {
		return -1, nil
	}
	portfolio, limit, err := account.RoomOf(ctx, s.tx, s.n.Tenant, s.n.ID)
	s.n.Portfolio = portfolio // what this process knows of the number may be older
	return limit, err
}

// needsSlot: what is sent outside an open window counts against the portfolio's limit (facts/meta.md 3).
func needsSlot(m *gate.Message, f *gate.Facts, now int64) bool {
	return (m.Kind == "template" || m.DirectSend != "") && f.Window.Until <= now
}
