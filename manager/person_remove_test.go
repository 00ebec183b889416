package manager

import (
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/consent"
	"jawort/db"
	"jawort/db/dbtest"
)

func TestStaffRemoveAPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		path := "/people/" + h.contact + "/remove"
		for _, role := range account.Roles {
			if a := h.as(role).get(path); (a.code == http.StatusOK) != role.May(account.MayErase) {
				t.Errorf("the form for %s: %d", role, a.code)
			}
		}
		b := h.as(account.Owner)
		h.sound(path, "de", b.get(path))
		if a := b.get("/people/" + h.theirs["contact"] + "/remove"); a.code != http.StatusNotFound {
			t.Errorf("somebody else's person: %d", a.code)
		}
		n := len(h.ledger(h.contact))
		good := []string{"how", "erase", "via", "letter", "reason", "Brief vom 3. November", "sure", "yes"}
		for _, change := range [][2]string{{"how", "hide"}, {"via", "chat"}, {"reason", "kurz"}, {"sure", ""}} {
			form := append([]string{}, good...)
			for i := 0; i < len(form); i += 2 {
				if form[i] == change[0] {
					form[i+1] = change[1]
				}
			}
			a := b.post(path, form...)
			if a.code != http.StatusBadRequest || len(h.ledger(h.contact)) != n {
				t.Errorf("%v: %d, or something happened", change, a.code)
			}
			h.sound("a refused removal", "de", a)
		}
		if a := b.post(path, "how", "archive", "via", "letter", "reason", "Brief vom 3. November", "sure", "yes"); a.to != "/people/"+h.contact {
			t.Fatalf("archive: %d %s", a.code, h.logs)
		}
		e := h.ledger(h.contact)
		if last := e[len(e)-1]; last.Kind != consent.Restricted || last.Actor.ID != h.staff[account.Owner].ID || e[len(e)-2].Kind != consent.Withdrawn || e[len(e)-2].Scope != consent.ScopeAll {
			t.Errorf("archived: %+v", last)
		}
		if a := b.post(path, good...); a.to != "/people" {
			t.Fatalf("erase: %d %s", a.code, h.logs)
		}
		a := b.get("/people/" + h.contact)
		if a.code != http.StatusOK || strings.Contains(a.body, "4711") || strings.Contains(a.body, path) {
			t.Errorf("the page of an erased person: %d", a.code)
		}
		h.sound("an erased person", "de", a)
		for _, e := range h.ledger(h.contact) {
			if e.Address != "" || len(e.Evidence) > 0 || e.Reason != "" {
				t.Errorf("an entry still says %+v", e)
			}
		}
	})
}
