package dispatch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"jawort/alert"
	"jawort/contact"
	"jawort/db"
	"jawort/graph"
	"jawort/outbox"
	"jawort/quality"
)

// errLate keeps a message here whose start is too long ago: an opt-out may have been acknowledged since.
var errLate = errors.New("started too long ago to be sent")

// settlement is the outcome of one send on its way into a shared commit.
type settlement struct {
	outbox.Outcome
	give bool // definitely not sent: what was reserved for it is given back
	use  outbox.Use
	slot quality.Slot

	answers []contact.Answered

	alarms []alert.Condition // what the answer says beyond this message
}

// sendAll begins every send of a batch, as many at once as there are senders, and settles each outcome as it comes. It
// does not wait for the answers: one that takes half a minute must not hold up the number.
func (d *Dispatcher) sendAll(ctx context.Context, b batch) {
	client := &graph.Client{BaseURL: b.number.BaseURL, Token: b.token, AppSecret: b.secret}
	for i := range b.list {
		d.slots <- struct{}{}
		d.pending.Add(-1)
		d.sends.Add(1)
		go func() {
			defer d.sends.Done()
			out, answer := d.sendOne(ctx, client, &b, &b.list[i])
			<-d.slots
			d.settle(out)
			d.hear(b.number, &b.list[i], answer)
		}()
	}
}

// room waits until something more can be on the wire in time, and says how much.
func (d *Dispatcher) room(ctx context.Context) int {
	for {
		if n := d.lat.most(cap(d.slots), int(d.pending.Load())); n > 0 || ctx.Err() != nil {
			return max(n, 0)
		}
		sleep(ctx, nil, 2*time.Millisecond)
	}
}

