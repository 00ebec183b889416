package intake

import (
	"context"

	"jawort/address"
	"jawort/alert"
	"jawort/graph"
	"jawort/outbox"
	"jawort/quality"
)

// receipts applies statuses set by set.
func (t *taking) receipts(ctx context.Context, at []int) error {
	var list []outbox.Receipt
	var items []int
	for _, i := range at {
		it := &t.in[i].item
		if it.Kind != graph.KindStatus || it.Status.GroupSend {
			continue
		}
		r := outbox.Receipt{WAMID: it.Status.ID, ID: it.Status.Callback, At: t.happened(i), State: receiptState(it.Status.Status)}
		if len(it.Status.Errors) > 0 {
			r.Code, r.Error = int64(it.Status.Errors[0].Code), it.Status.Errors[0].Meaning().Name
		}
		if r.State != "" {
			list, items = append(list, r), append(items, i)
		}
	}
	if len(list) == 0 {
		return nil
	}
	matched, err := outbox.Receive(ctx, t.tx, t.tenant, list)
	if err != nil {
		return err
	}
	t.sent = map[int]address.Address{}
	for n, m := range matched { // what failed was our own message, whatever the status says of who it went to (facts/meta.md 7.4)
		if m.Address != "" && stoppedByMeta(t.in[items[n]].item.Status) {
			t.sent[items[n]] = m.Address
		}
	}
	several, err := t.recognise(ctx, list, items, matched)
	if err != nil {
		return err
	}
	if err := t.strays(ctx, list, items, matched, several); err != nil {
		return err
	}
	if err := t.signals(ctx, list, items, matched); err != nil {
		return err
	}
	var reached []quality.Reached
	for n, m := range matched {
		if number := t.in[items[n]].number; m.Message == "" && !several[n] && number.ID != "" && (list[n].State == outbox.Sent || list[n].State == outbox.Failed) {
			// one count for each message: it is sent or fails once (DESIGN section 6, Round the gate)
			t.alarms = append(t.alarms, alert.Condition{Kind: alert.RoundGate, Subject: number.ID, Detail: alert.Detail{Name: number.Name}})
		}
		if m.Contact != "" && list[n].State == outbox.Delivered {
			reached = append(reached, quality.Reached{Portfolio: t.in[items[n]].number.Portfolio, Contact: m.Contact, At: list[n].At})
		}
	}
	return quality.Extend(ctx, t.tx, t.tenant, reached)
}

// signals keeps what failures say about how our messages are taken, each once, and for whom Meta has had enough marketing.
func (t *taking) signals(ctx context.Context, list []outbox.Receipt, items []int, matched []outbox.Matched) error {
	var told []quality.Signal
	var capped []outbox.Capped
	for n, m := range matched {
		r := list[n]
		if r.State != outbox.Failed || m.Was == outbox.Failed {
			continue
		}
		number := t.in[items[n]].number.ID
		told = append(told, quality.Signal{At: t.now, Number: number, Message: m.Message, Code: r.Code})
		if r.Code == quality.CodeEnough {
			capped = append(capped, outbox.Capped{Contact: m.Contact, Number: number, Until: r.At + quality.EnoughFor})
		}
	}
	if err := quality.Note(ctx, t.tx, t.tenant, told); err != nil {
		return err
	}
	return outbox.Cap(ctx, t.tx, t.tenant, capped)
}

func receiptState(s string) outbox.State {
	switch s {
	case "sent":
		return outbox.Sent
	case "delivered":
		return outbox.Delivered
	case "read", "played":
		return outbox.Read
	case "failed":
		return outbox.Failed
	}
	return ""
}

// stoppedByMeta: the person has stopped marketing in WhatsApp itself (131050; facts/meta.md 4.5).
func stoppedByMeta(s *graph.Status) bool {
	for _, e := range s.Errors {
		if e.Code == 131050 {
			return true
		}
	}
	return false
}
