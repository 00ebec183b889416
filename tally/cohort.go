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
	after: series[0].after, nth: series[0].nth, young: 1000, // each of them is a history to be read
	counts: func(ctx context.Context, tx *db.Tx, tenant string, zone *time.Location, behind, before string) ([]Count, error) {
		list, err := histories(ctx, tx, tenant, behind, before)
		return becameOf(list, func(event string) bool { return event > behind && event < before },
			func(event string) int64 { return Day(time.UnixMicro(series[0].born(event)), zone) }), err
	}}

// entry is what a line of the ledger says about where somebody came from and whether they stayed.
type entry struct {
	contact, event, kind, source string
	happened                     int64
}

// becameOf walks through whole histories, each in its order, and counts what the entries that are meant changed.
func becameOf(list []entry, meant func(event string) bool, day func(event string) int64) []Count {
	sum := map[Count]int64{}
	var asked, joined map[string]entry // by source
	for i, e := range list {
		if i == 0 || e.contact != list[i-1].contact {
			asked, joined = map[string]entry{}, map[string]entry{}
		}
		count := func(what, source string, since entry) {
			if meant(e.event) && source != "" {
				sum[Count{What: what, A: source, Day: day(since.event)}]++
			}
		}
		switch e.kind {
		case "requested", "claimed":
			if _, ok := asked[e.source]; !ok {
				asked[e.source] = e
				count(Asked, e.source, e)
			}
		case "granted", "declared", "signup":
			if since, ok := asked[e.source]; ok && e.kind == "granted" {
				delete(asked, e.source)
				count(Confirmed, e.source, since)
			}
			if _, ok := joined[e.source]; !ok {
				joined[e.source] = e
				count(Joined, e.source, e)
			}
		default: // an opt-out
			for source, since := range joined {
				count(Left, source, since)
				if e.happened-since.happened <= soon.Microseconds() {
					count(LeftSoon, source, since)
				}
			}
			clear(joined)
		}
	}
	var out []Count
	for c, n := range sum {
		c.Times = n
		out = append(out, c)
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
