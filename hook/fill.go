package hook

import (
	"context"
	"slices"

	"jawort/account"
	"jawort/address"
	"jawort/contact"
	"jawort/db"
	"jawort/graph"
	"jawort/id"
)

// raw is one of Meta's bodies as it is kept.
type raw struct {
	id   string
	at   int64
	body []byte
}

const fillBatch = 500

// fill makes a delivery of every raw webhook that has none yet. Bodies are written a little out of order, so it looks back over a while.
func (b *Bringer) fill(ctx context.Context, h *Hook) error {
	for {
		var list []raw
		var now int64
		err := b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if now, err = tx.Now(ctx); err == nil {
				list, err = newRaws(ctx, tx, h, fillBatch)
			}
			return err
		})
		if err != nil {
			return err
		}
		next := id.At("raw", max(0, now-overlap.Microseconds()))
		if len(list) == fillBatch {
			next = min(next, list[fillBatch-1].id)
		}
		next = max(next, h.since)
		if len(list) == 0 && sameMinute(h.since, next) {
			return nil
		}
		if err := b.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := b.queue(ctx, tx, h, list, now); err != nil {
				return err
			}
			return setSince(ctx, tx, h, next)
		}); err != nil {
			return err
		}
		if h.since = next; len(list) < fillBatch {
			return nil
		}
	}
}

// sameMinute keeps an idle hook from being written at each look.
func sameMinute(a, b string) bool {
	x, okA := id.Time("raw", a)
	y, okB := id.Time("raw", b)
	return okA && okB && y-x < 60_000_000
}

// queue makes deliveries of bodies, those that are there already begin anew.
func (b *Bringer) queue(ctx context.Context, tx *db.Tx, h *Hook, list []raw, now int64) error {
	if len(list) == 0 {
		return nil
	}
	t, err := account.TenantOf(ctx, tx, h.Tenant)
	if err != nil {
		return err
	}
	pepper, err := b.Keys.Pepper(t)
	if err != nil {
		return err
	}
	persons := make([][]string, len(list))
	for i := range list {
		for _, a := range about(list[i].body) {
			persons[i] = append(persons[i], contact.Fingerprint(pepper, a)[:16])
		}
	}
	return insertDeliveries(ctx, tx, h, list, persons, now)
}

// about are the persons a body speaks of, each once.
func about(body []byte) []address.Address {
	env, err := graph.ParseWebhook(body)
	if err != nil {
		return nil
	}
	var out []address.Address
	add := func(a address.Address, err error) {
		if err == nil && !slices.Contains(out, a) && len(out) < 2000 {
			out = append(out, a)
		}
	}
	for i := range env.Items {
		p := &env.Items[i].Person
		if p.WAID != "" {
			add(address.FromWAID(p.WAID))
		}
		if p.UserID != "" {
			add(address.FromUserID(p.UserID))
		}
	}
	return out
}

// Replay brings again what came between two moments, to one hook; of one person alone where an address is given. It answers how many.
func (b *Bringer) Replay(ctx context.Context, tenant, hook string, from, until int64, of address.Address, by string) (count int, err error) {
	after := id.At("raw", from)[:len("raw_")+13]
	for {
		var n int
		err := b.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			h, err := Get(ctx, tx, tenant, hook)
			if err != nil {
				return err
			}
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			list, err := rawsBetween(ctx, tx, tenant, after, until, fillBatch)
			if n = len(list); err != nil || n == 0 {
				return err
			}
			last := list[n-1].id
			if of != "" {
				list = slices.DeleteFunc(list, func(r raw) bool { return !slices.Contains(about(r.body), of) })
			}
			if err := b.queue(ctx, tx, &h, list, now); err != nil {
				return err
			}
			after, count = last, count+len(list)
			return nil
		})
		if err != nil {
			return count, err
		}
		if n < fillBatch {
			break
		}
	}
	b.Wake()
	return count, b.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return account.Record(ctx, tx, tenant, account.Entry{Actor: by, Action: "hook.replayed", Object: hook})
	})
}
