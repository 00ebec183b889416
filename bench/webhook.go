package bench

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"jawort/dispatch"
	"jawort/graph"
	"jawort/outbox"
)

// webhook posts signed updates; the statuses are of messages that were really sent.
func webhook(ctx context.Context, r *run) error {
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
	behind, err := r.bareProxy(ctx, sink)
	if err != nil {
		return err
	}
	h := &hooks{w: w, people: r.People}
	if err := h.sendFirst(ctx); err != nil {
		return err
	}
	var mixed, statuses, inbound storm
	err = r.profiled(func() error {
		for _, part := range []struct {
			to   *storm
			next func(int) request
		}{{&mixed, h.mixed}, {&statuses, h.status}, {&inbound, h.inbound}} {
			if *part.to, err = r.steady(ctx, w.addr, part.next); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.judgeWebhook(mixed, statuses, inbound, behind.rate)
	r.tellCPU("statuses", statuses)
	r.tellCPU("inbound", inbound)
	many, err := r.drive(ctx, w.addr, 4, r.Span, h.thousand)
	if err != nil {
		return err
	}
	r.note("%s: in batches of 1,000 statuses, 4 connections: %.0f statuses/s", r.engine, many.rate*1000)
	return nil
}

func (r *run) judgeWebhook(mixed, statuses, inbound storm, behind float64) {
	now := behind / proxyThen // how fast this machine is, beside the one of facts/speed.md
	ms := func(t time.Duration) float64 { return t.Seconds() * 1000 }
	r.add(Row{What: "80 % statuses, 20 % messages, 64 connections", Value: mixed.rate, Unit: "webhooks/s"})
	r.add(Row{What: "statuses alone", Value: statuses.rate, Unit: "webhooks/s", Floor: "courier, as 0.63 × a Go reverse proxy", FloorAt: statusThen * now, Target: 2, Stretch: 3})
	r.add(Row{What: "statuses alone, p99", Value: ms(statuses.p99), Unit: "ms", Floor: "courier's 89 ms, by the proxy's rate", FloorAt: 89 / now, Target: 0.2, Stretch: 0.12, Less: true})
	r.add(Row{What: "inbound messages alone", Value: inbound.rate, Unit: "webhooks/s", Floor: "courier, as 0.10 × a Go reverse proxy", FloorAt: inboundThen * now, Target: 10, Stretch: 15})
	r.add(Row{What: "inbound messages alone, p99", Value: ms(inbound.p99), Unit: "ms", Floor: "courier's 153 ms, by the proxy's rate", FloorAt: 153 / now, Target: 0.2, Stretch: 0.12, Less: true})
	r.note("%s: mixed p50 %.1f ms, p99 %.1f ms; a Go reverse proxy takes %.0f requests/s now", r.engine, ms(mixed.p50), ms(mixed.p99), behind)
}

// hooks makes webhooks, each a new one.
type hooks struct {
	w      *world
	people int
	sent   []string // ids of messages

	mu   sync.Mutex
	made int
}

// sendFirst sends a message to everybody, so that there is something to have a status.
func (h *hooks) sendFirst(ctx context.Context) error {
	for at := 0; at < h.people; at += batch {
		list := make([]dispatch.Submission, min(batch, h.people-at))
		for i := range list {
			list[i] = h.w.offer(at + i)
		}
		for _, out := range h.w.app.Dispatch.SubmitAll(ctx, list) {
			if out.Err != nil || out.Value.State != outbox.Queued {
				return fmt.Errorf("send first: %s, %w", out.Value.State, out.Err)
			}
			h.sent = append(h.sent, out.Value.ID)
		}
	}
	return h.w.settled(ctx)
}

func (h *hooks) next() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.made++
	return h.made
}

var steps = []string{"sent", "delivered", "read"}

func (h *hooks) mixed(n int) request {
	if n%5 == 0 {
		return h.inbound(n)
	}
	return h.status(n)
}

func (h *hooks) status(int) request { return h.post(`"statuses":[` + h.oneStatus() + `]`) }

// oneStatus goes through all messages, then on to their next step.
func (h *hooks) oneStatus() string {
	n := h.next()
	at := n % len(h.sent)
	return fmt.Sprintf(`{"id":"wamid.%s","status":"%s","timestamp":"%d","recipient_id":"%s","biz_opaque_callback_data":"%s",`+
		`"conversation":{"id":"c0ffee","origin":{"type":"marketing"}},"pricing":{"billable":true,"pricing_model":"PMP","category":"marketing","type":"regular"}}`,
		h.sent[at], steps[n/len(h.sent)%len(steps)], time.Now().Unix()+int64(n/len(h.sent)), phone(at).Digits(), h.sent[at])
}

func (h *hooks) inbound(int) request {
	n := h.next()
	who := phone(n % h.people).Digits()
	return h.post(fmt.Sprintf(`"contacts":[{"profile":{"name":"Mareike"},"wa_id":"%s"}],"messages":[{"from":"%s","id":"wamid.IN%d","timestamp":"%d",`+
		`"type":"text","text":{"body":"Danke, wann kommt denn meine Bestellung?"}}]`, who, who, n, time.Now().Unix()))
}

func (h *hooks) thousand(int) request {
	list := make([]string, 1000)
	for i := range list {
		list[i] = h.oneStatus()
	}
	return h.post(`"statuses":[` + strings.Join(list, ",") + `]`)
}

func (h *hooks) post(value string) request {
	raw := fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"%s","changes":[{"field":"messages","value":{`+
		`"messaging_product":"whatsapp","metadata":{"display_phone_number":"%s0","phone_number_id":"%s"},%s}}]}]}`, waba, display, number, value)
	return request{path: "/in/meta", headers: "X-Hub-Signature-256: " + graph.Sign(raw, appSecret) + "\r\n", body: raw}
}
