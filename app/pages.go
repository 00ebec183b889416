package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
)

// Page is a page in one of its states, for whoever wants to see them all: `demo --pages` lists them, test/browser walks them.
type Page struct {
	Name   string     // area/page-state; names its picture too
	Path   string     // {…} is filled in by finders
	As     string     // who looks; "" = nobody who is signed in
	Form   url.Values // posted to Path; nil = the page is opened
	Status int        // 0 = 200
}

// Who looks at pages.
const (
	asOwner   = "owner"   // of the business with three weeks of history
	asAgent   = "agent"   // there too, with fewer rights
	asEmpty   = "empty"   // owner of a business that has just begun
	asTrouble = "trouble" // owner of one whose numbers are restricted, braked or only observed
)

// pages is the table. A page without a line fails test/browser.
var pages = []Page{
	{Name: "door/login", Path: "/login"},
	{Name: "door/login-refused", Path: "/login", Form: url.Values{"email": {"jonna@kaffee.example"}, "password": {"not this"}}, Status: http.StatusUnauthorized},
	{Name: "door/link", Path: "/login/{link}"},
	{Name: "door/link-gone", Path: "/login/used-before", Status: http.StatusGone},
	{Name: "door/not-found", Path: "/no/such/page", Status: http.StatusNotFound},

	{Name: "overview/full", Path: "/", As: asOwner},
	{Name: "overview/empty", Path: "/", As: asEmpty},
	{Name: "overview/trouble", Path: "/", As: asTrouble},

	{Name: "people/list", Path: "/people", As: asOwner},
	{Name: "people/filtered", Path: "/people?topic=offers&state=withdrawn", As: asOwner},
	{Name: "people/filtered-none", Path: "/people?topic=offers&state=lapsed", As: asOwner},
	{Name: "people/empty", Path: "/people", As: asEmpty},
	{Name: "people/person", Path: "/people/{person}", As: asOwner},
	{Name: "people/person-stopped", Path: "/people/{stopped}", As: asOwner},
	{Name: "people/new", Path: "/people/new", As: asOwner},
	{Name: "people/optin", Path: "/people/{person}/optin", As: asOwner},
	{Name: "people/optout", Path: "/people/{person}/optout", As: asOwner},
	{Name: "people/merge", Path: "/people/{person}/merge?with={stopped}", As: asOwner},
	{Name: "people/note", Path: "/people/{person}/note", As: asOwner},
	{Name: "people/note-wrong", Path: "/people/{person}/note", As: asOwner, Form: url.Values{"wish": {"read"}, "via": {"letter"}, "text": {" "}}, Status: http.StatusBadRequest},
	{Name: "people/remove", Path: "/people/{person}/remove", As: asOwner},

	{Name: "people/imports", Path: "/imports", As: asOwner},
	{Name: "people/imports-empty", Path: "/imports", As: asEmpty},
	{Name: "people/import-new", Path: "/imports/new?kind=people", As: asOwner},
	{Name: "people/import-wrong", Path: "/imports", As: asOwner, Form: url.Values{"kind": {"optouts"}, "scope": {"all"}, "list": {" "}}, Status: http.StatusBadRequest},
	{Name: "people/import", Path: "/imports/{import}", As: asOwner},
	{Name: "people/asking", Path: "/asking", As: asOwner},
	{Name: "people/asking-none", Path: "/asking", As: asEmpty},
	{Name: "people/asking-round", Path: "/asking/{round}", As: asOwner},

	{Name: "sources/list", Path: "/sources", As: asOwner},
	{Name: "sources/empty", Path: "/sources", As: asEmpty},
	{Name: "sources/new", Path: "/sources/new", As: asOwner},
	{Name: "sources/new-wrong", Path: "/sources/new", As: asOwner, Form: url.Values{"kind": {"web"}, "privacy": {"http://x.example"}}, Status: http.StatusBadRequest},
	{Name: "sources/source", Path: "/sources/{source}", As: asOwner},
	{Name: "sources/wording", Path: "/sources/{source}/wording", As: asOwner},
	{Name: "sources/wording-lacking", Path: "/sources/{source}/wording", As: asOwner, Form: url.Values{"do": {"preview"}, "topic": {"offers"}, "lang": {"de"},
		"text-de": {"Ja, die Kaffeerösterei Morgenrot darf mir Tipps & mehr auf WhatsApp schreiben. Das ist freiwillig."}}},
	{Name: "sources/versions", Path: "/sources/{source}/versions", As: asOwner},
	{Name: "sources/review", Path: "/sources/{source}/review", As: asOwner},
	{Name: "sources/review-paper", Path: "/sources/{paper}/review", As: asOwner},
	{Name: "sources/settings", Path: "/sources/{source}/settings", As: asOwner},

	{Name: "sources/counter", Path: "/sources/{paper}/counter", As: asOwner},
	{Name: "sources/site", Path: "/sources/{source}/site", As: asOwner},
	{Name: "sources/site-wrong", Path: "/sources/{source}/site", As: asOwner, Form: url.Values{"origins": {"shop.example"}}, Status: http.StatusBadRequest},
	{Name: "sources/ivr", Path: "/sources/{ivr}", As: asOwner},
	{Name: "sources/ivr-voice", Path: "/sources/{ivr}/voice", As: asOwner},
	{Name: "sources/missed-voice", Path: "/sources/{missed}/voice", As: asOwner},
	{Name: "sources/ivr-voice-wrong", Path: "/sources/{ivr}/voice", As: asOwner, Form: url.Values{"numbers": {"a b!"}}, Status: http.StatusBadRequest},
	{Name: "sources/ivr-line-wrong", Path: "/sources/{ivr}/line", As: asOwner, Form: url.Values{"kind": {"sip"}, "name": {"x"}}, Status: http.StatusBadRequest},
	{Name: "sources/thread", Path: "/sources/{thread}", As: asOwner},
	{Name: "sources/thread-wording", Path: "/sources/{thread}/wording", As: asOwner},
	{Name: "sources/thread-settings", Path: "/sources/{thread}/settings", As: asOwner},
	{Name: "sources/paper", Path: "/sources/{paper}", As: asOwner},
	{Name: "sources/paper-wording", Path: "/sources/{paper}/wording", As: asOwner},
	{Name: "sources/paper-forms", Path: "/sources/{paper}/forms", As: asOwner},
	{Name: "sources/paper-enter", Path: "/sources/{paper}/forms/enter", As: asOwner},
	{Name: "sources/paper-enter-wrong", Path: "/sources/{paper}/forms/enter", As: asOwner, Form: url.Values{"number": {"0171"}, "again": {"0172"}}, Status: http.StatusBadRequest},
	{Name: "sources/paper-forms-wrong", Path: "/sources/{paper}/forms", As: asOwner, Form: url.Values{"count": {"101"}, "language": {"de"}}, Status: http.StatusBadRequest},

	{Name: "messages/queue", Path: "/messages", As: asOwner},
	{Name: "messages/empty", Path: "/messages", As: asEmpty},
	{Name: "messages/optouts", Path: "/messages/optouts", As: asOwner},
	{Name: "messages/optouts-none", Path: "/messages/optouts", As: asEmpty},
	{Name: "messages/all", Path: "/messages/all", As: asOwner},
	{Name: "messages/all-none", Path: "/messages/all", As: asEmpty},
	{Name: "messages/strays", Path: "/messages/strays", As: asOwner},
	{Name: "messages/message", Path: "/messages/{message}", As: asOwner},

	{Name: "quality/numbers", Path: "/quality", As: asOwner},
	{Name: "quality/templates", Path: "/quality/templates", As: asOwner},
	{Name: "quality/account", Path: "/quality/account", As: asTrouble},
	{Name: "quality/empty", Path: "/quality", As: asEmpty},
	{Name: "quality/causes", Path: "/quality/causes", As: asOwner},
	{Name: "quality/cause-people", Path: "/quality/causes/people", As: asOwner},
	{Name: "quality/brake", Path: "/quality/brake", As: asOwner},
	{Name: "quality/trouble", Path: "/quality", As: asTrouble},

	{Name: "proof/decisions", Path: "/decisions", As: asOwner},
	{Name: "proof/decisions-filtered", Path: "/decisions?verdict=refuse", As: asOwner},
	{Name: "proof/decisions-empty", Path: "/decisions", As: asEmpty},
	{Name: "proof/decision-yes", Path: "/decisions/{allowed}", As: asOwner},
	{Name: "proof/decision-no", Path: "/decisions/{refused}", As: asOwner},

	{Name: "guide/index", Path: "/guide", As: asOwner},
	{Name: "guide/ways", Path: "/guide/ways", As: asOwner},
	{Name: "guide/wording", Path: "/guide/wording", As: asOwner},
	{Name: "guide/rating", Path: "/guide/rating", As: asOwner},
	{Name: "guide/trouble", Path: "/guide/trouble", As: asOwner},
	{Name: "guide/leaving", Path: "/guide/leaving", As: asOwner},
	{Name: "guide/gate", Path: "/guide/gate", As: asOwner},

	{Name: "settings/first", Path: "/settings", As: asOwner},
	{Name: "settings/business", Path: "/settings/business", As: asOwner},
	{Name: "settings/numbers", Path: "/settings/numbers", As: asOwner},
	{Name: "settings/numbers-empty", Path: "/settings/numbers", As: asEmpty},
	{Name: "settings/number", Path: "/settings/numbers/{number}", As: asOwner},
	{Name: "settings/topics", Path: "/settings/topics", As: asOwner},
	{Name: "settings/topics-empty", Path: "/settings/topics", As: asEmpty},
	{Name: "settings/topic-new", Path: "/settings/topics/new", As: asOwner},
	{Name: "settings/topic", Path: "/settings/topics/offers", As: asOwner},
	{Name: "settings/templates", Path: "/settings/templates", As: asOwner},
	{Name: "settings/templates-empty", Path: "/settings/templates", As: asEmpty},
	{Name: "settings/sms", Path: "/settings/sms", As: asOwner},
	{Name: "settings/sms-empty", Path: "/settings/sms", As: asEmpty},
	{Name: "settings/sms-new", Path: "/settings/sms/new", As: asOwner},
	{Name: "settings/sms-twilio", Path: "/settings/sms/new?kind=twilio", As: asOwner},
	{Name: "settings/mail", Path: "/settings/mail", As: asOwner},
	{Name: "settings/warnings", Path: "/settings/warnings", As: asOwner},
	{Name: "settings/login", Path: "/settings/login", As: asOwner},
	{Name: "setup/mail", Path: "/setup/mail", As: asOwner},
	{Name: "setup/number", Path: "/setup/number", As: asOwner},
	{Name: "setup/webhook", Path: "/setup/webhook", As: asOwner},
	{Name: "setup/optouts", Path: "/setup/optouts", As: asOwner},
	{Name: "setup/source", Path: "/setup/source", As: asOwner},
	{Name: "setup/program", Path: "/setup/program", As: asOwner},
	{Name: "alerts/none", Path: "/alerts", As: asOwner},
	{Name: "alerts/trouble", Path: "/alerts", As: asTrouble},
	{Name: "settings/hooks", Path: "/settings/hooks", As: asOwner},
	{Name: "settings/outgoing", Path: "/settings/outgoing", As: asOwner},
	{Name: "settings/outgoing-one", Path: "/settings/outgoing/{told}", As: asOwner},
	{Name: "settings/programs", Path: "/settings/programs", As: asOwner},
	{Name: "settings/program", Path: "/settings/programs/{program}", As: asOwner},
	{Name: "settings/program people type in", Path: "/settings/programs/{desk}", As: asOwner},
	{Name: "settings/keys", Path: "/settings/keys", As: asOwner},
	{Name: "settings/keys-empty", Path: "/settings/keys", As: asEmpty},
	{Name: "settings/staff", Path: "/settings/staff", As: asOwner},
	{Name: "settings/audit", Path: "/settings/audit", As: asOwner},
	{Name: "settings/me", Path: "/settings/me", As: asOwner},
	{Name: "settings/factor", Path: "/settings/factor", As: asOwner},
	{Name: "settings/secrets", Path: "/settings/secrets", As: asOwner},
	{Name: "settings/release", Path: "/settings/release", As: asOwner},

	{Name: "frame/search", Path: "/search", As: asOwner},
	{Name: "frame/search-found", Path: "/search", As: asOwner, Form: url.Values{"q": {"+49 171 392"}}},
	{Name: "frame/search-none", Path: "/search", As: asOwner, Form: url.Values{"q": {"+49 30 000 000 00"}}},
	{Name: "frame/keys", Path: "/keys", As: asOwner},
	{Name: "frame/not-found", Path: "/people/con_none", As: asOwner, Status: http.StatusNotFound},
	{Name: "frame/forbidden", Path: "/settings/keys", As: asAgent, Status: http.StatusForbidden},

	{Name: "public/optin", Path: "/o/{source}"},
	{Name: "public/optin-again", Path: "/o/{source}", Form: url.Values{"phone": {"0151"}}}, // a form from another day leads to a fresh one
	{Name: "public/optin-gone", Path: "/o/src_none", Status: http.StatusNotFound},
	{Name: "public/counter-closed", Path: "/o/counter", Status: http.StatusNotFound},
	{Name: "public/counter-link-gone", Path: "/o/counter/none", Status: http.StatusNotFound},
	{Name: "public/printed", Path: "/o/f/{serial}"},
	{Name: "public/printed-none", Path: "/o/f/AAAAA-AAAAB", Status: http.StatusNotFound},
	{Name: "public/preferences", Path: "/p/{preferences}"},
	{Name: "public/preferences-stopped", Path: "/p/{preferences-stopped}"},
	{Name: "public/preferences-remove", Path: "/p/{preferences}?remove="},
	{Name: "public/preferences-gone", Path: "/p/none", Status: http.StatusNotFound},
	{Name: "public/receipt", Path: "/r/{receipt}"},

	{Name: "phones/all", Path: "{phones}/"},
}

