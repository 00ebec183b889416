package manager

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
)

var slot = regexp.MustCompile(`\{[^}]+\}`)

// status asks a route, with ids that nobody has, and gives the answer's code; a stream that does not end counts by its head.
func (b *browser) status(r route) int { return b.statusOf(r, "none", "") }

// statusOf is status with other ids, and something behind the path.
func (b *browser) statusOf(r route, id, query string) int {
	b.h.t.Helper()
	method, pattern, _ := strings.Cut(r.pattern, " ")
	path := slot.ReplaceAllString(strings.TrimSuffix(pattern, "{$}"), id) + query
	ctx, cancel := context.WithTimeout(b.h.t.Context(), 20*time.Second)
	defer cancel()
	form := url.Values{"role": {"agent"}, "do": {"nothing"}}
	q, err := http.NewRequestWithContext(ctx, method, b.h.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.h.t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	a, err := b.c.Do(q)
	if err != nil {
		b.h.t.Fatalf("%s: %v", r.pattern, err)
	}
	_ = a.Body.Close() // without reading: a stream does not end
	return a.StatusCode
}

// What stands in an address may be no text at all: nothing breaks by it.
func TestAddressesThatAreNoText(t *testing.T) {
	h := newHouse(t, dbtest.Open(t, db.SQLite))
	b := h.as(account.Owner)
	for _, r := range routes() {
		for _, odd := range []string{"%00", "%ff"} {
			query := "?after=" + odd + "&before=" + odd + "&q=a" + odd + "b&source=" + odd + "&from=" + odd
			if got := b.statusOf(r, odd, query); got == http.StatusInternalServerError {
				t.Errorf("%s with %s: %d", r.pattern, odd, got)
			}
		}
	}
}

// Every route there is, read from the lists themselves: each role gets what account's table says, and nobody else gets anything.
func TestEveryRouteForEveryRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		stranger := h.browser()
		for _, r := range routes() {
			if got := stranger.status(r); got != http.StatusSeeOther && got != http.StatusUnauthorized {
				t.Errorf("%s without a login: %d", r.pattern, got)
			}
		}
		for _, role := range account.Roles {
			b := h.as(role)
			for _, r := range routes() {
				got := b.status(r)
				if denied := got == http.StatusForbidden; denied == role.May(r.may) || got == http.StatusInternalServerError {
					t.Errorf("%s for %s: %d", r.pattern, role, got)
				}
			}
		}
	})
}

// openToAll are the acts that everybody who may sign in may do: about themselves, or a search by form so that no number stands in an
// address. A new one must be put here, knowingly.
var openToAll = []string{"POST /settings/me", "POST /settings/factor", "POST /settings/factor/confirm", "POST /settings/factor/remove",
	"POST /search", "POST /decisions", "POST /people", "POST /people/views", "POST /views/{view}/drop"}

// ownersOnly are the acts that no other role may do.
var ownersOnly = []string{"POST /settings/business", "POST /settings/business/policy", "POST /settings/business/brand", "POST /settings/release",
	"POST /settings/staff/{staff}/factor", "POST /settings/mail", "POST /settings/warnings", "POST /settings/secrets/reseal", "POST /settings/login",
	"POST /setup/mail", "POST /setup/number", "POST /setup/try", "POST /setup/optouts", "POST /setup/optouts/apply", "POST /setup/source",
	"POST /setup/program", "POST /setup/later/{step}", "POST /setup/dismiss"}

func TestWhoMayAct(t *testing.T) {
	for _, r := range routes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		if method != "POST" && method != "GET" {
			t.Errorf("%s: pages are read by GET and act by POST", r.pattern)
		}
		if !slices.Contains(account.Permissions, r.may) {
			t.Errorf("%s: %q is no permission", r.pattern, r.may)
		}
		if method == "POST" && r.may == account.MaySee && !slices.Contains(openToAll, r.pattern) {
			t.Errorf("%s: everybody may do this, an auditor too; say so in openToAll if it is meant", r.pattern)
		}
		if owner := slices.Contains(ownersOnly, r.pattern); owner != (method == "POST" && r.may == account.MayTenant) {
			t.Errorf("%s: for owners only in one place and not in the other", r.pattern)
		}
		if strings.HasPrefix(path, "/settings/") && method == "POST" && account.Agent.May(r.may) && !slices.Contains(openToAll, r.pattern) {
			t.Errorf("%s: an agent may change a setting", r.pattern)
		}
	}
}
