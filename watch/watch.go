// Package watch is the asking: it polls Meta for what no webhook tells, number by number and account by account, no oftener than Meta
// likes, and hands every answer to the one way in.
package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/graph"
	"jawort/quality"
	"jawort/timer"
)

// Poller asks Meta. Its handlers run in the timer runner of every process; each account is asked by one of them at a time.
type Poller struct {
	DB    *db.DB
	Keys  *account.Keyring
	Log   *slog.Logger
	Take  func(ctx context.Context, tenant string, a quality.Answer) error
	Own   func(ctx context.Context, tenant, waba string, p account.Portfolio) error // told to which portfolio an account belongs; nil: nobody wants to know
	Every time.Duration                                                             // between two polls of an account's numbers; 0 = five minutes
}

// timerPoll is our kind of timer; its key is a job and the account.
const timerPoll = "watch.poll"

// job is one thing that is asked of an account.
type job struct {
	name  string
	every func(p *Poller) time.Duration
	ask   func(p *Poller, ctx context.Context, q *quest) ([]quality.Observation, error)
}

var jobs = []job{
	{"numbers", (*Poller).every, (*Poller).askNumbers},
	{"templates", func(p *Poller) time.Duration { return 6 * p.every() }, (*Poller).askTemplates},
	{"token", func(p *Poller) time.Duration { return max(time.Hour, 12*p.every()) }, (*Poller).askTokens},
}

func (p *Poller) every() time.Duration {
	if p.Every > 0 {
		return p.Every
	}
	return 5 * time.Minute
}

// Handlers are what the runner must know.
func (p *Poller) Handlers() map[string]timer.Handler {
	return map[string]timer.Handler{timerPoll: {Alone: p.run}}
}

// Ensure sees to it that every account is asked: those that no timer stands for are asked at once.
func (p *Poller) Ensure(ctx context.Context) error {
	return p.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		numbers, err := account.Numbers(ctx, tx, "")
		if err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		known, err := standingTimers(ctx, tx, now)
		if err != nil {
			return err
		}
		return p.put(ctx, tx, numbers, func(t timer.Timer) bool { return !known[[2]string{t.Tenant, t.Key}] })
	})
}

// Now has everything of a tenant asked at once.
func (p *Poller) Now(ctx context.Context, tenant string) error {
	return p.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		numbers, err := account.Numbers(ctx, tx, tenant)
		if err != nil {
			return err
		}
		return p.put(ctx, tx, numbers, func(timer.Timer) bool { return true })
	})
}

func (p *Poller) put(ctx context.Context, tx *db.Tx, numbers []account.Number, wanted func(timer.Timer) bool) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	var timers []timer.Timer
	for _, n := range numbers {
		for _, j := range jobs {
			t := timer.Timer{Tenant: n.Tenant, Kind: timerPoll, Key: j.name + "/" + n.WABA, Due: now}
			if wanted(t) {
				timers = append(timers, t)
			}
		}
	}
	return timer.Put(ctx, tx, timers)
}

// quest is one account to be asked, with what its asking comes to.
type quest struct {
	tenant, waba string
	numbers      []account.Number // of this tenant
	client       *graph.Client
	usage        graph.Usage
	answer       quality.Answer
}

// Ask asks everything of an account, now and here.
func (p *Poller) Ask(ctx context.Context, tenant, waba string) error {
	for at := range jobs {
		if _, err := p.ask(ctx, tenant, waba, at); err != nil {
			return err
		}
	}
	return nil
}

// run is the timer's: one thing of one account.
func (p *Poller) run(ctx context.Context, t timer.Timer) (again int64, err error) {
	name, waba, _ := strings.Cut(t.Key, "/")
	at := slices.IndexFunc(jobs, func(j job) bool { return j.name == name })
	if at < 0 {
		return 0, nil
	}
	return p.ask(ctx, t.Tenant, waba, at)
}

