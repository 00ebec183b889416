package app

import (
	"net/http"
	"net/url"
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
