package manager

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/mail"
)

// alarms raises one of each kind in a, and one in b; it answers the ids.
func (h *house) alarms() (mine, theirs string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		var all []alert.Condition
		for _, k := range alert.Kinds {
			all = append(all, alert.Condition{Kind: k.Code, Subject: "106", Seen: 3, Detail: alert.Detail{Name: "Service " + hostile, Why: "refused", From: 1}})
		}
		if err := alert.Raise(ctx, tx, h.a.ID, all...); err != nil {
			return err
		}
		if err := alert.Clear(ctx, tx, h.a.ID, alert.TokenRejected, "106"); err != nil {
			return err
		}
		if err := alert.Raise(ctx, tx, h.b.ID, alert.Condition{Kind: alert.RoundGate, Subject: "999", Detail: alert.Detail{Name: "Theirs"}}); err != nil {
			return err
		}
		for tenant, to := range map[string]*string{h.a.ID: &mine, h.b.ID: &theirs} {
			list, err := alert.Open(ctx, tx, tenant)
			if err != nil {
				return err
			}
			*to = list[0].ID
		}
		return nil
	})
	return mine, theirs
}

func TestAlertsPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.alarms()
		for _, role := range []account.Role{account.Owner, account.Auditor} {
			b := h.as(role)
			for _, b.lang = range []string{"de", "en"} {
				for _, page := range []string{"/alerts", "/"} {
					a := b.get(page)
					h.sound(page+" in "+b.lang, b.lang, a)
					if strings.Contains(a.body, "Theirs") || strings.Contains(a.body, "[alert.") {
						t.Errorf("%s shows what it must not", page)
					}
				}
			}
		}
		b := h.as(account.Auditor)
		a := b.get("/alerts")
		for _, want := range []string{"Warnmails kommen nicht an", "nimmt niemand die Verbindung an", "Entwarnung", "Warnungen stehen bisher nur hier"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("does not say %q", want)
			}
		}
		if n := strings.Count(a.body, "Warnungen stehen bisher nur hier"); n != 1 || strings.Contains(a.body, "Niemand bekam dazu eine Mail") {
			t.Errorf("that no mail can go is said %d times, and on rows", n)
		}
		if strings.Contains(a.body, "/mute") || !strings.Contains(h.as(account.Editor).get("/alerts").body, "/mute") {
			t.Error("the form to mute is offered to the wrong ones")
		}
	})
}

func TestMuteStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		mine, theirs := h.alarms()
		b := h.as(account.Editor)
		tomorrow := time.Now().Add(24 * time.Hour).Format("2006-01-02T15:04") // what is kept takes the database's clock
		for name, c := range map[string]struct {
			a    answer
			want int
			says string
		}{
			"no reason":  {b.post("/alerts/"+mine+"/mute", "until", tomorrow, "why", "x"), 400, "why-" + mine + "-err"},
			"no time":    {b.post("/alerts/"+mine+"/mute", "until", "bald", "why", "Wir wissen davon"), 400, `value="Wir wissen davon"`},
			"in a year":  {b.post("/alerts/"+mine+"/mute", "until", "2099-01-01T00:00", "why", "Wir wissen davon"), 400, "until-" + mine + "-err"},
			"another's":  {b.post("/alerts/"+theirs+"/mute", "until", tomorrow, "why", "Wir wissen davon"), 404, ""},
			"not there":  {b.post("/alerts/alt_x/unmute"), 404, ""},
			"an auditor": {h.as(account.Auditor).post("/alerts/"+mine+"/mute", "until", tomorrow, "why", "Wir wissen davon"), 403, ""},
			"well":       {b.post("/alerts/"+mine+"/mute", "until", tomorrow, "why", "Wir wissen davon "+hostile), 303, ""},
		} {
			if c.a.code != c.want || !strings.Contains(c.a.body, c.says) {
				t.Errorf("%s: %d, want %d with %q", name, c.a.code, c.want, c.says)
			}
		}
		a := b.get("/alerts")
		h.sound("with a muted one", "de", a)
		if !strings.Contains(a.body, "Stumm bis") || !strings.Contains(a.body, "Lena Grünwald") {
			t.Error("does not say who muted it until when")
		}
		if a := b.post("/alerts/" + mine + "/unmute"); a.to != "/alerts" || strings.Contains(b.get("/alerts").body, "Stumm bis") {
			t.Errorf("unmute: %d", a.code)
		}
	})
}

