package dispatch

import (
	"context"
	"slices"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/alert"
	"jawort/contact"
	"jawort/db"
	"jawort/gate"
	"jawort/id"
	"jawort/outbox"
	"jawort/quality"
)

// batch is what one start transaction marked: messages whose first byte may leave until t0 + Fence.
type batch struct {
	number  account.Number
	token   string
	secret  string
	t0      time.Time // monotonic, noted before anything was read
	list    []outbox.Message
	limited bool // more is due than was taken
}

// start is the first half of a send (DESIGN section 6, Start): claim, lock the persons in a statement of its own,
// read the facts in later ones, decide, mark with the guard's revision, commit.
func (d *Dispatcher) start(ctx context.Context, n account.Number, limit int) (batch, error) {
	b := batch{number: n, t0: time.Now()}
	err := d.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		b.list = nil
		s := starter{tx: tx, d: d, n: n}
		claimed, err := s.claim(ctx, limit)
		if err != nil || len(claimed) == 0 {
			return err
		}
		b.limited = len(claimed) == limit
		b.list, err = s.mark(ctx, claimed)
		b.number.Portfolio = s.n.Portfolio // a slot is given back where it was taken
		return err
	})
	return b, err
}

// starter carries one start transaction through its statements.
type starter struct {
	tx      *db.Tx
	d       *Dispatcher
	n       account.Number
	now     int64
	moves   []outbox.Move
	records []gate.Record
	uses    []outbox.Use
	answers []contact.Answered
	started []outbox.Message
	alarms  []alert.Condition
}

// claim takes due messages, one of each person: a second one is judged after the first is marked, in the next batch.
func (s *starter) claim(ctx context.Context, limit int) (list []outbox.Message, err error) {
	if s.now, err = s.tx.Now(ctx); err != nil {
		return nil, err
	}
	all, err := outbox.Claim(ctx, s.tx, s.n.Tenant, s.n.ID, s.now, limit)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(all))
	for _, m := range all {
		if seen[m.Contact] && m.Contact != "" {
			continue
		}
		seen[m.Contact] = true
		list = append(list, m)
	}
	return list, nil
}

// mark locks, reads, decides and writes what became of each claimed message.
func (s *starter) mark(ctx context.Context, claimed []outbox.Message) ([]outbox.Message, error) {
	addrs := make([]address.Address, len(claimed))
	for i, m := range claimed {
		addrs[i] = m.Address
	}
	pepper, err := s.d.pepper(ctx, s.tx, s.n.Tenant)
	if err != nil {
		return nil, err
	}
	holders, err := s.lock(ctx, pepper, addrs)
	if err != nil {
		return nil, err
	}
	asks := make([]gate.Ask, len(claimed))
	for i := range claimed {
		asks[i] = reask(&claimed[i], pepper)
	}
	facts, err := gate.Load(ctx, s.tx, s.n.Tenant, asks, s.now)
	if err != nil {
		return nil, err
	}
	decisions := make([]gate.Decision, len(claimed))
	for i := range claimed {
		facts[i].ClockOff = s.d.clockOff.Load()
		decisions[i] = gate.Decide(&facts[i], &asks[i].Message)
	}
	var which []int
	for i := range claimed {
		if decisions[i].Sends() && s.now <= claimed[i].ExpiresAt && holders[claimed[i].Address].Contact != "" {
			which = append(which, i)
		}
	}
	if err := s.admit(ctx, which, func(i int) string { return claimed[i].ID }, asks, facts, decisions, map[int]quality.Slot{}); err != nil {
		return nil, err
	}
	for i := range claimed {
		s.settle(&claimed[i], holders[claimed[i].Address], &asks[i], &facts[i], &decisions[i])
	}
	return s.started, s.write(ctx)
}

