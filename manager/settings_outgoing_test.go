package manager

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/alert"
	"jawort/consent"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/gate"
	"jawort/hook"
	"jawort/id"
	"jawort/intake"
)

// A program that is told: its secret is shown once, a try is sent, and everything that can be done to it is done; Meta's hooks are
// other ones.
func TestOutgoingPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		status := http.StatusOK
		program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) }))
		defer program.Close()
		b := h.as(account.Owner)
		h.sound("/settings/outgoing", "de", b.get("/settings/outgoing"))
		for what, c := range map[string]struct{ name, url, hears, field string }{
			"no name":         {"", program.URL, "consent", "name"},
			"no address":      {"CRM <b>", "morgen", "consent", "url"},
			"hears nothing":   {"CRM <b>", program.URL, "", "hears"},
			"hears something": {"CRM <b>", program.URL, "messages", "hears"},
		} {
			a := b.post("/settings/outgoing", "name", c.name, "url", c.url, "private", "yes", "hears", c.hears)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="`+c.field+`-err"`) {
				t.Errorf("%s: %d", what, a.code)
			}
		}
		a := b.post("/settings/outgoing", "name", "CRM <b>", "url", program.URL+"/geheimer/pfad", "private", "yes", "hears", "consent")
		list := h.hooksOf()
		if a.code != http.StatusOK || len(list) != 1 || list[0].Kind != hook.Own || !strings.Contains(a.body, "whsec_") {
			t.Fatalf("created: %d %+v", a.code, list)
		}
		path := "/settings/outgoing/" + list[0].ID
		page := b.get(path)
		h.sound(path, "de", page)
		if strings.Contains(page.body, "whsec_") || strings.Contains(page.body, "geheimer") || !strings.Contains(page.body, "CRM &lt;b&gt;") {
			t.Error("the page shows the secret again, or the address's path, or lacks the name")
		}
		if a := b.post(path + "/rotate"); a.code != http.StatusOK || !strings.Contains(a.body, "whsec_") {
			t.Errorf("rotated: %d", a.code)
		}
		for _, status = range []int{http.StatusOK, http.StatusTeapot} {
			if a := b.post(path + "/test"); a.to != path {
				t.Errorf("try: %d", a.code)
			}
		}
		if page := b.get(path); !strings.Contains(page.body, "418") {
			t.Error("the page does not say that the last try was not taken")
		}
		if b.post(path+"/state", "state", "paused"); h.hooksOf()[0].State != hook.Paused {
			t.Error("not paused")
		}
		h.replays(b, path)
		for _, deed := range []string{"state", "rotate", "test", "revive", "replay", "remove"} {
			if a := b.post("/settings/outgoing/hok_none/"+deed, "hours", "1"); a.code != http.StatusNotFound {
				t.Errorf("%s of nobody's: %d", deed, a.code)
			}
			if a := b.post("/settings/hooks/"+list[0].ID+"/"+deed, "hours", "1"); a.code != http.StatusNotFound {
				t.Errorf("%s as if it were Meta's: %d", deed, a.code)
			}
		}
		if a := b.post(path + "/revive"); a.to != path {
			t.Errorf("revive: %d", a.code)
		}
		if a := b.post(path + "/remove"); a.to != "/settings/outgoing" || len(h.hooksOf()) != 0 {
			t.Error("not removed")
		}
	})
}

// replays tells again what happened to everybody, and refuses what cannot be a person.
func (h *house) replays(b *browser, path string) {
	h.t.Helper()
	if _, err := h.desk.OptOut(h.t.Context(), intake.OptOut{Tenant: h.a.ID, Address: "tel:+491713920077", Scope: consent.ScopeAll, Via: "letter",
		Actor: consent.Actor{Kind: consent.Staff, ID: "usr_test"}}); err != nil {
		h.t.Fatal(err)
	}
	for person, code := range map[string]int{"wer": http.StatusBadRequest, "+49 171 9999999": http.StatusBadRequest, "0171 3920077": http.StatusSeeOther, "": http.StatusSeeOther} {
		if a := b.post(path+"/replay", "hours", "24", "person", person); a.code != code {
			h.t.Errorf("replay of %q: %d", person, a.code)
		}
	}
	if a := b.post(path+"/replay", "hours", "25"); a.code != http.StatusBadRequest {
		h.t.Errorf("replay of 25 hours: %d", a.code)
	}
	var told []hook.Told
	if err := h.d.Read(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		told, err = hook.Deliveries(ctx, tx, h.a.ID, h.hooksOf()[0].ID, "", false, 100)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	page := b.get(path)
	h.sound(path, "de", page)
	if len(told) == 0 || !strings.Contains(page.body, `href="/people/`+told[0].Event.Contact) {
		h.t.Errorf("%d deliveries, and the page leads to nobody", len(told))
	}
}

// A program that goes on writing to people who opted out is told so on its page, each person once; the overview says it too.
func TestProgramThatStillWrites(t *testing.T) {
	for _, code := range alert.OptedOut {
		if g := gate.GroundOf(code); g == nil || !g.Always {
			t.Errorf("%s is no reason of the gate that holds in every mode", code)
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		p := h.programBy(programToken.FindString(b.post("/settings/programs", "name", "Shop", "mode", "observe", "scopes", "send", "rate", "600").body))
		var records []gate.Record
		for i, person := range []string{"con_1", "con_1", "con_2", "con_3"} {
			g := gate.Suppressed
			if i == 3 {
				g = gate.ConsentNone // nobody who opted out
			}
			records = append(records, gate.Record{At: time.Now().UnixMicro(), Facts: &gate.Facts{Contact: person},
				Message:  &gate.Message{Number: theNumber, Program: p.ID, Kind: "template", Template: "sommer_sale"},
				Decision: &gate.Decision{ID: id.At("dec", time.Now().UnixMicro()+int64(i)), Contact: person, Verdict: gate.Refuse, Effective: gate.Refuse, Topic: "offers", Reasons: []gate.Reason{{Ground: g, Name: "offers"}}}})
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			if err := gate.Keep(ctx, tx, h.a.ID, records); err != nil {
				return err
			}
			return alert.Raise(ctx, tx, h.a.ID, alert.Condition{Kind: alert.ProgramWrites, Subject: p.ID, Detail: alert.Detail{Name: "Shop"}})
		})
		for _, path := range []string{"/settings/programs/" + p.ID, "/"} {
			if page := b.get(path); !strings.Contains(page.body, "„Shop“ schreibt noch an 2 Abgemeldete") {
				t.Errorf("%s does not say to how many", path)
			}
		}
	})
}
