package dispatch

import (
	"context"
	"maps"
	"slices"

	"jawort/alert"
	"jawort/contact"
	"jawort/db"
	"jawort/gate"
	"jawort/id"
	"jawort/outbox"
	"jawort/quality"
)

// round is one tenant's part of a batch of submissions, judged and written together. The k-th of each list is about the same submission.
type round struct {
	d         *Dispatcher
	p         *departures
	tenant    string
	now       int64
	in        []*Submission
	out       []*db.Outcome[Submitted]
	asks      []gate.Ask
	facts     []gate.Facts
	decisions []gate.Decision
	ids       []string             // the messages'
	leaves    map[int]bool         // whom departures take along
	slots     map[int]quality.Slot // taken, and not used yet
	puts      []outbox.Message
	records   []gate.Record
	alarms    []alert.Condition
}

// judge decides about each submission and writes what it becomes: refused, waiting, queued, or started at once.
func (r *round) judge(ctx context.Context, tx *db.Tx) (err error) {
	if r.facts, err = gate.Load(ctx, tx, r.tenant, r.asks, r.now); err != nil {
		return err
	}
	r.decisions, r.ids = make([]gate.Decision, len(r.in)), make([]string, len(r.in))
	for k, s := range r.in {
		r.facts[k].ClockOff = r.d.clockOff.Load()
		if s.pass != nil {
			r.p.sameBody(s.pass, &r.facts[k])
		}
		r.decisions[k] = gate.Decide(&r.facts[k], &r.asks[k].Message)
		if r.ids[k] = s.ID; s.ID == "" {
			r.ids[k] = id.At("msg", r.now)
		}
	}
	r.leaves = r.p.leavers(r.in, r.facts, r.decisions, r.now)
	if r.slots, err = r.p.room(ctx, tx, r); err != nil {
		return err
	}
	for k, s := range r.in {
		if s.pass != nil && r.decisions[k].Sends() && !r.leaves[k] {
			r.again(k)
		} else {
			r.become(k)
		}
	}
	return r.write(ctx, tx)
}

// again: a passage that may pass but finds no place asks once more, or at its last try is told to wait.
func (r *round) again(k int) {
	if r.in[k].pass.last {
		r.facts[k].Throughput = r.now + 1_000_000
		r.decisions[k] = gate.Decide(&r.facts[k], &r.asks[k].Message)
		r.decisions[k].ID = id.At("dec", r.now)
		r.record(k, "")
	}
	r.out[k].Value = Submitted{again: true, Decision: r.decisions[k]}
}

// become makes of a submission what was decided.
func (r *round) become(k int) {
	r.decisions[k].ID = id.At("dec", r.now)
	m, err := messageOf(r.in[k], r.ids[k], &r.facts[k], &r.decisions[k], r.now)
	if err != nil {
		r.out[k].Err = err
		return
	}
	v := Submitted{ID: m.ID, State: m.State, Decision: r.decisions[k]}
	switch may := m.State == outbox.Queued && r.leaves[k]; {
	case may && r.in[k].pass != nil:
		v.started, v.batch = r.p.pass(&m, &r.facts[k], r.now)
		r.alarms = append(r.alarms, warned(&r.decisions[k], v.batch)...)
	case may:
		r.p.start(&m, &r.facts[k], r.now)
	}
	if m.State == outbox.Started {
		delete(r.slots, k)
	}
	v.queue = m.State == outbox.Queued
	if m.ID != "" {
		r.puts = append(r.puts, m)
		r.p.wait(&m)
	}
	r.out[k].Value = v
	r.record(k, m.ID)
}

// record keeps a decision, about the message it made or about none.
func (r *round) record(k int, message string) {
	r.records = append(r.records, gate.Record{At: r.now, Decision: &r.decisions[k], Facts: &r.facts[k], Message: &r.asks[k].Message, ID: message})
}

func (r *round) write(ctx context.Context, tx *db.Tx) error {
	if err := gate.Keep(ctx, tx, r.tenant, r.records); err != nil {
		return err
	}
	if err := outbox.Put(ctx, tx, r.tenant, r.puts); err != nil {
		return err
	}
	if err := alert.Raise(ctx, tx, r.tenant, r.alarms...); err != nil {
		return err
	}
	if err := outbox.Count(ctx, tx, r.tenant, r.p.uses); err != nil {
		return err
	}
	if err := contact.CountAnswers(ctx, tx, r.tenant, r.p.answers); err != nil {
		return err
	}
	return quality.GiveBack(ctx, tx, r.tenant, slices.Collect(maps.Values(r.slots))) // of those that could not be put after all
}
