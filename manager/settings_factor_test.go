package manager

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/pquerna/otp/hotp"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

var (
	secretOnPage  = regexp.MustCompile(`<code>([A-Z2-7]{32})</code>`)
	recoveryShape = regexp.MustCompile(`<li>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</li>`)
)

// appCode is what an app with the secret shows, some steps from now.
func (h *house) appCode(secret string, steps int64) (code string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		code, err = hotp.GenerateCode(secret, uint64(at/30_000_000+steps))
		return err
	})
	return code
}

// withFactor sets up a second factor by its pages.
func (h *house) withFactor(b *browser) (secret string, codes []string) {
	h.t.Helper()
	b.post(factorPath)
	m := secretOnPage.FindStringSubmatch(b.get(factorPath).body)
	if m == nil {
		h.t.Fatal("no secret on the page")
	}
	a := b.post(factorPath+"/confirm", "code", h.appCode(m[1], -1))
	for _, c := range recoveryShape.FindAllStringSubmatch(a.body, -1) {
		codes = append(codes, c[1])
	}
	if a.code != http.StatusOK || len(codes) != 10 {
		h.t.Fatalf("confirm: %d, %d recovery codes", a.code, len(codes))
	}
	h.sound("recovery codes", "de", a)
	return m[1], codes
}

func TestSecondFactorStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		b.post(factorPath)
		begun := b.get(factorPath)
		h.sound("begun", "de", begun)
		if a := b.post(factorPath+"/confirm", "code", "12"); a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="code-err"`) || !strings.Contains(a.body, secretOnPage.FindString(begun.body)) {
			t.Errorf("a wrong first code: %d", a.code)
		}
		secret, codes := h.withFactor(b)
		after := b.get(factorPath).body
		if strings.Contains(after, secret) || strings.Contains(after, codes[0]) || !strings.Contains(after, "Übrige Ersatzcodes: 10") {
			t.Error("secret or codes are shown again")
		}

		in := h.browser()
		if a := in.post(h.link(account.Editor)); a.to != "/login/factor" {
			t.Fatalf("a link alone leads to %s", a.to)
		}
		if a := in.get("/people"); a.code != http.StatusSeeOther || !strings.HasPrefix(a.to, "/login") {
			t.Errorf("inside with one factor: %d", a.code)
		}
		h.sound("asked", "de", in.get("/login/factor"))
		if a := in.post("/login/factor", "code", "000000"); a.code != http.StatusUnauthorized || !strings.Contains(a.body, "stimmt nicht") {
			t.Errorf("a wrong code: %d", a.code)
		}
		code := h.appCode(secret, 0)
		if a := in.post("/login/factor", "code", code); a.to != "/" {
			t.Fatalf("the right code: %d to %s\n%s", a.code, a.to, h.logs)
		}
		if a := in.get("/people"); a.code != http.StatusOK {
			t.Errorf("inside: %d", a.code)
		}
		again := h.browser()
		again.post(h.link(account.Editor))
		if a := again.post("/login/factor", "code", code); a.code != http.StatusUnauthorized {
			t.Errorf("a code taken twice: %d", a.code)
		}
		if a := again.post("/login/factor", "code", codes[0]); a.to != "/" {
			t.Errorf("a recovery code: %d", a.code)
		}
		if a := h.browser().post("/login/factor", "code", codes[1]); a.to != "/login" {
			t.Errorf("a code of nobody: %d to %s", a.code, a.to)
		}
	})
}

func TestGuessingTheSecondFactorIsSlowedDown(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	_, codes := h.withFactor(h.as(account.Agent))
	last := 0
	for range 8 {
		in := h.browser()
		in.post(h.link(account.Agent))
		last = in.post("/login/factor", "code", "111111").code
	}
	in := h.browser()
	in.post(h.link(account.Agent))
	if a := in.post("/login/factor", "code", codes[0]); last != http.StatusTooManyRequests || a.code != http.StatusTooManyRequests || a.head.Get("Retry-After") == "" {
		t.Errorf("after eight guesses: %d, then %d", last, a.code)
	}
}

// The house asks a second factor of owners and admins: nothing else opens before.
func TestSecondFactorByPolicy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return account.SetPolicy(ctx, tx, h.a.ID, account.Policy{SecondFactor: true}, "test")
		})
		b := h.as(account.Admin)
		for _, path := range []string{"/", "/people", "/settings/keys", "/settings/factory"} {
			if a := b.get(path); path != "/settings/factory" && (a.code != http.StatusSeeOther || a.to != factorPath) {
				t.Errorf("%s: %d to %s", path, a.code, a.to)
			}
		}
		if a := b.post("/settings/keys", "name", "x", "scopes", "check"); a.to != factorPath {
			t.Errorf("a POST gets through: %d", a.code)
		}
		if a := b.get(factorPath); !strings.Contains(a.body, "Ihre Rolle braucht einen zweiten Faktor.") {
			t.Error("the page does not say why")
		}
		h.withFactor(b)
		if a := b.get("/people"); a.code != http.StatusOK {
			t.Errorf("afterwards: %d", a.code)
		}
		if a := h.as(account.Agent).get("/people"); a.code != http.StatusOK {
			t.Errorf("an agent is asked too: %d", a.code)
		}
	})
}

func TestRemoveAndResetFactor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		owner, admin, agent := h.as(account.Owner), h.as(account.Admin), h.as(account.Agent)
		_, codes := h.withFactor(agent)
		if a := agent.post(factorPath+"/remove", "code", "000000"); a.code != http.StatusBadRequest {
			t.Errorf("removed without a code: %d", a.code)
		}
		if a := agent.post(factorPath+"/remove", "code", codes[2]); a.to != factorPath {
			t.Errorf("remove: %d", a.code)
		}
		h.withFactor(agent)
		path := "/settings/staff/" + h.staff[account.Agent].ID + "/factor"
		if a := admin.post(path, "reason", "Telefon verloren, angerufen"); a.code != http.StatusForbidden {
			t.Errorf("an admin resets: %d", a.code)
		}
		if a := owner.post(path, "reason", "weil"); a.code != http.StatusBadRequest {
			t.Errorf("without a reason: %d", a.code)
		}
		if a := owner.post("/settings/staff/"+h.theirs["staff"]+"/factor", "reason", "Telefon verloren, angerufen"); a.code != http.StatusNotFound {
			t.Errorf("another house's: %d", a.code)
		}
		if a := owner.post("/settings/staff/"+h.staff[account.Owner].ID+"/factor", "reason", "Telefon verloren, angerufen"); a.code != http.StatusConflict {
			t.Errorf("one's own: %d", a.code)
		}
		h.sound("staff", "de", owner.get("/settings/staff"))
		if a := owner.post(path, "reason", "Telefon verloren, angerufen"); a.to != "/settings/staff" {
			t.Errorf("reset: %d", a.code)
		}
		if a := h.browser().post(h.link(account.Agent)); a.to != "/" {
			t.Errorf("after the reset the link leads to %s", a.to)
		}
		if a := owner.get("/settings/audit?action=factor.reset"); !strings.Contains(a.body, "Telefon verloren, angerufen") {
			t.Error("the reason is not in the trail")
		}
	})
}
