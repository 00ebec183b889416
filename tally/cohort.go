package tally

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jawort/db"
)

// What becomes of the people of a source (A). Each is counted on the day on which the person asked, or agreed, so that those of some
// days can be set against each other.
const (
	Asked     = "asked"     // somebody asked at it, or was said to agree
	Confirmed = "confirmed" // of those: by their own proven act at the same source
	Joined    = "joined"    // somebody agreed at it; once more only after an opt-out
	Left      = "left"      // of those: opted out, of whatever
	LeftSoon  = "left_soon" // of those: before soon was over; later the messages themselves are more likely the cause
)

// cohorts goes through the ledger person by person.
var cohorts = &source{table: "event", prefix: "evt", mark: "cohort_event", whats: []string{Asked, Confirmed, Joined, Left, LeftSoon},
	after: series[0].after, nth: series[0].nth, young: 1000, most: 5000, // each of them is a history to be read
	counts: func(ctx context.Context, tx *db.Tx, tenant string, zone *time.Location, behind, before string) ([]Count, error) {
		c := cohort{asked: map[string]entry{}, joined: map[string]entry{}, sum: map[Count]int64{},
			meant: func(event string) bool { return event > behind && event < before },
			day:   func(event string) int64 { return Day(time.UnixMicro(series[0].born(event)), zone) }}
		err := histories(ctx, tx, tenant, behind, before, c.next)
		return c.counts(), err
	}}

// entry is what a line of the ledger says about where somebody came from and whether they stayed.
type entry struct {
	contact, event, kind, source string
	happened                     int64
}

// cohort walks through whole histories, each in its order, and counts what the entries that are meant changed.
type cohort struct {
	meant         func(event string) bool
	day           func(event string) int64
	contact       string           // whose history it is at
	asked, joined map[string]entry // of it, by source
	sum           map[Count]int64
}

func (c *cohort) next(e entry) {
	if e.contact != c.contact {
		c.contact = e.contact
		clear(c.asked)
		clear(c.joined)
	}
	switch e.kind {
	case "requested", "claimed":
		if _, ok := c.asked[e.source]; !ok {
			c.asked[e.source] = e
			c.count(e, Asked, e.source, e)
		}
	case "granted", "declared", "signup":
		if since, ok := c.asked[e.source]; ok && e.kind == "granted" {
			delete(c.asked, e.source)
			c.count(e, Confirmed, e.source, since)
		}
		if _, ok := c.joined[e.source]; !ok {
			c.joined[e.source] = e
			c.count(e, Joined, e.source, e)
		}
	default: // an opt-out
		for source, since := range c.joined {
			c.count(e, Left, source, since)
			if e.happened-since.happened <= soon.Microseconds() {
				c.count(e, LeftSoon, source, since)
			}
		}
		clear(c.joined)
	}
}

// count counts what entry e changed about who came by a source since then.
func (c *cohort) count(e entry, what, source string, since entry) {
	if c.meant(e.event) && source != "" {
		c.sum[Count{What: what, A: source, Day: c.day(since.event)}]++
	}
}

func (c *cohort) counts() (out []Count) {
	for one, n := range c.sum {
		one.Times = n
		out = append(out, one)
	}
	return out
}

// ReadSources gives, of these days, the agreements (Yes) and what became of the people of each source. zone is the tenant's.
func ReadSources(ctx context.Context, tx *db.Tx, tenant string, zone *time.Location, days Days) (Figures, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return Figures{}, err
	}
	out := Figures{Stand: now}
	if out.Counts, err = keptSources(ctx, tx, tenant, days); err != nil {
		return Figures{}, fmt.Errorf("read counts of sources: %w", err)
	}
	err = out.addTails(ctx, tx, tenant, zone, days, now, []*source{series[0], cohorts})
	out.Counts = slices.DeleteFunc(out.Counts, func(c Count) bool { return c.What == Off }) // the youngest of them come along
	return out, err
}
