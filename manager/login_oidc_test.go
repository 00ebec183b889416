package manager

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/oauth2-proxy/mockoidc"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

// op is a provider of somebody else's making, running.
func op(t *testing.T) *mockoidc.MockOIDC {
	t.Helper()
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Shutdown() })
	return m
}

// connect sets the provider up by its page.
func (h *house) connect(m *mockoidc.MockOIDC) {
	h.t.Helper()
	c := m.Config()
	a := h.as(account.Owner).post("/settings/login", "on", "on", "issuer", c.Issuer, "client", c.ClientID, "secret", c.ClientSecret, "domain", "x.example",
		"claim", "groups", "roles", "service = agent\nit = admin\n")
	if a.to != "/settings/login" {
		h.t.Fatalf("connect: %d\n%s", a.code, a.body)
	}
}

var providerLink = regexp.MustCompile(`id="provider" href="([^"]+)"`)

// away begins at our page, goes to the provider as a browser does, and gives the address it sends back to.
func (b *browser) away(m *mockoidc.MockOIDC, who *mockoidc.MockUser) string {
	b.h.t.Helper()
	m.QueueUser(who)
	a := b.post("/login/oidc", "next", "/people")
	found := providerLink.FindStringSubmatch(a.body)
	if a.code != http.StatusOK || found == nil {
		b.h.t.Fatalf("no way to the provider: %d\n%s", a.code, a.body)
	}
	to := html.UnescapeString(found[1])
	if a.head.Get("Refresh") != "0; url="+to {
		b.h.t.Errorf("the page does not go on by itself: %s", a.head.Get("Refresh"))
	}
	q := mustURL(to).Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("nonce") == "" || len(q.Get("state")) < 20 {
		b.h.t.Errorf("asked without PKCE, nonce or state: %v", q)
	}
	answer, err := b.c.Get(to)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer answer.Body.Close()
	back := answer.Header.Get("Location")
	if !strings.HasPrefix(back, b.h.url+"/login/oidc?") {
		b.h.t.Fatalf("the provider answers %d, %s", answer.StatusCode, back)
	}
	return strings.TrimPrefix(back, b.h.url)
}

func someone(subject, email string, groups ...string) *mockoidc.MockUser {
	return &mockoidc.MockUser{Subject: subject, Email: email, EmailVerified: true, PreferredUsername: "Neu " + hostile, Groups: groups}
}

func TestProviderStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		m := op(t)
		if strings.Contains(h.browser().get("/login").body, "/login/oidc") {
			t.Error("offered before it is set up")
		}
		h.connect(m)
		login := h.browser().get("/login")
		h.sound("login", "de", login)
		if !strings.Contains(login.body, "Mit dem Firmenkonto anmelden") {
			t.Error("not offered")
		}
		if page := h.as(account.Owner).get("/settings/login").body; strings.Contains(page, m.Config().ClientSecret) || !strings.Contains(page, m.Config().ClientID) {
			t.Error("the settings show the secret, or not the client")
		}

		b := h.browser()
		back := b.away(m, someone("sub-agent", "Agent@x.example"))
		if a := b.get(back); a.to != "/people" {
			t.Fatalf("an invited member: %d to %s\n%s\n%s", a.code, a.to, a.body, h.logs)
		}
		if a := b.get("/settings/staff"); a.code != http.StatusForbidden {
			t.Errorf("an agent has another role now: %d", a.code)
		}
		if a := b.get(back); a.code != http.StatusForbidden {
			t.Errorf("the answer counts twice: %d", a.code)
		}

		b = h.browser()
		if a := b.get(b.away(m, someone("sub-new", "neu@x.example", "cooks", "service"))); a.to != "/people" {
			t.Errorf("by group: %d\n%s", a.code, a.body)
		}
		if page := h.as(account.Owner).get("/settings/staff"); !strings.Contains(page.body, "neu@x.example") {
			t.Error("who came by group is not in the list")
		} else {
			h.sound("staff", "de", page)
		}
	})
}

// Every way that must not lead in ends on a page that says why.
func TestProviderRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		m := op(t)
		h.connect(m)
		unproved := someone("s1", "agent@x.example")
		unproved.EmailVerified = false
		for what, c := range map[string]struct {
			who  *mockoidc.MockUser
			says string
		}{
			"no invitation, no group": {someone("s2", "fremd@x.example", "cooks"), "noch niemand eingelassen"},
			"another domain":          {someone("s3", "agent@y.example", "it"), "bestimmten E-Mail-Domain"},
			"unproved address":        {unproved, "nicht bestätigt"},
			"another house's member":  {someone("s4", "other@y.example", "it"), "bestimmten E-Mail-Domain"},
		} {
			b := h.browser()
			a := b.get(b.away(m, c.who))
			if a.code != http.StatusForbidden || !strings.Contains(a.body, c.says) {
				t.Errorf("%s: %d", what, a.code)
			}
			h.sound(what, "de", a)
			if a := b.get("/people"); a.code != http.StatusSeeOther {
				t.Errorf("%s: inside: %d", what, a.code)
			}
		}
		for what, twist := range map[string]func(q url.Values){
			"another state": func(q url.Values) { q.Set("state", "x") }, "no state": func(q url.Values) { q.Del("state") },
			"no code": func(q url.Values) { q.Del("code") }, "another code": func(q url.Values) { q.Set("code", "made-up") },
			"refused there": func(q url.Values) { q.Set("error", "access_denied") },
		} {
			b := h.browser()
			back := mustURL(b.away(m, someone("sub-agent", "agent@x.example")))
			q := back.Query()
			twist(q)
			if a := b.get("/login/oidc?" + q.Encode()); a.code != http.StatusForbidden {
				t.Errorf("%s: %d", what, a.code)
			}
		}
		mine, thief := h.browser(), h.browser()
		if a := thief.get(mine.away(m, someone("sub-agent", "agent@x.example"))); a.code != http.StatusForbidden {
			t.Errorf("another browser brings the answer: %d", a.code)
		}
		if strings.Contains(h.logs.String(), "agent@x.example") {
			t.Error("an address is in the log")
		}
	})
}

func TestSignInForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		good := map[string]string{"on": "on", "issuer": "http://127.0.0.1:1/none", "client": "c", "secret": "s3cret-value", "domain": "x.example", "claim": "groups", "roles": ""}
		for _, c := range []struct{ field, value string }{
			{"issuer", "http://login.example"}, {"issuer", "http://127.0.0.1:1/none"}, {"client", ""}, {"domain", "x"}, {"roles", "bosses = owner"}, {"roles", "service"},
			{"roles", "x = root"},
		} {
			form := []string{c.field, c.value}
			for k, v := range good {
				if k != c.field {
					form = append(form, k, v)
				}
			}
			a := b.post("/settings/login", form...)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="`+c.field+`-err"`) || strings.Contains(a.body, "s3cret-value") {
				t.Errorf("%s = %q: %d", c.field, c.value, a.code)
			}
			h.sound(c.field, "de", a)
		}
	})
}

// A second factor is asked after the provider too.
func TestProviderThenFactor(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	m := op(t)
	h.connect(m)
	h.withFactor(h.as(account.Agent))
	b := h.browser()
	if a := b.get(b.away(m, someone("sub-agent", "agent@x.example"))); a.to != "/login/factor" {
		t.Errorf("the provider alone leads to %s", a.to)
	}
}
