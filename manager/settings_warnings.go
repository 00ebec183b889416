package manager

import (
	"context"
	"net/http"
	"strings"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/errs"
)

var warningRoutes = []route{
	{"GET /settings/warnings", account.MayTenant, warnings},
	{"POST /settings/warnings", account.MayTenant, saveWarnings},
}

// warningsData is which warnings are mailed, and to whom.
type warningsData struct {
	off            map[string]bool
	readers        map[string]string
	field, problem string
}

// warningKinds are those that can be mailed, of a group.
func warningKinds(g alert.Group) []alert.Kind {
	var out []alert.Kind
	for _, k := range alert.Kinds {
		if k.Mailed && k.Group == g {
			out = append(out, k)
		}
	}
	return out
}

// warningName is a kind in a few words; one that has none yet goes by its title.
func (v *visit) warningName(k alert.Kind) string {
	if name := v.ifSaid("warning." + k.Code); name != "" {
		return name
	}
	return (&alert.Alert{Kind: k.Code, Seen: 1}).Title(v.lang)
}

func warnings(v *visit) error {
	d := warningsData{off: map[string]bool{}, readers: map[string]string{}}
	err := v.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := alert.Choices(ctx, tx, v.tenant.ID)
		for kind, c := range all {
			d.off[kind], d.readers[kind] = c.Off, strings.Join(c.Readers, ", ")
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, warningsView(v, d))
}

// saveWarnings keeps every kind's choice; what was typed stays when one of them is no address.
func saveWarnings(v *visit) error {
	if err := v.r.ParseForm(); err != nil {
		return errs.New(errs.Invalid, "error.invalid")
	}
	if v.r.PostFormValue("shown") != "warnings" { // no tick means "no mail" only where there were ticks to set
		return errs.New(errs.Invalid, "warning.not_the_form")
	}
	d := warningsData{off: map[string]bool{}, readers: map[string]string{}}
	var list []alert.Choice
	for _, k := range alert.Kinds {
		if !k.Mailed {
			continue
		}
		typed := v.r.PostFormValue("readers_" + k.Code)
		d.off[k.Code], d.readers[k.Code] = v.r.PostFormValue("mail_"+k.Code) == "", typed
		c := alert.Choice{Kind: k.Code, Off: d.off[k.Code]}
		for part := range strings.SplitSeq(typed, ",") {
			if part = strings.TrimSpace(part); part != "" {
				c.Readers = append(c.Readers, part)
			}
		}
		list = append(list, c)
	}
	err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return alert.PutChoices(ctx, tx, v.tenant.ID, list, v.staff.ID)
	})
	if errs.CodeOf(err) == errs.Invalid {
		d.field, d.problem = fieldOf(err), v.sentence(err)
		return v.show(http.StatusBadRequest, warningsView(v, d))
	}
	if err != nil {
		return err
	}
	return v.saved("/settings/warnings", "manager.saved")
}
