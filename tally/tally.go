// Package tally is how much of what happened on which day: counts that run behind the ledger, the gate and the doors, so that no
// page counts a million rows and no hot transaction shares one.
//
// What is younger than Lag has not been counted in, for a transaction may still be about to commit under an older id; Read adds
// that tail when it is asked, so its figures are those of the moment. Everything but effect and the days of state can be rebuilt.
package tally

import (
	"context"
	"fmt"
	"time"

	"jawort/db"
)

// Lag is how old an id must be to be counted for good.
const Lag = time.Minute

// Days is a span of a tenant's calendar, both ends in it; days since 1970.
type Days struct{ From, To int64 }

// Count is how often something happened on a day, or how much there was of it.
type Count struct {
	What  string // one of those below
	Day   int64
	A, B  string
	Times int64
}

// What is counted, and what A and B are then.
const (
	Yes     = "yes"     // an act that agrees: source, kind of event
	Off     = "off"     // an act that stops: way, scope
	Gate    = "gate"    // a decision: verdict, or observed (refused, yet let pass by the mode); headline reason
	Refused = "refused" // a decision that is no plain yes: program, reason
	Stray   = "stray"   // a message that nobody here sent: number
	Effect  = "effect"  // an opt-out in force: how long it took (Bucket)

	People  = "people"  // as it stood: topic, state
	Reach   = "reach"   // as it stood: people with a yes to anything
	Lapsing = "lapsing" // as it stood: consents that lapse within thirty days
	Health  = "health"  // as it stood: number, ok warn bad or idle
)

// Day is the day of a moment on a calendar.
func Day(at time.Time, zone *time.Location) int64 {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// Start is when a day begins there.
func Start(day int64, zone *time.Location) time.Time {
	d := time.Unix(day*86400, 0).UTC()
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, zone)
}

// Figures are counts and the moment up to which they are whole.
type Figures struct {
	Counts []Count
	Stand  int64 // microseconds; earlier than now while the counting is behind
}

// Read gives the counts of these days. zone is the tenant's.
func Read(ctx context.Context, tx *db.Tx, tenant string, zone *time.Location, days Days) (Figures, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return Figures{}, err
	}
	out := Figures{Stand: now}
	if out.Counts, err = kept(ctx, tx, tenant, days); err != nil {
		return Figures{}, fmt.Errorf("read counts: %w", err)
	}
	return out, out.addTails(ctx, tx, tenant, zone, days, now, series)
}

// addTails adds what is too young to be counted for good.
func (out *Figures) addTails(ctx context.Context, tx *db.Tx, tenant string, zone *time.Location, days Days, now int64, of []*source) error {
	for _, s := range of {
		tail, stand, err := s.tail(ctx, tx, tenant, zone, now)
		if err != nil {
			return fmt.Errorf("count the newest of %s: %w", s.table, err)
		}
		out.Stand = min(out.Stand, stand)
		for _, c := range tail {
			if c.Day >= days.From && c.Day <= days.To {
				out.Counts = append(out.Counts, c)
			}
		}
	}
	return nil
}

// behind is how old the first uncounted row may be for Read to count the tail itself.
const behind = 10 * time.Minute

// tail counts what is not counted in yet. While that is much, or the counting is far behind, it is left out, and stand says so.
func (s *source) tail(ctx context.Context, tx *db.Tx, tenant string, zone *time.Location, now int64) ([]Count, int64, error) {
	m, err := markOf(ctx, tx, tenant, s.name())
	if err != nil {
		return nil, 0, err
	}
	next, err := s.next(ctx, tx, tenant, m.at)
	if err != nil || next == "" {
		return nil, now, err
	}
	at := s.born(next)
	if at < now-behind.Microseconds() {
		return nil, at, nil
	}
	if most := s.mostYoung(); most > 0 {
		if further, err := s.further(ctx, tx, tenant, m.at, most); err != nil || further != "" {
			return nil, at, err
		}
	}
	var out []Count
	for day := Day(time.UnixMicro(at), zone); day <= Day(time.UnixMicro(now), zone); day++ {
		counts, err := s.count(ctx, tx, tenant, zone, day, later(m.at, s.first(Start(day, zone))), s.first(Start(day+1, zone)))
		if err != nil {
			return nil, 0, err
		}
		out = append(out, counts...)
	}
	return out, now, nil
}

func later(a, b string) string {
	if a > b {
		return a
	}
	return b
}

// Sum adds what fits; empty a or b fit all.
func (f Figures) Sum(what, a, b string, days Days) (n int64) {
	for _, c := range f.Counts {
		if c.What == what && (a == "" || c.A == a) && (b == "" || c.B == b) && c.Day >= days.From && c.Day <= days.To {
			n += c.Times
		}
	}
	return n
}

// ByDay is what fits, day by day.
func (f Figures) ByDay(what, a, b string, days Days) []int64 {
	out := make([]int64, days.To-days.From+1)
	for _, c := range f.Counts {
		if c.What == what && (a == "" || c.A == a) && (b == "" || c.B == b) && c.Day >= days.From && c.Day <= days.To {
			out[c.Day-days.From] += c.Times
		}
	}
	return out
}

// By adds up what there is of one thing by a key of its counts.
func (f Figures) By(what string, days Days, key func(c Count) string) map[string]int64 {
	out := map[string]int64{}
	for _, c := range f.Counts {
		if c.What == what && c.Day >= days.From && c.Day <= days.To {
			out[key(c)] += c.Times
		}
	}
	return out
}

// Latest is how much there was on the last day that is known up to a day, added over what fits; ok is false when none is known.
func (f Figures) Latest(what, a, b string, upto int64) (n int64, ok bool) {
	last := int64(-1)
	for _, c := range f.Counts {
		if c.What == what && c.Day <= upto {
			last = max(last, c.Day)
		}
	}
	return f.Sum(what, a, b, Days{last, last}), last >= 0
}
