package dispatch

import (
	"context"
	"maps"
	"slices"
	"time"

	"jawort/address"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
	"jawort/graph"
	"jawort/outbox"
	"jawort/quality"
)

// departures are what may leave at once of a batch of submissions. What can be sent as soon as it is asked for is put and started in
// one transaction, by the recipe of start (DESIGN section 6) but without the way through the queue. What gets no token, no sender or
// no person waits there as ever, and while anything waits there nothing overtakes it.
type departures struct {
	d       *Dispatcher
	t0      time.Time // monotonic, noted before anything was read
	numbers map[string]*leaving
	holders map[address.Address]contact.Holder // under lock
	uses    []outbox.Use
	answers []contact.Answered // of people, among the uses
	queued  []string           // numbers that have something in their queue now
}

// leaving is what leaves by one number.
type leaving struct {
	line   *line
	tokens int // not used yet
	passes int // tokens for passages, not used yet
	batch
}

// atOnce says that a submission asks for nothing but to be sent now.
func atOnce(s *Submission, now int64) bool {
	return s.Purpose == gate.Ordinary && s.Due <= now && s.To != ""
}

// depart takes tokens for what may leave at once, and locks the persons before anything is read of them.
func (d *Dispatcher) depart(ctx context.Context, tx *db.Tx, tenant string, in []*Submission, now int64) (*departures, error) {
	p := &departures{d: d, t0: time.Now(), numbers: map[string]*leaving{}}
	wanted, passing := map[string]int{}, map[string]int{}
	var addrs []address.Address
	for _, s := range in {
		if !atOnce(s, now) {
			continue
		}
		if addrs = append(addrs, s.To); s.pass == nil {
			wanted[s.Number]++
			continue
		}
		passing[s.Number]++
		wanted[s.Number] += 0 // its key, so that the number is looked at
		for _, a := range []address.Address{s.pass.Also, s.pass.Other} {
			if a != "" {
				addrs = append(addrs, a)
			}
		}
	}
	left, open := d.fit()
	for _, number := range slices.Sorted(maps.Keys(wanted)) {
		if !open {
			break
		}
		got, err := p.board(tenant, number, min(wanted[number], left), passing[number])
		if err != nil {
			p.cancel()
			return nil, err
		}
		left -= got
	}
	if len(p.numbers) == 0 {
		return p, nil
	}
	err := p.unseen(ctx, tx, tenant, in, now)
	if err == nil {
		p.holders, err = contact.LockCurrent(ctx, tx, tenant, addrs)
	}
	if err != nil {
		p.cancel()
	}
	return p, err
}

// fit is how many more messages may be started at once; none unless Run is at work, and then nothing is open at all.
func (d *Dispatcher) fit() (n int, open bool) {
	d.ending.Lock()
	running := d.running
	d.ending.Unlock()
	if !running {
		return 0, false
	}
	return d.lat.most(cap(d.slots), int(d.pending.Load())), true
}

// board takes up to n tokens of a number that sends from here and has nobody waiting, and as many as it gets of those for passages: the
// program stands at the door, so a campaign in the queue does not hold it up.
func (p *departures) board(tenant, number string, n, passing int) (int, error) {
	v, ok := p.d.lines.Load(number)
	if !ok {
		return 0, nil
	}
	l := v.(*line)
	if n = max(n, 0); l.waiting.Load() {
		n = 0
	}
	if n+passing == 0 {
		return 0, nil
	}
	got, _, of := l.take(n + passing)
	if got == 0 || of.Tenant != tenant {
		l.giveBack(got)
		return 0, nil
	}
	passing = min(passing, got)
	token, secret, err := p.d.o.Keys.Secrets(of)
	if err != nil {
		l.giveBack(got)
		return 0, errs.New(errs.Unavailable, "").Because(err)
	}
	p.numbers[number] = &leaving{line: l, tokens: got - passing, passes: passing, batch: batch{number: of, token: token, secret: secret, t0: p.t0}}
	return got - passing, nil
}

// leavers are those of the batch that can be started here and now: as many as there are tokens, one of each person, in the order asked.
// Nobody else takes a slot or a turn.
func (p *departures) leavers(in []*Submission, facts []gate.Facts, decisions []gate.Decision, now int64) map[int]bool {
	tokens, passes := map[string]int{}, map[string]int{}
	going, out := map[string]bool{}, map[int]bool{}
	for k, s := range in {
		f := &facts[k]
		l := p.numbers[s.Number]
		if l == nil || !atOnce(s, now) || !decisions[k].Sends() || f.Contact == "" || p.holders[s.To].Contact != f.Contact || going[f.Contact] {
			continue
		}
		used, have := tokens, l.tokens
		if s.pass != nil {
			used, have = passes, l.passes
		}
		if used[s.Number] < have {
			used[s.Number]++
			going[f.Contact], out[k] = true, true
		}
	}
	return out
}

