package tally

import (
	"cmp"
	"context"
	"errors"
	"time"

	"jawort/db"
	"jawort/id"
)

// source is a table whose rows are counted once each, in the order of their ids, which is the order of time.
type source struct {
	table  string // and what its mark is called
	prefix string // of its ids
	whats  []string
	sum    string // what, a, b and times of $1 tenant, from behind $2, before $3
	after  string // the first id behind $2
	nth    string // the id so many ($3) rows further on, behind $2

	mark  string        // what its mark is called, where the table has another one; "" = as the table
	lag   time.Duration // how old an id must be; 0 = Lag
	cause bool          // sum gives the things of a cause (things) behind what, not a and b
	most  int64         // how many rows are counted in one go; 0 = chunk
	young int64         // how many rows not counted in yet are counted at a look; 0 = mostYoung
	// counts takes the place of sum where what a row counts for may lie on another day than its own; nil = sum does.
	counts func(ctx context.Context, tx *db.Tx, tenant string, zone *time.Location, behind, before string) ([]Count, error)
	open   string // ids of the range that are still under way and must be looked at again; "" = there are none
}

func (s *source) name() string {
	if s.mark != "" {
		return s.mark
	}
	return s.table
}

// mostYoung is how much a look may count: a list brought in, or a campaign, writes a hundred thousand rows a minute, and no page goes
// through those. 0 = all of it: of causes, since the brake goes by them.
func (s *source) mostYoung() int64 {
	if s.cause {
		return 0
	}
	return cmp.Or(s.young, 10_000)
}

func (s *source) age() time.Duration {
	if s.lag != 0 {
		return s.lag
	}
	return Lag
}

var series = []*source{
	{table: "event", prefix: "evt", whats: []string{Yes, Off}, sum: `
		select case when kind in ('granted', 'declared', 'signup') then 'yes' else 'off' end,
			case when kind in ('granted', 'declared', 'signup') then source when kind = 'platform_stopped' then 'meta'
				when kind = 'disputed' then 'not_me' else channel end,
			case when kind in ('granted', 'declared', 'signup') then kind else scope end, count(*)
		from event where tenant = $1 and event > $2 and event < $3
			and kind in ('granted', 'declared', 'signup', 'withdrawn', 'objected', 'disputed', 'platform_stopped')
		group by 1, 2, 3`,
		after: `select event from event where tenant = $1 and event > $2 order by event limit 1`,
		nth:   `select event from event where tenant = $1 and event > $2 order by event limit 1 offset $3`},
	// The body of a decision begins with what was done (gate.Keep), which differs from the verdict while a mode only observes.
	{table: "decision", prefix: "dec", whats: []string{Gate, Refused}, sum: `
		select case when verdict <> 'allow' and substr(body, 1, 20) = '{"effective":"allow"' then 'observed' else verdict end, program, reason, count(*)
		from decision where tenant = $1 and decision > $2 and decision < $3 group by 1, 2, 3`,
		after: `select decision from decision where tenant = $1 and decision > $2 order by decision limit 1`,
		nth:   `select decision from decision where tenant = $1 and decision > $2 order by decision limit 1 offset $3`},
	{table: "stray", prefix: "str", whats: []string{Stray}, sum: `
		select 'stray', number, '', count(*) from stray where tenant = $1 and stray > $2 and stray < $3 group by number`,
		after: `select stray from stray where tenant = $1 and stray > $2 order by stray limit 1`,
		nth:   `select stray from stray where tenant = $1 and stray > $2 order by stray limit 1 offset $3`},
}

// count adds up the rows between two ids, all of one day.
func (s *source) count(ctx context.Context, tx *db.Tx, tenant string, zone *time.Location, day int64, behind, before string) ([]Count, error) {
	switch {
	case s.counts != nil:
		return s.counts(ctx, tx, tenant, zone, behind, before)
	case s.cause:
		return s.causes(ctx, tx, tenant, day, behind, before)
	}
	rows, err := tx.Query(ctx, s.sum, tenant, behind, before)
	list, err := db.All(rows, err, func(r *db.Rows, c *Count) error { return r.Scan(&c.What, &c.A, &c.B, &c.Times) })
	if err != nil || s.table != "decision" {
		return dated(list, day), err
	}
	return dated(verdicts(list), day), nil
}

func dated(list []Count, day int64) []Count {
	for i := range list {
		list[i].Day = day
	}
	return list
}

// verdicts parts decisions (verdict, program, reason) into the two things that are asked of them.
func verdicts(list []Count) []Count {
	sum := map[Count]int64{}
	for _, c := range list {
		sum[Count{What: Gate, A: c.What, B: c.B}] += c.Times
		if c.What != "allow" {
			sum[Count{What: Refused, A: c.A, B: c.B}] += c.Times
		}
	}
	var out []Count
	for c, n := range sum {
		c.Times = n
		out = append(out, c)
	}
	return out
}

func (s *source) next(ctx context.Context, tx *db.Tx, tenant, behind string) (string, error) {
	return one(tx.Row(ctx, s.after, tenant, behind))
}

func (s *source) further(ctx context.Context, tx *db.Tx, tenant, behind string, n int64) (string, error) {
	return one(tx.Row(ctx, s.nth, tenant, behind, n))
}

// one is the id a row holds, "" for no row.
func one(row db.Row) (out string, err error) {
	err = row.Scan(&out)
	if errors.Is(err, db.ErrNone) {
		return "", nil
	}
	return out, err
}

// first is smaller than every id born at that moment or later, and larger than all before.
func (s *source) first(at time.Time) string {
	return id.At(s.prefix, at.UnixMicro())[:len(s.prefix)+1+13]
}

// born is when the row came to be; an id of another shape (tests) is as old as can be.
func (s *source) born(row string) int64 {
	at, _ := id.Time(s.prefix, row)
	return at
}
