package manager

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"jawort/account"
	"jawort/blob"
	"jawort/bring"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
	"jawort/roster"
	"jawort/say"
)

// importData is one list.
type importData struct {
	bring.Import
	glance  *roster.Glance // how its file begins; nil once it was let go
	rows    []bring.Row
	verdict bring.Verdict // of the rows; "" = all
	next    string        // where they go on
	names   map[string]string
	topics  []topicName
	sources []sourceName // that are live: where people can say yes themselves
	wrong   string       // of the columns
	refused struct{ typed, problem string }
}

type sourceName struct{ id, name string }

// glanceRows is how many rows of a file are shown.
const glanceRows = 5

func importPage(v *visit) error { return v.showImport(http.StatusOK, importData{}) }

func (v *visit) showImport(status int, d importData) error {
	q := v.r.URL.Query()
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64) // odd ones begin at the top
	if w := bring.Verdict(q.Get("verdict")); slices.Contains(bring.Verdicts, w) {
		d.verdict = w
	}
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Import, err = bring.Get(ctx, tx, v.tenant.ID, v.r.PathValue("import")); err != nil {
			return err
		}
		if d.rows, err = bring.Rows(ctx, tx, v.tenant.ID, d.ID, d.verdict, after, pageSize+1); err != nil {
			return err
		}
		if d.names, err = staffNames(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		if d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
			return err
		}
		if d.sources, err = liveSources(ctx, tx, v.tenant.ID); err != nil || d.State != bring.Ready && d.State != bring.Failed {
			return err
		}
		d.glance, err = v.glance(ctx, tx, &d.Import)
		return err
	})
	if err != nil {
		return err
	}
	if len(d.rows) > pageSize {
		d.rows = d.rows[:pageSize]
		d.next = path("/imports/"+d.ID, filter{"verdict", string(d.verdict)}, filter{"after", strconv.FormatInt(d.rows[pageSize-1].Line, 10)}) + "#rows"
	}
	return v.show(status, importView(v, d))
}

// glance reads how the file begins. One that is no table has none.
func (v *visit) glance(ctx context.Context, tx *db.Tx, i *bring.Import) (*roster.Glance, error) {
	b, err := blob.Get(ctx, tx, v.tenant.ID, i.File)
	if errs.CodeOf(err) == errs.NotFound { // its time is over
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	o := roster.Options{Region: i.Options.Region}
	for _, c := range i.Options.Columns {
		o.Columns = append(o.Columns, roster.Field(c))
	}
	g, err := roster.Look(b.Body, o, glanceRows)
	if err != nil {
		return nil, nil // the page says why, by the list's own problem
	}
	return g, nil
}

// setColumns takes what staff say the columns are, and reads the list anew.
func setColumns(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		i, err := bring.Get(ctx, tx, v.tenant.ID, v.r.PathValue("import"))
		if err != nil {
			return err
		}
		i.Options.Columns = f.values["column"]
		if !slices.Contains(i.Options.Columns, string(roster.Number)) {
			return errs.At("columns", "manager.imports.columns.number")
		}
		return bring.Reread(ctx, tx, v.tenant.ID, i.ID, v.staff.ID, i.Options)
	})
	if errs.CodeOf(err) == errs.Invalid {
		return v.showImport(http.StatusBadRequest, importData{wrong: v.sentence(err)})
	}
	return v.onImport(err, "")
}

func beginImport(v *visit) error {
	return v.onImport(v.write(func(ctx context.Context, tx *db.Tx) error {
		return bring.Begin(ctx, tx, v.tenant.ID, v.r.PathValue("import"), v.staff.ID)
	}), "")
}

func dropImport(v *visit) error {
	err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return bring.Drop(ctx, tx, v.tenant.ID, v.r.PathValue("import"), v.staff.ID)
	})
	if err != nil {
		return err
	}
	return v.done("/imports", v.say("manager.imports.dropped"))
}

func askImportUndo(v *visit) error {
	why := v.r.PostFormValue("reason")
	err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return bring.AskUndo(ctx, tx, v.tenant.ID, v.r.PathValue("import"), v.staff.ID, why)
	})
	if errs.CodeOf(err) == errs.Invalid {
		var d importData
		d.refused.typed, d.refused.problem = why, v.sentence(err)
		return v.showImport(http.StatusBadRequest, d)
	}
	return v.onImport(err, "manager.imports.undo.asked")
}

func decideImportUndo(v *visit) error {
	agree := v.r.PostFormValue("decision") == "approved"
	said := "manager.imports.undo.kept"
	if agree {
		said = "manager.imports.undo.agreed"
	}
	return v.onImport(v.write(func(ctx context.Context, tx *db.Tx) error {
		return bring.DecideUndo(ctx, tx, v.tenant.ID, v.r.PathValue("import"), v.staff.ID, agree)
	}), said)
}

// onImport goes back to the list after an act.
func (v *visit) onImport(err error, said string) error {
	to := "/imports/" + v.r.PathValue("import")
	switch {
	case err != nil:
		return err
	case said == "":
		return v.to(to)
	}
	return v.done(to, v.say(said))
}

// undoAsk is the question before a whole list is taken back.
func (v *visit) undoAsk(d importData) look.Ask {
	return v.ask(look.Ask{ID: "undo", Open: v.say("manager.imports.undo.open"), Class: "btn danger small", Title: v.say("manager.imports.undo.title", say.Args{"Name": v.importName(d.Import)}),
		Text: []string{v.say("manager.imports.undo.text"), v.say("manager.imports.undo.two")}, Action: "/imports/" + d.ID + "/undo", Do: v.say("manager.imports.undo.do"),
		Keep: v.say("manager.imports.undo.keep"), Typed: d.refused.typed, Problem: d.refused.problem})
}

// came are the verdicts of a list.
func (d *importData) came() map[bring.Verdict]int64 { return d.Result() }

// advance is how far the work of a list is.
func (v *visit) advance(i bring.Import) look.Advance {
	a := look.Advance{Title: v.say("manager.imports.phase." + string(i.Phase)), Done: i.Through, Total: i.Total}
	a.Text = v.say("manager.imports.leave")
	if i.Total > 0 {
		a.Text = v.say("manager.imports.through", say.Args{"Done": v.integer(i.Through), "Most": v.integer(i.Total)}) + " " + a.Text
	}
	return a
}

// rowShape is the shape beside a verdict.
func rowShape(w bring.Verdict) string {
	switch {
	case w == bring.Stop || w == bring.AlreadyIn || w == bring.AlreadyOut:
		return "ok"
	case w == bring.Claim:
		return "wait"
	case slices.Contains(bring.Problems, w):
		return "bad"
	case w == bring.Twice:
		return "idle"
	}
	return "warn"
}

// verdictWord is a verdict in a word, and what it means.
func (v *visit) verdictWord(w bring.Verdict) (word, text string) { return w.Words(v.lang) }

// mayDecideUndo says that the reader may agree: somebody else asked.
func (v *visit) mayDecideUndo(i bring.Import) bool {
	return v.may(account.MayVoid) && i.UndoBy != "" && i.UndoBy != v.staff.ID && i.State == bring.Done
}
