package manager

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"time"

	"jawort/account"
	"jawort/bring"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/say"
)

// exports are the tables of everything, by their names.
var exports = []string{"people", "events", "suppressions"}

// exportAll streams a table of everything. It comes by POST, and the audit trail tells of it. Whoever may not see whole numbers gets the
// suppression list alone, which holds none.
func exportAll(v *visit) error {
	what := v.r.PathValue("what")
	if !known(exports, what) {
		return errs.New(errs.NotFound, "manager.not_found")
	}
	if what != "suppressions" && !v.may(account.MayAddress) {
		return errs.New(errs.Forbidden, "error.forbidden")
	}
	if err := v.recordExport(what, -1); err != nil { // before the first byte: who takes data out leaves a trace
		return err
	}
	pepper, err := v.s.Keys.Pepper(v.tenant)
	if err != nil {
		return err
	}
	head := v.w.Header()
	head.Set("Content-Type", "text/csv; charset=utf-8")
	head.Set("Content-Disposition", `attachment; filename="`+what+"-"+v.exportDay()+`.csv"`)
	slow := http.NewResponseController(v.w)
	read := func(f func(ctx context.Context, tx *db.Tx) error) error {
		_ = slow.SetWriteDeadline(time.Now().Add(exportPause)) // a writer that has no deadline needs none
		return v.read(f)
	}
	n, out := 0, csv.NewWriter(v.w)
	switch what {
	case "people":
		n, err = bring.OutPeople(read, v.tenant.ID, out)
	case "events":
		n, err = bring.OutEvents(read, v.tenant.ID, out)
	default:
		n, err = contact.OutSuppressions(read, v.tenant.ID, contact.ListKey(pepper), out)
	}
	if err == nil {
		err = v.recordExport(what, n)
	}
	if err != nil { // half a file must not look like a whole one
		v.s.Log.ErrorContext(v.r.Context(), "export", "what", what, "rows", n, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func (v *visit) recordExport(what string, n int) error {
	e := account.Entry{Actor: v.staff.ID, Action: "export.begun", Object: what, Detail: map[string]string{}}
	if n >= 0 {
		e.Action, e.Detail["count"] = "export.done", strconv.Itoa(n)
	}
	return v.s.DB.Write(context.WithoutCancel(v.r.Context()), func(ctx context.Context, tx *db.Tx) error {
		return account.Record(ctx, tx, v.tenant.ID, e)
	})
}

// bringSuppressions takes a suppression list of fingerprints, whole or not at all. It only ever adds.
func bringSuppressions(v *visit) error {
	body, _, err := v.listText()
	var n int
	if err == nil {
		n, err = v.putSuppressions(body)
	}
	if errs.CodeOf(err) == errs.Invalid || errs.CodeOf(err) == errs.TooLarge {
		return v.showImports(http.StatusBadRequest, v.sentence(err))
	}
	if err != nil {
		return err
	}
	return v.done("/imports", v.say("manager.imports.suppressions.done", say.Args{"Number": v.integer(int64(n))}))
}

func (v *visit) putSuppressions(body []byte) (int, error) {
	pepper, err := v.s.Keys.Pepper(v.tenant)
	if err != nil {
		return 0, err
	}
	all, err := contact.ReadList(bytes.NewReader(body), contact.ListKey(pepper))
	if err != nil {
		return 0, err
	}
	return len(all), v.write(func(ctx context.Context, tx *db.Tx) error {
		if err := contact.Suppress(ctx, tx, v.tenant.ID, all); err != nil {
			return err
		}
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "suppressions.brought", Object: "suppressions", Detail: map[string]string{"count": strconv.Itoa(len(all))}})
	})
}