// ask asks one thing of one account, and says when to ask again. That Meta does not answer is no error: it is noted.
func (p *Poller) ask(ctx context.Context, tenant, waba string, at int) (again int64, err error) {
	q, err := p.quest(ctx, tenant, waba)
	if err != nil && !errors.Is(err, errNoToken) || len(q.numbers) == 0 { // without a number nobody asks any more
		return 0, err
	}
	if err != nil {
		return p.settle(ctx, q, at, err)
	}
	said, failure := jobs[at].ask(p, ctx, q)
	if len(said) > 0 || len(q.answer.Templates) > 0 {
		q.answer.WABA, q.answer.Said = waba, said
		if err := p.Take(ctx, tenant, q.answer); err != nil {
			return 0, err
		}
	}
	if failure != nil {
		p.log().Warn("Meta gives no answer about an account", "job", jobs[at].name, "account", waba, "error", failure)
	}
	return p.settle(ctx, q, at, failure)
}

func (p *Poller) log() *slog.Logger {
	if p.Log == nil {
		return slog.Default()
	}
	return p.Log
}

// quest reads whose account it is. The first number whose secrets open speaks for the account.
func (p *Poller) quest(ctx context.Context, tenant, waba string) (*quest, error) {
	q := &quest{tenant: tenant, waba: waba}
	err := p.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := account.NumbersByWABA(ctx, tx, waba)
		q.numbers = slices.DeleteFunc(all, func(n account.Number) bool { return n.Tenant != tenant })
		return err
	})
	if err != nil || len(q.numbers) == 0 {
		return q, err
	}
	for _, n := range q.numbers {
		if q.client, err = p.client(q, n); err == nil {
			return q, nil
		}
	}
	return q, fmt.Errorf("account %s: %w", waba, errNoToken)
}

// errNoToken: no number of the account has a token that can be opened.
var errNoToken = errors.New("no number has a token")

func (p *Poller) client(q *quest, n account.Number) (*graph.Client, error) {
	token, secret, err := p.Keys.Secrets(n)
	if err == nil && token == "" {
		err = errNoToken
	}
	if err != nil {
		return nil, err
	}
	return &graph.Client{BaseURL: n.BaseURL, Token: token, AppSecret: secret, OnUsage: func(u graph.Usage) {
		q.usage.Percent, q.usage.Wait = max(q.usage.Percent, u.Percent), max(q.usage.Wait, u.Wait)
	}}, nil
}

// settle notes how it went and when to ask again.
func (p *Poller) settle(ctx context.Context, q *quest, at int, failure error) (again int64, err error) {
	err = p.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		before, err := quality.PollOf(ctx, tx, q.tenant, q.waba)
		if err != nil {
			return err
		}
		failing := time.Duration(0)
		if failure != nil && before.FailingSince > 0 {
			failing = time.Duration(now-before.FailingSince) * time.Microsecond
		}
		again = now + Pause(jobs[at].every(p), q.usage, failure, failing).Microseconds()
		if at > 0 { // the numbers' poll stands for the account
			return nil
		}
		next := quality.Poll{WABA: q.waba, AskedAt: now, OKAt: now, Usage: q.usage.Percent, NextAt: again}
		if failure != nil {
			next.OKAt, next.FailingSince = before.OKAt, max(before.FailingSince, 0)
			if next.FailingSince == 0 {
				next.FailingSince = now
			}
			next.Error, next.Code = Why(failure)
		}
		return quality.PutPoll(ctx, tx, q.tenant, next)
	})
	return again, err
}

// Why says what kept Meta from answering: a word of a closed list, and Meta's code where there is one.
func Why(err error) (word string, code int64) {
	if e, ok := errors.AsType[*graph.Error](err); ok {
		switch {
		case e.Code == 190 || e.Code == 0 || e.Code == 104 || e.Code == 2500:
			return "token", int64(e.Code)
		case e.Code == 10 || e.Code >= 200 && e.Code < 300:
			return "rights", int64(e.Code)
		case busy(e):
			return "busy", int64(e.Code)
		case e.Code == 100:
			return "unknown", int64(e.Code)
		}
		return "meta", int64(e.Code)
	}
	if errors.Is(err, errNoToken) {
		return "token", 0
	}
	if n, ok := errors.AsType[net.Error](err); ok && n.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return "slow", 0
	}
	return "unreachable", 0
}

// busy is Meta asking to be asked less.
func busy(e *graph.Error) bool {
	return slices.Contains([]graph.Code{4, 17, 32, 613, 80007, 80008}, e.Code)
}
