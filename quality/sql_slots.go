package quality

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"jawort/db"
)

// GiveBack frees the slots that these messages alone hold, after a definite failure; never after an unknown outcome.
func GiveBack(ctx context.Context, tx *db.Tx, tenant string, slots []Slot) error {
	if len(slots) == 0 {
		return nil
	}
	kept, err := tallies(ctx, tx, tenant, column(slots, func(s Slot) string { return s.Portfolio }), true)
	if err != nil {
		return fmt.Errorf("give back %d slots: %w", len(slots), err)
	}
	rows, err := tx.Query(ctx, `delete from headroom where tenant = $1 and exists (
			select 1 from {rows $2: portfolio text, contact text, message text} r
			where r.portfolio = headroom.portfolio and r.contact = headroom.contact and r.message = headroom.message and r.message <> '')
		and portfolio in {list $3 text} and contact in {list $4 text} returning portfolio, until`,
		tenant, db.RowsOf(slots, func(s Slot) []any { return []any{s.Portfolio, s.Contact, s.Message} }),
		column(slots, func(s Slot) string { return s.Portfolio }), column(slots, func(s Slot) string { return s.Contact }))
	type freed struct {
		portfolio string
		until     int64
	}
	list, err := db.All(rows, err, func(r *db.Rows, f *freed) error { return r.Scan(&f.portfolio, &f.until) })
	if err != nil {
		return fmt.Errorf("give back %d slots: %w", len(slots), err)
	}
	less := map[string]int64{}
	for _, f := range list {
		if t := kept[f.portfolio]; t != nil && f.until > t.Swept {
			less[f.portfolio]--
		}
	}
	return more(ctx, tx, tenant, less)
}

// Reached is a first delivery outside a window, of a message of ours or of one we did not start: Meta counts both.
type Reached struct {
	Portfolio string
	Contact   string
	At        int64
}

// Extend keeps slots until 24 h after the delivery, and makes those that nobody took.
func Extend(ctx context.Context, tx *db.Tx, tenant string, list []Reached) error {
	if len(list) == 0 {
		return nil
	}
	last := map[[2]string]Reached{}
	for _, r := range list {
		k := [2]string{r.Portfolio, r.Contact}
		if r.At >= last[k].At {
			last[k] = r
		}
	}
	list = list[:0:0]
	for _, r := range last {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b Reached) int { // one order for all, against deadlocks
		if a.Portfolio != b.Portfolio {
			return cmp.Compare(a.Portfolio, b.Portfolio)
		}
		return cmp.Compare(a.Contact, b.Contact)
	})
	news, err := newlyHeld(ctx, tx, tenant, list)
	if err != nil {
		return fmt.Errorf("extend %d slots: %w", len(list), err)
	}
	_, err = tx.Exec(ctx, `insert into headroom (tenant, portfolio, contact, message, taken_at, until)
		select $1, r.portfolio, r.contact, '', r.at, r.at + $3 from {rows $2: portfolio text, contact text, at bigint} r where true
		on conflict (tenant, portfolio, contact) do update set message = '',
			until = case when excluded.until > headroom.until then excluded.until else headroom.until end`,
		tenant, db.RowsOf(list, func(r Reached) []any { return []any{r.Portfolio, r.Contact, r.At} }), Span)
	if err != nil {
		return fmt.Errorf("extend %d slots: %w", len(list), err)
	}
	return more(ctx, tx, tenant, news)
}

// newlyHeld is how many slots that nobody holds yet Extend is going to make, of portfolios whose slots are kept count of.
func newlyHeld(ctx context.Context, tx *db.Tx, tenant string, list []Reached) (map[string]int64, error) {
	kept, err := tallies(ctx, tx, tenant, column(list, func(r Reached) string { return r.Portfolio }), true)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	slots := make([]Slot, len(list))
	for i, r := range list {
		slots[i] = Slot{Portfolio: r.Portfolio, Contact: r.Contact}
	}
	out := map[string]int64{}
	for portfolio, t := range kept {
		held, err := heldOf(ctx, tx, tenant, slots, t.Swept)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			if r.Portfolio == portfolio && !held[[2]string{portfolio, r.Contact}] && r.At+Span > t.Swept {
				out[portfolio]++
			}
		}
	}
	return out, nil
}

// Sweep deletes slots that have fallen free.
func Sweep(ctx context.Context, tx *db.Tx, tenant string, now int64) (int64, error) {
	n, err := tx.Exec(ctx, `delete from headroom where tenant = $1 and until <= $2`, tenant, now)
	if err != nil {
		return 0, fmt.Errorf("sweep slots: %w", err)
	}
	return n, nil
}