func (d *Dispatcher) sendOne(ctx context.Context, client *graph.Client, b *batch, m *outbox.Message) (settlement, graph.Answer) {
	begun := time.Now()
	fence := func() error {
		if time.Since(b.t0) > Fence {
			return errLate
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	answer, err := client.Send(ctx, m.Number, m.Body, fence)
	d.lat.add(time.Since(begun))
	return d.outcome(b, m, answer, err), answer
}

// answerWithin is how long an answer is waited for; after that nobody knows whether it was sent.
const answerWithin = 40 * time.Second

// outcome reads an answer as a settlement.
func (d *Dispatcher) outcome(b *batch, m *outbox.Message, a graph.Answer, err error) settlement {
	s := settlement{Outcome: outbox.Outcome{Tenant: b.number.Tenant, ID: m.ID, Attempts: m.Attempts}}
	s.use = outbox.Use{Contact: m.Contact, Number: m.Number, Topic: counted(m.Purpose, m.Topic), At: m.StartedAt, N: -1}
	s.answers = answered(m, m.Contact, -1)
	s.slot = quality.Slot{Portfolio: b.number.Portfolio, Contact: m.Contact, Message: m.ID}
	if a.Error != nil {
		s.Code, s.Error = int64(a.Error.Code), a.Error.Meaning().Name
		if a.Error.Code == 190 || a.Error.Code == 0 { // WA/support/error-codes: the token is no longer good
			s.alarms = []alert.Condition{{Kind: alert.TokenRejected, Subject: b.number.ID, Detail: alert.Detail{Name: b.number.Name, Code: int64(a.Error.Code)}}}
		}
	}
	switch a.Outcome {
	case graph.Sent:
		s.State, s.WAMID = outbox.Accepted, a.WAMID
	case graph.NotSent:
		s.give, s.State, s.Error = true, outbox.Queued, fmt.Sprint(err)
		s.After = backoff(m.Attempts, errors.Is(err, errLate)) // until it expires: Meta may be out of reach for an hour
	case graph.Rejected:
		s.give, s.State = true, outbox.Failed
		if a.Error.Meaning().Retry == graph.Backoff && m.Attempts < maxAttempts {
			s.State, s.After = outbox.Queued, backoff(m.Attempts, false)
		}
	default:
		s.State = outbox.Unknown
		if s.Error == "" {
			s.Error = "no answer; it may have been sent"
		}
	}
	return s
}

const maxAttempts = 8

// backoff grows from a quarter of a second to about a minute, microseconds; one that was merely late goes again soon.
func backoff(attempts int64, late bool) int64 {
	if late {
		return 50_000
	}
	return 250_000 << min(attempts, 8)
}

// settle writes an outcome in a shared commit. It is not given up: until it is written, opt-outs wait their second.
func (d *Dispatcher) settle(s settlement) {
	for try := range 20 {
		if _, err := d.settles.Do(context.Background(), s); err == nil || errors.Is(err, db.ErrClosed) {
			return
		} else if try == 0 {
			d.o.Log.Error("settle message", "message", s.ID, "error", err)
		}
		time.Sleep(time.Duration(try+1) * 50 * time.Millisecond)
	}
}

func (d *Dispatcher) applySettles(ctx context.Context, tx *db.Tx, in []settlement) ([]db.Outcome[struct{}], error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	outcomes := make([]outbox.Outcome, len(in))
	for i, s := range in {
		outcomes[i] = s.Outcome
	}
	written, err := outbox.Settle(ctx, tx, outcomes, now)
	if err != nil {
		return nil, err
	}
	gives := map[string][]quality.Slot{}
	uses := map[string][]outbox.Use{}
	answers := map[string][]contact.Answered{}
	for _, s := range in {
		if s.give && written[s.ID] {
			gives[s.Tenant] = append(gives[s.Tenant], s.slot)
			uses[s.Tenant] = append(uses[s.Tenant], s.use)
			answers[s.Tenant] = append(answers[s.Tenant], s.answers...)
		}
	}
	for tenant, slots := range gives {
		if err := outbox.Uncount(ctx, tx, tenant, uses[tenant]); err != nil {
			return nil, err
		}
		if err := contact.CountAnswers(ctx, tx, tenant, answers[tenant]); err != nil {
			return nil, err
		}
		if err := quality.GiveBack(ctx, tx, tenant, slots); err != nil {
			return nil, err
		}
	}
	if err := raise(ctx, tx, in); err != nil {
		return nil, err
	}
	if err := d.note(ctx, tx, in, written, now); err != nil {
		return nil, err
	}
	return make([]db.Outcome[struct{}], len(in)), nil
}

// raise tells what the answers say beyond their messages, tenants in key order so that two batches lock in the same one.
func raise(ctx context.Context, tx *db.Tx, in []settlement) error {
	alarms := map[string][]alert.Condition{}
	for _, s := range in {
		if len(s.alarms) > 0 {
			alarms[s.Tenant] = append(alarms[s.Tenant], s.alarms...)
		}
	}
	for _, tenant := range slices.Sorted(maps.Keys(alarms)) {
		if err := alert.Raise(ctx, tx, tenant, alarms[tenant]...); err != nil {
			return err
		}
	}
	return nil
}

// note keeps what Meta's refusals say about how our messages are taken.
func (d *Dispatcher) note(ctx context.Context, tx *db.Tx, in []settlement, written map[string]bool, now int64) error {
	told, moves := map[string][]quality.Signal{}, false
	for _, s := range in {
		x := quality.Signal{At: now, Number: s.use.Number, Message: s.ID, Code: s.Code}
		if written[s.ID] && x.Told() {
			told[s.Tenant] = append(told[s.Tenant], x)
			moves = moves || x.Moves()
		}
	}
	for _, tenant := range slices.Sorted(maps.Keys(told)) {
		if err := quality.Note(ctx, tx, tenant, told[tenant]); err != nil {
			return err
		}
	}
	if moves && d.o.Alarmed != nil {
		tx.OnCommit(d.o.Alarmed)
	}
	return nil
}
