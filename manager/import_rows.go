package manager

import (
	"context"
	"encoding/csv"
	"errors"
	"net/http"
	"time"

	"jawort/account"
	"jawort/blob"
	"jawort/bring"
	"jawort/db"
	"jawort/roster"
)

// importRows gives back the rows with something to tell, as the file has them, with what is wrong in two columns of their own: they can be
// put right and brought in again. No cell is a formula to a spreadsheet.
func importRows(v *visit) error {
	var i bring.Import
	var file blob.Blob
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if i, err = bring.Get(ctx, tx, v.tenant.ID, v.r.PathValue("import")); err == nil {
			file, err = blob.Get(ctx, tx, v.tenant.ID, i.File)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "import.rows", Object: i.ID})
	}); err != nil {
		return err
	}
	head := v.w.Header()
	head.Set("Content-Type", "text/csv; charset=utf-8")
	head.Set("Content-Disposition", `attachment; filename="`+v.say("manager.imports.rows.file")+"-"+v.exportDay()+`.csv"`)
	if err := v.writeRows(&i, file.Body); err != nil { // half a file must not look like a whole one
		v.s.Log.ErrorContext(v.r.Context(), "rows of an import", "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// writeRows walks through the file and takes the rows that have something to tell, batch by batch.
func (v *visit) writeRows(i *bring.Import, body []byte) error {
	out, err := v.sheet()
	if err != nil {
		return err
	}
	o := roster.Options{Region: i.Options.Region}
	for _, c := range i.Options.Columns {
		o.Columns = append(o.Columns, roster.Field(c))
	}
	told, failed := &toldRows{v: v, list: i.ID}, error(nil)
	next, more := told.next()
	slow := http.NewResponseController(v.w)
	err = roster.Records(body, o, func(line int, cells []string) bool {
		first, second := v.say("manager.imports.rows.line"), v.say("manager.imports.rows.why")
		if line > 0 {
			for more && next.Line < int64(line) {
				next, more = told.next()
			}
			if !more || next.Line != int64(line) {
				return more
			}
			_, text := v.verdictWord(next.Verdict)
			first, second = v.integer(next.Line), text
			_ = slow.SetWriteDeadline(time.Now().Add(exportPause)) // a writer that has no deadline needs none
		}
		row := append([]string{first, second}, cells...)
		for k := range row {
			row[k] = harmless(row[k])
		}
		failed = out.Write(row)
		return failed == nil
	})
	out.Flush()
	return errors.Join(err, failed, told.err, out.Error())
}

// sheet begins a table as spreadsheets of the reader's country read it.
func (v *visit) sheet() (*csv.Writer, error) {
	if _, err := v.w.Write([]byte("\ufeff")); err != nil {
		return nil, err
	}
	out := csv.NewWriter(v.w)
	out.UseCRLF = true
	if v.lang == "de" {
		out.Comma = ';'
	}
	return out, nil
}

// toldRows walks through the rows with something to tell.
type toldRows struct {
	v     *visit
	list  string
	page  []bring.Row
	after int64
	over  bool
	err   error
}

func (t *toldRows) next() (bring.Row, bool) {
	if len(t.page) == 0 && !t.over {
		t.err = t.v.read(func(ctx context.Context, tx *db.Tx) (err error) {
			t.page, err = bring.Rows(ctx, tx, t.v.tenant.ID, t.list, "", t.after, exportBatch)
			return err
		})
		t.over = t.err != nil || len(t.page) < exportBatch
	}
	if len(t.page) == 0 {
		return bring.Row{}, false
	}
	r := t.page[0]
	t.page, t.after = t.page[1:], r.Line
	return r, true
}
