package hook

import (
	"context"
	"fmt"
	"net/http"
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

// metas is Meta's webhooks, as they came.
type metas struct{ *Bringer }

// fill makes a delivery of every raw webhook that has none yet. Bodies are written a little out of order, so it looks back over a while.
func (b metas) fill(ctx context.Context, h *Hook) error {
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

// load reads the bodies, and leaves of each what is for this hook.
func (b metas) load(ctx context.Context, h *Hook, list []letter) ([]*parcel, error) {
	y, err := b.yardOf(ctx, h)
	if err != nil {
		return nil, err
	}
	var bodies map[string]signed
	if err := b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		bodies, err = rawBodies(ctx, tx, h, list)
		return err
	}); err != nil {
		return nil, err
	}
	out := make([]*parcel, len(list))
	for i, l := range list {
		raw, kept := bodies[l.item]
		if !kept {
			continue
		}
		if body, signature, ok := h.cut(raw.body, raw.signature, y); ok {
			header := http.Header{}
			header.Set("User-Agent", "facebookexternalua")
			header.Set(graph.SignatureHeader, signature)
			header.Set("X-Jawort-Delivery", l.item)
			out[i] = &parcel{body, header}
		}
	}
	return out, nil
}

// yardOf reads what is the tenant's.
func (b *Bringer) yardOf(ctx context.Context, h *Hook) (*yard, error) {
	y := &yard{}
	err := b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := account.Numbers(ctx, tx, h.Tenant)
		for _, n := range all {
			y.numbers, y.accounts = append(y.numbers, n.ID), append(y.accounts, n.WABA)
			if y.secret == "" {
				if _, y.secret, err = b.Keys.Secrets(n); err != nil {
					return err
				}
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is the tenant's: %w", err)
	}
	return y, nil
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
	out := make([]delivery, len(list))
	for i := range list {
		out[i] = delivery{item: list[i].id, at: list[i].at}
		for _, a := range about(list[i].body) {
			out[i].persons = append(out[i].persons, contact.Fingerprint(pepper, a)[:16])
		}
	}
	return insertDeliveries(ctx, tx, h, out, now)
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
