package watch_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/dispatch"
	"jawort/test/fixture"
	"jawort/topic"
)

// The second account, connected when nobody knew whose it is: it stood for its portfolio.
const secondWABA, secondNumber = "210000000000002", "310000000000002"

// Two accounts of one portfolio of 250, one of them known by its own id only: once a poll tells whose it is, what both have used counts together, and
// exactly the rest goes out; the emulator keeps Meta's own count.
func TestHeadroomFollowsThePortfolio(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPlace(t, d)
		p.meta("numbers", `{"id":"`+secondNumber+`","waba_id":"`+secondWABA+`","display_phone_number":"+44 20 7946 0202"}`)
		p.meta("numbers/"+fixture.NumberID, `{"limit":"TIER_250"}`)
		p.waits(portfolio, "limit", "250")
		n := p.Number
		n.ID, n.WABA, n.Portfolio, n.Display = secondNumber, secondWABA, secondWABA, "442079460202"
		if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if err := account.PutPortfolio(ctx, tx, p.Tenant.ID, account.Portfolio{ID: secondWABA, Name: "Filiale", SendLimit: 250}); err != nil {
				return err
			}
			p.Post(secondWABA+"/message_templates", map[string]any{"name": "order_update", "language": "de", "category": "UTILITY",
				"components": []any{map[string]string{"type": "BODY", "text": "Ihre Bestellung ist unterwegs."}}})
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			if _, err := topic.UpsertFromMeta(ctx, tx, p.Tenant.ID, secondWABA, []topic.Template{{Name: "order_update", Language: "de", Category: "UTILITY", Status: "APPROVED"}}, now); err != nil {
				return err
			}
			if err := topic.Assign(ctx, tx, p.Tenant.ID, secondWABA, "order_update", "order_updates"); err != nil {
				return err
			}
			return account.PutNumber(ctx, tx, p.Keys, p.Tenant.ID, n, p.Emulator.Token(), p.Secret, "test")
		}); err != nil {
			t.Fatal(err)
		}
		people := make([]address.Address, 300)
		for i := range people {
			people[i] = fixture.Phone(i)
		}
		p.Grant(people...)
		p.Work()
		p.orders(fixture.NumberID, people[:150])
		p.orders(secondNumber, people[140:200])
		p.reached(200)
		if err := p.poller.Ask(t.Context(), p.Tenant.ID, secondWABA); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			n, err := account.NumberOf(ctx, tx, p.Tenant.ID, secondNumber)
			if n.Portfolio != fixture.Portfolio {
				t.Errorf("the number is still of portfolio %s", n.Portfolio)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		p.orders(fixture.NumberID, people[200:240])
		p.orders(secondNumber, people[240:300])
		p.reached(250)
		time.Sleep(1500 * time.Millisecond)
		p.reached(250)
		if err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			var failed int64
			err := tx.Row(ctx, `select count(*) from message where tenant = $1 and error_code = 131048`, p.Tenant.ID).Scan(&failed)
			if failed > 0 {
				t.Errorf("Meta refused %d messages that we should have kept back", failed)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// orders asks for an order update to each.
func (p *place) orders(number string, to []address.Address) {
	p.t.Helper()
	list := make([]dispatch.Submission, len(to))
	for i, a := range to {
		list[i] = p.Offer(a, fmt.Sprintf("order-%s-%s", number, a))
		list[i].Number = number
		list[i].Template, list[i].Content = "order_update", []byte(`{"name":"order_update","language":{"code":"de"}}`)
	}
	for i, out := range p.Dispatcher.SubmitAll(p.t.Context(), list) {
		if out.Err != nil {
			p.t.Fatal(out.Err)
		}
		if i == 0 && out.Value.ID == "" {
			p.t.Fatalf("refused: %+v", out.Value.Decision)
		}
	}
}

// reached waits until so many people got something, and says when there are more.
func (p *place) reached(want int) {
	p.t.Helper()
	people := map[string]bool{}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end) && len(people) < want; time.Sleep(50 * time.Millisecond) {
		for _, a := range p.Arrivals() {
			people[a.To] = true
		}
	}
	if len(people) != want {
		p.t.Fatalf("%d people were reached, want %d", len(people), want)
	}
}
