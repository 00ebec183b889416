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
	return v.saved("/settings/numbers", "manager.saved")
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
