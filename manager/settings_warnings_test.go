package manager

import (
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

// Each kind has its own readers: what is kept shows again, what is no address stays with its problem beside it.
func TestWarningsOneByOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		page := b.get("/settings/warnings").body
		if !strings.Contains(page, `name="mail_rating_red" value="on" checked`) || !strings.Contains(page, "Bewertung Rot") || strings.Contains(page, `name="mail_mail_failed"`) {
			t.Error("the page does not offer what can be mailed")
		}
		a := b.post("/settings/warnings", "shown", "warnings", "mail_rating_red", "on", "readers_rating_red", "it@x.example, keine Adresse")
		if a.code != http.StatusBadRequest || !strings.Contains(a.body, "it@x.example, keine Adresse") || !strings.Contains(a.body, `aria-describedby="readers_rating_red-err"`) {
			t.Errorf("an odd address: %d", a.code)
		}
		if a := b.post("/settings/warnings", "shown", "warnings", "mail_rating_red", "on", "readers_rating_red", "it@x.example, IT@x.example"); a.to != "/settings/warnings" {
			t.Errorf("kept: %d %s", a.code, a.to)
		}
		for _, form := range [][]string{nil, {"mail_rating_red", "on"}, {"shown", "x"}} { // what is no filled-in form switches nothing off
			if a := b.post("/settings/warnings", form...); a.code != http.StatusBadRequest {
				t.Errorf("%v: %d", form, a.code)
			}
		}
		page = b.get("/settings/warnings").body
		if !strings.Contains(page, `name="readers_rating_red" value="it@x.example"`) || strings.Contains(page, `name="mail_rating_yellow" value="on" checked`) {
			t.Error("what was kept does not show")
		}
	})
}
