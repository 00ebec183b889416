package intake

import (
	"context"
	"fmt"
	"slices"

	"jawort/consent"
	"jawort/contact"
	"jawort/db"
)

// expireBatch is how many of a kind one round ends, expireRounds how many rounds there are at a time; the next time takes the rest.
const (
	expireBatch  = 500
	expireRounds = 20
)

// Expire ends what nobody answered in time, and marketing consent that was not used for too long (DESIGN section 5,
// Expiry). The gate does not wait for it: it refuses what is too old by itself.
func (k *Desk) Expire(ctx context.Context) error {
	for range expireRounds {
		more, err := k.expireSome(ctx)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// expireSome is one round; more says that it found as much as it may take. Consents are looked for without keeping anybody from writing:
// those that are old and in use are passed over, and there may be many.
func (k *Desk) expireSome(ctx context.Context) (more bool, err error) {
	var now int64
	var idle []idle
	if err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if now, err = tx.Now(ctx); err == nil {
			idle, err = idleConsents(ctx, tx, now, now-consent.DefaultLapse, expireBatch)
		}
		return err
	}); err != nil {
		return false, fmt.Errorf("find consents that lapse: %w", err)
	}
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		over, err := overRequests(ctx, tx, now, expireBatch)
		if err != nil {
			return fmt.Errorf("find requests that are over: %w", err)
		}
		more = len(over) == expireBatch || len(idle) == expireBatch
		byTenant := map[string][]consent.Event{}
		closes := map[string]map[string]consent.RequestState{}
		for _, o := range over {
			e := consent.Event{Contact: o.contact, Kind: consent.RequestExpired, Channel: "system", Actor: consent.Actor{Kind: consent.System}, Ref: o.event}
			if o.event != "" { // a question that nobody had asked for ends without a trace
				byTenant[o.tenant] = append(byTenant[o.tenant], e)
			}
			if closes[o.tenant] == nil {
				closes[o.tenant] = map[string]consent.RequestState{}
			}
			closes[o.tenant][o.request] = consent.RequestOver
		}
		for _, i := range idle {
			byTenant[i.tenant] = append(byTenant[i.tenant], consent.Event{Contact: i.contact, Kind: consent.Lapsed, Scope: consent.ScopeTopic,
				Topics: []string{i.topic}, Channel: "system", Actor: consent.Actor{Kind: consent.System}})
		}
		for tenant, events := range byTenant {
			if err := appendFor(ctx, tx, tenant, events); err != nil {
				return err
			}
		}
		for tenant, list := range closes {
			if err := consent.CloseRequests(ctx, tx, tenant, list); err != nil {
				return err
			}
		}
		return nil
	})
	return more, err
}

// appendFor locks the persons as they stand now and appends.
func appendFor(ctx context.Context, tx *db.Tx, tenant string, events []consent.Event) error {
	var ids []string
	for _, e := range events {
		ids = append(ids, e.Contact)
	}
	current, err := contact.Current(ctx, tx, tenant, ids)
	if err != nil {
		return err
	}
	var locks []string
	events = slices.DeleteFunc(events, func(e consent.Event) bool { return current[e.Contact] == "" }) // erased meanwhile
	for i := range events {
		events[i].Contact = current[events[i].Contact]
		locks = append(locks, events[i].Contact)
	}
	revs, err := contact.Lock(ctx, tx, tenant, locks)
	if err != nil {
		return err
	}
	_, err = consent.Append(ctx, tx, tenant, events, revs)
	return err
}
