package manager

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/id"
)

// somebody who wrote a minute ago and was never asked.
func (h *house) somebody(tel string) (who string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		of, err := contact.Ensure(ctx, tx, h.a.ID, make([]byte, 32), []address.Address{address.Address(tel)}, 1)
		who = of[address.Address(tel)]
		return err
	})
	h.wrote(h.a.ID, who, time.Minute)
	return who
}

// wrote opens the person's window so long ago, by the database's clock.
func (h *house) wrote(tenant, who string, ago time.Duration) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		at -= ago.Microseconds()
		if _, err := tx.Exec(ctx, `delete from service_window where tenant = $1 and contact = $2`, tenant, who); err != nil {
			return err
		}
		h.put(ctx, tx, "service_window", row{"tenant": tenant, "contact": who, "number": theNumber, "opened_at": at, "until": at + (24 * time.Hour).Microseconds(), "human_at": at})
		return nil
	})
}

// asker is a live source in threads of the business, with its question.
func (h *house) asker(b *browser) string {
	h.t.Helper()
	a := b.post("/sources/new", "kind", "thread", "name", "Chat & mehr "+hostile, "number", theNumber, "topic", "offers", "topic", "order_updates")
	const text = "Mit „Ja, einverstanden“ willigen Sie ein, dass die Kaffeerösterei Sonnenschein GmbH Ihnen per WhatsApp Angebote und Nachrichten zur Bestellung schickt. Abmelden geht jederzeit mit STOP im Chat."
	if got := b.post(a.to, "do", "publish", "topic", "offers", "topic", "order_updates", "lang", "de", "text-de", text); got.code != http.StatusSeeOther {
		h.t.Fatalf("publish: %d", got.code)
	}
	return strings.TrimSuffix(strings.TrimPrefix(a.to, "/sources/"), "/wording")
}

// questions counts what was put into conversations with a person.
func (h *house) questions(who string) (n int) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `select count(*) from message where tenant = $1 and contact = $2 and kind = 'interactive'`, h.a.ID, who).Scan(&n)
	})
	return n
}

// From the open conversation to the question, once; and each reason why not, in words on the person's page, with nothing sent.
func TestStaffAskInTheChat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s := h.asker(h.as(account.Editor))
		b := h.as(account.Agent)
		who := h.somebody("tel:+4917139277001")
		page := b.get("/people/" + who)
		h.sound("a person to ask", "de", page)
		if !strings.Contains(page.body, "Im Chat fragen") || !strings.Contains(page.body, `action="/people/`+who+`/ask"`) || !strings.Contains(page.body, s) ||
			!strings.Contains(page.body, "fragt nach: <bdi>Bestellungen und Lieferung, Angebote &lt;script") {
			t.Fatal("the page does not offer the question")
		}
		if body := h.as(account.Auditor).get("/people/" + who).body; strings.Contains(body, "/ask\"") {
			t.Error("whoever may not answer is offered to ask")
		}
		if a := b.post("/people/"+who+"/ask", "source", s); a.code != http.StatusSeeOther || a.to != "/people/"+who {
			t.Fatalf("ask: %d %s\n%s", a.code, a.to, h.logs)
		}
		if body := b.get("/people/" + who).body; !strings.Contains(body, "Die Frage ist unterwegs.") || h.questions(who) != 1 {
			t.Errorf("it is not told, or %d questions went", h.questions(who))
		}
		if body := h.as(account.Owner).get("/settings/audit").body; !strings.Contains(body, "Im Chat gefragt") {
			t.Error("the audit trail does not know of it")
		}

		closed, stopped, no := h.somebody("tel:+4917139277002"), h.somebody("tel:+4917139277003"), h.somebody("tel:+4917139277004")
		h.wrote(h.a.ID, closed, 25*time.Hour)
		if a := b.post("/people/"+stopped+"/optout", "scope", "all", "via", "phone"); a.code != http.StatusSeeOther {
			t.Fatalf("opt-out: %d", a.code)
		}
		h.declines(no)
		came := h.somebody("tel:+4917139277005") // stopped once, then took it back: the desk refuses, so nothing is offered
		h.says(came, consent.Withdrawn, 2)
		h.says(came, consent.Granted, 1)
		for who, why := range map[string]string{who: "wurde schon gefragt", closed: "in den letzten 24 Stunden nicht geschrieben", stopped: "hat Nein gesagt oder sich abgemeldet", no: "hat Nein gesagt oder sich abgemeldet",
			came: "hat Nein gesagt oder sich abgemeldet"} {
			before := h.questions(who)
			a := b.post("/people/"+who+"/ask", "source", s)
			h.sound("refused: "+why, "de", a)
			if a.code != http.StatusConflict || !strings.Contains(a.body, why) || h.questions(who) != before {
				t.Errorf("want %q: %d, %d questions", why, a.code, h.questions(who))
			}
		}
		h.wrote(h.a.ID, h.contact, time.Minute) // has stopped marketing
		for _, hidden := range []string{who, closed, stopped, no, came, h.contact} {
			if strings.Contains(b.get("/people/"+hidden).body, "/ask\"") {
				t.Error("the page offers what cannot be")
			}
		}
	})
}

// declines writes down that somebody said no yesterday.
func (h *house) declines(who string) { h.says(who, consent.Declined, 1) }

// says writes down what somebody did in the chat so many days ago, about offers.
func (h *house) says(who string, kind consent.Kind, days int) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		revs, err := contact.Lock(ctx, tx, h.a.ID, []string{who})
		if err != nil {
			return err
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		_, err = consent.Append(ctx, tx, h.a.ID, []consent.Event{{ID: id.At("evt", at), Contact: who, Kind: kind, Scope: consent.ScopeTopic, Topics: []string{"offers"}, Channel: "chat",
			HappenedAt: at - (time.Duration(days) * 24 * time.Hour).Microseconds(), Witnessed: true, Actor: consent.Actor{Kind: consent.Person}}}, revs)
		return err
	})
}

// Each role by the table of permissions; nobody asks people or by sources of another business, and what is no source is not found.
func TestWhoMayAskInTheChat(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	s := h.asker(h.as(account.Editor))
	h.wrote(h.b.ID, h.theirs["contact"], time.Minute)
	for i, role := range account.Roles {
		b, who := h.as(role), h.somebody(fmt.Sprintf("tel:+491713927710%d", i))
		want := http.StatusForbidden
		if role.May(account.MayAnswer) {
			want = http.StatusSeeOther
		}
		if a := b.post("/people/"+who+"/ask", "source", s); a.code != want {
			t.Errorf("%s: %d, want %d", role, a.code, want)
		}
	}
	b, who := h.as(account.Owner), h.somebody("tel:+4917139277200")
	for _, c := range [][2]string{{h.theirs["contact"], s}, {"con_none", s}, {who, "src_00000000000000000000000000"}, {who, "odd"}, {who, ""}, {who, "%00"}} {
		if a := b.post("/people/"+c[0]+"/ask", "source", c[1]); a.code != http.StatusNotFound {
			t.Errorf("%v: %d", c, a.code)
		}
	}
	if a := b.do("GET", "/people/"+who+"/ask", nil); a.code != http.StatusMethodNotAllowed && a.code != http.StatusNotFound || h.questions(who) != 0 {
		t.Errorf("GET: %d", a.code)
	}
}