// finders say what stands in the place of {…}: one value of the business with history.
var finders = map[string]string{
	"person":  `select contact from standing where tenant = $1 and topic = 'offers' and state = 'granted' order by contact limit 1`,
	"stopped": `select contact from standing where tenant = $1 and topic = 'offers' and state = 'withdrawn' order by contact limit 1`,
	"allowed": `select decision from decision where tenant = $1 and verdict = 'allow' order by decision desc limit 1`,
	"refused": `select decision from decision where tenant = $1 and verdict = 'refuse' order by decision desc limit 1`,
	"message": `select message from message where tenant = $1 and state in ('read', 'delivered') order by message desc limit 1`,
	"import":  `select import from import where tenant = $1 order by import desc limit 1`,
	"round":   `select round from round where tenant = $1 order by round desc limit 1`,
	"number":  `select number from number where tenant = $1 order by number limit 1`,
	"program": `select program from program where tenant = $1 order by program limit 1`,
	"desk":    `select program from program where tenant = $1 and human_answers order by program limit 1`,
	"told":    `select hook from hook where tenant = $1 and kind = 'own' order by hook limit 1`,
	"source":  `select source from source where tenant = $1 and state = 'live' and kind = 'web' order by source limit 1`,
	"thread":  `select source from source where tenant = $1 and kind = 'thread' order by source desc limit 1`,
	"paper":   `select source from source where tenant = $1 and kind = 'paper' order by source desc limit 1`,
	"ivr":     `select source from source where tenant = $1 and kind = 'ivr' order by source desc limit 1`,
	"missed":  `select source from source where tenant = $1 and kind = 'missed_call' order by source desc limit 1`,
	"serial":  `select serial from form where tenant = $1 and used_at is null order by serial limit 1`,
	"granted": `select event from event where tenant = $1 and kind = 'granted' order by event limit 1`,
}