var goodMail = []string{"host", "smtp.example.com", "port", "587", "security", "starttls", "user", "jonna", "password", "geheim", "sender", "jawort@x.example",
	"readers_works", "it@x.example, chef@x.example"}

// with is a form with one value changed.
func with(form []string, pairs ...string) []string {
	out := append([]string(nil), form...)
	for i := 0; i+1 < len(pairs); i += 2 {
		done := false
		for j := 0; j+1 < len(out); j += 2 {
			if out[j] == pairs[i] {
				out[j+1], done = pairs[i+1], true
			}
		}
		if !done {
			out = append(out, pairs[i], pairs[i+1])
		}
	}
	return out
}

func TestMailSettings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		for name, c := range map[string]struct{ field, value, says string }{
			"a host with a port": {"host", "smtp.example.com:25", "host-err"}, "an odd port": {"port", "99999", "port-err"}, "an odd way": {"security", "maybe", "Wählen Sie"},
			"no sender": {"sender", "jawort", "sender-err"}, "an odd reader": {"readers_works", "it@x.example, " + hostile, "readers_works-err"},
		} {
			a := b.post("/settings/mail", with(goodMail, c.field, c.value)...)
			h.sound(name, "de", a)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, c.says) || c.field != "sender" && !strings.Contains(a.body, "jawort@x.example") || strings.Contains(a.body, "geheim") {
				t.Errorf("%s: %d", name, a.code)
			}
		}
		if a := b.post("/settings/mail", goodMail...); a.to != "/settings/mail" {
			t.Fatalf("save: %d", a.code)
		}
		page := b.get("/settings/mail")
		for _, want := range []string{"Gespeichert.", "smtp.example.com", "it@x.example, chef@x.example", "Ein Passwort ist gespeichert", "Noch nicht getestet"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("does not say %q", want)
			}
		}
		if strings.Contains(page.body, "geheim") {
			t.Error("the password is shown")
		}
		h.mailTests(b)
	})
}

// mailTests presses the button: the server's answer in plain words, and a password that leaves for no other server.
func (h *house) mailTests(b *browser) {
	h.t.Helper()
	h.mailFail = &mail.Failure{Why: mail.AuthFailed, Code: 535, Answer: "5.7.8 bad " + hostile}
	a := b.post("/settings/mail", with(goodMail, "password", "", "do", "test")...)
	h.sound("a refused test", "de", a)
	if a.code != http.StatusOK || !strings.Contains(a.body, "lehnt Benutzername oder Passwort ab") || !strings.Contains(a.body, "Antwort des Servers: 535") {
		h.t.Errorf("refused: %d", a.code)
	}
	if way, err := h.mailServer.Way(h.keys); err != nil || way.Password != "geheim" {
		h.t.Errorf("the kept password was not used: %v", err)
	}
	h.mailFail = nil
	if a := b.post("/settings/mail", with(goodMail, "password", "", "do", "test")...); !strings.Contains(a.body, "hat die Testmail angenommen") {
		h.t.Errorf("taken: %d", a.code)
	}
	if got := strings.Join(h.mails, "\n"); got != "smtp.example.com de owner@x.example\nsmtp.example.com de owner@x.example" {
		h.t.Errorf("test mails:\n%s", got)
	}
	if body := b.get("/settings/mail").body; !strings.Contains(body, "Testmail angenommen") {
		h.t.Error("the page forgets that it was proven")
	}
	b.post("/settings/mail", with(goodMail, "password", "", "host", "evil.example", "do", "test")...)
	if len(h.mailServer.Password) != 0 {
		h.t.Error("the password goes to another server")
	}
}
