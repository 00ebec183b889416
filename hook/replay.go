package hook

import (
	"context"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// logged is an entry of the ledger that may be told again.
type logged struct {
	event, contact string
	kind           consent.Kind
	position, at   int64
}

// ReplayOwn tells again what happened between two moments, of one person alone where a contact is named. It answers how many changes.
func (b *Bringer) ReplayOwn(ctx context.Context, tenant, hook string, from, until int64, person, by string) (count int, err error) {
	if err := b.placeAll(ctx, tenant); err != nil { // what was just written can be told again too
		return 0, err
	}
	after, end := id.At("evt", max(0, from))[:len("evt_")+13], id.At("evt", max(0, until)+1)[:len("evt_")+13]
	for {
		var n int
		if err := b.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			h, err := GetOwn(ctx, tx, tenant, hook)
			if err != nil {
				return err
			}
			var persons []string
			if person != "" {
				if persons, err = family(ctx, tx, tenant, person); err != nil {
					return err
				}
				if len(persons) == 0 {
					return errs.New(errs.NotFound, "contact.unknown")
				}
			}
			list, err := between(ctx, tx, tenant, after, end, persons, fillBatch)
			if n = len(list); err != nil || n == 0 {
				return err
			}
			again := repeated(list)
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			after, count = list[n-1].event, count+len(again)
			return insertDeliveries(ctx, tx, &h, again, now)
		}); err != nil {
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

func repeated(list []logged) (out []delivery) {
	for _, l := range list {
		if Advice(&consent.Event{Kind: l.kind, Scope: consent.ScopeAll}) != "" {
			out = append(out, delivery{item: itemOf(l.position), persons: []string{l.contact}, at: l.at})
		}
	}
	return out
}

// PersonAt is who holds an address now, for a replay.
func PersonAt(ctx context.Context, tx *db.Tx, tenant string, a address.Address) (string, error) {
	held, err := contact.Find(ctx, tx, tenant, []address.Address{a})
	if err == nil && held[a] == "" {
		err = errs.New(errs.NotFound, "contact.unknown")
	}
	return held[a], err
}

// GetOwn is Get for a hook that hears ours.
func GetOwn(ctx context.Context, tx *db.Tx, tenant, hook string) (Hook, error) {
	return getKind(ctx, tx, tenant, hook, Own)
}

// GetMeta is Get for a hook that hears Meta's.
func GetMeta(ctx context.Context, tx *db.Tx, tenant, hook string) (Hook, error) {
	return getKind(ctx, tx, tenant, hook, Meta)
}

func getKind(ctx context.Context, tx *db.Tx, tenant, hook string, k Kind) (Hook, error) {
	h, err := Get(ctx, tx, tenant, hook)
	if err == nil && h.Kind != k {
		err = errs.New(errs.NotFound, "")
	}
	return h, err
}

func newID(now int64) string { return id.At("hok", now) }

// endOfLog is the item from which a new hook hears on.
func endOfLog(ctx context.Context, tx *db.Tx, tenant string) (string, error) {
	head, err := consent.Head(ctx, tx, tenant)
	return itemOf(head), err
}

func languageOf(ctx context.Context, tx *db.Tx, tenant string) (string, error) {
	t, err := account.TenantOf(ctx, tx, tenant)
	return t.Language, err
}

// ignoreGone makes of what is no longer there nothing to tell.
func ignoreGone(err error) error {
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	return err
}
