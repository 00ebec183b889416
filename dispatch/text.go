package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/carrier"
	"jawort/channel"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/gate"
	"jawort/outbox"
)

// texts sends the SMS of all carriers until ctx ends. They go the same way as messages in WhatsApp: locked, judged and marked in one
// transaction, sent behind the fence, settled. So the promise holds for them too, and none is sent twice by itself.
func (d *Dispatcher) texts(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	var busy sync.Map // carrier → a batch of it is on the wire
	for ctx.Err() == nil {
		bell := d.bell.wait()
		list, err := d.carriers(ctx)
		if err != nil && ctx.Err() == nil {
			d.o.Log.Error("read carriers", "error", err)
		}
		for _, c := range list {
			if _, on := busy.LoadOrStore(c.ID, true); on {
				continue
			}
			running.Go(func() {
				defer busy.Delete(c.ID)
				for ctx.Err() == nil {
					if n, err := d.textBatch(ctx, c); err != nil || n == 0 {
						if err != nil && ctx.Err() == nil {
							d.o.Log.Error("send texts", "carrier", c.ID, "error", err)
							sleep(ctx, nil, time.Second)
						}
						return
					}
				}
			})
		}
		sleep(ctx, bell, idle)
	}
}

func (d *Dispatcher) carriers(ctx context.Context) (list []carrier.Carrier, err error) {
	if d.o.Texts == nil {
		return nil, nil
	}
	err = d.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = carrier.List(ctx, tx, "")
		return err
	})
	return list, err
}

// textAtOnce is how many texts of a carrier are on the wire at once: as many as can leave within the fence.
const textAtOnce = 32

// textBatch starts what is due of a carrier, sends it, and says how much it was.
func (d *Dispatcher) textBatch(ctx context.Context, c carrier.Carrier) (int, error) {
	sender, ok := d.o.Texts(c.ID)
	if !ok || c.OffAt != 0 {
		return 0, nil
	}
	t0 := time.Now()
	var list []outbox.Message
	if err := d.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		s := textStarter{d: d, tx: tx, tenant: c.Tenant, carrier: c.ID}
		list, err = s.start(ctx)
		return err
	}); err != nil {
		return 0, err
	}
	var all sync.WaitGroup
	for i := range list {
		all.Go(func() { d.settle(d.sendText(ctx, sender, c, &list[i], t0)) })
	}
	all.Wait()
	return len(list), nil
}

func (d *Dispatcher) sendText(ctx context.Context, s channel.Sender, c carrier.Carrier, m *outbox.Message, t0 time.Time) settlement {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	out := settlement{Outcome: outbox.Outcome{Tenant: c.Tenant, ID: m.ID, Attempts: m.Attempts, State: outbox.Accepted}}
	var body struct{ Text struct{ Body string } }
	if err := json.Unmarshal(m.Body, &body); err != nil {
		out.State, out.Error = outbox.Failed, "the text cannot be read"
		return out
	}
	id, err := s.Send(ctx, channel.Outbound{ID: m.ID, From: c.Number, To: "+" + m.Address.Digits(), Text: body.Text.Body, Validity: 24 * time.Hour},
		func() bool { return time.Since(t0) <= Fence })
	if err == nil {
		out.WAMID = TextID(c.ID, id)
		return out
	}
	why := channel.ReasonOf(err)
	out.Error = string(why)
	var e *channel.Error
	if errors.As(err, &e) && e.Code != "" {
		out.Error += " " + e.Code
	}
	switch {
	case why.Again():
		out.State, out.After = outbox.Queued, backoff(m.Attempts, why == channel.Late)
	case why == channel.Unknown:
		out.State = outbox.Unknown
	default:
		out.State = outbox.Failed
	}
	if why == channel.Stopped && d.o.Stopped != nil {
		if err := d.o.Stopped(ctx, c.Tenant, m.Contact, c.ID); err != nil {
			d.o.Log.Error("a stop that a carrier knows", "carrier", c.ID, "error", err)
		}
	}
	d.o.Log.Info("text not sent", "message", m.ID, "carrier", c.ID, "reason", string(why))
	return out
}

// TextID is how a carrier's id of a text stands in the outbox.
func TextID(carrier, id string) string {
	if id == "" {
		return ""
	}
	return "sms:" + carrier + ":" + id
}

// textStarter carries one start of a carrier's texts through its statements.
type textStarter struct {
	d               *Dispatcher
	tx              *db.Tx
	tenant, carrier string
	now             int64
}