// Gallery is the list of pages of a running demo.
type Gallery struct {
	Pages []Page

	app   *App
	staff map[string]account.Staff // by who looks
}

// Gallery makes what pages need to be seen in every state, an empty business and one in trouble, and fills the table in. It is
// served at PagesPath from then on, to callers on this machine.
func (a *App) Gallery(ctx context.Context, s Seeded, phones string) (*Gallery, error) {
	g := &Gallery{app: a, staff: map[string]account.Staff{}}
	if err := a.seedWays(ctx, s.Tenant); err != nil {
		return nil, err
	}
	if err := a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if g.staff[asOwner], err = account.StaffOf(ctx, tx, s.Tenant, s.Owner); err != nil {
			return err
		}
		if err := g.paper(ctx, tx, s.Tenant, s.Owner); err != nil {
			return err
		}
		return g.found(ctx, tx, s.Tenant)
	}); err != nil {
		return nil, fmt.Errorf("businesses for the list of pages: %w", err)
	}
	if err := g.unsure(ctx, phones); err != nil {
		return nil, err
	}
	if err := g.outgoing(ctx, s.Tenant); err != nil {
		return nil, err
	}
	if err := g.desk(ctx, s); err != nil {
		return nil, err
	}
	values, err := g.values(ctx, s, phones)
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		for name, value := range values {
			p.Path = strings.ReplaceAll(p.Path, "{"+name+"}", value)
		}
		if strings.Contains(p.Path, "{") {
			return nil, fmt.Errorf("page %s: nothing is known for %s", p.Name, p.Path)
		}
		g.Pages = append(g.Pages, p)
	}
	a.gallery.Store(g)
	return g, nil
}

