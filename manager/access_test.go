package manager

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

func TestNothingIsOpenWithoutLogin(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.browser()
		for path := range h.gets() {
			a := b.get(path)
			if a.code != http.StatusSeeOther || !strings.HasPrefix(a.to, "/login") {
				t.Errorf("GET %s: %d to %q", path, a.code, a.to)
			}
		}
		for _, path := range []string{"/people", "/settings/keys", "/settings/keys/x/revoke", "/settings/staff", "/settings/staff/x", "/settings/me",
			"/settings/release", "/settings/mail", "/setup/mail", "/setup/number", "/setup/try", "/setup/optouts", "/setup/optouts/apply", "/setup/source", "/setup/program", "/setup/later/mail", "/setup/dismiss", "/alerts/alt_x/mute", "/alerts/alt_x/unmute", "/settings/numbers/" + theNumber, "/messages/reviews/" + h.review} {
			if a := b.post(path, "address", "+491713920000"); a.code != http.StatusSeeOther || a.to != "/login" {
				t.Errorf("POST %s: %d to %q", path, a.code, a.to)
			}
		}
		for _, lang := range []string{"de", "en"} {
			b.lang = lang
			h.sound("login", lang, b.get("/login"))
			if a := b.get("/nothing"); a.code != http.StatusNotFound {
				t.Errorf("unknown page: %d", a.code)
			}
		}
	})
}

// Link scanners open links: only the button's POST uses one up, and only once.
func TestLoginLinkStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		link := h.link(account.Agent)
		scanner, b, thief := h.browser(), h.browser(), h.browser()
		for range 3 {
			if a := scanner.get(link); a.code != http.StatusOK || len(scanner.c.Jar.Cookies(mustURL(h.url))) != 0 {
				t.Fatalf("scanner: %d", a.code)
			}
			scanner.do("HEAD", link, nil)
		}
		if a := b.post(link); a.code != http.StatusSeeOther || a.to != "/" {
			t.Fatalf("the button: %d to %s", a.code, a.to)
		}
		if a := b.get("/"); a.code != http.StatusOK {
			t.Errorf("inside: %d", a.code)
		}
		if a := thief.post(link); a.code != http.StatusGone {
			t.Errorf("a second time: %d", a.code)
		}
		if a := thief.get(link); a.code != http.StatusGone || !strings.Contains(a.body, "schon benutzt") {
			t.Errorf("the page of a used link: %d", a.code)
		}
		if a := thief.get("/"); a.code != http.StatusSeeOther {
			t.Errorf("the second one is inside: %d", a.code)
		}
		if a := b.post("/logout"); a.to != "/login" {
			t.Errorf("logout: %d", a.code)
		}
		if a := b.get("/"); a.code != http.StatusSeeOther {
			t.Errorf("still inside after logout: %d", a.code)
		}
	})
}

func TestPasswordStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		if a := b.post("/settings/me", "new", "kurz"); a.code != http.StatusBadRequest || !strings.Contains(a.body, "mindestens 12") {
			t.Errorf("a short one: %d", a.code)
		}
		if a := b.post("/settings/me", "new", "richtig Pferd Batterie"); a.code != http.StatusOK {
			t.Fatalf("set: %d", a.code)
		}
		if a := b.post("/settings/me", "old", "falsch", "new", "anderes langes Wort"); a.code != http.StatusForbidden {
			t.Errorf("changed without the old one: %d", a.code)
		}
		in := func(email, password, next string) answer {
			return h.browser().post("/login", "email", email, "password", password, "next", next)
		}
		if a := in("EDITOR@x.example", "richtig Pferd Batterie", "/people?state=granted"); a.code != http.StatusSeeOther || a.to != "/people?state=granted" {
			t.Errorf("login: %d to %s", a.code, a.to)
		}
		if a := in("editor@x.example", "richtig Pferd Batterie", "https://evil.example/"); a.to != "/" {
			t.Errorf("login leads to %s", a.to)
		}
		wrong := []answer{in("editor@x.example", "falsch", ""), in("nobody@x.example", "falsch", ""), in("agent@x.example", "", ""), in("no address", "x", "")}
		for i, a := range wrong {
			if a.code != http.StatusUnauthorized || !strings.Contains(a.body, "passen nicht zusammen") || strings.Contains(a.body, "falsch\"") {
				t.Errorf("wrong %d: %d", i, a.code)
			}
		}
		var n int64
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select count(*) from audit where action = 'login.refused'`).Scan(&n)
		})
		if n != 2 {
			t.Errorf("%d refused logins in the audit trail, want those at the 2 real accounts", n)
		}
	})
}

func TestGuessingIsSlowedDown(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	codes := map[int]int{}
	for range 9 {
		a := h.browser().post("/login", "email", "owner@x.example", "password", "guess")
		codes[a.code]++
		if a.code == http.StatusTooManyRequests && a.head.Get("Retry-After") == "" {
			t.Error("says not when to come again")
		}
	}
	if codes[401] != 6 || codes[429] != 3 {
		t.Errorf("answers %v, want six tries", codes)
	}
}

func TestSessionCookie(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	b := h.browser()
	before := b.get("/login").head.Get("Set-Cookie")
	a := b.post(h.link(account.Owner))
	cookie := a.head.Get("Set-Cookie")
	if before != "" || !strings.HasPrefix(cookie, "jawort=") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Errorf("before %q, after %q", before, cookie)
	}
	again := b.post(h.link(account.Agent)).head.Get("Set-Cookie")
	if again == "" || strings.SplitN(again, ";", 2)[0] == strings.SplitN(cookie, ";", 2)[0] {
		t.Error("a new login keeps the old token")
	}
	old := h.browser()
	if a := old.do("GET", "/", nil, "Cookie", strings.SplitN(cookie, ";", 2)[0]); a.code != http.StatusSeeOther {
		t.Errorf("the token from before the new login still works: %d", a.code)
	}
}

// What another site sends in somebody's name changes nothing.
func TestCrossOriginIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "", "Origin", "https://evil.example"}} {
			a := b.do("POST", "/messages/reviews/"+h.review, map[string][]string{"decision": {"none"}}, header...)
			if a.code != http.StatusForbidden || !strings.Contains(a.body, "fremden Seite") {
				t.Errorf("%v: %d", header, a.code)
			}
		}
		if len(h.decided) != 0 {
			t.Errorf("decided %v", h.decided)
		}
	})
}

func TestBeingDisabledHoldsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		owner, agent := h.as(account.Owner), h.as(account.Agent)
		if a := agent.get("/"); a.code != http.StatusOK {
			t.Fatalf("before: %d", a.code)
		}
		path := "/settings/staff/" + h.staff[account.Agent].ID
		if a := owner.post(path, "do", "role", "role", "auditor"); a.code != http.StatusSeeOther {
			t.Fatalf("role: %d", a.code)
		}
		if a := agent.post("/messages/reviews/"+h.review, "decision", "none"); a.code != http.StatusForbidden {
			t.Errorf("the old role still works: %d", a.code)
		}
		if a := owner.post(path, "do", "disable"); a.code != http.StatusSeeOther {
			t.Fatalf("disable: %d", a.code)
		}
		if a := agent.get("/"); a.code != http.StatusSeeOther {
			t.Errorf("after being disabled: %d", a.code)
		}
	})
}

func TestStaffPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		owner, admin := h.as(account.Owner), h.as(account.Admin)
		a := admin.post("/settings/staff", "name", "Neu", "email", "neu@x.example", "role", "agent")
		found := regexp.MustCompile(regexp.QuoteMeta(h.url) + `(/login/jl_[\w-]+)`).FindStringSubmatch(a.body)
		if a.code != http.StatusOK || found == nil {
			t.Fatalf("invite: %d", a.code)
		}
		if in := h.browser().post(found[1]); in.code != http.StatusSeeOther {
			t.Errorf("the invited person's link: %d", in.code)
		}
		for what, c := range map[string]struct {
			a    answer
			want int
		}{
			"admin makes an owner":   {admin.post("/settings/staff", "name", "N", "email", "n@x.example", "role", "owner"), 403},
			"admin disables owner":   {admin.post("/settings/staff/"+h.staff[account.Owner].ID, "do", "disable"), 403},
			"admin's link for owner": {admin.post("/settings/staff/"+h.staff[account.Owner].ID, "do", "link"), 403},
			"admin becomes owner":    {admin.post("/settings/staff/"+h.staff[account.Admin].ID, "do", "role", "role", "owner"), 403},
			"last owner leaves":      {owner.post("/settings/staff/"+h.staff[account.Owner].ID, "do", "disable"), 409},
			"e-mail twice":           {owner.post("/settings/staff", "name", "N", "email", "agent@x.example", "role", "agent"), 409},
			"no e-mail":              {owner.post("/settings/staff", "name", "N", "email", "agent", "role", "agent"), 400},
			"odd wish":               {owner.post("/settings/staff/"+h.staff[account.Agent].ID, "do", "delete"), 400},
			"odd role":               {owner.post("/settings/staff", "name", "N", "email", "n@x.example", "role", "root"), 403},
		} {
			if c.a.code != c.want {
				t.Errorf("%s: %d, want %d", what, c.a.code, c.want)
			}
		}
	})
}

func TestKeyPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		a := b.post("/settings/keys", "name", "Shop "+hostile, "scopes", "check", "scopes", "optouts")
		secret := regexp.MustCompile(`jw_[\w-]{43}`).FindString(a.body)
		if a.code != http.StatusOK || secret == "" {
			t.Fatalf("create: %d", a.code)
		}
		h.sound("the page with the secret", "de", a)
		var k account.Key
		byHash := func() error {
			return d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				k, err = account.KeyByHash(ctx, tx, account.HashToken(secret))
				return err
			})
		}
		if err := byHash(); err != nil || !k.May(account.ScopeCheck) || k.CreatedBy != h.staff[account.Owner].ID {
			t.Errorf("%+v %v", k, err)
		}
		if strings.Contains(b.get("/settings/keys").body, secret) {
			t.Error("the secret is shown twice")
		}
		if a := b.post("/settings/keys/" + k.ID + "/revoke"); a.to != "/settings/keys" || byHash() == nil {
			t.Errorf("revoke: %d", a.code)
		}
		if a := b.post("/settings/keys", "name", "x"); a.code != http.StatusBadRequest || !strings.Contains(a.body, "mindestens eine Berechtigung") {
			t.Errorf("without scopes: %d", a.code)
		}
	})
}

func TestNumberPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Admin)
		path := "/settings/numbers/" + theNumber
		if a := b.post(path, "mode", "warn", "quiet", "on", "from", "22:30", "to", "07:00", "cap_day", "1", "cap_month", "4", "brake", "on", "reason", "Umzug der Kasse"); a.to != "/settings/numbers" {
			t.Fatalf("save: %d", a.code)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			n, err := account.NumberOf(ctx, tx, h.a.ID, theNumber)
			want := account.NumberSettings{Quiet: account.Quiet{On: true, From: 22*60 + 30, To: 7 * 60}, CapDay: 1, CapMonth: 4, Brake: true}
			if n.Mode != account.Warn || n.Settings != want {
				t.Errorf("kept %s %+v", n.Mode, n.Settings)
			}
			return err
		})
		for _, bad := range [][]string{{"mode", "loud", "from", "22:00", "to", "07:00"}, {"mode", "warn", "from", "25:00", "to", "07:00"},
			{"mode", "warn", "from", "22:00", "to", "7"}, {"mode", "warn", "from", "22:00", "to", "07:00", "cap_day", "-1"}, {"mode", "warn", "from", "22:00", "to", "07:00", "cap_month", "x"}} {
			if a := b.post(path, bad...); a.code != http.StatusBadRequest {
				t.Errorf("%v: %d", bad, a.code)
			}
		}
	})
}

func TestDecideReview(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		path := "/messages/reviews/" + h.review
		if a := b.post(path, "decision", "maybe"); a.code != http.StatusBadRequest {
			t.Errorf("odd decision: %d", a.code)
		}
		if a := h.as(account.Auditor).post(path, "decision", "none"); a.code != http.StatusForbidden {
			t.Errorf("auditor: %d", a.code)
		}
		h.decideFail = errors.New("tel:+491713920000 broke")
		a := b.post(path, "decision", "none")
		if a.code != http.StatusInternalServerError || strings.Contains(a.body, "491713920000") || !strings.Contains(a.body, "err_") {
			t.Errorf("a failure: %d", a.code)
		}
		h.decideFail, h.decided = nil, nil
		if a := b.post(path, "decision", "stop_all"); a.to != "/messages" {
			t.Errorf("decide: %d", a.code)
		}
		if want := h.a.ID + " " + h.staff[account.Agent].ID + " " + h.review + " stop_all"; len(h.decided) != 1 || h.decided[0] != want {
			t.Errorf("handed on %v, want %s", h.decided, want)
		}
	})
}

func TestLanguageAndTheme(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	b := h.browser()
	b.lang = "en-GB, de;q=0.5"
	if !strings.Contains(b.get("/login").body, "Sign in") {
		t.Error("Accept-Language is not heard")
	}
	if a := b.post("/look", "language", "de", "back", "/login"); a.to != "/login" {
		t.Errorf("switch leads to %s", a.to)
	}
	b.post("/look", "theme", "dark", "back", "/login")
	if body := b.get("/login").body; !strings.Contains(body, `<html lang="de" dir="ltr" data-theme="dark">`) {
		t.Errorf("the choice is not kept: %.200s", body)
	}
}

func TestBigBodiesAreRefused(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	b := h.as(account.Owner)
	if a := b.post("/settings/keys", "name", strings.Repeat("x", 100<<10), "scopes", "check"); a.code < 400 || a.code >= 500 {
		t.Errorf("100 kB: %d", a.code)
	}
}
