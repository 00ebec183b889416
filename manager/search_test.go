package manager

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

func TestSearch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var event, theirEvent string
		h.write(func(ctx context.Context, tx *db.Tx) error {
			h.put(ctx, tx, "inbound", row{"tenant": h.a.ID, "inbound": "wamid.IN", "channel": "whatsapp", "number": theNumber, "contact": h.contact, "address": "tel:+491713920000",
				"at": 1, "kind": "text", "body": "x", "context": "", "intent": "none", "confidence": 1.0, "matched": ""})
			h.put(ctx, tx, "number", row{"tenant": h.a.ID, "number": "77", "waba": "1", "portfolio": "1", "display": "43", "name": "Wien", "country": "AT", "base_url": "x",
				"token": []byte{}, "app_secret": []byte{}, "mode": "enforce", "throughput": 1, "settings": "{}", "status": "CONNECTED", "created_at": 1})
			if err := tx.Row(ctx, `select event from event where tenant = $1 and contact = $2 and rev = 2`, h.a.ID, h.contact).Scan(&event); err != nil {
				return err
			}
			return tx.Row(ctx, `select max(event) from event where tenant = $1`, h.b.ID).Scan(&theirEvent)
		})
		austrian := ""
		h.write(func(ctx context.Context, tx *db.Tx) error {
			austrian = h.person(ctx, tx, h.a.ID, "Franzi", "tel:+436641234567", 0)
			return nil
		})
		b := h.as(account.Agent)
		person := "/people/" + h.contact
		for typed, want := range map[string]string{
			"+49 171 392 0000": person, "0171-3920000": person, "tel:+491713920000": person, " (0171) 3920000 ": person, "00491713920000": person,
			"0664 1234567": "/people/" + austrian, "+43 664 1234567": "/people/" + austrian, // in the country of the business's other number
			h.contact: person, h.decision: "/decisions/" + h.decision, h.message: person + "#messages", "wamid.IN": person + "#messages",
			event: person + "?below=3#line", h.review: "/messages#" + h.review,
		} {
			if a := b.post("/search", "q", typed); a.code != http.StatusSeeOther || a.to != want {
				t.Errorf("%q: %d to %q, want %q", typed, a.code, a.to, want)
			}
		}
		for _, typed := range []string{"+44 7700 900123", h.theirs["contact"], h.theirs["decision"], h.theirs["review"], theirEvent, "src_none", "con_", "dec_x/../y", "0171 3929999", "zzz",
			"+49", "0000000", "%", "_", "'; drop table contact; --", "https://evil.example/"} {
			a := b.post("/search", "q", typed)
			if a.code != http.StatusOK || !strings.Contains(a.body, "Dazu finden wir nichts") || strings.Contains(a.body, "Their Person") {
				t.Errorf("%q: %d", typed, a.code)
			}
			h.sound("search for "+typed, "de", a)
		}
		if a := b.post("/search", "q", "  "); a.code != http.StatusBadRequest {
			t.Errorf("nothing typed: %d", a.code)
		}
	})
}

// The beginning of a number finds everybody it fits, and what was typed stays in the field, never in an address.
func TestSearchByTheBeginningOfANumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		for _, typed := range []string{"+49 171 392", "0049171392", "49171392"} {
			a := b.post("/search", "q", typed)
			if n := strings.Count(a.body, `href="/people/con_`); a.code != http.StatusOK || n != 4 || !strings.Contains(a.body, `value="`+typed+`"`) {
				t.Errorf("%q: %d, %d people", typed, a.code, n)
			}
			h.sound("search", "de", a)
		}
	})
}

func TestSearchByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		for _, typed := range []string{"mareike", "Öztürk", "OZTURK, Mareike"} {
			a := b.post("/search", "q", typed)
			if a.code != http.StatusOK || !strings.Contains(a.body, `href="/people/`+h.contact+`"`) || strings.Count(a.body, `href="/people/con_`) != 1 {
				t.Errorf("%q: %d", typed, a.code)
			}
		}
		if a := b.post("/search", "q", "Their Person"); strings.Contains(a.body, "/people/con_") {
			t.Error("another business's person is found")
		}
	})
}

func TestNumberStart(t *testing.T) {
	for typed, want := range map[string]string{"+49 171": "tel:+49171", "0049 171": "tel:+49171", "49171": "tel:+49171", "+49": "", "0171 3": "", "Öztürk": "", "con_4917": "", "+49171x": "", "": "",
		"+49 (171) 3-9/2": "tel:+4917139" + "2"} {
		if got := numberStart(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestSearchFindsSources(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for tenant, name := range map[string]string{h.a.ID: "Plakat Marktstand " + hostile, h.b.ID: "Plakat Theirs"} {
				h.put(ctx, tx, "source", row{"tenant": tenant, "source": "src_" + tenant, "kind": "web", "name": name, "state": "live", "token_hash": []byte{1}, "notice": "", "notice_version": 0,
					"topics": "[]", "number": "", "settings": "{}", "paused_why": "", "created_at": 1})
			}
			return nil
		})
		a := h.as(account.Auditor).post("/search", "q", "PLAKAT markt")
		if a.code != http.StatusOK || !strings.Contains(a.body, "Plakat Marktstand &lt;script&gt;") || strings.Contains(a.body, "Theirs") {
			t.Errorf("%d", a.code)
		}
	})
}