// room takes turns and slots for those that may leave; who gets none is judged again, and waits. It returns whose slots were taken.
func (p *departures) room(ctx context.Context, tx *db.Tx, r *round) (map[int]quality.Slot, error) {
	taken := map[int]quality.Slot{}
	for _, number := range slices.Sorted(maps.Keys(p.numbers)) {
		s := starter{tx: tx, d: p.d, n: p.numbers[number].number, now: r.now}
		var which []int
		for k := range r.in {
			if r.leaves[k] && r.in[k].Number == number {
				which = append(which, k)
			}
		}
		if err := s.admit(ctx, which, func(k int) string { return r.ids[k] }, r.asks, r.facts, r.decisions, taken); err != nil {
			return nil, err
		}
		p.numbers[number].number.Portfolio = s.n.Portfolio // a slot is given back where it was taken
	}
	return taken, nil
}

// start marks a message as started.
func (p *departures) start(m *outbox.Message, f *gate.Facts, now int64) {
	l := p.numbers[m.Number]
	p.mark(m, f, now)
	l.tokens--
	l.list = append(l.list, *m)
}

func (p *departures) mark(m *outbox.Message, f *gate.Facts, now int64) {
	h := p.holders[m.Address]
	m.State, m.Node, m.Contact, m.GuardRev, m.StartedAt = outbox.Started, p.d.o.Node, h.Contact, h.Rev, now
	p.uses = append(p.uses, outbox.Use{Contact: h.Contact, Number: m.Number, Topic: m.Topic, At: now, N: 1, Owed: quality.PairTake(f.PairOwed, now)})
	p.answers = append(p.answers, answered(m, h.Contact, 1)...)
}

// answered counts what a person typed to somebody who wrote; nothing of every other message.
func answered(m *outbox.Message, who string, n int64) []contact.Answered {
	if m.Purpose != gate.HumanAnswer {
		return nil
	}
	return []contact.Answered{{Contact: who, Number: m.Number, N: n}}
}

// pass marks a passage as started. Its bytes are not sent from here: whoever asked does it.
func (p *departures) pass(m *outbox.Message, f *gate.Facts, now int64) (*outbox.Message, *batch) {
	l := p.numbers[m.Number]
	p.mark(m, f, now)
	l.passes--
	started := *m
	return &started, &batch{number: l.number, token: l.token, secret: l.secret, t0: l.t0}
}

// unseen gives addresses nobody has seen their rows, where a passage found that it would be let through (in mode observe): nobody can
// be locked without, and an opt-out in the same moment would pass by.
func (p *departures) unseen(ctx context.Context, tx *db.Tx, tenant string, in []*Submission, now int64) error {
	var list []address.Address
	for _, s := range in {
		if s.pass != nil && s.pass.unseen {
			list = append(list, s.To)
		}
	}
	if len(list) == 0 {
		return nil
	}
	pepper, err := p.d.pepper(ctx, tx, tenant)
	if err == nil {
		_, err = contact.Ensure(ctx, tx, tenant, pepper, list, now)
	}
	return err
}

// cancel gives every token back: the transaction comes to nothing.
func (p *departures) cancel() {
	for _, l := range p.numbers {
		l.line.giveBack(l.tokens + l.passes + len(l.list))
		l.tokens, l.passes, l.list = 0, 0, nil
	}
}

// wait remembers that a message waits in its number's queue, so that none overtakes it.
func (p *departures) wait(m *outbox.Message) {
	if m.State == outbox.Queued {
		p.queued = append(p.queued, m.Number)
	}
}

// leave sends what the commit has made durable. It must not wait: the connection is not free yet.
func (p *departures) leave() {
	for _, number := range p.queued {
		if v, ok := p.d.lines.Load(number); ok {
			v.(*line).waiting.Store(true)
		}
	}
	if n := len(p.uses); n > 0 {
		p.d.lat.started(n, n, time.Since(p.t0))
	}
	for _, l := range p.numbers {
		l.line.giveBack(l.tokens + l.passes)
		if len(l.list) == 0 {
			continue
		}
		if !p.d.travel() {
			go p.d.stay(&l.batch)
			continue
		}
		p.d.pending.Add(int64(len(l.list)))
		go func() {
			defer p.d.sends.Done()
			p.d.sendAll(context.Background(), l.batch)
		}()
	}
}

// travel says that sends may begin, and keeps Run from ending before sends.Done.
func (d *Dispatcher) travel() bool {
	d.ending.Lock()
	defer d.ending.Unlock()
	if d.running {
		d.sends.Add(1)
	}
	return d.running
}

// stay puts back into the queue what was started while Run ended.
func (d *Dispatcher) stay(b *batch) {
	for i := range b.list {
		d.settle(d.outcome(b, &b.list[i], graph.Answer{Outcome: graph.NotSent}, errLate))
	}
}
