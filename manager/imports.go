package manager

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"jawort/account"
	"jawort/bring"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
	"jawort/roster"
)

var importRoutes = []route{
	{"GET /imports", account.MayImport, importList},
	{"GET /imports/new", account.MayImport, importForm},
	{"POST /imports", account.MayImport, bringIn},
	{"POST /imports/suppressions", account.MayImport, bringSuppressions},
	{"POST /exports/{what}", account.MayExport, exportAll},
	{"GET /imports/{import}", account.MayImport, importPage},
	{"POST /imports/{import}/columns", account.MayImport, setColumns},
	{"POST /imports/{import}/begin", account.MayImport, beginImport},
	{"POST /imports/{import}/drop", account.MayImport, dropImport},
	{"POST /imports/{import}/rows", account.MayImport, importRows},
	{"POST /imports/{import}/undo", account.MayImport, askImportUndo},
	{"POST /imports/{import}/undo/decide", account.MayVoid, decideImportUndo},
}

// importsData is the page of all lists.
type importsData struct {
	all   []bring.Import
	next  string // the page behind; "" = the end
	names map[string]string
	wrong string // of the suppression list
}

func importList(v *visit) error { return v.showImports(http.StatusOK, "") }

func (v *visit) showImports(status int, wrong string) error {
	d := importsData{wrong: wrong}
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.names, err = staffNames(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		d.all, err = bring.List(ctx, tx, v.tenant.ID, v.r.URL.Query().Get("before"), pageSize+1)
		return err
	})
	if len(d.all) > pageSize {
		d.all = d.all[:pageSize]
		d.next = path("/imports", filter{"before", d.all[pageSize-1].ID})
	}
	if err != nil {
		return err
	}
	return v.show(status, importsView(v, d))
}

// bringingData is the form that takes a list.
type bringingData struct {
	kind   bring.Kind
	topics []topicName
	form   typed
}

func importForm(v *visit) error {
	f := filled("scope", "all")
	kind := bring.OptOuts
	if v.r.URL.Query().Get("kind") == string(bring.People) {
		kind, f = bring.People, filled("scope", "marketing")
	}
	return v.showBringing(http.StatusOK, bringingData{kind: kind, form: f})
}

func (v *visit) showBringing(status int, d bringingData) error {
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d.topics, err = v.liveTopics(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(status, bringingView(v, d))
}

// liveTopics are the topics that somebody can agree to now.
func (v *visit) liveTopics(ctx context.Context, tx *db.Tx) ([]topicName, error) {
	all, err := topicNames(ctx, tx, v.tenant.ID, v.lang)
	var out []topicName
	for _, t := range all {
		if !t.Retired {
			out = append(out, t)
		}
	}
	return out, err
}

// bringIn takes a list and shows what it would do; nothing takes effect yet.
func bringIn(v *visit) error {
	body, name, err := v.listText()
	f := typed{values: v.r.PostForm}
	i := bring.Import{Kind: bring.Kind(f.get("kind")), Name: name, CreatedBy: v.staff.ID,
		Options: bring.Options{Region: v.tenant.Country, Scope: f.get("scope"), Origin: strings.TrimSpace(f.get("origin")), Topics: f.values["topics"]}}
	if err == nil {
		err = v.write(func(ctx context.Context, tx *db.Tx) error { i, err = v.putList(ctx, tx, i, body); return err })
	}
	if err == nil {
		return v.to("/imports/" + i.ID)
	}
	if err := f.took(v, err, map[string]string{"list": "list", "topics": "topics", "origin": "origin", "scope": "scope", "kind": ""}); err != nil {
		return err
	}
	if i.Kind != bring.People {
		i.Kind = bring.OptOuts
	}
	return v.showBringing(f.status(), bringingData{kind: i.Kind, form: f})
}

// putList keeps a list whose beginning can be read and whose topics are there.
func (v *visit) putList(ctx context.Context, tx *db.Tx, i bring.Import, body []byte) (bring.Import, error) {
	if _, err := roster.Look(body, roster.Options{}, 1); err != nil {
		return i, err
	}
	live, err := v.liveTopics(ctx, tx)
	if err != nil {
		return i, err
	}
	for _, code := range i.Options.Topics {
		if byCode(live)[code] == "" {
			return i, errs.At("topics", "topic.unknown")
		}
	}
	return bring.Put(ctx, tx, v.tenant.ID, i, body)
}

// uploadTime is how long a large file may take on its way here.
const uploadTime = 10 * time.Minute

// listText is the pasted list, or the file and its name.
func (v *visit) listText() ([]byte, string, error) {
	_ = http.NewResponseController(v.w).SetReadDeadline(time.Now().Add(uploadTime)) // a reader that has no deadline needs none
	large := errs.At("list", "manager.imports.large").With(errs.Args{"Most": roster.MaxBytes >> 20})
	if _, err := v.typed(); err != nil {
		return nil, "", large.Because(err)
	}
	if text := strings.TrimSpace(v.r.PostFormValue("list")); text != "" {
		return []byte(text), "", nil
	}
	name := ""
	if v.r.MultipartForm != nil && len(v.r.MultipartForm.File["file"]) > 0 {
		name = v.r.MultipartForm.File["file"][0].Filename
	}
	body, err := v.upload("file", roster.MaxBytes)
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return nil, "", large.Because(e)
	}
	if err == nil && len(body) == 0 {
		err = errs.At("list", "roster.empty")
	}
	return body, name, err
}

// importName is what a list is called.
func (v *visit) importName(i bring.Import) string {
	if i.Name != "" {
		return i.Name
	}
	return v.say("manager.imports.pasted")
}

// importState is where a list stands, as a shape and a word.
func (v *visit) importState(i bring.Import) (shape, word string) {
	shape = map[bring.State]string{bring.Reading: "wait", bring.Ready: "wait", bring.Running: "wait", bring.Undoing: "wait", bring.Done: "ok", bring.Failed: "bad"}[i.State]
	if i.State == bring.Done && i.UndoBy != "" {
		return "warn", v.say("manager.imports.state.undo_asked")
	}
	return shape, v.say("manager.imports.state." + string(i.State))
}

func (v *visit) integer(n int64) string { return look.Integer(v.lang, n) }
