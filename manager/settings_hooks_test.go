package manager

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/hook"
)

// hooksOf is what the tenant's hooks are.
func (h *house) hooksOf() (list []hook.Hook) {
	h.t.Helper()
	if err := h.d.Read(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = hook.List(ctx, tx, h.a.ID)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return list
}

// A program is asked before it is kept; then it is paused, let go on, told again, and removed.
func TestHookPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("hub.verify_token") == "geheim" {
				_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			}
		}))
		defer program.Close()
		b := h.as(account.Owner)
		for what, c := range map[string]struct {
			url, token, private, field string
		}{
			"inside, not allowed": {strings.Replace(program.URL, "http:", "https:", 1), "geheim", "", "url"},
			"wrong word":          {program.URL, "falsch", "yes", "verify_token"},
			"no address":          {"morgen", "geheim", "yes", "url"},
		} {
			a := b.post("/settings/hooks", "name", "Chatwoot", "url", c.url, "verify_token", c.token, "private", c.private, "fields", "messages")
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="`+c.field+`-err"`) || !strings.Contains(a.body, `value="Chatwoot"`) {
				t.Errorf("%s: %d", what, a.code)
			}
		}
		if n := len(h.hooksOf()); n != 0 {
			t.Fatalf("%d hooks without a handshake", n)
		}
		a := b.post("/settings/hooks", "name", "Chatwoot <script", "url", program.URL+"/geheimer/pfad", "verify_token", "geheim", "private", "yes", "fields", "messages")
		if list := h.hooksOf(); a.to != "/settings/hooks" || len(list) != 1 || list[0].State != hook.Active || !list[0].Private || len(list[0].Fields) != 1 {
			t.Fatalf("created: %d %+v", a.code, list)
		}
		page := b.get("/settings/hooks")
		h.sound("/settings/hooks", "de", page)
		if !strings.Contains(page.body, "Chatwoot &lt;script") || strings.Contains(page.body, "geheimer") {
			t.Error("the page lacks the name, or shows the address's path")
		}
		path := "/settings/hooks/" + h.hooksOf()[0].ID
		if b.post(path+"/state", "state", "paused"); h.hooksOf()[0].State != hook.Paused {
			t.Error("not paused")
		}
		if b.post(path+"/state", "state", "active"); h.hooksOf()[0].State != hook.Active {
			t.Error("not going on")
		}
		if a := b.post(path+"/replay", "hours", "24", "person", "wer"); a.code != http.StatusBadRequest || !strings.Contains(a.body, "keine Telefonnummer") {
			t.Errorf("a replay of nobody: %d", a.code)
		}
		for _, form := range [][]string{{"hours", "24"}, {"hours", "1", "person", "0171 2345678"}} {
			if a := b.post(path+"/replay", form...); a.to != "/settings/hooks" {
				t.Errorf("replay %v: %d", form, a.code)
			}
		}
		for _, deed := range []string{"state", "revive", "replay", "remove"} {
			if a := b.post("/settings/hooks/hok_none/"+deed, "hours", "1"); a.code != http.StatusNotFound {
				t.Errorf("%s of nobody's hook: %d", deed, a.code)
			}
		}
		if a := b.post(path + "/revive"); a.to != "/settings/hooks" {
			t.Errorf("revive: %d", a.code)
		}
		if b.post(path + "/remove"); len(h.hooksOf()) != 0 {
			t.Error("not removed")
		}
	})
}
