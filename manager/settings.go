package manager

import (
	"context"
	"net/http"
	"strconv"

	"jawort/account"
	"jawort/db"
	"jawort/look"
)

var settingsRoutes = []route{
	{"GET /settings", account.MaySee, settings},
	{"GET /settings/business", account.MayTenant, business},
	{"POST /settings/business", account.MayTenant, saveBusiness},
	{"POST /settings/business/policy", account.MayTenant, savePolicy},
	{"POST /settings/business/brand", account.MayTenant, saveBrand},
	{"GET /settings/logo", account.MaySee, logo},
	{"GET /settings/numbers", account.MaySee, numbers},
	{"GET /settings/numbers/{number}", account.MayNumbers, number},
	{"POST /settings/numbers/{number}", account.MayNumbers, saveNumber},
	{"POST /settings/numbers/{number}/secrets", account.MayNumbers, saveNumberSecrets},
	{"GET /settings/topics", account.MaySee, topicList},
	{"GET /settings/topics/new", account.MayEdit, newTopic},
	{"POST /settings/topics", account.MayEdit, createTopic},
	{"GET /settings/topics/{topic}", account.MayEdit, oneTopic},
	{"POST /settings/topics/{topic}", account.MayEdit, saveTopic},
	{"POST /settings/topics/{topic}/change", account.MayEdit, changeTopic},
	{"GET /settings/templates", account.MaySee, templateList},
	{"POST /settings/templates", account.MayEdit, assignTemplate},
	{"GET /settings/programs", account.MayKeys, programs},
	{"POST /settings/programs", account.MayKeys, createProgram},
	{"GET /settings/programs/{program}", account.MayKeys, program},
	{"POST /settings/programs/{program}", account.MayKeys, saveProgram},
	{"POST /settings/programs/{program}/try", account.MayKeys, tryProgram},
	{"POST /settings/programs/{program}/rotate", account.MayKeys, rotateProgram},
	{"POST /settings/programs/{program}/end", account.MayKeys, endOldToken},
	{"POST /settings/programs/{program}/revoke", account.MayKeys, revokeProgram},
	{"GET /settings/keys", account.MayKeys, keys},
	{"POST /settings/keys", account.MayKeys, createKey},
	{"POST /settings/keys/{key}/revoke", account.MayKeys, revokeKey},
	{"GET /settings/staff", account.MayStaff, staff},
	{"POST /settings/staff", account.MayStaff, inviteStaff},
	{"POST /settings/staff/{staff}", account.MayStaff, changeStaff},
	{"POST /settings/staff/{staff}/factor", account.MayTenant, resetFactor},
	{"GET /settings/factor", account.MaySee, factor},
	{"POST /settings/factor", account.MaySee, beginFactor},
	{"POST /settings/factor/confirm", account.MaySee, confirmFactor},
	{"POST /settings/factor/remove", account.MaySee, removeFactor},
	{"GET /settings/login", account.MayTenant, signIn},
	{"POST /settings/login", account.MayTenant, saveSignIn},
	{"GET /settings/secrets", account.MayTenant, secrets},
	{"POST /settings/secrets/reseal", account.MayTenant, reseal},
	{"POST /settings/audit", account.MayAudit, exportTrail},
	{"GET /settings/audit", account.MayAudit, trail},
	{"GET /settings/me", account.MaySee, me},
	{"POST /settings/me", account.MaySee, setPassword},
}

// section is one page of the settings; say has manager.settings.<key> and manager.settings.<key>.text.
type section struct {
	path, key string
	may       account.Permission
}

// settingsGroups are the sections under their headings, in the order of the list; say has manager.settings.<heading>.
var settingsGroups = []struct {
	heading string
	all     []section
}{
	{"house", []section{{"/settings/business", "business", account.MayTenant}, {"/settings/numbers", "numbers", account.MaySee}, {"/settings/sms", "sms", account.MayNumbers},
		{"/settings/topics", "topics", account.MaySee}, {"/settings/templates", "templates", account.MaySee}}},
	{"access", []section{{"/settings/staff", "staff", account.MayStaff}, {"/settings/login", "login", account.MayTenant}, {"/settings/programs", "programs", account.MayKeys}, {"/settings/hooks", "hooks", account.MayKeys}, {"/settings/outgoing", "outgoing", account.MayKeys}, {"/settings/keys", "keys", account.MayKeys}}},
	{"work", []section{{"/settings/mail", "mail", account.MayTenant}, {"/settings/secrets", "secrets", account.MayTenant}, {"/settings/audit", "audit", account.MayAudit}}},
	{"own", []section{{"/settings/me", "me", account.MaySee}, {"/settings/factor", "factor", account.MaySee}}},
}

// sectionOf is the section at an address.
func sectionOf(path string) section {
	for _, g := range settingsGroups {
		for _, s := range g.all {
			if s.path == path {
				return s
			}
		}
	}
	return section{key: "me"}
}

// sections are those of a group that this reader may open.
func (v *visit) sections(all []section) (out []section) {
	for _, s := range all {
		if v.may(s.may) {
			out = append(out, s)
		}
	}
	return out
}

// settings is the list of all sections, each with how things stand.
func settings(v *visit) error {
	figures := map[string]string{}
	if err := v.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := settingsFigures(ctx, tx, v.tenant.ID)
		for key, n := range all {
			figures[key] = look.Integer(v.lang, n)
		}
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, settingsView(v, figures))
}

// saved goes to a page that says what was done.
func (v *visit) saved(path, key string) error { return v.done(path, v.say(key)) }

// whole reads a number; empty is 0, -1, which is refused, for anything else.
func whole(s string) int64 {
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return -1
	}
	return n
}

// presence says whether a secret is there; never what it is.
func (v *visit) presence(there bool) string {
	if there {
		return v.say("manager.secret.there")
	}
	return v.say("manager.secret.missing")
}
