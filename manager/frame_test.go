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

// The areas in the frame are those whose page is there, and the one we are in is marked once in the rail and once in the bar.
func TestAreasInTheFrame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		there := map[string]bool{}
		for _, r := range routes() {
			there[r.pattern] = true
		}
		body := b.get("/people").body
		for _, a := range areas {
			has := there["GET "+a.path] || there["GET "+a.path+"{$}"]
			if got := strings.Count(body, `<a href="`+a.path+`"`); has != (got >= 2) {
				t.Errorf("%s: page there is %v, %d links", a.path, has, got)
			}
		}
		if n := strings.Count(body, `href="/people" aria-current="page"`); n != 2 {
			t.Errorf("marked %d times", n)
		}
	})
}

func TestBanners(t *testing.T) {
	for _, c := range []struct {
		c         caution
		kind, key string
	}{
		{caution{Status: "RESTRICTED", Brake: "slow", Mode: "observe"}, "bad", "restricted"}, {caution{Status: "BANNED"}, "bad", "restricted"},
		{caution{Status: "FLAGGED", Brake: "stopped"}, "bad", "stopped"}, {caution{Brake: "marketing_stopped"}, "bad", "marketing_stopped"},
		{caution{Brake: "slow", Status: "FLAGGED"}, "warn", "slow"}, {caution{Brake: "open", Status: "FLAGGED"}, "warn", "flagged"},
		{caution{Brake: "open", Status: "CONNECTED", Mode: "warn"}, "idle", "warning"}, {caution{Brake: "open", Mode: "observe"}, "idle", "observing"},
	} {
		if kind, key := c.c.gravest(); kind != c.kind || key != c.key {
			t.Errorf("%+v: %s %s", c.c, kind, key)
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for number, mode := range map[string]string{"201": "observe", "202": "observe", "203": "enforce"} {
				h.put(ctx, tx, "number", row{"tenant": h.a.ID, "number": number, "waba": "1", "portfolio": "1", "display": "49", "name": "Filiale " + number + hostile,
					"country": "DE", "base_url": "x", "token": []byte{}, "app_secret": []byte{}, "mode": mode, "throughput": 1, "settings": "{}", "status": "CONNECTED", "created_at": 1})
			}
			return nil
		})
		b := h.as(account.Auditor)
		for _, page := range []string{"/", "/people", "/settings/me", "/keys"} {
			body := b.get(page).body
			slow, watched := strings.Index(body, "Werbung über „Bestellservice“ läuft gebremst."), strings.Index(body, "„Filiale 201")
			if slow < 0 || watched < slow || !strings.Contains(body, "Das gilt für 1 weitere Nummer.") {
				t.Errorf("%s: the slowed one at %d, the observed at %d", page, slow, watched)
			}
			if strings.Contains(body, "„Filiale 203") || strings.Contains(body, "„Filiale 202") {
				t.Errorf("%s names more than it should", page)
			}
		}
	})
}

// What was done is told once, on the next page that somebody looks at.
func TestToastIsToldOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error { return account.Hold(ctx, tx, 5) })
		b := h.as(account.Owner)
		if a := b.get("/people"); !strings.Contains(a.body, "Es wird nichts gesendet.") || !strings.Contains(a.body, `href="/settings/release"`) {
			t.Error("no banner while everything is held")
		}
		if a := h.as(account.Agent).get("/people"); !strings.Contains(a.body, "Es wird nichts gesendet.") || strings.Contains(a.body, `href="/settings/release"`) {
			t.Error("an agent is shown a way that is closed to agents")
		}
		for reason, want := range map[string]int{"": 400, "zu kurz": 400, "          ": 400, strings.Repeat("x", 501): 400} {
			a := b.post("/settings/release", "reason", reason)
			if a.code != want || !strings.Contains(a.body, `aria-invalid="true"`) || !strings.Contains(a.body, "mindestens 10") {
				t.Errorf("reason %.20q: %d", reason, a.code)
			}
		}
		if a := b.post("/settings/release", "reason", "zu kurz "); !strings.Contains(a.body, `value="zu kurz"`) {
			t.Error("what was typed is gone")
		}
		if a := b.post("/settings/release", "reason", "Abmeldungen sind nachgetragen"); a.code != http.StatusSeeOther || a.to != "/" {
			t.Fatalf("%d to %s", a.code, a.to)
		}
		_ = b.do("HEAD", "/", nil)
		_ = b.do("GET", "/", nil, "HX-Request", "true")
		first, second := b.get("/").body, b.get("/").body
		if strings.Count(first, "Es wird wieder gesendet.") != 1 || strings.Contains(second, "Es wird wieder gesendet.") {
			t.Errorf("told %d times, then %d", strings.Count(first, "Es wird wieder gesendet."), strings.Count(second, "Es wird wieder gesendet."))
		}
		if !strings.Contains(b.get("/settings/audit").body, "Abmeldungen sind nachgetragen") {
			t.Error("the reason is not in the audit trail")
		}
	})
}

func TestKeysCanBeTurnedOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		if !strings.Contains(b.get("/people").body, `data-keys="/keys"`) {
			t.Error("no keys")
		}
		if a := b.post("/look", "keys", "off", "back", "/keys"); a.to != "/keys" {
			t.Errorf("leads to %s", a.to)
		}
		if a := b.get("/keys"); strings.Contains(a.body, `data-keys="`) || !strings.Contains(a.body, "Tastenkürzel sind aus") {
			t.Error("keys are still on")
		}
		b.post("/look", "keys", "on", "back", "/keys")
		if !strings.Contains(b.get("/keys").body, `data-keys="`) {
			t.Error("keys do not come back")
		}
	})
}

func TestProblemsHelp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		for path, want := range map[string][]string{
			"/no/such/page":  {"Hier ist nichts", "/search", "Mit der Suche finden Sie"},
			"/settings/keys": {"Dafür fehlt Ihnen die Berechtigung", "Kundenservice"},
		} {
			body := b.get(path).body
			for _, w := range want {
				if !strings.Contains(body, w) {
					t.Errorf("%s does not say %q", path, w)
				}
			}
		}
		if body := h.browser().get("/no/such/page").body; strings.Contains(body, "[manager") || strings.Contains(body, "/people") {
			t.Error("a stranger is shown the house")
		}
	})
}
