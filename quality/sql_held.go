package quality

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"jawort/db"
)

// Up to countAll slots are counted one by one for each batch of sends. Of a larger limit that many are held that counting them would cost more
// than the sends: how many there are is kept in headroom_count, which whoever changes them holds before.
const (
	countAll = 10_000
	Unsure   = 60 * Second   // so long after the first row of a count somebody may still write who did not see it
	recount  = 3600 * Second // then it is counted anew: nothing that went wrong lasts
)

// tallyOf is what is kept of a portfolio's slots.
type tallyOf struct {
	Held, Swept, CountedAt, SureFrom int64
}

// sure says that the count can be gone by.
func (t *tallyOf) sure() bool { return t != nil && t.CountedAt >= t.SureFrom }

// at is the moment as of which slots are held: whoever waited for another batch of sends goes by that one's.
func (t *tallyOf) at(now int64) int64 {
	if t == nil {
		return now
	}
	return max(now, t.Swept)
}

// due says that it is time to count one by one.
func (t *tallyOf) due(now int64) bool { return !t.sure() || now >= t.CountedAt+recount }

// tallies reads the counts of these portfolios, in the order of their ids, and holds them where lock says so.
func tallies(ctx context.Context, tx *db.Tx, tenant string, portfolios []string, lock bool) (map[string]*tallyOf, error) {
	text := `select portfolio, held, swept, counted_at, sure_from from headroom_count where tenant = $1 and portfolio in {list $2 text} order by portfolio`
	if lock {
		text += ` {for update}`
	}
	slices.Sort(portfolios)
	type line struct {
		portfolio string
		tallyOf
	}
	rows, err := tx.Query(ctx, text, tenant, slices.Compact(portfolios))
	list, err := db.All(rows, err, func(r *db.Rows, l *line) error {
		return r.Scan(&l.portfolio, &l.Held, &l.Swept, &l.CountedAt, &l.SureFrom)
	})
	out := map[string]*tallyOf{}
	for i := range list {
		out[list[i].portfolio] = &list[i].tallyOf
	}
	return out, err
}

// expired is how many slots fell free between two moments. As in counted, portfolio || ” keeps the planner to the index by until, which it
// would leave for the key, and so for every slot there is, as long as it has no statistics.
func expired(ctx context.Context, tx *db.Tx, tenant, portfolio string, from, to int64) (n int64, err error) {
	err = tx.Row(ctx, `select count(*) from headroom where tenant = $1 and portfolio || '' = $2 and until > $3 and until <= $4`, tenant, portfolio, from, to).Scan(&n)
	return n, err
}

// counted is how many slots are held now: by the count, or one by one.
func counted(ctx context.Context, tx *db.Tx, tenant, portfolio string, t *tallyOf, now int64, anew bool) (held int64, err error) {
	if anew {
		err = tx.Row(ctx, `select count(*) from headroom where tenant = $1 and portfolio || '' = $2 and until > $3`, tenant, portfolio, now).Scan(&held)
		return held, err
	}
	gone, err := expired(ctx, tx, tenant, portfolio, t.Swept, now)
	return t.Held - gone, err
}

// nextFree is when the next slot falls free; 0 = none is held.
func nextFree(ctx context.Context, tx *db.Tx, tenant, portfolio string, now int64) (next int64, err error) {
	err = tx.Row(ctx, `select until from headroom where tenant = $1 and portfolio || '' = $2 and until > $3 order by until limit 1`, tenant, portfolio, now).Scan(&next)
	if errors.Is(err, db.ErrNone) {
		return 0, nil
	}
	return next, err
}

// tell writes the count down after a batch of sends: held is how many slots there are now. The first time it only says from when on it is sure.
func tell(ctx context.Context, tx *db.Tx, tenant, portfolio string, t *tallyOf, held, now int64) error {
	next := tallyOf{Held: held, Swept: now, SureFrom: now + Unsure}
	if t != nil {
		next.SureFrom, next.CountedAt = t.SureFrom, t.CountedAt
		if t.due(now) && now >= t.SureFrom {
			next.CountedAt = now
		}
	}
	_, err := tx.Exec(ctx, `insert into headroom_count (tenant, portfolio, held, swept, counted_at, sure_from) values ($1, $2, $3, $4, $5, $6)
		on conflict (tenant, portfolio) do update set held = excluded.held, swept = excluded.swept, counted_at = excluded.counted_at`,
		tenant, portfolio, next.Held, next.Swept, next.CountedAt, next.SureFrom)
	if err != nil {
		return fmt.Errorf("keep the count of portfolio %s: %w", portfolio, err)
	}
	return nil
}

// more adds to the counts that are kept; whoever calls it holds them.
func more(ctx context.Context, tx *db.Tx, tenant string, by map[string]int64) error {
	for portfolio, n := range by {
		if n == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, `update headroom_count set held = held + $3 where tenant = $1 and portfolio = $2`, tenant, portfolio, n); err != nil {
			return fmt.Errorf("count slots of portfolio %s: %w", portfolio, err)
		}
	}
	return nil
}
