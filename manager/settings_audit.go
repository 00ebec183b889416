package manager

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/db"
)

// trailData is a page of the audit trail, narrowed or not.
type trailData struct {
	entries []account.Entry
	names   map[string]string // of the staff
	by      account.Narrow
	actors  []option
	actions []option
	next    string // "" = these were the last
}

func narrow(q url.Values) account.Narrow {
	return account.Narrow{Actor: q.Get("actor"), Action: q.Get("action"), Object: q.Get("object")}
}

func (d trailData) filter() []filter {
	return []filter{{"actor", d.by.Actor}, {"action", d.by.Action}, {"object", d.by.Object}}
}

// trail shows the audit trail.
func trail(v *visit) error {
	q := v.r.URL.Query()
	d := trailData{by: narrow(q)}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if err = v.trailChoices(ctx, tx, &d); err != nil {
			return err
		}
		d.entries, err = account.TrailOf(ctx, tx, v.tenant.ID, d.by, q.Get("before"), pageSize+1)
		return err
	}); err != nil {
		return err
	}
	if len(d.entries) > pageSize {
		d.entries = d.entries[:pageSize]
		d.next = path("/settings/audit", append(d.filter(), filter{"before", d.entries[pageSize-1].ID})...)
	}
	return v.show(http.StatusOK, trailView(v, d))
}

// trailChoices are who and what one can narrow to.
func (v *visit) trailChoices(ctx context.Context, tx *db.Tx, d *trailData) error {
	members, err := account.AllStaff(ctx, tx, v.tenant.ID)
	if err != nil {
		return err
	}
	d.names, d.actors = map[string]string{}, []option{{"", v.say("manager.audit.everybody"), ""}}
	for _, m := range members {
		d.names[m.ID] = m.Name
		d.actors = append(d.actors, option{m.ID, m.Name, ""})
	}
	if d.by.Actor != "" && d.names[d.by.Actor] == "" { // a key or a command
		d.actors = append(d.actors, option{d.by.Actor, d.by.Actor, ""})
	}
	kinds, err := account.ActionsOf(ctx, tx, v.tenant.ID)
	for _, k := range kinds {
		d.actions = append(d.actions, option{k, v.either("audit", k), ""})
	}
	slices.SortFunc(d.actions, func(a, b option) int { return strings.Compare(a.Label, b.Label) })
	d.actions = append([]option{{"", v.say("manager.audit.everything"), ""}}, d.actions...)
	return err
}

const (
	trailBatch = 1000
	mostTrail  = 1_000_000 // entries of one file: what a spreadsheet can hold
)

// exportTrail gives the trail as CSV. It comes by POST, because it is itself an entry.
func exportTrail(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	by := narrow(f.values)
	var names map[string]string
	if err := v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if names, err = staffNames(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "audit.exported", Object: v.tenant.ID,
			Detail: map[string]string{"actor": by.Actor, "action": by.Action, "object": by.Object}})
	}); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+v.say("manager.audit.file")+"-"+v.now().Format(time.DateOnly)+`.csv"`)
	if err := v.writeTrail(by, names); err != nil { // half a file must not look like a whole one
		v.s.Log.ErrorContext(v.r.Context(), "export audit trail", "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// writeTrail reads a batch a transaction: a long file must not hold one open.
func (v *visit) writeTrail(by account.Narrow, names map[string]string) error {
	if _, err := v.w.Write([]byte("\ufeff")); err != nil { // tells spreadsheets that it is UTF-8
		return err
	}
	out := csv.NewWriter(v.w)
	out.UseCRLF = true
	if v.lang == "de" {
		out.Comma = ';'
	}
	head := []string{v.say("manager.time"), v.say("manager.audit.who"), v.say("manager.audit.what"), v.say("manager.audit.object"), v.say("manager.audit.detail")}
	if err := out.Write(head); err != nil {
		return err
	}
	slow := http.NewResponseController(v.w)
	for before, n := "", 0; n < mostTrail; n += trailBatch {
		var page []account.Entry
		if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
			page, err = account.TrailOf(ctx, tx, v.tenant.ID, by, before, trailBatch)
			return err
		}); err != nil {
			return err
		}
		_ = slow.SetWriteDeadline(time.Now().Add(exportPause)) // a writer that has no deadline needs none
		for _, e := range page {
			row := []string{stamp(e.At), actor(names, e.Actor), v.either("audit", e.Action), e.Object, detail(e)}
			for i := range row {
				row[i] = harmless(row[i])
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		if err := out.Error(); err != nil || len(page) < trailBatch {
			return err
		}
		before = page[len(page)-1].ID
	}
	return nil
}
