package manager

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"jawort/account"
	"jawort/consent"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/id"
	"jawort/say"
)

// gets are all pages, and who may see them.
func (h *house) gets() map[string]account.Permission {
	return map[string]account.Permission{
		"/?days=1": account.MaySee, "/?days=90&first=all": account.MaySee, "/?days=odd": account.MaySee,
		"/": account.MaySee, "/people": account.MaySee, "/people?topic=offers&state=withdrawn": account.MaySee, "/people?state=odd": account.MaySee,
		"/people?stop=marketing&lapses=90&seen=-90&joined=30&language=de&doubt=frozen": account.MaySee,
		"/people/" + h.contact: account.MaySee, "/people/" + h.contact + "?below=2": account.MaySee,
		"/decisions": account.MaySee, "/decisions?verdict=refuse&reason=STOPPED_ALL": account.MaySee, "/decisions/" + h.decision: account.MaySee,
		"/sources": account.MaySee, "/sources/new": account.MayEdit, "/sources/new?kind=sms": account.MayEdit,
		"/messages": account.MaySee, "/settings": account.MaySee, "/settings/business": account.MayTenant, "/settings/numbers": account.MaySee,
		"/settings/sms": account.MayNumbers, "/settings/sms/new": account.MayNumbers, "/settings/sms/new?kind=webhook": account.MayNumbers,
		"/settings/numbers/" + theNumber: account.MayNumbers, "/settings/keys": account.MayKeys, "/settings/programs": account.MayKeys, "/settings/hooks": account.MayKeys, "/settings/factor": account.MaySee, "/settings/secrets": account.MayTenant, "/settings/login": account.MayTenant,
		"/settings/audit?action=staff.invited": account.MayAudit,
		"/settings/topics":                     account.MaySee, "/settings/topics/new": account.MayEdit, "/settings/topics/offers": account.MayEdit, "/settings/templates": account.MaySee,
		"/settings/staff": account.MayStaff, "/settings/audit": account.MayAudit, "/settings/me": account.MaySee,
		"/setup/mail": account.MayTenant, "/setup/number": account.MayTenant, "/setup/webhook": account.MayTenant, "/setup/optouts": account.MayTenant,
		"/setup/source": account.MayTenant, "/setup/program": account.MayTenant,
		"/quality/templates": account.MaySee, "/quality/templates?waba=2&after=a&lang=de": account.MaySee, "/quality/account": account.MaySee,
		"/quality/account?before=5.obs_1": account.MaySee, "/quality/account?before=odd": account.MaySee,
		"/quality": account.MaySee, "/quality?days=365": account.MaySee, "/quality?days=odd": account.MaySee,
		"/alerts": account.MaySee, "/settings/mail": account.MayTenant, "/settings/warnings": account.MayTenant,
		"/imports": account.MayImport, "/imports/new": account.MayImport, "/imports/new?kind=people": account.MayImport,
		"/asking": account.MayImport, "/asking?topic=offers": account.MayImport, "/asking?topic=odd": account.MayImport,
		"/guide": account.MaySee, "/guide/ways": account.MaySee, "/guide/wording": account.MaySee, "/guide/rating": account.MaySee, "/guide/trouble": account.MaySee,
		"/guide/leaving": account.MaySee, "/guide/gate": account.MaySee,
		"/search": account.MaySee, "/keys": account.MaySee, "/settings/release": account.MayTenant,
	}
}

var inline = regexp.MustCompile(`(?i)<script>|<script [^>]*>[^<]| style="|<style| on[a-z]+="|javascript:`)
var addressLink = regexp.MustCompile(`(?i)(href|action|src)="[^"]*(%2b|\+|tel:|49171|4477|@)[^"]*"`)

