package quality

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"jawort/db"
)

// Room is what is left of a portfolio's limit now. It locks nothing: Take decides.
func Room(ctx context.Context, tx *db.Tx, tenant, portfolio string, limit, now int64) (Space, error) {
	if limit < 0 {
		return spaceOf(limit, 0, 0), nil
	}
	var held int64
	var next *int64
	err := tx.Row(ctx, `select count(*), min(until) from headroom where tenant = $1 and portfolio = $2 and until > $3`,
		tenant, portfolio, now).Scan(&held, &next)
	if err != nil {
		return Space{}, fmt.Errorf("room of portfolio %s: %w", portfolio, err)
	}
	s := spaceOf(limit, held, 0)
	if next != nil {
		s.NextAt = *next
	}
	return s, nil
}

// Take gives each slot or says no, in the order asked. It locks the portfolios, in key order, in a statement of its own: callers
// hold the persons' guards already (lock order of DESIGN section 6). A person who holds a slot keeps it, longer.
func Take(ctx context.Context, tx *db.Tx, tenant string, slots []Slot, now int64) ([]bool, error) {
	got := make([]bool, len(slots))
	limited := false
	for i, s := range slots {
		got[i] = s.Limit < 0
		limited = limited || s.Limit >= 0
	}
	if !limited {
		return got, nil
	}
	if err := lockPortfolios(ctx, tx, tenant, slots); err != nil {
		return nil, fmt.Errorf("take %d slots: %w", len(slots), err)
	}
	held, err := heldOf(ctx, tx, tenant, slots, now)
	if err != nil {
		return nil, fmt.Errorf("take %d slots: %w", len(slots), err)
	}
	rooms := map[string]*Space{}
	var taken []Slot
	for i, s := range slots {
		key := [2]string{s.Portfolio, s.Contact}
		if s.Limit < 0 {
			continue
		}
		if !held[key] {
			room, ok := rooms[s.Portfolio]
			if !ok {
				r, err := Room(ctx, tx, tenant, s.Portfolio, s.Limit, now)
				if err != nil {
					return nil, err
				}
				room, rooms[s.Portfolio] = &r, &r
			}
			if !room.take(s.Marketing) {
				continue
			}
			held[key] = true
		}
		got[i] = true
		taken = append(taken, s)
	}
	return got, hold(ctx, tx, tenant, taken, now)
}

func lockPortfolios(ctx context.Context, tx *db.Tx, tenant string, slots []Slot) error {
	var ids []string
	for _, s := range slots {
		if s.Limit >= 0 {
			ids = append(ids, s.Portfolio)
		}
	}
	slices.Sort(ids)
	rows, err := tx.Query(ctx, `select portfolio from portfolio where tenant = $1 and portfolio in {list $2 text}
		order by portfolio {for update}`, tenant, slices.Compact(ids))
	_, err = db.All(rows, err, func(r *db.Rows, id *string) error { return r.Scan(id) })
	return err
}

func heldOf(ctx context.Context, tx *db.Tx, tenant string, slots []Slot, now int64) (map[[2]string]bool, error) {
	rows, err := tx.Query(ctx, `select h.portfolio, h.contact from {rows $2: portfolio text, contact text} r
		{join headroom h on h.tenant = $1 and h.portfolio = r.portfolio and h.contact = r.contact and h.until > $3}`,
		tenant, db.RowsOf(slots, func(s Slot) []any { return []any{s.Portfolio, s.Contact} }), now)
	keys, err := db.All(rows, err, func(r *db.Rows, k *[2]string) error { return r.Scan(&k[0], &k[1]) })
	held := make(map[[2]string]bool, len(keys))
	for _, k := range keys {
		held[k] = true
	}
	return held, err
}

// hold writes slots. A slot that two messages hold belongs to none of them, so that neither's failure gives it back.
func hold(ctx context.Context, tx *db.Tx, tenant string, slots []Slot, now int64) error {
	if len(slots) == 0 {
		return nil
	}
	first := map[[2]string]int{}
	var rows []Slot
	for _, s := range slots {
		k := [2]string{s.Portfolio, s.Contact}
		if i, ok := first[k]; ok {
			rows[i].Message = ""
			continue
		}
		first[k] = len(rows)
		rows = append(rows, s)
	}
	_, err := tx.Exec(ctx, `insert into headroom (tenant, portfolio, contact, message, taken_at, until)
		select $1, r.portfolio, r.contact, r.message, $3, $4 from {rows $2: portfolio text, contact text, message text} r where true
		on conflict (tenant, portfolio, contact) do update set
			message  = case when headroom.until > excluded.taken_at then '' else excluded.message end,
			taken_at = excluded.taken_at,
			until    = case when excluded.until > headroom.until then excluded.until else headroom.until end`,
		tenant, db.RowsOf(rows, func(s Slot) []any { return []any{s.Portfolio, s.Contact, s.Message} }), now, now+Span)
	if err != nil {
		return fmt.Errorf("hold %d slots: %w", len(rows), err)
	}
	return nil
}

// GiveBack frees the slots that these messages alone hold, after a definite failure; never after an unknown outcome.
func GiveBack(ctx context.Context, tx *db.Tx, tenant string, slots []Slot) error {
	if len(slots) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `delete from headroom where tenant = $1 and exists (
			select 1 from {rows $2: portfolio text, contact text, message text} r
			where r.portfolio = headroom.portfolio and r.contact = headroom.contact and r.message = headroom.message and r.message <> '')
		and portfolio in {list $3 text} and contact in {list $4 text}`,
		tenant, db.RowsOf(slots, func(s Slot) []any { return []any{s.Portfolio, s.Contact, s.Message} }),
		column(slots, func(s Slot) string { return s.Portfolio }), column(slots, func(s Slot) string { return s.Contact }))
	if err != nil {
		return fmt.Errorf("give back %d slots: %w", len(slots), err)
	}
	return nil
}

func column[T any](list []T, f func(T) string) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
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
	_, err := tx.Exec(ctx, `insert into headroom (tenant, portfolio, contact, message, taken_at, until)
		select $1, r.portfolio, r.contact, '', r.at, r.at + $3 from {rows $2: portfolio text, contact text, at bigint} r where true
		on conflict (tenant, portfolio, contact) do update set message = '',
			until = case when excluded.until > headroom.until then excluded.until else headroom.until end`,
		tenant, db.RowsOf(list, func(r Reached) []any { return []any{r.Portfolio, r.Contact, r.At} }), Span)
	if err != nil {
		return fmt.Errorf("extend %d slots: %w", len(list), err)
	}
	return nil
}

// Sweep deletes slots that have fallen free.
func Sweep(ctx context.Context, tx *db.Tx, tenant string, now int64) (int64, error) {
	n, err := tx.Exec(ctx, `delete from headroom where tenant = $1 and until <= $2`, tenant, now)
	if err != nil {
		return 0, fmt.Errorf("sweep slots: %w", err)
	}
	return n, nil
}