func (s *textStarter) start(ctx context.Context) ([]outbox.Message, error) {
	var err error
	if s.now, err = s.tx.Now(ctx); err != nil {
		return nil, err
	}
	claimed, err := outbox.Claim(ctx, s.tx, s.tenant, s.carrier, s.now, textAtOnce)
	if err != nil || len(claimed) == 0 {
		return nil, err
	}
	seen := map[string]bool{}
	list := claimed[:0]
	for _, m := range claimed { // a second one to the same person is judged after the first is marked
		if !seen[m.Contact] {
			seen[m.Contact], list = true, append(list, m)
		}
	}
	addrs := make([]address.Address, len(list))
	for i, m := range list {
		addrs[i] = m.Address
	}
	holders, err := contact.LockCurrent(ctx, s.tx, s.tenant, addrs) // a statement of its own; the facts come in later ones
	if err != nil {
		return nil, err
	}
	return s.mark(ctx, list, holders)
}

func (s *textStarter) mark(ctx context.Context, list []outbox.Message, holders map[address.Address]contact.Holder) ([]outbox.Message, error) {
	house, err := account.TenantOf(ctx, s.tx, s.tenant)
	if err != nil {
		return nil, err
	}
	pepper, err := s.d.pepper(ctx, s.tx, s.tenant)
	if err != nil {
		return nil, err
	}
	var people, prints []string
	for _, m := range list {
		people, prints = append(people, holders[m.Address].Contact), append(prints, contact.Fingerprint(pepper, m.Address))
	}
	stand, err := consent.Stand(ctx, s.tx, s.tenant, people)
	if err != nil {
		return nil, err
	}
	suppressed, err := contact.Suppressions(ctx, s.tx, s.tenant, prints)
	if err != nil {
		return nil, err
	}
	var moves []outbox.Move
	var started []outbox.Message
	for i, m := range list {
		h := holders[m.Address]
		move := outbox.Move{ID: m.ID, Contact: m.Contact, Due: m.Due, At: s.now, Attempts: m.Attempts, GuardRev: h.Rev}
		_, quiet := suppressed[prints[i]]
		st := stand[h.Contact]
		why := whyNoText(m.Purpose, &st, quiet)
		switch {
		case s.now > m.ExpiresAt:
			move.State, move.Error = outbox.Failed, "expired before it could be sent"
		case house.HeldSince != 0 || s.d.clockOff.Load():
			move.State, move.Due = outbox.Waiting, s.now+(30*time.Second).Microseconds()
		case h.Contact == "" || h.Contact != m.Contact && m.Contact != "":
			move.State, move.Error = outbox.Refused, gate.IdentityChanged.Code
		case why != nil:
			move.State, move.Error = outbox.Refused, why.Code
		default:
			move.State, move.Node, move.Contact = outbox.Started, s.d.o.Node, h.Contact
			m.State, m.Contact, m.GuardRev, m.StartedAt = outbox.Started, h.Contact, h.Rev, s.now
			started = append(started, m)
		}
		moves = append(moves, move)
	}
	if err := outbox.Apply(ctx, s.tx, s.tenant, moves); err != nil {
		return nil, fmt.Errorf("start %d texts: %w", len(started), err)
	}
	return started, nil
}

// whyNoText is why a person is not written to by SMS; nil = they may be. The acknowledgement of a stop is the only text to somebody who
// has one; to whoever said that it was not them goes none at all.
func whyNoText(purpose gate.Purpose, s *consent.Standing, suppressed bool) *gate.Ground {
	p := &s.Person
	switch {
	case p.Erased:
		return gate.PersonErased
	case p.Restricted:
		return gate.Restricted
	case p.NoAck, p.WrongAddress:
		return gate.AckUnwanted
	case purpose == gate.StopAck:
		return nil
	case s.StopAll:
		return gate.StoppedAll
	case s.StopMarketing:
		return gate.StoppedMarketing
	case purpose == outbox.TextAnswer: // they wrote to us, and none of the above came later
		return nil
	case suppressed || p.Suppressed || s.Stops():
		return gate.Suppressed
	case purpose == gate.ConfirmRequest && p.StoppedAt > 0:
		return gate.QuestionAfterStop
	case purpose == gate.ConfirmRequest && p.DeclinedAt > 0:
		return gate.QuestionAfterNo
	}
	return nil
}
