package manager

import (
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

// Whoever hides their number is asked for it from their page, once a day; whoever does not hide it is not offered it, and is refused in words.
func TestStaffAskForTheNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		who := h.somebody("wa:DE.700000000000004711")
		page := b.get("/people/" + who)
		h.sound("somebody who hides the number", "de", page)
		if !strings.Contains(page.body, `action="/people/`+who+`/ask-number"`) {
			t.Fatal("the page does not offer it")
		}
		if a := b.post("/people/" + who + "/ask-number"); a.code != http.StatusSeeOther || h.questions(who) != 1 {
			t.Fatalf("asked: %d, %d put", a.code, h.questions(who))
		}
		if page = b.get("/people/" + who); strings.Contains(page.body, "/ask-number") {
			t.Error("it is offered again the same day")
		}
		again := b.post("/people/" + who + "/ask-number")
		h.sound("asked twice", "de", again)
		if again.code != http.StatusConflict || !strings.Contains(again.body, "schon gefragt") || h.questions(who) != 1 {
			t.Errorf("asked twice: %d, %d put", again.code, h.questions(who))
		}
		seen := h.somebody("tel:+4917139277044")
		if strings.Contains(b.get("/people/"+seen).body, "/ask-number") {
			t.Error("offered for somebody whose number is known")
		}
		if a := b.post("/people/" + seen + "/ask-number"); a.code != http.StatusConflict || h.questions(seen) != 0 {
			t.Errorf("a number that is known: %d", a.code)
		}
		if a := h.as(account.Auditor).post("/people/" + who + "/ask-number"); a.code != http.StatusForbidden {
			t.Errorf("an auditor: %d", a.code)
		}
	})
}
