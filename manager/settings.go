package manager

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

var settingsRoutes = []route{
	{"GET /settings", account.MaySee, numbers},
	{"GET /settings/numbers/{number}", account.MayNumbers, number},
	{"POST /settings/numbers/{number}", account.MayNumbers, saveNumber},
	{"GET /settings/keys", account.MayKeys, keys},
	{"POST /settings/keys", account.MayKeys, createKey},
	{"POST /settings/keys/{key}/revoke", account.MayKeys, revokeKey},
	{"GET /settings/staff", account.MayStaff, staff},
	{"POST /settings/staff", account.MayStaff, inviteStaff},
	{"POST /settings/staff/{staff}", account.MayStaff, changeStaff},
	{"GET /settings/audit", account.MayAudit, trail},
	{"GET /settings/me", account.MaySee, me},
	{"POST /settings/me", account.MaySee, setPassword},
	{"POST /settings/release", account.MayTenant, release},
}

// numbers lists the business's numbers; secrets are never shown.
func numbers(v *visit) error {
	var all []account.Number
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = account.Numbers(ctx, tx, v.tenant.ID)
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, numbersView(v, all))
}

func number(v *visit) error {
	n, err := v.number()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, numberView(v, n, ""))
}

func (v *visit) number() (n account.Number, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) error {
		n, err = account.NumberOf(ctx, tx, v.tenant.ID, v.r.PathValue("number"))
		return err
	})
	return n, err
}

// saveNumber keeps mode, quiet hours and caps.
func saveNumber(v *visit) error {
	n, err := v.number()
	if err != nil {
		return err
	}
	form := v.r.PostFormValue
	set := account.NumberSettings{StopAck: form("stop_ack") == "on", Brake: form("brake") == "on"}
	set.Quiet = account.Quiet{On: form("quiet") == "on", From: minutes(form("from")), To: minutes(form("to")), Zone: n.Settings.Quiet.Zone}
	set.CapDay, set.CapMonth = whole(form("cap_day")), whole(form("cap_month"))
	n.Mode, n.Settings = account.Mode(form("mode")), set
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.SetNumberSettings(ctx, tx, v.tenant.ID, n.ID, n.Mode, set, v.staff.ID)
	})
	if errs.CodeOf(err) == errs.Invalid {
		return v.show(http.StatusBadRequest, numberView(v, n, v.sentence(err)))
	}
	if err != nil {
		return err
	}
	return v.to("/settings")
}

// minutes reads 22:30 as minutes after midnight; -1, which is refused, for anything else.
func minutes(s string) int {
	h, m, ok := strings.Cut(s, ":")
	hour, err := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	if !ok || err != nil || err2 != nil || hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return -1
	}
	return hour*60 + minute
}

// suggested fills hours that nobody has set yet.
func suggested(q account.Quiet) account.Quiet {
	if q.From == 0 && q.To == 0 {
		q.From, q.To = 22*60, 8*60
	}
	return q
}

// hour writes minutes as an input of type time wants them.
func hour(minutes int) string {
	pad := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	return pad(minutes/60%24) + ":" + pad(minutes%60)
}

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

// trail shows the audit trail.
func trail(v *visit) error {
	var entries []account.Entry
	var members []account.Staff
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if members, err = account.AllStaff(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		entries, err = account.Trail(ctx, tx, v.tenant.ID, v.r.URL.Query().Get("before"), pageSize+1)
		return err
	}); err != nil {
		return err
	}
	next := ""
	if len(entries) > pageSize {
		entries = entries[:pageSize]
		next = path("/settings/audit", filter{"before", entries[pageSize-1].ID})
	}
	names := map[string]string{}
	for _, m := range members {
		names[m.ID] = m.Name
	}
	return v.show(http.StatusOK, trailView(v, entries, names, next))
}
