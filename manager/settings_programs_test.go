package manager

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/gate"
	"jawort/id"
)

var programToken = regexp.MustCompile(`jp_[\w-]{43}`)

// programBy is the valid program behind a token; empty when there is none.
func (h *house) programBy(token string) (p account.Program) {
	h.t.Helper()
	_ = h.d.Read(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = account.ProgramByHash(ctx, tx, account.HashToken(token))
		return err
	})
	return p
}

func TestProgramPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Admin)
		a := b.post("/settings/programs", "name", "Shop "+hostile, "mode", "enforce", "scopes", "send", "scopes", "read", "topic_utility", "order_updates")
		first := programToken.FindString(a.body)
		if a.code != http.StatusOK || first == "" {
			t.Fatalf("create: %d\n%s", a.code, a.body)
		}
		h.sound("with the token", "de", a)
		p := h.programBy(first)
		if p.Tenant != h.a.ID || p.Mode != account.Enforce || len(p.Scopes) != 2 || p.Topics["utility"] != "order_updates" {
			t.Errorf("kept %+v", p)
		}
		path := "/settings/programs/" + p.ID
		for _, page := range []string{"/settings/programs", path} {
			a := b.get(page)
			h.sound(page, "de", a)
			if programToken.MatchString(a.body) || !strings.Contains(a.body, "Shop &lt;script") {
				t.Errorf("%s shows the token again, or not the name", page)
			}
		}
		a = b.post(path, "name", "Kasse", "mode", "observe", "scopes", "send", "reason", "weil")
		if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="reason-err"`) || !strings.Contains(a.body, `value="weil"`) || h.programBy(first).Mode != account.Enforce {
			t.Errorf("loosened without a reason: %d", a.code)
		}
		if a = b.post(path, "name", "Kasse", "mode", "observe", "scopes", "send", "reason", "Erst einmal zusehen"); a.to != "/settings/programs" || h.programBy(first).Mode != account.Observe {
			t.Errorf("change: %d", a.code)
		}
		second := programToken.FindString(b.post(path + "/rotate").body)
		if second == "" || h.programBy(first).ID != p.ID || h.programBy(second).ID != p.ID {
			t.Error("rotating does not change the token")
		}
		if a := b.get(path); !strings.Contains(a.body, path+"/end") {
			t.Error("nobody is offered to end the old token")
		}
		if a := b.post(path + "/end"); a.code != http.StatusSeeOther || h.programBy(first).ID != "" || h.programBy(second).ID != p.ID {
			t.Errorf("ending the old token: %d", a.code)
		}
		if a := b.post(path + "/revoke"); a.code != http.StatusSeeOther || h.programBy(second).ID != "" {
			t.Errorf("revoke: %d", a.code)
		}
		if a := b.post(path + "/rotate"); a.code != http.StatusNotFound {
			t.Errorf("a revoked one got a token: %d", a.code)
		}
		h.sound("a revoked one", "de", b.get(path))
	})
}

func TestProgramFormSaysWhatIsWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		for what, c := range map[string]struct {
			field string
			form  []string
		}{
			"no name":                {"name", []string{"mode", "observe", "name", ""}},
			"odd mode":               {"mode", []string{"mode", "loud", "name", "x"}},
			"odd scope":              {"scopes", []string{"mode", "observe", "name", "x", "scopes", "pin"}},
			"topic of another class": {"topic_utility", []string{"mode", "observe", "name", "x", "topic_utility", "offers"}},
			"no such topic":          {"topic_marketing", []string{"mode", "observe", "name", "x", "topic_marketing", "nothing"}},
		} {
			a := b.post("/settings/programs", c.form...)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="`+c.field+`-err"`) || programToken.MatchString(a.body) {
				t.Errorf("%s: %d", what, a.code)
			}
		}
	})
}

func TestNumberSecretsForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Admin)
		path := "/settings/numbers/" + theNumber + "/secrets"
		a := b.post(path, "token", "EAAG-secret-two words", "app_secret", "")
		if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="token-err"`) || strings.Contains(a.body, "two words") {
			t.Errorf("a slip of the hand: %d", a.code)
		}
		h.sound("refused secrets", "de", a)
		if a := b.post(path, "token", " EAAG-secret-second-0002 "); a.code != http.StatusSeeOther {
			t.Fatalf("replace: %d", a.code)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			n, err := account.NumberOf(ctx, tx, h.a.ID, theNumber)
			if err != nil {
				return err
			}
			token, secret, err := h.keys.Secrets(n)
			if token != "EAAG-secret-second-0002" || secret != "app-secret" {
				t.Error("kept the wrong ones")
			}
			return err
		})
		if body := b.get("/settings/numbers/" + theNumber).body; strings.Contains(body, "EAAG") || !strings.Contains(body, "Ersetzt.") {
			t.Error("the page afterwards")
		}
	})
}

func TestLooseningANumberAsksWhy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Admin)
		path := "/settings/numbers/" + theNumber
		form := []string{"mode", "observe", "from", "22:00", "to", "08:00", "cap_day", "2", "cap_month", "8", "reason", ""}
		a := b.post(path, form...)
		if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="reason-err"`) || !strings.Contains(a.body, `value="observe" checked`) || !strings.Contains(a.body, `name="cap_month" type="text" value="8"`) {
			t.Errorf("without a reason: %d\n%s", a.code, a.body)
		}
		form[len(form)-1] = "Umzug auf die neue Kasse"
		if a := b.post(path, form...); a.to != "/settings/numbers" {
			t.Errorf("with a reason: %d", a.code)
		}
	})
}

