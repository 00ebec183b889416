package quality

import (
	"context"
	"fmt"
	"slices"

	"jawort/db"
)

// Room is what is left of a portfolio's limit now. It locks nothing: Take decides.
func Room(ctx context.Context, tx *db.Tx, tenant, portfolio string, limit, now int64) (Space, error) {
	if limit < 0 {
		return spaceOf(limit, 0), nil
	}
	kept := map[string]*tallyOf{}
	var err error
	if limit > countAll {
		if kept, err = tallies(ctx, tx, tenant, []string{portfolio}, false); err != nil {
			return Space{}, fmt.Errorf("room of portfolio %s: %w", portfolio, err)
		}
	}
	t := kept[portfolio]
	held, err := counted(ctx, tx, tenant, portfolio, t, t.at(now), !t.sure())
	room := spaceOf(limit, held)
	if err == nil && room.FreeMarketing <= 0 {
		room.NextAt, err = nextFree(ctx, tx, tenant, portfolio, t.at(now))
	}
	if err != nil {
		return Space{}, fmt.Errorf("room of portfolio %s: %w", portfolio, err)
	}
	return room, nil
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
	elsewhere, err := moved(ctx, tx, tenant, slots)
	if err != nil {
		return nil, fmt.Errorf("take %d slots: %w", len(slots), err)
	}
	b, err := openBook(ctx, tx, tenant, slots, now)
	if err != nil {
		return nil, fmt.Errorf("take %d slots: %w", len(slots), err)
	}
	var taken []Slot
	for i, s := range slots {
		if s.Limit < 0 || elsewhere[s.Number] { // the room that was counted is not its any more: asked again, it counts the other's
			continue
		}
		if got[i], err = b.take(ctx, s); err != nil {
			return nil, err
		}
		if got[i] {
			taken = append(taken, s)
		}
	}
	if err := hold(ctx, tx, tenant, taken, now); err != nil {
		return nil, err
	}
	return got, b.close(ctx)
}

// roomBook is one batch of sends that takes slots; the portfolios are locked.
type roomBook struct {
	tx     *db.Tx
	tenant string
	now    int64
	held   map[[2]string]bool
	kept   map[string]*tallyOf
	rooms  map[string]*Space
	counts map[string]int64 // how many are held now, of portfolios with a large limit
}

func openBook(ctx context.Context, tx *db.Tx, tenant string, slots []Slot, now int64) (b *roomBook, err error) {
	b = &roomBook{tx: tx, tenant: tenant, now: now, rooms: map[string]*Space{}, counts: map[string]int64{}}
	var large []string
	for _, s := range slots {
		if s.Limit > countAll {
			large = append(large, s.Portfolio)
		}
	}
	if len(large) > 0 {
		if b.kept, err = tallies(ctx, tx, tenant, large, true); err != nil {
			return nil, err
		}
	}
	for _, t := range b.kept {
		b.now = t.at(b.now)
	}
	b.held, err = heldOf(ctx, tx, tenant, slots, b.now)
	return b, err
}

// take is one slot, if there is one. Who holds one keeps it.
func (b *roomBook) take(ctx context.Context, s Slot) (bool, error) {
	key := [2]string{s.Portfolio, s.Contact}
	if b.held[key] {
		return true, nil
	}
	room, ok := b.rooms[s.Portfolio]
	if !ok {
		t := b.kept[s.Portfolio]
		held, err := counted(ctx, b.tx, b.tenant, s.Portfolio, t, b.now, t.due(b.now))
		if err != nil {
			return false, fmt.Errorf("room of portfolio %s: %w", s.Portfolio, err)
		}
		r := spaceOf(s.Limit, held)
		room, b.rooms[s.Portfolio] = &r, &r
		if s.Limit > countAll {
			b.counts[s.Portfolio] = held
		}
	}
	if !room.take(s.Marketing) {
		return false, nil
	}
	b.held[key] = true
	if s.Limit > countAll {
		b.counts[s.Portfolio]++
	}
	return true, nil
}

// close writes down how many are held now.
func (b *roomBook) close(ctx context.Context) error {
	for portfolio, n := range b.counts {
		if err := tell(ctx, b.tx, b.tenant, portfolio, b.kept[portfolio], n, b.now); err != nil {
			return err
		}
	}
	return nil
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

// heldOf are the slots that are taken. until + 0 keeps the planner to the key: with old statistics PostgreSQL goes by the time, through all of them.
func heldOf(ctx context.Context, tx *db.Tx, tenant string, slots []Slot, now int64) (map[[2]string]bool, error) {
	rows, err := tx.Query(ctx, `select h.portfolio, h.contact from {rows $2: portfolio text, contact text} r
		{join headroom h on h.tenant = $1 and h.portfolio = r.portfolio and h.contact = r.contact and h.until + 0 > $3}`,
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

func column[T any](list []T, f func(T) string) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}
