package manager

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

// The lever: with a reason, a state and an end, by whoever manages numbers, for the business's own numbers; then it can be let go.
func TestBrakePage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b, agent := h.as(account.Admin), h.as(account.Agent)
		if a := agent.get("/quality/brake"); a.code != http.StatusOK || strings.Contains(a.body, `action="/quality/brake"`) {
			t.Errorf("an agent: %d, or is offered the lever", a.code)
		}
		const why = "Der Ausverkauf endet heute Abend"
		if a := agent.post("/quality/brake", "number", theNumber, "state", "slow", "hours", "4", "reason", why); a.code != http.StatusForbidden {
			t.Errorf("an agent pulls it: %d", a.code)
		}
		for name, c := range map[string]struct {
			code int
			form []string
		}{
			"no reason":         {http.StatusBadRequest, []string{"number", theNumber, "state", "slow", "hours", "4", "reason", "so"}},
			"no such state":     {http.StatusBadRequest, []string{"number", theNumber, "state", hostile, "hours", "4", "reason", why}},
			"no such end":       {http.StatusBadRequest, []string{"number", theNumber, "state", "slow", "hours", "5", "reason", why}},
			"another's number":  {http.StatusNotFound, []string{"number", "999", "state", "slow", "hours", "4", "reason", why}},
			"nothing to let go": {http.StatusConflict, []string{"number", theNumber, "state", "", "reason", why}},
		} {
			a := b.post("/quality/brake", c.form...)
			if a.code != c.code || strings.Contains(a.body, hostile) {
				t.Errorf("%s: %d, want %d", name, a.code, c.code)
			}
			if c.code == http.StatusBadRequest && name != "no reason" && !strings.Contains(a.body, `value="`+why+`"`) {
				t.Errorf("%s: what was typed is gone", name)
			}
		}
		if a := b.post("/quality/brake", "number", theNumber, "state", "marketing_stopped", "hours", "4", "reason", why+" "+hostile); a.code != http.StatusSeeOther {
			t.Fatalf("hold: %d", a.code)
		}
		if a := b.get("/quality/brake"); !strings.Contains(a.body, why) || strings.Contains(a.body, hostile) || !strings.Contains(a.body, `id="free-n`+theNumber) {
			t.Error("the page does not show who holds it and why")
		}
		if a := b.post("/quality/brake", "number", theNumber, "state", "", "reason", why); a.code != http.StatusSeeOther {
			t.Errorf("let go: %d", a.code)
		}
	})
}

// Words of no list in the address count as none, and other businesses' things have no name here.
func TestCausesPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Auditor)
		for _, q := range []string{"", "?kind=source&days=7", "?kind=" + url.QueryEscape(hostile) + "&days=9e9", "/people", "/people?kind=number&key=999", "/people?kind=source&key=" + url.QueryEscape(hostile)} {
			if a := b.get("/quality/causes" + q); a.code != http.StatusOK || strings.Contains(a.body, hostile) {
				t.Errorf("%q: %d", q, a.code)
			}
		}
	})
}
