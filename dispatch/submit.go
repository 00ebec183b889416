package dispatch

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"jawort/account"
	"jawort/address"
	"jawort/alert"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
	"jawort/id"
	"jawort/outbox"
	"jawort/quality"
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
	asks := make([]gate.Ask, 0, len(at))
	for _, i := range at {
		asks = append(asks, askOf(&in[i], pepper))
	}
	p, err := d.depart(ctx, tx, tenant, in, at, now)
	if err != nil {
		return err
	}
	if err := d.judgeAll(ctx, tx, tenant, in, at, asks, p, now, out); err != nil {
		p.cancel()
		return err
	}
	tx.OnCommit(p.leave)
	return nil
}

// judgeAll decides about each submission and writes what it becomes: refused, waiting, queued, or started at once.
func (d *Dispatcher) judgeAll(ctx context.Context, tx *db.Tx, tenant string, in []Submission, at []int, asks []gate.Ask, p *departures, now int64,
	out []db.Outcome[Submitted]) error {
	facts, err := gate.Load(ctx, tx, tenant, asks, now)
	if err != nil {
		return err
	}
	decisions := make([]gate.Decision, len(at))
	for k := range at {
		facts[k].ClockOff = d.clockOff.Load()
		if pass := in[at[k]].pass; pass != nil {
			p.sameBody(pass, &facts[k])
		}
		decisions[k] = gate.Decide(&facts[k], &asks[k].Message)
	}
	ids := make([]string, len(at))
	for k, i := range at {
		if ids[k] = in[i].ID; ids[k] == "" {
			ids[k] = id.At("msg", now)
		}
	}
	leave := p.leavers(in, at, facts, decisions, now)
	taken, err := p.room(ctx, tx, in, at, leave, ids, asks, facts, decisions, now)
	if err != nil {
		return err
	}
	var puts []outbox.Message
	var alarms []alert.Condition
	records := make([]gate.Record, 0, len(at))
	for k, i := range at {
		if in[i].pass != nil && decisions[k].Sends() && !leave[k] {
			if in[i].pass.last {
				facts[k].Throughput = now + 1_000_000
				decisions[k] = gate.Decide(&facts[k], &asks[k].Message)
				decisions[k].ID = id.At("dec", now)
				records = append(records, gate.Record{At: now, Decision: &decisions[k], Facts: &facts[k], Message: &asks[k].Message})
			}
			out[i].Value = Submitted{again: true, Decision: decisions[k]}
			continue
		}
		decisions[k].ID = id.At("dec", now)
		m, err := messageOf(&in[i], ids[k], &facts[k], &decisions[k], now)
		if err != nil {
			out[i].Err = err
			continue
		}
		out[i].Value = Submitted{}
		switch may := m.State == outbox.Queued && leave[k]; {
		case may && in[i].pass != nil:
			out[i].Value.started, out[i].Value.batch = p.pass(&m, &facts[k], now)
			alarms = append(alarms, warned(&decisions[k], out[i].Value.batch)...)
		case may:
			p.start(&m, &facts[k], now)
		}
		if m.State == outbox.Started {
			delete(taken, k)
		}
		v := &out[i].Value
		v.ID, v.State, v.Decision, v.queue = m.ID, m.State, decisions[k], m.State == outbox.Queued
		if m.State == outbox.Started {
			out[i].Value.State = outbox.Queued
		}
		if m.ID != "" {
			puts = append(puts, m)
			p.wait(&m)
		}
		records = append(records, gate.Record{At: now, Decision: &out[i].Value.Decision, Facts: &facts[k], Message: &asks[k].Message, ID: m.ID})
	}
	if err := gate.Keep(ctx, tx, tenant, records); err != nil {
		return err
	}
	if err := outbox.Put(ctx, tx, tenant, puts); err != nil {
		return err
	}
	if err := alert.Raise(ctx, tx, tenant, alarms...); err != nil {
		return err
	}
	if err := outbox.Count(ctx, tx, tenant, p.uses); err != nil {
		return err
	}
	return quality.GiveBack(ctx, tx, tenant, slices.Collect(maps.Values(taken))) // of those that could not be put after all
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
	m := outbox.Message{ID: as, Number: s.Number, Contact: f.Contact, Address: s.To, Topic: dec.Topic, Purpose: s.Purpose,
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