// What a program sent without proof stands on its page, by template, topic and reason, with the way to put it right.
func TestProgramPageTellsWhatHadNoProof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		token := programToken.FindString(b.post("/settings/programs", "name", "Shop", "mode", "observe", "scopes", "send", "rate", "600").body)
		p := h.programBy(token)
		if p.Rate != 600 {
			t.Errorf("rate %d", p.Rate)
		}
		page := b.get("/settings/programs/" + p.ID)
		if !strings.Contains(page.body, "In diesen Tagen hat das Programm nichts gesendet") || !strings.Contains(page.body, "/graph</textarea>") {
			t.Error("a new program's page lacks its address, or says something was amiss")
		}
		var records []gate.Record
		f := gate.Facts{}
		for i, c := range []struct {
			g       *gate.Ground
			message string
			tpl     string
		}{{gate.ConsentNone, "msg_1", "sommer_sale"}, {gate.ConsentNone, "msg_2", "sommer_sale"}, {gate.TopicUnknown, "", "neu"}, {gate.ConsentNone, "", ""}} {
			records = append(records, gate.Record{At: time.Now().UnixMicro(), Facts: &f, ID: c.message, Message: &gate.Message{Number: theNumber, Program: p.ID, Kind: "template", Template: c.tpl},
				Decision: &gate.Decision{ID: id.At("dec", time.Now().UnixMicro()+int64(i)), Verdict: gate.Refuse, Effective: gate.Refuse, Topic: "offers", Reasons: []gate.Reason{{Ground: c.g, Name: "offers"}}}})
		}
		turned := []account.ProgramFault{{Tenant: h.a.ID, Program: p.ID, Reason: "SCOPE_MISSING", Edge: "GET message_templates", Times: 1204, LastAt: time.Now().UnixMicro()}}
		if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(gate.Keep(ctx, tx, h.a.ID, records), account.CountFaults(ctx, tx, turned))
		}); err != nil {
			t.Fatal(err)
		}
		page = b.get("/settings/programs/" + p.ID)
		h.sound("the program", "de", page)
		for _, want := range []string{"Nur beobachtet, ging hinaus", "Aufgehalten", "Vor der Prüfung abgewiesen", "GET message_templates", "1\u202f204", "Das Programm darf das nicht.", `href="/settings/templates"`, `href="/sources"`, "sommer_sale", "reason=CONSENT_NONE", `href="#human_answers"`} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		for what, form := range map[string][]string{"rate": {"rate", "viele"}, "numbers": {"numbers", "399999999999999"}} {
			a := b.post("/settings/programs/"+p.ID, append([]string{"name", "Shop", "mode", "observe", "scopes", "send"}, form...)...)
			if a.code != http.StatusBadRequest || h.programBy(token).Rate != 600 {
				t.Errorf("%s: %d", what, a.code)
			}
		}
	})
}

// Who may switch on that people type in a program says why; the page says what holds then, the trail who and why. Switching it off needs nothing.
func TestPeopleTypeInAProgram(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		token := programToken.FindString(b.post("/settings/programs", "name", "Chatwoot", "mode", "enforce", "scopes", "send").body)
		path := "/settings/programs/" + h.programBy(token).ID
		if h.programBy(token).HumanAnswers || strings.Contains(b.get(path).body, `id="answers"`) {
			t.Fatal("it is on by itself")
		}
		on := []string{"name", "Chatwoot", "mode", "enforce", "scopes", "send", "human_answers", "on", "reason"}
		if a := b.post(path, append(on, "weil")...); a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="reason-err"`) || h.programBy(token).HumanAnswers {
			t.Errorf("without a reason: %d", a.code)
		}
		for _, role := range []account.Role{account.Editor, account.Agent, account.Auditor} {
			if a := h.as(role).post(path, append(on, "Der Support antwortet hier")...); a.code != http.StatusForbidden || h.programBy(token).HumanAnswers {
				t.Errorf("%s: %d", role, a.code)
			}
		}
		if a := b.post(path, append(on, "Der Support antwortet hier")...); a.to == "" || !h.programBy(token).HumanAnswers {
			t.Errorf("with a reason: %d", a.code)
		}
		page := b.get(path)
		h.sound("people type", "de", page)
		for _, want := range []string{`id="answers"`, "gilt als Antwort eines Menschen", "niemandem geantwortet", `name="human_answers" value="on" checked`} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if trail := b.get("/settings/audit").body; !strings.Contains(trail, "Der Support antwortet hier") {
			t.Error("the trail does not say why")
		}
		if a := b.post(path, "name", "Chatwoot", "mode", "enforce", "scopes", "send"); a.to == "" || h.programBy(token).HumanAnswers {
			t.Errorf("off: %d", a.code)
		}
	})
}
