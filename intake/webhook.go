package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"jawort/account"
	"jawort/alert"
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
	raw    *rawRow // the body it came in, with one item of each tenant
	rawID  string  // its id, with every item
	at     int     // the item's place in the POST

	unconnected bool // of a number that nobody has connected: kept, and only what lessens takes effect
}

// arrived is what an item came to: the opt-outs in it must be waited for.
type arrived struct {
	stops []stopped
	said  []spoken // when each opt-out that was new was said
	calls []OptIn  // missed calls in WhatsApp, which a source takes for a request
}

// Webhook takes in one POST of Meta's. It returns nil when every item is durable, and the promise holds for every
// opt-out among them; an item that cannot be applied is kept and counted, and does not fail the rest. errs.Unauthorised
// means that the signature is of none of our apps; errs.Invalid that it is no webhook.
func (k *Desk) Webhook(ctx context.Context, raw []byte, signature string) error {
	if len(raw) > graph.MaxWebhook {
		return errs.New(errs.TooLarge, "error.too_large")
	}
	env, err := graph.ParseWebhook(raw)
	if err != nil {
		return errs.New(errs.Invalid, "intake.webhook").Because(err)
	}
	list, strange, err := k.route(ctx, env.Items, raw, signature)
	if err != nil {
		return err
	}
	rawID := id.New("raw", k.o.Now())
	list = append(list, strange...)
	withRaw(list, rawID, signature, raw)
	ctx = context.WithoutCancel(ctx) // Meta hanging up does not stop half of it
	outs := k.hook.DoAll(ctx, list)
	for i := len(list) - len(strange); i < len(list); i++ {
		if err := k.keepUnconnected(ctx, &list[i]); err != nil {
			return errs.New(errs.Unavailable, "error.unavailable").Because(err)
		}
	}
	until := time.Now().Add(Hold) // one for all: a thousand stops in one POST wait together
	for i, out := range outs {
		if out.Err != nil {
			if err := k.keepRaw(ctx, &list[i]); err != nil {
				return errs.New(errs.Unavailable, "error.unavailable").Because(err)
			}
			if err := k.keepBad(ctx, &list[i], rawID, i, out.Err); err != nil {
				return errs.New(errs.Unavailable, "error.unavailable").Because(err)
			}
			continue
		}
		for _, s := range out.Value.stops {
			k.await(ctx, list[i].tenant, s, until)
		}
		k.inForce(list[i].tenant, out.Value.said...)
		for _, in := range out.Value.calls {
			if _, err := k.OptIn(ctx, in); err != nil { // no consent is lost by it: the person has agreed to nothing yet
				k.o.Log.Error("take a missed call", "source", in.Source, "error", err)
			}
		}
	}
	return nil
}

// Handshake reports whether a verify token is ours; Meta's GET is answered with its challenge then. That it happened is noted for
// whoever waits for it; the answer does not depend on that.
func (k *Desk) Handshake(ctx context.Context, token string) bool {
	if k.o.VerifyToken == "" || !equal(token, k.o.VerifyToken) {
		return false
	}
	if err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		return noteHandshake(ctx, tx, "meta", now)
	}); err != nil {
		k.o.Log.Warn("note the handshake", "error", err)
	}
	return true
}

// route finds the tenant of each item, and believes an item only if the signature is right for its own number. One of
// no number of ours is kept apart, with its tenant where that can be told; one of a number of somebody else's app is left out.
func (k *Desk) route(ctx context.Context, items []graph.Item, raw []byte, signature string) (out, strange []arrival, err error) {
	owners, err := k.ownersOf(ctx, items)
	if err != nil {
		return nil, nil, errs.New(errs.Unavailable, "error.unavailable").Because(err)
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
	var left []graph.Item
	for _, it := range items {
		o := ownedBy(&it)
		switch list := owners[o]; {
		case len(list) == 0 && o != owned{}:
			left = append(left, it)
		case len(list) == 0 || !verify(list[0]):
		case o.number != "":
			out = append(out, arrival{tenant: list[0].Tenant, number: list[0], item: it})
		default:
			out = append(out, ofAccountAlone(it, list))
		}
	}
	strange, known, err := k.strange(ctx, left, raw, signature, len(out) > 0)
	if err != nil {
		return nil, nil, err
	}
	if len(out) == 0 && !known {
		return nil, nil, errs.New(errs.Unauthorised, "intake.signature")
	}
	if n := len(items) - len(out); n > 0 {
		k.o.Log.Warn("webhook items of numbers that are not connected here", "items", n, "kept", len(strange))
	}
	return out, strange, nil
}

// ofAccountAlone is an item known by its account: one about the account, or one about people that does not say at which number.
func ofAccountAlone(it graph.Item, list []account.Number) arrival {
	a := arrival{tenant: list[0].Tenant, item: it}
	if !acts(&it) {
		return a
	}
	a.number = list[0]
	for _, n := range list {
		if n.Tenant == a.tenant && it.Display != "" && onlyDigits(n.Display) == onlyDigits(it.Display) {
			a.number = n
		}
	}
	return a
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// withRaw lets the body, as it came, ride with one item of each tenant in it: it is replayed and shown for 30 days.
func withRaw(list []arrival, rawID, signature string, body []byte) {
	for tenant, at := range byTenant(len(list), func(i int) string { return list[i].tenant }) {
		r := &rawRow{tenant: tenant, id: rawID, signature: signature, body: body, items: len(at)}
		for _, i := range at {
			list[i].rawID, list[i].at = rawID, i
			if list[i].item.Kind == graph.KindBad || list[i].unconnected {
				r.bad++
			}
		}
		list[at[0]].raw = r
	}
}

// keepRaw stores a body whose item could not be applied.
func (k *Desk) keepRaw(ctx context.Context, a *arrival) error {
	if a.raw == nil {
		return nil
	}
	return k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		return insertRaws(ctx, tx, []rawRow{*a.raw}, now)
	})
}

// rawsOf stores the bodies of a batch.
func rawsOf(ctx context.Context, tx *db.Tx, in []arrival) error {
	var rows []rawRow
	for i := range in {
		if in[i].raw != nil {
			rows = append(rows, *in[i].raw)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	return insertRaws(ctx, tx, rows, now)
}

type rawRow struct {
	tenant, id, signature string
	body                  []byte
	items, bad            int
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
		if err := insertBad(ctx, tx, a.tenant, rawID, item, string(a.item.Kind), fmt.Sprint(why), now); err != nil {
			return err
		}
		return alert.Raise(ctx, tx, a.tenant, alert.Condition{Kind: alert.WebhookItems})
	})
}
