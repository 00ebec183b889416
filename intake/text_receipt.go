package intake

import (
	"context"

	"jawort/channel"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/outbox"
)

// TextReceipt notes what became of an SMS of ours; id is as dispatch.TextID writes it. One of no text of ours changes nothing.
func (k *Desk) TextReceipt(ctx context.Context, tenant, id string, r channel.Receipt) error {
	state := map[channel.State]outbox.State{channel.Sent: outbox.Sent, channel.Delivered: outbox.Delivered, channel.Failed: outbox.Failed}[r.State]
	if state == "" || id == "" {
		return nil
	}
	err := k.db.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		out := outbox.Receipt{WAMID: id, State: state, At: now}
		if state == outbox.Failed {
			out.Error = storable(r.Code)
		}
		_, err = outbox.Receive(ctx, tx, tenant, []outbox.Receipt{out})
		return err
	})
	if err != nil {
		return errs.New(errs.Unavailable, "error.unavailable").Because(err)
	}
	return nil
}

// TextStopped records a stop that a carrier knows of: it keeps a list of its own, and what people tell it counts here too.
func (k *Desk) TextStopped(ctx context.Context, tenant, person, carrier string) error {
	current := map[string]string{}
	err := k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		current, err = contact.Current(ctx, tx, tenant, []string{person})
		return err
	})
	if err != nil || current[person] == "" {
		return err
	}
	_, err = k.OptOut(ctx, OptOut{Tenant: tenant, Contact: person, Scope: consent.ScopeAll, Via: "sms", Number: carrier,
		Actor: consent.Actor{Kind: consent.Person}, SeenKey: "sms:carrier-stop:" + carrier + ":" + person})
	return err
}