// Every page, for every role, in both languages: the right people get in, no sentence is missing, nothing somebody wrote is
// markup, no address stands in a link, and HEAD answers like GET.
func TestEveryPageForEveryRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, role := range account.Roles {
			b := h.as(role)
			for page, may := range h.gets() {
				for _, b.lang = range []string{"de", "en"} {
					a := b.get(page)
					want := http.StatusOK
					if !role.May(may) {
						want = http.StatusForbidden
					}
					if a.code != want {
						t.Errorf("%s for %s: %d, want %d\n%s", page, role, a.code, want, h.logs)
						continue
					}
					h.sound(fmt.Sprintf("%s for %s in %s", page, role, b.lang), b.lang, a)
					if head := b.do("HEAD", page, nil); head.code != a.code || head.body != "" {
						t.Errorf("HEAD %s: %d, %d bytes", page, head.code, len(head.body))
					}
				}
			}
		}
	})
}

// sound checks what holds for every page.
func (h *house) sound(what, lang string, a answer) {
	h.t.Helper()
	if !strings.Contains(a.body, `<html lang="`+lang+`"`) {
		h.t.Errorf("%s: not in %s", what, lang)
	}
	for _, bad := range []string{"[manager.", "[gate.", "[audit.", "[error.", "<no value>", "EAAG-secret", "app-secret"} {
		if strings.Contains(a.body, bad) {
			h.t.Errorf("%s: holds %s", what, bad)
		}
	}
	if m := inline.FindString(a.body); m != "" {
		h.t.Errorf("%s: holds %s", what, m)
	}
	if m := addressLink.FindString(a.body); m != "" {
		h.t.Errorf("%s: an address in a link: %s", what, m)
	}
	if n := strings.Count(a.body, "<h1"); n != 1 {
		h.t.Errorf("%s: %d headings of the first order", what, n)
	}
	if !strings.Contains(a.head.Get("Content-Security-Policy"), "default-src 'none'") || a.head.Get("Cache-Control") != "no-store" {
		h.t.Errorf("%s: headers %v", what, a.head)
	}
}

func TestPagesSayWhatIsThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		for page, want := range map[string][]string{
			"/":                                  {"Kaffeerösterei Sonnenschein GmbH", "Bestellungen und Lieferung", "Eine Antwort könnte eine Abmeldung sein", "sendet Werbung gebremst", "/people?state=withdrawn", "days=90"},
			"/people":                            {"Mareike Öztürk", "+49 171 3920000", "Abgemeldet", "Ohne Namen"},
			"/people/" + h.contact:               {"Bitte keine Angebote mehr, danke!", "Zugesagt und bestätigt", "Eintrag 3", "bezeugt", "Diese Person hat Werbung abgemeldet.", "sommer_sale", "Zugestellt", "vielleicht sind Sie blockiert"},
			"/decisions":                         {"Nein", "Später", "Die Person hat sich von allen Nachrichten abgemeldet."},
			"/decisions/" + h.decision:           {"Nein, nicht senden", "Modus „Beobachten“: Das Programm durfte trotzdem senden.", "STOPPED_ALL", "Regeln 2026-11-03"},
			"/messages":                          {"Das wird mir gerade zu viel.", "Nur Werbung abmelden"},
			"/settings":                          {"Ihr Unternehmen", "/settings/business", "Mein Zugang"},
			"/settings/business":                 {"Kaffeerösterei Sonnenschein GmbH", "Europe/Berlin", `value="DE" selected`, "Deutschland"},
			"/settings/numbers":                  {"Bestellservice", "+49 30 23125010", "Durchsetzen"},
			"/settings/audit":                    {"Zum Team eingeladen", "Mit Link angemeldet", "Lena Grünwald"},
			"/people?topic=offers&state=granted": {"Dazu gibt es niemanden."},
		} {
			a := b.get(page)
			for _, w := range want {
				if !strings.Contains(a.body, w) {
					t.Errorf("%s does not say %q", page, w)
				}
			}
			if strings.Contains(a.body, "Their Person") || strings.Contains(a.body, "4477009") {
				t.Errorf("%s shows another tenant's person", page)
			}
		}
	})
}

func TestAnotherTenantsIdsAreNotFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		for _, path := range []string{"/people/" + h.theirs["contact"], "/decisions/" + h.theirs["decision"], "/settings/numbers/" + h.theirs["number"],
			"/people/con_none", "/decisions/x", "/no/such/page"} {
			if a := b.get(path); a.code != http.StatusNotFound || !strings.Contains(a.body, "Diese Seite gibt es nicht") && !strings.Contains(a.body, "gibt es nichts") {
				t.Errorf("GET %s: %d", path, a.code)
			}
		}
		for path, form := range map[string][]string{
			"/settings/keys/" + h.theirs["key"] + "/revoke": {},
			"/settings/staff/" + h.theirs["staff"]:          {"do", "disable"},
			"/settings/numbers/" + h.theirs["number"]:       {"mode", "observe", "from", "22:00", "to", "08:00"},
			"/messages/reviews/" + h.theirs["review"]:       {"decision", "none"},
		} {
			if a := b.post(path, form...); a.code != http.StatusNotFound {
				t.Errorf("POST %s: %d", path, a.code)
			}
		}
		if len(h.decided) != 0 {
			t.Errorf("decided %v", h.decided)
		}
		if a := b.post("/people", "address", "+44 7700 900123"); a.code != http.StatusNotFound {
			t.Errorf("another tenant's number is found: %d to %s", a.code, a.to)
		}
	})
}

func TestFindPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		for typed, want := range map[string]int{"+49 171 392 0000": 303, "0171 3920000": 303, "tel:+491713920000": 303, "0171 3929999": 404, "hello": 400, "": 400,
			"+49 171 3920000, +49 171 3920001": 400} {
			a := b.post("/people", "address", typed)
			if a.code != want || want == 303 && a.to != "/people/"+h.contact {
				t.Errorf("%q: %d to %s, want %d", typed, a.code, a.to, want)
			}
		}
	})
}

func TestPeoplePaging(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for i := range 120 {
				h.put(ctx, tx, "contact", row{"tenant": h.a.ID, "contact": id.At("con", int64(i)), "created_at": 1})
			}
			return nil
		})
		b := h.as(account.Auditor)
		link := regexp.MustCompile(`href="/people/(con_[0-9a-v]+)"`)
		older := regexp.MustCompile(`href="(/people\?after=[^"]+)"`)
		seen, pages := map[string]bool{}, 0
		for path := "/people"; path != ""; pages++ {
			a := b.get(path)
			for _, m := range link.FindAllStringSubmatch(a.body, -1) {
				if seen[m[1]] {
					t.Errorf("%s twice", m[1])
				}
				seen[m[1]] = true
			}
			path = ""
			if m := older.FindStringSubmatch(a.body); m != nil {
				path = m[1]
			}
		}
		if len(seen) != 124 || pages != 3 {
			t.Errorf("%d people on %d pages, want 124 on 3", len(seen), pages)
		}
	})
}

// The words of every closed list that pages show are there, in both languages.
func TestClosedListsHaveWords(t *testing.T) {
	var keys []string
	for _, k := range consent.Kinds {
		keys = append(keys, "manager.event."+string(k))
	}
	for _, s := range consent.States {
		keys = append(keys, "manager.state."+string(s))
	}
	for _, r := range account.Roles {
		keys = append(keys, "manager.role."+string(r))
	}
	for _, w := range Decisions {
		keys = append(keys, "manager.messages.decide."+w, "manager.intent."+w)
	}
	for _, w := range verdictWords {
		keys = append(keys, "manager.verdict."+w, "manager.answer."+w)
	}
	for _, m := range []account.Mode{account.Observe, account.Warn, account.Enforce} {
		keys = append(keys, "manager.mode."+string(m), "manager.mode."+string(m)+".text")
	}
	for _, p := range account.Permissions {
		keys = append(keys, "manager.permission."+string(p))
	}
	for _, s := range account.Scopes {
		keys = append(keys, "manager.scope_api."+string(s))
	}
	for _, s := range account.GatewayScopes {
		keys = append(keys, "manager.gateway."+s, "manager.gateway."+s+".text")
	}
	for _, g := range settingsGroups {
		keys = append(keys, "manager.settings."+g.heading)
		for _, s := range g.all {
			keys = append(keys, "manager.settings."+s.key, "manager.settings."+s.key+".text")
		}
	}
	for _, k := range keys {
		for _, lang := range say.Languages {
			if !say.Has(lang, k) {
				t.Errorf("%s lacks %s", lang, k)
			}
		}
	}
}
