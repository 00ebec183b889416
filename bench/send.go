package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/dispatch"
	"jawort/outbox"
	"jawort/quality"
)

// send puts messages as a campaign does, lets them go to the sink and waits until all are settled.
func send(ctx context.Context, r *run) error {
	sink, stop, err := r.startSink(ctx)
	if err != nil {
		return err
	}
	defer stop()
	w, err := r.newWorld(ctx, sink)
	if err != nil {
		return err
	}
	defer w.stop()
	bare, err := r.bareSink(ctx, sink)
	if err != nil {
		return err
	}
	behind, err := r.bareProxy(ctx, sink)
	if err != nil {
		return err
	}
	slow := slowness()
	share := r.People / r.Runs
	var used, server time.Duration
	var memory float64
	var rate float64
	err = r.profiled(func() error {
		rate, err = r.median(func(i int) (float64, error) {
			begun, before, pg := time.Now(), cpu(), cpuOf(r.postmaster)
			if err := w.campaign(ctx, i*share, share); err != nil {
				return 0, err
			}
			took := time.Since(begun)
			used, server, memory = used+cpu()-before, server+cpuOf(r.postmaster)-pg, max(memory, pss())
			r.say("%s: %d messages in %s", r.engine, share, took.Round(time.Millisecond))
			return float64(share) / took.Seconds(), nil
		})
		return err
	})
	if err != nil {
		return err
	}
	r.judgeSend(rate, behind.rate, bare.rate, slow, perMessage(used, share*r.Runs), perMessage(server, share*r.Runs), memory)
	return r.limited(ctx, w, share)
}

// enough is a limit that is never reached, but counted against.
const enough = 1_000_000_000

// slotsUnsure is how long slots are counted one by one after the first of a portfolio's: until then a send pays for that.
const slotsUnsure = time.Duration(quality.Unsure)*time.Microsecond + time.Second

// limited sends to everybody once more, by turns without a limit and with one to reserve a slot from.
func (r *run) limited(ctx context.Context, w *world, share int) error {
	err := w.limit(ctx, enough)
	if err == nil {
		err = w.campaign(ctx, 0, 1)
	}
	if err != nil {
		return err
	}
	r.say("%s: a minute's wait, until slots are counted", r.engine)
	time.Sleep(slotsUnsure)
	if err := w.campaign(ctx, 1, 1); err != nil { // counts them for the last time
		return err
	}
	var took [2]time.Duration // without, with
	half := share / 2
	for i := range r.Runs {
		for k, limit := range []int64{account.Unlimited, enough} {
			if err := w.limit(ctx, limit); err != nil {
				return err
			}
			before, pg := cpu(), cpuOf(r.postmaster)
			if err := w.campaign(ctx, i*share+k*half, half); err != nil {
				return err
			}
			took[k] += cpu() - before + cpuOf(r.postmaster) - pg
		}
	}
	n := half * r.Runs
	r.add(Row{What: "CPU a message where a slot of the limit is reserved", Value: perMessage(took[1], n), Unit: "µs", Floor: "without a limit",
		FloorAt: perMessage(took[0], n), Target: 1.1, Less: true})
	return nil
}

func (w *world) limit(ctx context.Context, limit int64) error {
	return w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return account.SetLimit(ctx, tx, w.tenant, portfolio, limit)
	})
}

func perMessage(t time.Duration, n int) float64 { return float64(t.Microseconds()) / float64(n) }

func (r *run) judgeSend(rate, behind, bare, slow, own, server, memory float64) {
	what := fmt.Sprintf("%d messages, submit to settled, 64 senders", r.People/r.Runs)
	r.add(Row{What: what, Value: rate, Unit: "messages/s", Floor: "listmonk, as 1.06 × a Go reverse proxy", FloorAt: behind * listmonkThen / proxyThen, Target: 1.3, Stretch: 2})
	r.add(Row{What: what, Value: rate, Unit: "messages/s", Floor: "courier, as 0.20 × a Go reverse proxy", FloorAt: behind * courierThen / proxyThen, Target: 6, Stretch: 10})
	r.add(Row{What: "CPU a message" + map[bool]string{true: ", with PostgreSQL's", false: ""}[server > 0], Value: own + server, Unit: "µs",
		Floor: "listmonk's 119 µs, by a JSON decode of then and now", FloorAt: 119 * slow, Target: 0.7, Stretch: 0.45, Less: true})
	r.add(Row{What: "memory (PSS) of program and bench", Value: memory, Unit: "MB", Target: 120, Stretch: 80, Less: true})
	r.note("%s: the sink alone takes %.0f POST/s, behind a reverse proxy %.0f, 64 connections; own CPU %.0f µs, PostgreSQL's %.0f µs a message", r.engine, bare, behind, own, server)
	r.note("listmonk and courier are not to be had here: they stand for their share of a Go reverse proxy in facts/speed.md")
}

// campaign sends to so many people from the given one on.
func (w *world) campaign(ctx context.Context, from, n int) error {
	for at := from; at < from+n; at += batch {
		list := make([]dispatch.Submission, min(batch, from+n-at))
		for i := range list {
			list[i] = w.offer(at + i)
		}
		for _, out := range w.app.Dispatch.SubmitAll(ctx, list) {
			if out.Err != nil || out.Value.State != outbox.Queued {
				return fmt.Errorf("a message is %s, not queued: %w", out.Value.State, out.Err)
			}
		}
	}
	return w.settled(ctx)
}

var offer = json.RawMessage(`{"name":"sommer_sale","language":{"code":"de"}}`)

func (w *world) offer(to int) dispatch.Submission {
	return dispatch.Submission{Tenant: w.tenant, Number: numberOf(to), To: phone(to), Kind: "template", Template: "sommer_sale", Language: "de",
		Content: offer, Priority: outbox.Bulk}
}

// settled waits until every message has its outcome.
func (w *world) settled(ctx context.Context) error {
	for range 3000 {
		if open, err := w.open(ctx); err != nil || !open {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return errors.New("messages are not settled after a minute")
}

// open says whether any message has no outcome yet.
func (w *world) open(ctx context.Context) (open bool, err error) {
	err = w.app.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `select exists (select 1 from message where tenant = $1 and state in ('queued', 'waiting'))
			or exists (select 1 from message where tenant = $1 and state = 'started')`, w.tenant).Scan(&open)
	})
	return open, err
}
