package gateway

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"jawort/address"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/graph"
	"jawort/outbox"
	"jawort/test/fixture"
)

// status is a webhook with one status, as Meta would post it.
func (h *house) status(wamid, state, callback string, to address.Address) {
	h.T.Helper()
	raw := fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"%s","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",`+
		`"metadata":{"display_phone_number":"%s","phone_number_id":"%s"},"statuses":[{"id":"%s","status":"%s","timestamp":"%d","recipient_id":"%s"%s}]}}]}]}`,
		fixture.WABA, fixture.Display, fixture.NumberID, wamid, state, time.Now().Unix(), to.Digits(), callback)
	if err := h.Desk.Webhook(h.T.Context(), raw, graph.Sign(raw, h.Secret)); err != nil {
		h.T.Fatal(err)
	}
}

func (h *house) strays() (n int) {
	h.T.Helper()
	if err := h.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select stray from stray where tenant = $1`, h.Tenant.ID)
		list, err := db.All(rows, err, func(r *db.Rows, to *string) error { return r.Scan(to) })
		n = len(list)
		return err
	}); err != nil {
		h.T.Fatal(err)
	}
	return n
}

func (h *house) message(id string) (m outbox.Message) {
	h.T.Helper()
	if err := h.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		m, err = outbox.Get(ctx, tx, h.Tenant.ID, id)
		return err
	}); err != nil {
		h.T.Fatal(err)
	}
	return m
}

// TestUnknownIsReconciled: a send whose answer was lost gets its name and its state from Meta's receipt, and only from its own.
func TestUnknownIsReconciled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, plan{})
		h.Grant(fixture.Phone(1), fixture.Phone(2))
		h.Fault(map[string]any{"on": "send", "kind": "drop_answer", "rate": 1})
		lost := func(n int, mine string) outbox.Message {
			body := offer("+" + fixture.Phone(n).Digits())
			if mine != "" {
				body = strings.Replace(body, `"type"`, `"biz_opaque_callback_data":"`+mine+`","type"`, 1)
			}
			return h.settled(h.send(body).header.Get("X-Jawort-Id"))
		}
		one, two, three := lost(1, "order 1"), lost(1, "order 2"), lost(2, "")
		h.status("wamid.OTHER", "sent", `,"biz_opaque_callback_data":"order 9"`, fixture.Phone(1))
		if n := h.strays(); n != 1 {
			t.Errorf("%d strays after a receipt that is nobody's", n)
		}
		h.status("wamid.TWO", "sent", `,"biz_opaque_callback_data":"order 2"`, fixture.Phone(1))
		h.status("wamid.ONE", "delivered", `,"biz_opaque_callback_data":"order 1"`, fixture.Phone(1))
		h.status("wamid.THREE", "failed", `,"errors":[{"code":131026}]`, fixture.Phone(2))
		h.status("wamid.THREE", "failed", `,"errors":[{"code":131026}]`, fixture.Phone(2))
		for _, c := range []struct {
			m     outbox.Message
			wamid string
			state outbox.State
		}{{one, "wamid.ONE", outbox.Delivered}, {two, "wamid.TWO", outbox.Sent}, {three, "wamid.THREE", outbox.Failed}} {
			if m := h.message(c.m.ID); c.m.State != outbox.Unknown || m.WAMID != c.wamid || m.State != c.state {
				t.Errorf("was %s, is %s %s, want %s %s", c.m.State, m.WAMID, m.State, c.wamid, c.state)
			}
		}
		if n := h.strays(); n != 1 {
			t.Errorf("%d strays, want the one that is nobody's", n)
		}
	})
}

// TestTwoAlike: two sends that nothing tells apart are not guessed at, and nobody is alarmed.
func TestTwoAlike(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	h.Grant(fixture.Phone(1))
	h.Fault(map[string]any{"on": "send", "kind": "drop_answer", "rate": 1})
	body := offer("+" + fixture.Phone(1).Digits())
	one, two := h.settled(h.send(body).header.Get("X-Jawort-Id")), h.settled(h.send(body).header.Get("X-Jawort-Id"))
	h.status("wamid.A", "sent", "", fixture.Phone(1))
	if h.message(one.ID).State != outbox.Unknown || h.message(two.ID).State != outbox.Unknown || h.strays() != 0 {
		t.Errorf("%s %s, %d strays", h.message(one.ID).State, h.message(two.ID).State, h.strays())
	}
}

// TestReceiptNamesOurs: a program writes the id of another message into its own; the receipt changes only its own.
func TestReceiptNamesOurs(t *testing.T) {
	h := newHouse(t, sqlite(t), plan{})
	h.Grant(fixture.Phone(1), fixture.Phone(2))
	out, err := h.Dispatcher.Submit(t.Context(), h.Offer(fixture.Phone(2), ""))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "our own to be sent", func() bool { return h.message(out.ID).State == outbox.Accepted })
	h.status("wamid.FOREIGN", "read", `,"biz_opaque_callback_data":"`+out.ID+`"`, fixture.Phone(1))
	if m := h.message(out.ID); m.State != outbox.Accepted {
		t.Errorf("our message became %s by a stranger's receipt", m.State)
	}
}
