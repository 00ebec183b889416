package dispatch

import (
	"context"
	"fmt"
	"slices"

	"jawort/account"
	"jawort/address"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
	"jawort/outbox"
)

// Submit asks the gate and puts the message, durable when it returns. A refusal is an answer, not an error; errors
// for the reader are errs.Error.
func (d *Dispatcher) Submit(ctx context.Context, s Submission) (Submitted, error) {
	out, err := d.submits.Do(ctx, s)
	if err == nil && out.queue {
		d.Wake()
	}
	return out, err
}

// SubmitAll is Submit for many, in their order.
func (d *Dispatcher) SubmitAll(ctx context.Context, list []Submission) []db.Outcome[Submitted] {
	out := d.submits.DoAll(ctx, list)
	d.Wake()
	return out
}

// applySubmits parts a batch by tenant: sets are read and written tenant by tenant.
func (d *Dispatcher) applySubmits(ctx context.Context, tx *db.Tx, in []Submission) ([]db.Outcome[Submitted], error) {
	out := make([]db.Outcome[Submitted], len(in))
	for _, tenant := range tenantsOf(in) {
		var at []int
		for i := range in {
			if in[i].Tenant == tenant {
				at = append(at, i)
			}
		}
		if err := d.submitFor(ctx, tx, tenant, in, at, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func tenantsOf(in []Submission) []string {
	var out []string
	for i := range in {
		if !slices.Contains(out, in[i].Tenant) {
			out = append(out, in[i].Tenant)
		}
	}
	return out
}

func (d *Dispatcher) submitFor(ctx context.Context, tx *db.Tx, tenant string, in []Submission, at []int, out []db.Outcome[Submitted]) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	at, err = d.known(ctx, tx, tenant, in, at, out)
	if err != nil || len(at) == 0 {
		return err
	}
	pepper, err := d.pepper(ctx, tx, tenant)
	if err != nil {
		return err
	}
	r := round{d: d, tenant: tenant, now: now}
	for _, i := range at {
		r.in, r.out, r.asks = append(r.in, &in[i]), append(r.out, &out[i]), append(r.asks, askOf(&in[i], pepper))
	}
	if r.p, err = d.depart(ctx, tx, tenant, r.in, now); err != nil {
		return err
	}
	if err := r.judge(ctx, tx); err != nil {
		r.p.cancel()
		return err
	}
	tx.OnCommit(r.p.leave)
	return nil
}

// known answers submissions whose id was put before, and completes those to a person by the person's address.
func (d *Dispatcher) known(ctx context.Context, tx *db.Tx, tenant string, in []Submission, at []int, out []db.Outcome[Submitted]) ([]int, error) {
	var rest []int
	var ids []string
	for _, i := range at {
		if in[i].ID != "" {
			ids = append(ids, in[i].ID)
		}
	}
	there, err := outbox.GetAll(ctx, tx, tenant, ids)
	if err != nil {
		return nil, err
	}
	for _, i := range at {
		s := &in[i]
		if m, ok := there[s.ID]; ok {
			out[i].Value = Submitted{ID: m.ID, State: m.State, Repeated: true, Decision: gate.Decision{ID: m.Decision}}
			continue
		}
		if s.To == "" {
			to, err := latestAddress(ctx, tx, tenant, s.Contact)
			if err != nil {
				out[i].Err = err
				continue
			}
			s.To = to
		}
		rest = append(rest, i)
	}
	return rest, nil
}

// latestAddress is where a person is reached now: the newest address, a telephone number first.
func latestAddress(ctx context.Context, tx *db.Tx, tenant, id string) (address.Address, error) {
	c, err := contact.Get(ctx, tx, tenant, id)
	if err != nil {
		return "", err
	}
	var best address.Address
	for _, e := range c.Addresses {
		if e.Until == 0 && (best == "" || e.Address.IsPhone() && !best.IsPhone()) {
			best = e.Address
		}
	}
	if best == "" {
		return "", errs.New(errs.NotFound, "dispatch.no_address")
	}
	return best, nil
}

func askOf(s *Submission, pepper []byte) gate.Ask {
	return gate.Ask{Fingerprint: contact.Fingerprint(pepper, s.To), Message: gate.Message{To: string(s.To), Number: s.Number,
		Program: s.Program, Kind: s.Kind, Template: s.Template, Language: s.Language, DirectSend: s.Category, Topic: s.Topic,
		Purpose: s.Purpose, MarketingEdge: s.pass != nil && s.pass.Edge == MarketingEdge}}
}

// messageOf is the message that is to be put; one that is refused has no id.
func messageOf(s *Submission, as string, f *gate.Facts, dec *gate.Decision, now int64) (outbox.Message, error) {
	if dec.Effective == gate.Refuse || s.pass != nil && dec.Effective != gate.Allow {
		return outbox.Message{State: outbox.Refused}, nil
	}
	m := outbox.Message{ID: as, Number: s.Number, Contact: f.Contact, Address: s.To, Topic: dec.Topic, Purpose: dec.Purpose,
		Program: s.Program, Kind: s.Kind, Template: s.Template, Language: s.Language, Category: s.Category, State: outbox.Queued,
		Priority: s.Priority, Due: max(s.Due, now), Decision: dec.ID, CreatedAt: now}
	if dec.Effective == gate.Wait {
		m.State, m.Due = outbox.Waiting, max(m.Due, waitUntil(dec.Until, now))
	} else if m.Due > now {
		m.State = outbox.Waiting
	}
	m.ExpiresAt = m.Due + outbox.Life
	if s.pass != nil {
		m.Body = s.pass.Body
		return m, nil
	}
	var err error
	m.Body, err = outbox.Body(m.ID, s.To, s.Kind, s.Category, s.Content, s.Context)
	if err != nil {
		return m, errs.At("content", "dispatch.content").Because(err)
	}
	return m, nil
}

// waitUntil is when a waiting message is looked at again; a wait whose end nobody knows is looked at each minute.
func waitUntil(until, now int64) int64 {
	if until > now {
		return until
	}
	return now + 60_000_000
}

// pepper is the key of the tenant's fingerprints. It never changes, so it may be kept.
func (d *Dispatcher) pepper(ctx context.Context, tx *db.Tx, tenant string) ([]byte, error) {
	if p, ok := d.peppers.Load(tenant); ok {
		return p.([]byte), nil
	}
	t, err := account.TenantOf(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read tenant: %w", err)
	}
	p, err := d.o.Keys.Pepper(t)
	if err != nil {
		return nil, fmt.Errorf("open pepper: %w", err)
	}
	d.peppers.Store(tenant, p)
	return p, nil
}
