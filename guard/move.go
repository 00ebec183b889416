package guard

import (
	"context"
	"strconv"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/errs"
	"jawort/outbox"
	"jawort/quality"
)

// Actor is who stands in the audit trail for what the guard did by itself.
const Actor = "guard"

// hurried is how many waiting messages of a number are looked at again at once when its brake opens; the others come at their time.
const hurried = 5000

// carryOut writes what moved, with its line in the audit trail and its warning; loosened says that something may go now that waited.
func carryOut(ctx context.Context, tx *db.Tx, tenant string, moves []Seen) (loosened bool, err error) {
	rows := make([]quality.Row, len(moves))
	var lines []account.Entry
	for i, s := range moves {
		rows[i] = s.Now
		if s.Was.Hold.State != "" && s.Now.Hold.State == "" {
			lines = append(lines, account.Entry{Actor: Actor, Action: "brake.hold_ended", Object: s.object(), Detail: map[string]string{"held": string(s.Was.Hold.State)}})
		}
		if s.changed() {
			lines = append(lines, account.Entry{Actor: Actor, Action: "brake.moved", Object: s.object(), Detail: s.detail()})
		}
	}
	if err := quality.SaveBrakes(ctx, tx, tenant, rows); err != nil {
		return false, err
	}
	for _, s := range moves {
		if !s.changed() {
			continue
		}
		if err := s.tell(ctx, tx, tenant); err != nil {
			return false, err
		}
		if s.opens() && s.Number != "" {
			n, err := outbox.Hasten(ctx, tx, tenant, s.Number, s.At, hurried)
			if err != nil {
				return false, err
			}
			loosened = loosened || n > 0
		}
	}
	if len(lines) == 0 {
		return loosened, nil
	}
	return loosened, account.Record(ctx, tx, tenant, lines...)
}

// object names the brake in the audit trail.
func (s Seen) object() string {
	if s.Number != "" {
		return s.Number
	}
	return s.Template
}

func (s Seen) detail() map[string]string {
	d := map[string]string{"from": string(s.Was.Effect.State), "to": string(s.Now.Effect.State), "cause": string(s.Now.Effect.Cause)}
	if s.Now.Effect.State == quality.Open {
		d["cause"] = string(s.Now.Machine.Cause)
		if s.Now.Effect.Cause == quality.CauseByStaff {
			d["cause"] = string(quality.CauseByStaff)
		}
	}
	if s.Now.Effect.Pace > 0 {
		d["pace"] = strconv.FormatInt(s.Now.Effect.Pace, 10)
	}
	if s.Was.Effect.Pace > 0 {
		d["was"] = strconv.FormatInt(s.Was.Effect.Pace, 10)
	}
	if s.Template != "" {
		d["language"], d["account"] = s.Language, s.WABA
	}
	return d
}

// opens: the brake holds back less than before.
func (s Seen) opens() bool {
	was, now := tightness[s.Was.Effect.State], tightness[s.Now.Effect.State]
	return now < was || now == was && s.Now.Effect.Pace > s.Was.Effect.Pace
}

// tightness is how much a state holds back.
var tightness = map[quality.Brake]int{quality.Open: 0, quality.Slow: 1, quality.MarketingStopped: 2, quality.Stopped: 3}

// warnings are the kinds of alert, one a state.
var warnings = []struct {
	state quality.Brake
	kind  string
}{{quality.MarketingStopped, alert.BrakeMarketing}, {quality.Slow, alert.BrakeSlow}, {quality.Stopped, alert.BrakeStopped}}

// tell raises the warning of the state it is in now and clears the others. What somebody on the team did themselves is no news to the team.
func (s Seen) tell(ctx context.Context, tx *db.Tx, tenant string) error {
	subject, name := s.object(), s.Name
	if s.Template != "" {
		subject, name = s.WABA+"/"+s.Template+"/"+s.Language, s.Template+" ("+s.Language+")"
	}
	byHand := s.Now.Effect.Cause == quality.CauseByStaff
	for _, w := range warnings {
		if w.state != s.Now.Effect.State || byHand {
			end := alert.Clear
			if tightness[s.Now.Effect.State] > tightness[w.state] {
				end = alert.Supersede // it got worse: nobody is told that all is well
			}
			if err := end(ctx, tx, tenant, w.kind, subject); err != nil {
				return err
			}
			continue
		}
		if s.Was.Effect.State == w.state {
			continue
		}
		if err := alert.Raise(ctx, tx, tenant, alert.Condition{Kind: w.kind, Subject: subject,
			Detail: alert.Detail{Name: name, Template: s.Template != "", Why: "brake." + string(s.Now.Machine.Cause)}}); err != nil {
			return err
		}
	}
	return nil
}

// Holding is a member of staff who keeps a brake in a state, or, with State "", lets go.
type Holding struct {
	quality.Of
	State quality.Brake
	Until int64
	Why   string
	By    string // id of staff
}

// longest is how long a brake can be held: whoever opens it against the guard looks again after a week.
const longest = 7 * 24 * hour

// Hold keeps a brake in a state until its end, or lets it go. It takes effect at once, and stands in the audit trail with its reason.
func (g *Guard) Hold(ctx context.Context, t account.Tenant, h Holding) error {
	loosened := false
	err := g.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := quality.LockBrakes(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		all, err := g.see(ctx, tx, t, rows)
		if err != nil {
			return err
		}
		for _, s := range all {
			if s.Of != h.Of {
				continue
			}
			line, err := s.held(h)
			if err != nil {
				return err
			}
			if err := account.Record(ctx, tx, t.ID, line); err != nil {
				return err
			}
			loosened, err = carryOut(ctx, tx, t.ID, []Seen{s.after(h)})
			return err
		}
		return errs.New(errs.NotFound, "")
	})
	if err == nil && loosened && g.Loosened != nil {
		g.Loosened()
	}
	return err
}

// held checks what is asked, and is its line in the audit trail.
func (s Seen) held(h Holding) (account.Entry, error) {
	line := account.Entry{Actor: h.By, Action: "brake.released", Object: s.object(), Detail: map[string]string{"reason": h.Why, "held": string(s.Now.Hold.State)}}
	if h.State == "" {
		if s.Now.Hold.State == "" {
			return line, errs.New(errs.Conflict, "guard.not_held")
		}
		return line, nil
	}
	line.Action, line.Detail = "brake.held", map[string]string{"reason": h.Why, "to": string(h.State), "until": strconv.FormatInt(h.Until, 10)}
	switch {
	case !h.State.Known():
		return line, errs.At("state", "guard.state")
	case h.Until <= s.At || h.Until > s.At+longest:
		return line, errs.At("until", "guard.until")
	case s.Now.Rung == quality.RungStopped && h.State != quality.Stopped && !s.Off:
		return line, errs.At("state", "guard.meta_forbids")
	}
	return line, nil
}

// after is the brake with the hold.
func (s Seen) after(h Holding) Seen {
	s.Now.Hold = quality.Hold{State: h.State, Over: s.Now.Rung, Until: h.Until, By: h.By, Why: h.Why}
	if h.State == "" {
		s.Now.Hold = quality.Hold{Over: quality.RungOpen}
	}
	was := s.Now.Effect.State
	s.Now.Effect = s.Braking().Effect(s.Input, s.At)
	if s.Now.Effect.State != was {
		s.Now.Since = s.At
	}
	s.Was.Hold = s.Now.Hold // its line in the audit trail is written already
	return s
}
