package manager

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/roster"
)

// exportBatch is how many people are read and written at a time; each batch has its own transaction and its own time to be written.
const (
	exportBatch = 500
	exportPause = time.Minute
)

// exportPeople streams the people of a filter as CSV. It comes by POST, because the audit trail tells of it.
func exportPeople(v *visit) error {
	var d peopleData
	if err := v.read(func(ctx context.Context, tx *db.Tx) error { return v.readChoices(ctx, tx, &d) }); err != nil {
		return err
	}
	q, err := url.ParseQuery(v.r.PostFormValue("filter"))
	if err != nil {
		q = url.Values{}
	}
	by := narrowedBy(q, d.choices)
	if err := v.record("people.export_begun", by, -1); err != nil { // before the first byte: who takes data out leaves a trace
		return err
	}
	head := v.w.Header()
	head.Set("Content-Type", "text/csv; charset=utf-8")
	head.Set("Content-Disposition", `attachment; filename="`+v.say("manager.people.export.file")+"-"+v.exportDay()+`.csv"`)
	n, err := v.writePeople(newSearch(v.tenant.ID, by, d.topics, v.s.Now()), d)
	if err == nil {
		err = v.record("people.exported", by, n)
	}
	if err != nil { // half a file must not look like a whole one
		v.s.Log.ErrorContext(v.r.Context(), "export people", "rows", n, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func (v *visit) record(action string, by narrowed, n int) error {
	e := account.Entry{Actor: v.staff.ID, Action: action, Object: "people", Detail: map[string]string{"filter": by.query()}}
	if n >= 0 {
		e.Detail["count"] = strconv.Itoa(n)
	}
	return v.s.DB.Write(context.WithoutCancel(v.r.Context()), func(ctx context.Context, tx *db.Tx) error {
		return account.Record(ctx, tx, v.tenant.ID, e)
	})
}

// writePeople writes head and rows. The mark in front tells spreadsheets that it is UTF-8; German ones part columns by semicolons.
func (v *visit) writePeople(s *peopleSearch, d peopleData) (n int, err error) {
	if _, err := v.w.Write([]byte("\ufeff")); err != nil {
		return 0, err
	}
	out := csv.NewWriter(v.w)
	out.UseCRLF = true
	if v.lang == "de" {
		out.Comma = ';'
	}
	if err := out.Write(v.exportHead(d.topics)); err != nil {
		return 0, err
	}
	slow := http.NewResponseController(v.w)
	_, err = s.walk(v.read, "", exportBatch, 0, func(rows []personRow) (bool, error) {
		_ = slow.SetWriteDeadline(time.Now().Add(exportPause)) // a writer that has no deadline needs none
		for _, p := range rows {
			if err := out.Write(v.exportRow(p, d.topics)); err != nil {
				return true, err
			}
			n++
		}
		out.Flush()
		return false, out.Error()
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return n, err
}

func (v *visit) exportHead(topics []topicName) []string {
	head := []string{v.say("manager.person.id"), v.say("manager.people.export.name"), v.say("manager.people.export.address"), v.say("manager.language"), v.say("manager.people.since")}
	for _, t := range topics {
		head = append(head, t.Name)
	}
	for i := range head {
		head[i] = harmless(head[i])
	}
	return head
}

// exportRow is one person. Addresses stand as tel:+…, so that no spreadsheet takes them for sums or rounds them.
func (v *visit) exportRow(p personRow, topics []topicName) []string {
	address := p.Address
	if !v.may(account.MayAddress) {
		address = v.shown(address)
	}
	row := []string{p.Contact, p.Name, address, p.Language, time.UnixMicro(p.CreatedAt).In(v.zone).Format(time.DateOnly)}
	states := map[string]string{}
	for _, c := range p.Chips {
		states[c.Topic] = v.say("manager.state." + c.State)
	}
	for _, t := range topics {
		if states[t.Code] == "" {
			states[t.Code] = v.say("manager.state.none")
		}
		row = append(row, states[t.Code])
	}
	for i := range row {
		row[i] = harmless(row[i])
	}
	return row
}

func harmless(cell string) string { return roster.Harmless(cell) }
