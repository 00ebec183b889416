package manager

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

// A tablet is opened here, which signs out, or by a link elsewhere; it is listed and closed.
func TestTabletsAreOpenedAndClosed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s, web := h.paperSource(h.a.ID, theNumber), h.webSource(h.a.ID, "Website", theNumber, true)
		agent, path := h.as(account.Agent), "/sources/"+s.ID+"/counter"
		h.sound("tablets", "de", agent.get(path))
		a := agent.post(path, "where", "elsewhere")
		if a.code != http.StatusOK || !regexp.MustCompile(`value="`+regexp.QuoteMeta(h.url)+`/o/counter/[\w-]{43}"`).MatchString(a.body) || !strings.Contains(a.body, "Link wartet") {
			t.Fatalf("elsewhere: %d", a.code)
		}
		h.sound("tablets", "de", a)
		shut := regexp.MustCompile(`action="(/sources/\w+/counter/ksk_\w+/close)"`).FindStringSubmatch(a.body)
		if shut == nil {
			t.Fatal("nothing to close")
		}
		if a := agent.post(strings.Replace(shut[1], s.ID, web.ID, 1)); a.code != http.StatusNotFound {
			t.Errorf("closed through another source: %d", a.code)
		}
		if a := agent.post(shut[1]); a.to != path {
			t.Errorf("close: %d", a.code)
		}
		if a := agent.get(path); !strings.Contains(a.body, "Keines ist offen.") {
			t.Error("it is still open")
		}
		if a := agent.post("/sources/" + web.ID + "/counter"); a.code != http.StatusNotFound {
			t.Errorf("for a web source: %d", a.code)
		}
		if a := agent.post(path, "where", "here"); !strings.HasPrefix(a.to, "/o/counter/") {
			t.Errorf("here: %d %s", a.code, a.to)
		}
		if a := agent.get("/people"); a.code != http.StatusSeeOther || !strings.HasPrefix(a.to, "/login") {
			t.Errorf("the manager is open behind the tablet: %d", a.code)
		}
	})
}
