package guard

import (
	"context"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/quality"
	"jawort/topic"
)

// Seen is one brake: whose it is, what it goes by, where it was and where it belongs now.
type Seen struct {
	quality.Of
	Name  string // of the number or the template
	Off   bool   // the guard is not to touch it: only what somebody holds counts
	Limit int64  // of the portfolio
	Input quality.Input
	Was   quality.Row // as it is kept; of a brake that never moved: open
	Now   quality.Row
	At    int64
}

// sameMinute: the machine's clock of calm is kept to the minute, so that a bad week is not written every two seconds.
const sameMinute = int64(time.Minute / time.Microsecond)

func (s Seen) moved() bool {
	was, now := s.Was, s.Now
	if d := now.CalmAt - was.CalmAt; d >= 0 && d < sameMinute && now.Rung == was.Rung {
		now.CalmAt, now.Effect.Until = was.CalmAt, was.Effect.Until
	}
	return was != now
}

// changed says that the gate obeys something else now.
func (s Seen) changed() bool {
	return s.Was.Effect.State != s.Now.Effect.State || s.Was.Effect.Pace != s.Now.Effect.Pace
}

// Braking is the brake as a value.
func (s Seen) Braking() quality.Braking {
	return quality.Braking{Machine: s.Now.Machine, Hold: s.Now.Hold, Off: s.Off, Limit: s.Limit}
}

// see works out where each brake belongs.
func (g *Guard) see(ctx context.Context, tx *db.Tx, t account.Tenant, rows []quality.Row) ([]Seen, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	k, err := g.know(ctx, tx, t, now)
	if err != nil {
		return nil, err
	}
	kept := map[quality.Of]quality.Row{}
	for _, r := range rows {
		kept[r.Of] = r
	}
	var out []Seen
	add := func(of quality.Of, name string, off bool, limit int64, in quality.Input) {
		was, ok := kept[of]
		if !ok {
			was = quality.Row{Of: of, Machine: quality.Begin(), Effect: quality.Effect{State: quality.Open, Answers: true}}
			was.Over = quality.RungOpen
		}
		out = append(out, Seen{Of: of, Name: name, Off: off, Limit: limit, Input: in, Was: was, Now: next(was, off, limit, in, now), At: now})
	}
	on, limits := map[string]bool{}, map[string]int64{}
	for _, n := range k.numbers {
		on[n.WABA] = on[n.WABA] || n.Settings.Brake
		limits[n.WABA] = k.limits[n.Portfolio]
		add(quality.Of{Number: n.ID}, n.Name, !n.Settings.Brake, k.limits[n.Portfolio], k.number(n))
	}
	for _, m := range k.templates {
		of := quality.Of{WABA: m.WABA, Template: m.Name, Language: m.Language}
		in := quality.Input{Rating: m.Quality, Status: m.Status}
		if _, ok := kept[of]; ok || touched(in) {
			add(of, m.Name, !on[m.WABA], limits[m.WABA], in)
		}
	}
	return out, nil
}

// touched: of thousands of templates only those that something speaks against are looked at.
func touched(in quality.Input) bool {
	return in.Rating == "YELLOW" || in.Rating == "RED" || in.Status == "PAUSED" || in.Status == "DISABLED" || in.Status == "LOCKED"
}

// next is where a brake belongs.
func next(was quality.Row, off bool, limit int64, in quality.Input, now int64) quality.Row {
	r := was
	r.Machine = was.Machine.Next(in, now)
	b := quality.Braking{Machine: r.Machine, Hold: r.Hold, Off: off, Limit: limit}
	if b.Fallen(now) {
		r.Hold = quality.Hold{Over: quality.RungOpen}
		b.Hold = r.Hold
	}
	r.Effect = b.Effect(in, now)
	if r.Effect.State != was.Effect.State {
		r.Since = now
	}
	return r
}

// known is what was read for one look.
type known struct {
	now       int64
	numbers   []account.Number
	limits    map[string]int64
	templates []topic.Template
	last      map[string]map[int64]int64
	health    map[string]map[quality.What]quality.Standing
	index     map[string]quality.Level
	pausedAt  map[string]int64 // by account
}

// asLongAs is how far back refusals count at most.
const asLongAs = int64(24 * time.Hour / time.Microsecond)

func (g *Guard) know(ctx context.Context, tx *db.Tx, t account.Tenant, now int64) (k known, err error) {
	k = known{now: now, limits: map[string]int64{}, health: map[string]map[quality.What]quality.Standing{}, pausedAt: map[string]int64{}}
	if k.numbers, err = account.Numbers(ctx, tx, t.ID); err != nil || len(k.numbers) == 0 {
		return k, err
	}
	portfolios, err := account.Portfolios(ctx, tx, t.ID)
	if err != nil {
		return k, err
	}
	for _, p := range portfolios {
		k.limits[p.ID] = p.SendLimit
	}
	if k.templates, err = topic.Troubled(ctx, tx, t.ID); err != nil {
		return k, err
	}
	for _, m := range k.templates {
		if m.Status == "PAUSED" {
			k.pausedAt[m.WABA] = max(k.pausedAt[m.WABA], m.UpdatedAt)
		}
	}
	if k.last, err = quality.Last(ctx, tx, t.ID, now-asLongAs); err != nil {
		return k, err
	}
	var nodes []string
	for _, n := range k.numbers {
		nodes = append(nodes, quality.OfNumber(n.ID), quality.OfAccount(n.WABA))
	}
	all, err := quality.StandingsOf(ctx, tx, t.ID, nodes)
	if err != nil {
		return k, err
	}
	for _, s := range all {
		if k.health[s.Node] == nil {
			k.health[s.Node] = map[quality.What]quality.Standing{}
		}
		k.health[s.Node][s.What] = s
	}
	if g.Index != nil {
		k.index, err = g.Index(ctx, tx, t)
	}
	return k, err
}
