package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"jawort/crowd"
)

// How far the parameters of a season may go: what is more takes minutes and says nothing else.
const (
	mostPeople  = 200_000
	mostMonths  = 36
	mostPerWeek = 21
	mostSeeds   = 50
)

// RulesOfMeta are today's, or those before October 2025.
func RulesOfMeta(old bool) crowd.Rules {
	if old {
		return crowd.Before
	}
	return crowd.Today
}

// Check says what is wrong with the parameters.
func (o Season) Check(seeds int) error {
	for _, c := range []struct {
		flag          string
		got, low, top int
	}{{"--people", o.People, 100, mostPeople}, {"--months", o.Months, 1, mostMonths}, {"--per-week", o.PerWeek, 1, mostPerWeek},
		{"--promised", int(o.Promised), 0, 100}, {"--seeds", seeds, 1, mostSeeds}} {
		if c.got < c.low || c.got > c.top {
			return fmt.Errorf("%s must be from %d to %d, not %d", c.flag, c.low, c.top, c.got)
		}
	}
	switch {
	case !(o.NoConsent >= 0 && o.NoConsent <= 1):
		return errors.New("--no-consent is a share in per cent, from 0 to 100")
	case !(o.Unaware >= 0 && o.Unaware <= 1-raffleKnows):
		return errors.New("--unaware is a share in per cent, from 0 to 80")
	}
	return nil
}

// guardings are compared: what a usual sender does first, since everything is set beside it.
var guardings = []guarding{{name: "nothing"}, {name: "brake alone", brake: true}, {name: "gate", gate: true},
	{name: "gate and brake", gate: true, brake: true}, {name: "and the cause left out", gate: true, brake: true, cause: true}}

// figures are what is shown of an outcome.
var figures = []struct {
	what, unit string
	of         func(o Outcome) int
}{
	{"people who blocked", "people", func(o Outcome) int { return o.Blocked }},
	{"of these reported as well", "people", func(o Outcome) int { return o.Reported }},
	{"people who opted out", "people", func(o Outcome) int { return o.Stopped }},
	{"people who can still be reached", "people", func(o Outcome) int { return o.Reachable }},
	{"days green", "days", func(o Outcome) int { return o.Green }},
	{"days yellow", "days", func(o Outcome) int { return o.Yellow }},
	{"days red", "days", func(o Outcome) int { return o.Red }},
	{"days without a rating", "days", func(o Outcome) int { return o.Unrated }},
	{"days on which Meta held sending back", "days", func(o Outcome) int { return o.HeldDays }},
	{"days on which our brake held marketing back", "days", func(o Outcome) int { return o.Crawling }},
	{"templates paused by Meta", "times", func(o Outcome) int { return o.Paused }},
	{"templates switched off by Meta", "times", func(o Outcome) int { return o.Templates }},
	{"marketing delivered", "messages", func(o Outcome) int { return o.Delivered }},
	{"  in the first month", "messages", func(o Outcome) int { return o.FirstMonth }},
	{"  read by people who asked for it", "messages", func(o Outcome) int { return o.Liked }},
	{"  to people who had not agreed, or not any more", "messages", func(o Outcome) int { return o.Unwelcome }},
	{"people's answers to it", "messages", func(o Outcome) int { return o.Answers }},
	{"marketing withheld for good: no consent, opted out, probably blocked", "messages", func(o Outcome) int { return o.Refused }},
	{"marketing withheld: waited too long", "messages", func(o Outcome) int { return o.Waited }},
	{"marketing that Meta did not take", "messages", func(o Outcome) int { return o.MetaRefused }},
	{"order updates delivered", "messages", func(o Outcome) int { return o.Orders }},
	{"order updates that did not arrive", "messages", func(o Outcome) int { return o.OrdersLost }},
	{"messaging limit at the end (-1: none)", "people a day", func(o Outcome) int { return o.Limit }},
}

// seasons plays the same months with the same people, with and without a guard.
func seasons(ctx context.Context, r *run) error {
	o := r.Season
	if err := o.Check(r.Seeds); err != nil {
		return err
	}
	begun := time.Now()
	all := make([][]Outcome, len(guardings))
	err := r.profiled(func() error {
		for i := range guardings {
			all[i] = make([]Outcome, r.Seeds)
		}
		for seed := range r.Seeds {
			if err := ctx.Err(); err != nil {
				return err
			}
			var wg sync.WaitGroup
			for i, g := range guardings {
				wg.Go(func() { all[i][seed] = o.play(g, uint64(seed+1)) })
			}
			wg.Wait()
			r.say("seed %d of %d", seed+1, r.Seeds)
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.tell(all)
	if r.Progress != nil {
		fmt.Fprintf(r.Progress, "%d months, %d people, %d times in %.1f s\n", o.Months, o.People, r.Seeds*len(guardings), time.Since(begun).Seconds())
	}
	return nil
}

// tell writes the median of the seeds, and how far they lie apart.
func (r *run) tell(all [][]Outcome) {
	g := &Grid{Head: []string{""}}
	for _, x := range guardings {
		g.Head = append(g.Head, x.name)
	}
	for _, f := range figures {
		line := []string{f.what}
		for i, x := range guardings {
			mid, low, high := spread(all[i], f.of)
			line = append(line, between(mid, low, high))
			r.out.Rows = append(r.out.Rows, Row{Bench: r.bench, What: f.what, Guard: x.name, Value: float64(mid), Low: float64(low), High: float64(high), Unit: f.unit})
		}
		g.Lines = append(g.Lines, line)
	}
	r.out.Grid = g
	o := r.Season
	r.note("%d people at the start, %d months of 30 days, %d marketing messages a week to everybody, %.0f %% of the list never agreed, %.0f %% of the others do not know that they did; %s; median of %d seeds (lowest–highest)",
		o.People, o.Months, o.PerWeek, o.NoConsent*100, o.Unaware*100, map[crowd.Rules]string{crowd.Today: "Meta's rules of today", crowd.Before: "Meta's rules before October 2025"}[o.Rules], r.Seeds)
	r.note("nothing: opt-outs are looked at before each campaign; brake alone: opt-outs hold at once, everybody passes for agreed; gate: consent, quiet hours, what was promised; " +
		"the cause left out: once the brake acts, whoever came by the source that the page of causes shows in red is not written to")
	r.note("people and Meta's rating are a model; what is assumed stands in docs/quality.md")
}

// spread is the median, and the ends.
func spread(list []Outcome, of func(Outcome) int) (mid, low, high int) {
	var v []int
	for _, o := range list {
		v = append(v, of(o))
	}
	slices.Sort(v)
	return v[len(v)/2], v[0], v[len(v)-1]
}

func between(mid, low, high int) string {
	if low == high {
		return fmt.Sprint(mid)
	}
	return fmt.Sprintf("%d (%d–%d)", mid, low, high)
}
