package manager

import (
	"context"
	"net/http"
	"time"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/errs"
)

var alertRoutes = []route{
	{"GET /alerts", account.MaySee, alerts},
	{"POST /alerts/{alert}/mute", account.MayEdit, muteAlert},
	{"POST /alerts/{alert}/unmute", account.MayEdit, unmuteAlert},
}

// alertsData is what the page of alerts shows.
type alertsData struct {
	open, past []alert.Alert
	told       map[string][]alert.Told
	names      map[string]string // staff id or e-mail → name
	mail       alert.Server
	next       string // path of the older ones
	now        int64
	muting     string // id of the alert whose form holds what was typed
	form       muteForm
	problem    string
}

type muteForm struct{ until, why, field string }

func alerts(v *visit) error { return v.showAlerts(http.StatusOK, alertsData{}) }

func (v *visit) showAlerts(status int, d alertsData) error {
	before := v.r.URL.Query().Get("before")
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		id := v.tenant.ID
		if d.now, err = tx.Now(ctx); err != nil {
			return err
		}
		if d.open, err = alert.Open(ctx, tx, id); err != nil {
			return err
		}
		if d.past, err = alert.Past(ctx, tx, id, before, pageSize+1); err != nil {
			return err
		}
		if len(d.past) > pageSize {
			d.past = d.past[:pageSize]
			d.next = path("/alerts", filter{"before", d.past[pageSize-1].ID})
		}
		var ids []string
		for _, list := range [][]alert.Alert{d.open, d.past} {
			for _, a := range list {
				ids = append(ids, a.ID)
			}
		}
		if d.told, err = alert.ToldOf(ctx, tx, id, ids); err != nil {
			return err
		}
		if d.mail, err = alert.ServerOf(ctx, tx, id); err != nil {
			return err
		}
		d.names, err = readerNames(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(status, alertsView(v, d))
}

// readerNames are the names by id and by e-mail.
func readerNames(ctx context.Context, tx *db.Tx, tenant string) (map[string]string, error) {
	all, err := account.AllStaff(ctx, tx, tenant)
	out := map[string]string{}
	for _, m := range all {
		out[m.ID], out[m.Email] = m.Name, m.Name
	}
	return out, err
}

// muteAlert keeps one quiet until a day's end or an hour, with a reason.
func muteAlert(v *visit) error {
	d := alertsData{muting: v.r.PathValue("alert"), form: muteForm{until: v.r.PostFormValue("until"), why: v.r.PostFormValue("why")}}
	until, err := time.ParseInLocation("2006-01-02T15:04", d.form.until, v.zone)
	if err != nil {
		until = time.UnixMicro(0)
	}
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := alert.Of(ctx, tx, v.tenant.ID, d.muting); err != nil {
			return err
		}
		if err := alert.Mute(ctx, tx, v.tenant.ID, d.muting, until.UnixMicro(), v.staff.ID, d.form.why); err != nil {
			return err
		}
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "alert.muted", Object: d.muting})
	})
	if errs.CodeOf(err) == errs.Invalid {
		d.problem, d.form.field = v.sentence(err), fieldOf(err)
		return v.showAlerts(http.StatusBadRequest, d)
	}
	if err != nil {
		return err
	}
	return v.to("/alerts")
}

func unmuteAlert(v *visit) error {
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		if err := alert.Unmute(ctx, tx, v.tenant.ID, v.r.PathValue("alert")); err != nil {
			return err
		}
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "alert.unmuted", Object: v.r.PathValue("alert")})
	}); err != nil {
		return err
	}
	return v.to("/alerts")
}

// soon is a useful end of a mute: tomorrow morning.
func (v *visit) soon(d alertsData, id string) string {
	if d.muting == id && d.form.until != "" {
		return d.form.until
	}
	t := v.now().AddDate(0, 0, 1)
	return time.Date(t.Year(), t.Month(), t.Day(), 9, 0, 0, 0, v.zone).Format("2006-01-02T15:04")
}