// values fills the finders.
func (g *Gallery) values(ctx context.Context, s Seeded, phones string) (map[string]string, error) {
	out := map[string]string{"phones": phones, "link": "{link}"}
	err := g.app.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		for name, text := range finders {
			var v string
			if err := tx.Row(ctx, text, s.Tenant).Scan(&v); err != nil {
				return fmt.Errorf("find %s for the list of pages: %w", name, err)
			}
			out[name] = v
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out["preferences"] = g.app.Desk.PreferenceToken(s.Tenant, out["person"])
	out["preferences-stopped"] = g.app.Desk.PreferenceToken(s.Tenant, out["stopped"])
	out["receipt"] = g.app.Desk.ReceiptToken(s.Tenant, out["granted"])
	out["link"], err = g.Link(ctx, asOwner)
	return out, err
}

// Readers are who looks at pages, in the order of the table.
func (g *Gallery) Readers() []string {
	var out []string
	for _, p := range g.Pages {
		if !slices.Contains(out, p.As) {
			out = append(out, p.As)
		}
	}
	return out
}

// Link is a token that signs a reader in, once.
func (g *Gallery) Link(ctx context.Context, as string) (token string, err error) {
	member, ok := g.staff[as]
	if !ok {
		return "", fmt.Errorf("nobody looks as %q", as)
	}
	err = g.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		token, err = account.NewLink(ctx, tx, member.Tenant, member.ID, "pages")
		return err
	})
	return token, err
}
