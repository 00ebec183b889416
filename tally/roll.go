package tally

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"jawort/account"
	"jawort/db"
)

// chunk is how many rows are counted in one go, so that nobody waits long.
const chunk = 20_000

// Roller counts behind. Several processes may roll at once: a mark moves only from where it was read.
type Roller struct {
	DB    *db.DB
	one   sync.Mutex       // at a time
	state map[string]*look // by tenant
}

// Roll counts in whatever is old enough, for every tenant, and writes down how things stand today.
func (r *Roller) Roll(ctx context.Context) error {
	r.one.Lock()
	defer r.one.Unlock()
	var tenants []account.Tenant
	if err := r.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		tenants, err = account.Tenants(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	for i := range tenants {
		zone := zoneOf(&tenants[i])
		for _, s := range allSeries() {
			if err := r.catchUp(ctx, s, tenants[i].ID, zone); err != nil {
				return fmt.Errorf("count %s: %w", s.table, err)
			}
		}
		if err := r.resolve(ctx, tenants[i].ID, zone); err != nil {
			return fmt.Errorf("count messages that went later: %w", err)
		}
		if err := r.snapshot(ctx, tenants[i].ID, zone); err != nil {
			return fmt.Errorf("note how things stand: %w", err)
		}
	}
	return nil
}

// allSeries is everything that is counted behind.
func allSeries() []*source { return slices.Concat(series, causeSeries, []*source{cohorts}) }

func zoneOf(t *account.Tenant) *time.Location {
	zone, err := time.LoadLocation(t.Zone)
	if err != nil {
		return time.UTC // account checks zones; a machine without their table still counts
	}
	return zone
}

// step is one chunk that was counted and is to be written.
type step struct {
	was, mark mark
	counts    []Count
	open      []string // messages still under way
}

// catchUp counts chunk by chunk up to what is young. The counting is a read and holds up nobody; the writing is a few rows.
func (r *Roller) catchUp(ctx context.Context, s *source, tenant string, zone *time.Location) error {
	for ctx.Err() == nil {
		var st *step
		if err := r.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			st, err = s.chunk(ctx, tx, tenant, zone)
			return err
		}); err != nil || st == nil {
			return err
		}
		if err := r.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			moved, err := moveMark(ctx, tx, tenant, s, st.was, st.mark)
			if err != nil || !moved {
				return err // somebody else was quicker
			}
			if err := keepOpen(ctx, tx, tenant, st.open); err != nil {
				return err
			}
			return add(ctx, tx, tenant, st.counts)
		}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// chunk counts the next rows, all of one day; nil when there is nothing old enough.
func (s *source) chunk(ctx context.Context, tx *db.Tx, tenant string, zone *time.Location) (*step, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	m, err := markOf(ctx, tx, tenant, s.name())
	if err != nil {
		return nil, err
	}
	st := &step{was: m, mark: mark{zone: zone.String(), known: true}}
	if m.known && m.zone != zone.String() {
		return st, nil // another calendar: from the beginning
	}
	old := s.first(time.UnixMicro(now).Add(-s.age()))
	next, err := s.next(ctx, tx, tenant, m.at)
	if err != nil || next == "" || next >= old {
		return nil, err
	}
	day := Day(time.UnixMicro(s.born(next)), zone)
	end := min(old, s.first(Start(day+1, zone)))
	if end <= next { // no id of ours: it has no day
		st.mark.at = next
		return st, nil
	}
	last, err := s.further(ctx, tx, tenant, m.at, cmp.Or(s.most, chunk))
	if err != nil {
		return nil, err
	}
	if last != "" && last < end {
		end = last // itself not in it: it is the next one
	}
	if st.counts, err = s.count(ctx, tx, tenant, zone, day, m.at, end); err == nil && s.open != "" {
		st.open, err = underWay(ctx, tx, tenant, s, m.at, end)
	}
	st.mark.at = before(end)
	return st, err
}

// before is the largest text smaller than every id from there on, as a mark: ids behind it are not counted yet.
func before(end string) string {
	b := []byte(end)
	b[len(b)-1]-- // '/' stands before '0', and no id holds it
	return string(b) + "~"
}

// Rebuild forgets what was counted of a tenant, so that the next Roll counts it again.
func Rebuild(ctx context.Context, tx *db.Tx, tenant string) error {
	for _, s := range allSeries() {
		if err := forget(ctx, tx, tenant, s); err != nil {
			return fmt.Errorf("forget counts of %s: %w", s.table, err)
		}
	}
	return nil
}
