package manager

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"jawort/account"
	"jawort/db"
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

// numberData is one number with its two forms.
type numberData struct {
	n             account.Number
	rules, secret typed
}

func number(v *visit) error {
	d, err := v.numberForms()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, numberView(v, d))
}

func (v *visit) number() (n account.Number, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) error {
		n, err = account.NumberOf(ctx, tx, v.tenant.ID, v.r.PathValue("number"))
		return err
	})
	return n, err
}

// numberForms shows what is kept; hours that nobody has set yet are suggested.
func (v *visit) numberForms() (d numberData, err error) {
	if d.n, err = v.number(); err != nil {
		return d, err
	}
	s, q := d.n.Settings, d.n.Settings.Quiet
	if q.From == 0 && q.To == 0 {
		q.From, q.To = 22*60, 8*60
	}
	d.rules = filled("mode", string(d.n.Mode), "from", hour(q.From), "to", hour(q.To),
		"cap_day", strconv.FormatInt(s.CapDay, 10), "cap_month", strconv.FormatInt(s.CapMonth, 10), "reason", "")
	for name, on := range map[string]bool{"quiet": q.On, "stop_ack": s.StopAck, "optin_ack": s.OptinAck, "brake": s.Brake} {
		if on {
			d.rules.values.Set(name, "on")
		}
	}
	return d, nil
}

// saveNumber keeps mode, quiet hours and caps.
func saveNumber(v *visit) error {
	d, err := v.numberForms()
	if err != nil {
		return err
	}
	f, err := v.typed()
	if err != nil {
		return err
	}
	set := account.NumberSettings{StopAck: f.on("stop_ack"), OptinAck: f.on("optin_ack"), Brake: f.on("brake"), CapDay: whole(f.get("cap_day")), CapMonth: whole(f.get("cap_month")),
		Quiet: account.Quiet{On: f.on("quiet"), From: minutes(f.get("from")), To: minutes(f.get("to")), Zone: d.n.Settings.Quiet.Zone}}
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.ChangeNumber(ctx, tx, v.tenant.ID, d.n.ID, account.Mode(f.get("mode")), set, f.get("reason"), v.staff.ID)
	})
	if err == nil {
		return v.saved("/settings/numbers", "manager.saved")
	}
	capField := "cap_day"
	if set.CapDay >= 0 {
		capField = "cap_month"
	}
	if err := f.took(v, err, map[string]string{"settings.quiet": "from", "settings.cap_day": capField, "reason": "reason", "mode": "mode"}); err != nil {
		return err
	}
	d.rules = f
	return v.show(f.status(), numberView(v, d))
}

// saveNumberSecrets replaces token and app secret. What was typed does not come back: secrets are shown to nobody.
func saveNumberSecrets(v *visit) error {
	d, err := v.numberForms()
	if err != nil {
		return err
	}
	f, err := v.typed()
	if err != nil {
		return err
	}
	token, secret := strings.TrimSpace(f.get("token")), strings.TrimSpace(f.get("app_secret"))
	f.values.Set("token", "")
	f.values.Set("app_secret", "")
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.SetNumberSecrets(ctx, tx, v.s.Keys, v.tenant.ID, d.n.ID, token, secret, v.staff.ID)
	})
	if err == nil {
		return v.saved("/settings/numbers", "manager.number.secrets.done")
	}
	if err := f.took(v, err, nil); err != nil {
		return err
	}
	d.secret = f
	return v.show(f.status(), numberView(v, d))
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

// hour writes minutes as an input of type time wants them.
func hour(minutes int) string {
	pad := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	return pad(minutes/60%24) + ":" + pad(minutes%60)
}

// modes are the three with what they mean.
func (v *visit) modes() (out []option) {
	for _, m := range []account.Mode{account.Enforce, account.Warn, account.Observe} {
		out = append(out, option{string(m), v.say("manager.mode." + string(m)), v.say("manager.mode." + string(m) + ".text")})
	}
	return out
}
