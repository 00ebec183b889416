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
	"jawort/id"
	"jawort/outbox"
	"jawort/source"
	"jawort/topic"
)

// Ask is the wish of staff or a program that a thread source's question is put to somebody who is in a conversation with us.
type Ask struct {
	Tenant, Contact string
	Source          string // a live thread source; its number must have an open window with the person
	Actor           consent.Actor
}

// Question is one that was put.
type Question struct {
	Contact, Request, Message string
	Topics                    []string // what it asks for: what the person has not agreed to yet
}

// Ask puts the question, or says why not: never outside the open window, once in a conversation and twice in 90 days at most, never
// within twelve months of a no, never after a stop. Whoever said no may write a word of the source; that is theirs alone to do.
func (k *Desk) Ask(ctx context.Context, in Ask) (out Question, err error) {
	err = k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = k.ask(ctx, tx, in)
		return err
	})
	if err != nil {
		return Question{}, fmt.Errorf("ask in the thread: %w", err)
	}
	return out, nil
}

func (k *Desk) ask(ctx context.Context, tx *db.Tx, in Ask) (Question, error) {
	s, err := source.Get(ctx, tx, in.Tenant, in.Source)
	if err != nil {
		return Question{}, err
	}
	who, _, err := lockPerson(ctx, tx, in.Tenant, in.Contact)
	if err != nil {
		return Question{}, err
	}
	t := &taking{k: k, tx: tx, tenant: in.Tenant}
	if t.now, err = tx.Now(ctx); err != nil {
		return Question{}, err
	}
	o, to, err := t.mayAsk(ctx, who, &s)
	if err != nil {
		return Question{}, err
	}
	return t.askNow(ctx, in, who, to.Address, to.Fingerprint, &o)
}

// MayAskInChat names the topics that a source could ask the person for now, by what Ask itself goes by; the error says why not.
func MayAskInChat(ctx context.Context, tx *db.Tx, s *source.Source, who string, now int64) ([]topic.Topic, error) {
	t := &taking{tx: tx, tenant: s.Tenant, now: now}
	o, _, err := t.mayAsk(ctx, who, s)
	return o.topics, err
}

// mayAsk is the offer that a source could make the person now, and the address for it, or why there is none.
func (t *taking) mayAsk(ctx context.Context, who string, s *source.Source) (offer, contact.Entry, error) {
	if s.Kind != "thread" || s.State != source.StateLive {
		return offer{}, contact.Entry{}, errs.New(errs.Conflict, "intake.ask.source")
	}
	to, err := t.inTouch(ctx, who, s.Number)
	if err != nil {
		return offer{}, to, err
	}
	o, ok, err := t.offer(ctx, who, s)
	if err != nil || !ok {
		return offer{}, to, orElse(err, errs.New(errs.Conflict, "intake.ask.source"))
	}
	return o, to, t.unasked(ctx, who, to.Fingerprint, &o)
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// inTouch is the address of somebody whose window with the number is open.
func (t *taking) inTouch(ctx context.Context, who, number string) (best contact.Entry, err error) {
	windows, err := contact.Windows(ctx, t.tx, t.tenant, number, []string{who})
	if err != nil {
		return best, err
	}
	c, err := contact.Get(ctx, t.tx, t.tenant, who)
	if err != nil {
		return best, err
	}
	for _, a := range c.Addresses {
		if a.Until == 0 && (a.Address.IsPhone() || best.Address == "" && a.Address.IsUserID()) {
			best = a
		}
	}
	if best.Address == "" || windows[who].Until <= t.now {
		return best, errs.New(errs.Conflict, "intake.ask.window")
	}
	return best, nil
}

// unasked leaves in the offer what the person has not agreed to yet, or says why they are not to be asked.
func (t *taking) unasked(ctx context.Context, who, print string, o *offer) error {
	list, err := consent.Stand(ctx, t.tx, t.tenant, []string{who})
	if err != nil {
		return err
	}
	found, err := contact.Suppressions(ctx, t.tx, t.tenant, []string{print})
	if err != nil {
		return err
	}
	last, in90, err := consent.AskedBefore(ctx, t.tx, t.tenant, print, t.now-90*day)
	if err != nil {
		return err
	}
	stand := list[who]
	o.topics = slices.DeleteFunc(o.topics, func(x topic.Topic) bool {
		return stand.Of(x.Code, consent.Class(x.Class)).State == consent.StateGranted
	})
	switch {
	case !stand.Askable(t.now) || len(found) > 0:
		return errs.New(errs.Conflict, "intake.ask.no")
	case len(o.topics) == 0:
		return errs.New(errs.Conflict, "intake.ask.granted")
	case last > t.now-day || in90 >= 2:
		return errs.New(errs.Conflict, "intake.ask.lately")
	}
	return nil
}

// askNow writes the question down to be sent; the gate judges it once more when it is.
func (t *taking) askNow(ctx context.Context, in Ask, who string, a address.Address, print string, o *offer) (Question, error) {
	if err := consent.MarkAsked(ctx, t.tx, t.tenant, print, in.Source, t.now); err != nil {
		return Question{}, err
	}
	req := consent.Request{ID: id.At("req", t.now), Code: hashCode(source.NewCode()), Contact: who, Address: string(a), Source: in.Source, Notice: o.text.Notice,
		NoticeVersion: o.text.Version, Language: o.text.Language, State: consent.RequestOpen, CreatedAt: t.now, Until: t.now + linkLife, AskedAt: t.now}
	for _, x := range o.topics {
		req.Topics = append(req.Topics, x.Code)
	}
	m, err := composed(outbox.Message{Number: o.source.Number, Contact: who, Address: a, Purpose: gate.ConfirmRequest, Kind: "interactive"}, t.now, o.asking(&req), "")
	if err != nil {
		return Question{}, err
	}
	req.Question = m.ID
	if err := consent.PutRequests(ctx, t.tx, t.tenant, req); err != nil {
		return Question{}, err
	}
	if err := t.k.post(ctx, t.tx, t.tenant, m); err != nil {
		return Question{}, err
	}
	return Question{Contact: who, Request: req.ID, Message: m.ID, Topics: req.Topics},
		account.Record(ctx, t.tx, t.tenant, account.Entry{Actor: in.Actor.ID, Action: "person.asked", Object: who, Detail: map[string]string{"source": in.Source}})
}
