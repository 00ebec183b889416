package manager

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

// The list on the overview: only in a business that began this way, only for the owner, until all is done or it is sent away.
func TestChecklist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		shows := func(role account.Role) bool { return strings.Contains(h.as(role).get("/").body, "Noch einzurichten") }
		if shows(account.Owner) {
			t.Error("shown in a business that was founded in another way")
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return account.SetStep(ctx, tx, h.a.ID, "begun", account.StepDone)
		})
		if !shows(account.Owner) || shows(account.Admin) {
			t.Error("not shown to the owner, or to others")
		}
		b := h.as(account.Owner)
		for _, step := range setupSteps {
			want := after(step)
			if a := b.post("/setup/later/" + step); a.to != want {
				t.Errorf("%s put off: %d to %s", step, a.code, a.to)
			}
		}
		page := b.get("/")
		h.sound("the list", "de", page)
		if !strings.Contains(page.body, `href="/setup/optouts"`) || strings.Contains(page.body, `href="/setup/number"`) {
			t.Error("what is put off must stay, what is done must not be asked again")
		}
		if a := b.post("/setup/later/odd"); a.code != http.StatusNotFound {
			t.Errorf("odd step: %d", a.code)
		}
		if a := b.post("/setup/dismiss"); a.to != "/" || shows(account.Owner) {
			t.Error("not sent away")
		}
	})
}

// Bad input at each step behind the login: the sentence, what was typed, and nothing secret.
func TestSetupStepsKeepWhatWasTyped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		for name, c := range map[string]struct {
			path  string
			form  []string
			wants []string
		}{
			"connect without a token": {"/setup/number", []string{"number", "12345" + hostile, "token", "", "app_secret", "GEHEIM"}, []string{"Diese Angabe fehlt", "12345&lt;script"}},
			"program without a name":  {"/setup/program", []string{"program", " "}, []string{"Der Name fehlt"}},
			"source without a topic":  {"/setup/source", []string{"topic", "odd", "source", hostile}, []string{"&lt;script"}},
			"an empty list":           {"/setup/optouts", []string{"list", ""}, []string{"Die Liste ist leer"}},
			"no mail server":          {"/setup/mail", with(goodMail, "host", ""), []string{"host-err", "jawort@x.example"}},
		} {
			a := b.post(c.path, c.form...)
			h.sound(name, "de", a)
			if a.code != http.StatusBadRequest {
				t.Errorf("%s: %d", name, a.code)
			}
			for _, want := range c.wants {
				if !strings.Contains(a.body, want) {
					t.Errorf("%s: does not say %q", name, want)
				}
			}
			if strings.Contains(a.body, "GEHEIM") || strings.Contains(a.body, `value="geheim"`) {
				t.Errorf("%s shows a secret", name)
			}
		}
		if a := b.post("/setup/try"); a.code != http.StatusNotFound {
			t.Errorf("toy phones where there are none: %d", a.code)
		}
		big := b.post("/setup/optouts", "list", strings.Repeat(fmt.Sprintln("+491713920011"), 3<<20/14))
		if big.code >= 500 {
			t.Errorf("a large list: %d", big.code)
		}
	})
}
