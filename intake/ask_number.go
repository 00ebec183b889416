package intake

import (
	"context"
	"fmt"
	"slices"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
	"jawort/graph"
	"jawort/outbox"
	"jawort/say"
)

// NumberAsk is the wish of staff or a program that somebody who hides their telephone number behind a username is asked for it.
type NumberAsk struct {
	Tenant, Contact string
	Actor           consent.Actor
}

// NumberAsked is that the asking was put.
type NumberAsked struct{ Contact, Message string }

// AskNumber puts Meta's request for the number into the open conversation: once in 24 hours, never after a stop of everything. Whoever
// taps shares their own card, and that joins the number to them (origin contact_request); whoever does not is asked no further.
func (k *Desk) AskNumber(ctx context.Context, in NumberAsk) (out NumberAsked, err error) {
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = k.askNumber(ctx, tx, in)
		return err
	})
	if err != nil {
		return NumberAsked{}, fmt.Errorf("ask for a number: %w", err)
	}
	return out, nil
}

func (k *Desk) askNumber(ctx context.Context, tx *db.Tx, in NumberAsk) (NumberAsked, error) {
	who, _, err := lockPerson(ctx, tx, in.Tenant, in.Contact)
	if err != nil {
		return NumberAsked{}, err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return NumberAsked{}, err
	}
	c, err := contact.Get(ctx, tx, in.Tenant, who)
	if err != nil {
		return NumberAsked{}, err
	}
	number, a, err := MayAskNumber(ctx, tx, in.Tenant, &c, now)
	if err != nil {
		return NumberAsked{}, err
	}
	lang, err := languageFor(ctx, tx, in.Tenant, &c)
	if err != nil {
		return NumberAsked{}, err
	}
	m, err := composed(outbox.Message{Number: number, Contact: who, Address: a, Purpose: gate.HumanAnswer, Kind: "interactive"},
		now, graph.ContactRequest(say.Text(lang, "intake.number.request")), "")
	if err != nil {
		return NumberAsked{}, err
	}
	if err := k.post(ctx, tx, in.Tenant, m); err != nil {
		return NumberAsked{}, err
	}
	return NumberAsked{who, m.ID}, account.Record(ctx, tx, in.Tenant, account.Entry{Actor: in.Actor.ID, Action: "person.number_asked", Object: who})
}

// hidden is the user id of somebody whose number is not known.
func hidden(c *contact.Contact) (a address.Address, err error) {
	for _, e := range c.Addresses {
		switch {
		case e.Until != 0:
		case e.Address.IsPhone():
			return "", errs.New(errs.Conflict, "intake.number.known")
		case e.Address.IsUserID():
			a = e.Address
		}
	}
	if a == "" {
		return "", errs.New(errs.Conflict, "intake.ask.window")
	}
	return a, nil
}

// MayAskNumber is the number that could ask somebody for theirs now, and the user id to ask at; the error says why not. Never after a
// stop of everything, never where we should not write at all, and not again within a day.
func MayAskNumber(ctx context.Context, tx *db.Tx, tenant string, c *contact.Contact, now int64) (number string, to address.Address, err error) {
	if to, err = hidden(c); err != nil {
		return "", "", err
	}
	if number, err = talksWith(ctx, tx, tenant, c.ID, now); err != nil {
		return "", "", err
	}
	list, err := consent.Stand(ctx, tx, tenant, []string{c.ID})
	if err != nil {
		return "", "", err
	}
	if stand := list[c.ID]; !stand.NumberAskable() {
		return "", "", errs.New(errs.Conflict, "intake.number.no")
	}
	asked, err := answeredSince(ctx, tx, tenant, c.ID, now-day)
	if err == nil && asked {
		err = errs.New(errs.Conflict, "intake.number.lately")
	}
	return number, to, err
}

// languageFor is the person's own where we speak it, else the business's.
func languageFor(ctx context.Context, tx *db.Tx, tenant string, c *contact.Contact) (string, error) {
	if slices.Contains(say.Public, c.Language) {
		return c.Language, nil
	}
	t, err := account.TenantOf(ctx, tx, tenant)
	return t.Language, err
}