// lock locks who holds the addresses. One never seen (sent in mode observe) gets its row first: nobody can be locked
// without, and an opt-out in the same moment would pass by.
func (s *starter) lock(ctx context.Context, pepper []byte, addrs []address.Address) (map[address.Address]contact.Holder, error) {
	holders, err := contact.LockCurrent(ctx, s.tx, s.n.Tenant, addrs)
	if err != nil {
		return nil, err
	}
	unseen := slices.DeleteFunc(slices.Clone(addrs), func(a address.Address) bool { return holders[a].Contact != "" })
	if len(unseen) == 0 {
		return holders, nil
	}
	if _, err := contact.Ensure(ctx, s.tx, s.n.Tenant, pepper, unseen, s.now); err != nil {
		return nil, err
	}
	return contact.LockCurrent(ctx, s.tx, s.n.Tenant, addrs)
}

func reask(m *outbox.Message, pepper []byte) gate.Ask {
	return gate.Ask{ID: m.ID, Expected: m.Contact, Fingerprint: contact.Fingerprint(pepper, m.Address),
		Message: gate.Message{To: string(m.Address), Number: m.Number, Program: m.Program, Kind: m.Kind, Template: m.Template,
			Language: m.Language, DirectSend: m.Category, Topic: m.Topic, Purpose: m.Purpose}}
}

// settle turns one decision into a move.
func (s *starter) settle(m *outbox.Message, h contact.Holder, a *gate.Ask, f *gate.Facts, dec *gate.Decision) {
	dec.ID = m.Decision
	if dec.Verdict != gate.Allow || m.Purpose != gate.Ordinary || m.Attempts > 0 || m.State == outbox.Waiting {
		dec.ID = id.At("dec", s.now) // another answer than the one kept at the asking, or asked for the first time
		s.records = append(s.records, gate.Record{At: s.now, Decision: dec, Facts: f, Message: &a.Message, ID: m.ID})
	}
	move := outbox.Move{ID: m.ID, Contact: m.Contact, Due: m.Due, At: s.now, Decision: dec.ID, Attempts: m.Attempts, GuardRev: h.Rev}
	switch {
	case s.now > m.ExpiresAt:
		move.State, move.Error = outbox.Failed, "expired before it could be sent"
	case dec.Sends() && h.Contact != "":
		move.State, move.Node, move.Contact = outbox.Started, s.d.o.Node, h.Contact
		s.uses = append(s.uses, outbox.Use{Contact: h.Contact, Number: m.Number, Topic: counted(m.Purpose, dec.Topic), At: s.now, N: 1,
			Owed: quality.PairTake(f.PairOwed, s.now)})
		s.answers = append(s.answers, answered(m, h.Contact, 1)...)
		started := *m
		started.Contact, started.GuardRev, started.Decision, started.StartedAt = h.Contact, h.Rev, dec.ID, s.now
		started.State, started.Topic = outbox.Started, dec.Topic
		s.started = append(s.started, started)
		if dec.Verdict == gate.Refuse && dec.Mode == account.Warn {
			s.alarms = append(s.alarms, alert.Condition{Kind: alert.WarnPassed, Subject: s.n.ID, Detail: alert.Detail{Name: s.n.Name}})
		}
	case dec.Effective == gate.Wait:
		move.State, move.Due = outbox.Waiting, waitUntil(dec.Until, s.now)
	default:
		move.State = outbox.Refused
		if r := dec.Headline(); r != nil {
			move.Error = r.Code
		}
	}
	s.moves = append(s.moves, move)
}

// counted is the topic whose caps a message uses up: what Jawort itself writes because of consent is no message of a topic.
func counted(p gate.Purpose, topic string) string {
	if p != gate.Ordinary {
		return ""
	}
	return topic
}

func (s *starter) write(ctx context.Context) error {
	if err := outbox.Apply(ctx, s.tx, s.n.Tenant, s.moves); err != nil {
		return err
	}
	if err := outbox.Count(ctx, s.tx, s.n.Tenant, s.uses); err != nil {
		return err
	}
	if err := contact.CountAnswers(ctx, s.tx, s.n.Tenant, s.answers); err != nil {
		return err
	}
	if err := gate.Keep(ctx, s.tx, s.n.Tenant, s.records); err != nil {
		return err
	}
	return alert.Raise(ctx, s.tx, s.n.Tenant, s.alarms...)
}
