package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/graph"
	"jawort/id"
)

// arrival is one item of Meta's on its way into a shared commit.
type arrival struct {
	tenant string
	number account.Number // zero for what belongs to an account, not a number
	item   graph.Item
}

// arrived is what an item came to: the opt-outs in it must be waited for.
type arrived struct{ stops []stopped }

// Webhook takes in one POST of Meta's. It returns nil when every item is durable, and the promise holds for every
// opt-out among them; an item that cannot be applied is kept and counted, and does not fail the rest. errs.Unauthorised
// means that the signature is of none of our numbers; errs.Invalid that it is no webhook.
func (k *Desk) Webhook(ctx context.Context, raw []byte, signature string) error {
	if len(raw) > graph.MaxWebhook {
		return errs.New(errs.TooLarge, "error.too_large")
	}
	env, err := graph.ParseWebhook(raw)
	if err != nil {
		return errs.New(errs.Invalid, "intake.webhook").Because(err)
	}
	list, err := k.route(ctx, env.Items, raw, signature)
	if err != nil {
		return err
	}
	rawID := id.New("raw", k.o.Now())
	if err := k.keepRaw(ctx, list, rawID, signature, raw); err != nil {
		return errs.New(errs.Unavailable, "error.unavailable").Because(err)
	}
	ctx = context.WithoutCancel(ctx) // Meta hanging up does not stop half of it
	outs := k.hook.DoAll(ctx, list)
	until := time.Now().Add(Hold) // one for all: a thousand stops in one POST wait together
	for i, out := range outs {
		if out.Err != nil {
			if err := k.keepBad(ctx, &list[i], rawID, i, out.Err); err != nil {
				return errs.New(errs.Unavailable, "error.unavailable").Because(err)
			}
			continue
		}
		for _, s := range out.Value.stops {
			k.await(ctx, list[i].tenant, s, until)
		}
	}
	return nil
}

// Handshake reports whether a verify token is ours; Meta's GET is answered with its challenge then.
func (k *Desk) Handshake(token string) bool {
	return k.o.VerifyToken != "" && equal(token, k.o.VerifyToken)
}

// route finds the tenant of each item, and believes an item only if the signature is right for its own number. One of
// no number of ours is left out: it is somebody else's.
func (k *Desk) route(ctx context.Context, items []graph.Item, raw []byte, signature string) ([]arrival, error) {
	numbers, accounts := map[string]*account.Number{}, map[string][]account.Number{}
	err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		for i := range items {
			if err := readOwner(ctx, tx, &items[i], numbers, accounts); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errs.New(errs.Unavailable, "error.unavailable").Because(err)
	}
	trusted := map[string]bool{}
	verify := func(n account.Number) bool {
		ok, seen := trusted[n.ID]
		if !seen {
			_, secret, err := k.o.Keys.Secrets(n)
			ok = err == nil && graph.Verify(raw, signature, secret)
			trusted[n.ID] = ok
		}
		return ok
	}
	var out []arrival
	for _, it := range items {
		if n := numbers[it.PhoneNumberID]; n != nil && verify(*n) {
			out = append(out, arrival{tenant: n.Tenant, number: *n, item: it})
		} else if list := accounts[it.WABA]; it.PhoneNumberID == "" && len(list) > 0 && verify(list[0]) {
			out = append(out, arrival{tenant: list[0].Tenant, item: it})
		}
	}
	if len(out) == 0 {
		return nil, errs.New(errs.Unauthorised, "intake.signature")
	}
	if len(out) < len(items) {
		k.o.Log.Warn("webhook items of numbers that are not ours", "items", len(items)-len(out))
	}
	return out, nil
}

func readOwner(ctx context.Context, tx *db.Tx, it *graph.Item, numbers map[string]*account.Number, accounts map[string][]account.Number) error {
	if it.PhoneNumberID != "" {
		if _, ok := numbers[it.PhoneNumberID]; ok {
			return nil
		}
		n, err := account.NumberByID(ctx, tx, it.PhoneNumberID)
		switch {
		case errs.CodeOf(err) == errs.NotFound:
			numbers[it.PhoneNumberID] = nil
		case err != nil:
			return err
		default:
			numbers[it.PhoneNumberID] = &n
		}
		return nil
	}
	if _, ok := accounts[it.WABA]; ok {
		return nil
	}
	list, err := account.NumbersByWABA(ctx, tx, it.WABA)
	accounts[it.WABA] = list
	return err
}

// keepRaw stores the body as it came, for each tenant in it: it is replayed and shown for 30 days.
func (k *Desk) keepRaw(ctx context.Context, list []arrival, rawID, signature string, body []byte) error {
	tenants := byTenant(len(list), func(i int) string { return list[i].tenant })
	for tenant, at := range tenants {
		r := rawRow{tenant: tenant, id: rawID, signature: signature, body: body, items: len(at)}
		for _, i := range at {
			if list[i].item.Kind == graph.KindBad {
				r.bad++
			}
		}
		if _, err := k.raws.Do(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

type rawRow struct {
	tenant, id, signature string
	body                  []byte
	items, bad            int
}

func (k *Desk) applyRaws(ctx context.Context, tx *db.Tx, in []rawRow) ([]db.Outcome[struct{}], error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	return make([]db.Outcome[struct{}], len(in)), insertRaws(ctx, tx, in, now)
}

// keepBad notes an item that could not be applied by its own fault.
func (k *Desk) keepBad(ctx context.Context, a *arrival, rawID string, item int, why error) error {
	if db.IsPassing(why) || errors.Is(why, context.Canceled) || errors.Is(why, context.DeadlineExceeded) {
		return why // not the item's fault: Meta brings it again, and a STOP in it must not be lost to a restart of the database
	}
	k.o.Log.Error("webhook item", "raw", rawID, "item", item, "kind", a.item.Kind, "error", why)
	return k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		return insertBad(ctx, tx, a.tenant, rawID, item, string(a.item.Kind), fmt.Sprint(why), now)
	})
}
