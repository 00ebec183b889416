package dispatch

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/alert"
	"jawort/errs"
	"jawort/gate"
	"jawort/graph"
	"jawort/outbox"
)

// The edges of Meta's that send.
const (
	MessagesEdge  = "messages"
	MarketingEdge = "marketing_messages"
)

// Passage is a message of another program on its way to Meta: judged like ours, sent as its bytes came.
type Passage struct {
	Tenant, Number, Program  string
	Version, Edge            string // of Meta's API, as asked for
	To                       address.Address
	Also                     address.Address // the second address it names; "" = none. Both must be one person's
	Other                    address.Address // whom else it could be meant for; "" = nobody. Nobody we know may hold it
	Kind, Template, Language string
	Category                 string // Direct Send's
	Body                     []byte

	unseen, last bool
}

// Passed is what came of a passage.
type Passed struct {
	ID       string // of the message; "" = it was not started
	Decision gate.Decision
	Answer   graph.Answer // Outcome "" = the decision kept it here
	Err      error        // why the outcome is NotSent or Unknown; holds no address
	Short    bool         // it may go, but could not be started within patience: too many at once
}

// patience is how long a passage waits for what is short at this moment: a token of its number, or the same person's other message.
const patience = time.Second

// Forward judges a program's message and sends it, in the same groups as every other (DESIGN section 6): put, judged and started in one
// commit, sent behind the fence at once, settled in a later commit that nobody waits for. What cannot be sent now is not kept.
func (d *Dispatcher) Forward(ctx context.Context, p Passage) (Passed, error) {
	sub := Submission{Tenant: p.Tenant, Number: p.Number, To: p.To, Kind: p.Kind, Template: p.Template, Language: p.Language,
		Category: p.Category, Program: p.Program, Priority: outbox.First, pass: &p}
	until := time.Now().Add(patience)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		p.last = !time.Now().Before(until)
		if _, open := d.fit(); !open {
			return Passed{}, errs.New(errs.Unavailable, "")
		}
		out, err := d.submits.Do(context.WithoutCancel(ctx), sub) // once begun its outcome must be known here
		if err != nil {
			return Passed{}, err
		}
		if out.started != nil {
			return d.pass(ctx, &p, out), nil
		}
		if !out.again || p.last {
			return Passed{Decision: out.Decision, Short: out.again}, nil
		}
		p.unseen = p.unseen || out.Decision.Contact == ""
		sleep(ctx, nil, pause)
		if ctx.Err() != nil {
			return Passed{}, ctx.Err()
		}
	}
}

// pass sends what was started.
func (d *Dispatcher) pass(ctx context.Context, p *Passage, s Submitted) Passed {
	out := Passed{ID: s.ID, Decision: s.Decision, Answer: graph.Answer{Outcome: graph.NotSent}, Err: errEnding}
	if d.travel() {
		out.Answer, out.Err = d.carried(ctx, p, s)
	} else {
		d.sends.Add(1) // Close still takes the outcome
	}
	go func() {
		defer d.sends.Done()
		x := d.outcome(s.batch, s.started, out.Answer, out.Err)
		if x.State == outbox.Queued { // whoever asked was told that it was not sent: nobody sends it later
			x.State, x.After = outbox.Failed, 0
		}
		d.settle(x)
		d.hear(s.batch.number, s.started, out.Answer)
	}()
	return out
}

var (
	errEnding = errors.New("this process is ending")
	errGone   = errors.New("the program hung up before anything was sent")
)

// carried is carry where a panic is an outcome that nobody knows: what was started is settled, and not sent again.
func (d *Dispatcher) carried(ctx context.Context, p *Passage, s Submitted) (a graph.Answer, err error) {
	defer func() {
		if what := recover(); what != nil { // its value may hold what somebody wrote
			a, err = graph.Answer{Outcome: graph.Unknown}, fmt.Errorf("panic of a %T\n%s", what, debug.Stack())
		}
	}()
	return d.carry(ctx, p, s)
}

func (d *Dispatcher) carry(ctx context.Context, p *Passage, s Submitted) (graph.Answer, error) {
	fence := func() error {
		if time.Since(s.batch.t0) > Fence {
			return errLate
		}
		if ctx.Err() != nil {
			return errGone
		}
		return nil
	}
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	return d.wire(s.batch, p.Version).SendPath(wait, p.Number+"/"+p.Edge, p.Body, fence)
}

type passKey struct{ base, version, token, secret string }

// wire is the client for a number and a version: it is kept, because the proof of the app costs a signature.
func (d *Dispatcher) wire(b *batch, version string) *graph.Client {
	key := passKey{b.number.BaseURL, version, b.token, b.secret}
	if c, ok := d.passing.Load(key); ok {
		return c.(*graph.Client)
	}
	c, _ := d.passing.LoadOrStore(key, &graph.Client{BaseURL: key.base, Version: version, Token: b.token, AppSecret: b.secret})
	return c.(*graph.Client)
}

// sameBody: a message that names two addresses goes to one person, or to nobody. Both were locked before the facts were read.
func (p *departures) sameBody(pass *Passage, f *gate.Facts) {
	one, also, other := p.holders[pass.To].Contact, p.holders[pass.Also].Contact, p.holders[pass.Other].Contact
	if pass.Also != "" && len(p.numbers) > 0 && (one == "" || one != also || one != f.Contact) || other != "" && other != f.Contact {
		f.Identity.Ambiguous = true
	}
}

// warned is the alarm for what only mode warn let through.
func warned(dec *gate.Decision, b *batch) []alert.Condition {
	if dec.Verdict != gate.Refuse || dec.Mode != account.Warn {
		return nil
	}
	return []alert.Condition{{Kind: alert.WarnPassed, Subject: b.number.ID, Detail: alert.Detail{Name: b.number.Name}}}
}
