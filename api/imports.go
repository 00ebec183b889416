package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"time"

	"jawort/account"
	"jawort/bring"
	"jawort/db"
	"jawort/errs"
	"jawort/roster"
	"jawort/say"
	"jawort/topic"
)

// ImportInput is a list of people as another program wrote it.
type ImportInput struct {
	Kind    string   `json:"kind" enum:"optouts,people" doc:"optouts: nobody on it wants messages, unless a row says otherwise; people: who said yes, and who no"`
	CSV     string   `json:"csv,omitempty" doc:"The table, as text"`
	File    []byte   `json:"file,omitempty" doc:"Or the file, base64, in whatever encoding it is"`
	Name    string   `json:"name,omitempty" maxLength:"200" doc:"What the list is called"`
	Scope   string   `json:"scope,omitempty" enum:"all,marketing" doc:"Of its opt-outs; else all for optouts, marketing for people"`
	Topics  []string `json:"topics,omitempty" maxItems:"50" uniqueItems:"true" doc:"For people: what they said yes to"`
	Origin  string   `json:"origin,omitempty" maxLength:"500" doc:"For people: where and how they did, in a sentence"`
	Region  string   `json:"region,omitempty" pattern:"^[A-Za-z]{2}$" doc:"Of numbers without their country; else the business's"`
	Columns []string `json:"columns,omitempty" maxItems:"300" doc:"What each column holds: number name first_name last_name status topics at, or empty; else by the headings"`
	DryRun  bool     `json:"dry_run,omitempty" doc:"Only say what each row would do; POST …/apply lets it take effect"`
}

// Import is a list and where it stands.
type Import struct {
	ID        string           `json:"id"`
	Kind      string           `json:"kind"`
	State     string           `json:"state" enum:"reading,ready,running,done,failed,undoing,undone,dropped"`
	Name      string           `json:"name"`
	Format    string           `json:"format" doc:"Whose export it is; empty for any table"`
	Scope     string           `json:"scope"`
	Topics    []string         `json:"topics"`
	Rows      int64            `json:"rows"`
	Expected  map[string]int64 `json:"expected" doc:"Rows by verdict, as it was when the file was read"`
	Came      map[string]int64 `json:"came" doc:"Rows by verdict, as they took effect"`
	Progress  ImportProgress   `json:"progress"`
	Problem   string           `json:"problem,omitempty" doc:"Why the file cannot be read"`
	CreatedAt *time.Time       `json:"created_at"`
	InForceAt *time.Time       `json:"in_force_at" doc:"Since when no message of the scope starts to anybody who opts out on it; null = not yet"`
	DoneAt    *time.Time       `json:"done_at"`
}

// ImportProgress is how far the work is.
type ImportProgress struct {
	Phase string `json:"phase" doc:"read force stops claims void unlist; empty while nothing is done"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
}

// ImportRow is a row with something to tell.
type ImportRow struct {
	Line    int64  `json:"line"`
	Verdict string `json:"verdict"`
	Text    string `json:"text" doc:"The verdict in words"`
	Begins  string `json:"begins" doc:"How the row begins"`
}

// ImportPath is the part of a path that names one.
type ImportPath struct {
	ID string `path:"id" doc:"imp_…"`
}

func (s *server) imports() {
	route(s, op{method: "GET", path: "/v1/imports", id: "listImports", summary: "Lists brought in, newest first", scope: account.ScopeImports}, s.listImports)
	route(s, op{method: "POST", path: "/v1/imports", id: "createImport", summary: "Bring in a list of opt-outs or of people", scope: account.ScopeImports, status: http.StatusCreated,
		most: 2 * roster.MaxBytes, csv: true}, s.createImport)
	route(s, op{method: "GET", path: "/v1/imports/{id}", id: "getImport", summary: "One list and where it stands", scope: account.ScopeImports}, s.getImport)
	route(s, op{method: "POST", path: "/v1/imports/{id}/apply", id: "applyImport", summary: "Let a list take effect that was only read", scope: account.ScopeImports}, s.applyImport)
	route(s, op{method: "GET", path: "/v1/imports/{id}/rows", id: "listImportRows", summary: "Rows with something to tell", scope: account.ScopeImports}, s.listImportRows)
}

func (c *call) wireImport(i bring.Import) Import {
	out := Import{ID: i.ID, Kind: string(i.Kind), State: string(i.State), Name: i.Name, Format: i.Format, Scope: i.Options.Scope, Topics: filled(i.Options.Topics),
		Rows: i.Counts.Rows, Expected: words(i.Counts.Expected), Came: words(i.Counts.Came), Progress: ImportProgress{string(i.Phase), i.Through, i.Total},
		CreatedAt: moment(i.CreatedAt), InForceAt: moment(i.ForceAt), DoneAt: moment(i.DoneAt)}
	if i.Problem != "" {
		out.Problem = say.Text(c.lang, i.Problem, say.Args{"Most": i.MostOf()})
	}
	return out
}

func words(m map[bring.Verdict]int64) map[string]int64 {
	out := map[string]int64{}
	for v, n := range m {
		out[string(v)] = n
	}
	return out
}

// createImport answers when the opt-outs of the list hold, as one opt-out is answered when it does; the rest of it goes on behind.
func (s *server) createImport(ctx context.Context, c *call, in *struct{ Body ImportInput }) (Import, error) {
	b := &in.Body
	body := b.File
	if b.CSV != "" {
		body = []byte(b.CSV)
	}
	if len(body) == 0 || b.CSV != "" && len(b.File) > 0 {
		return Import{}, c.at("csv", "api.field.required")
	}
	if _, err := roster.Look(body, roster.Options{}, 1); err != nil {
		return Import{}, at("csv", err)
	}
	i := bring.Import{Kind: bring.Kind(b.Kind), Name: b.Name, CreatedBy: c.key.ID,
		Options: bring.Options{Region: b.Region, Scope: b.Scope, Topics: b.Topics, Origin: b.Origin, Columns: b.Columns, Go: !b.DryRun}}
	if i.Options.Scope == "" {
		i.Options.Scope = map[bring.Kind]string{bring.OptOuts: "all", bring.People: "marketing"}[i.Kind]
	}
	out, err := change(ctx, s, c, http.StatusCreated, func(ctx context.Context, tx *db.Tx) (Import, error) {
		if err := s.ready(ctx, tx, c, &i); err != nil {
			return Import{}, err
		}
		put, err := bring.Put(ctx, tx, c.tenant(), i, body)
		return c.wireImport(put), err
	})
	if err != nil {
		return out, err
	}
	return s.untilItHolds(ctx, c, out)
}

// at puts an error of a list to its field.
func at(field string, err error) error {
	if e, ok := err.(*errs.Error); ok {
		e = e.With(e.Args)
		e.Field = field
		return e
	}
	return err
}

// ready completes what was left out, and refuses topics that are not there.
func (s *server) ready(ctx context.Context, tx *db.Tx, c *call, i *bring.Import) error {
	if i.Options.Region == "" {
		t, err := account.TenantOf(ctx, tx, c.tenant())
		if err != nil {
			return err
		}
		i.Options.Region = t.Country
	}
	list, err := topic.List(ctx, tx, c.tenant(), false)
	if err != nil {
		return err
	}
	for k, code := range i.Options.Topics {
		if !slices.ContainsFunc(list, func(t topic.Topic) bool { return t.Code == code }) {
			return c.at("topics["+strconv.Itoa(k)+"]", "topic.unknown")
		}
	}
	return nil
}

// patience is how long an answer waits for a list to hold.
const patience = 40 * time.Second

// untilItHolds looks until the opt-outs hold, or there is nothing to wait for.
func (s *server) untilItHolds(ctx context.Context, c *call, first Import) (Import, error) {
	out := first
	for end := time.Now().Add(patience); time.Now().Before(end); {
		i, err := s.oneImport(ctx, c, first.ID)
		if err != nil {
			return out, err
		}
		out = c.wireImport(i)
		if i.ForceAt > 0 || !i.State.Busy() || !s.Lists {
			return out, nil
		}
		select {
		case <-ctx.Done():
			return out, nil
		case <-time.After(50 * time.Millisecond):
		}
	}
	return out, nil
}

func (s *server) oneImport(ctx context.Context, c *call, id string) (i bring.Import, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err = bring.Get(ctx, tx, c.tenant(), id)
		return err
	})
	return i, err
}

func (s *server) getImport(ctx context.Context, c *call, in *ImportPath) (Import, error) {
	i, err := s.oneImport(ctx, c, in.ID)
	if err != nil {
		return Import{}, err
	}
	return c.wireImport(i), nil
}

func (s *server) applyImport(ctx context.Context, c *call, in *ImportPath) (Import, error) {
	i, err := change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Import, error) {
		if err := bring.Begin(ctx, tx, c.tenant(), in.ID, c.key.ID); err != nil {
			return Import{}, err
		}
		i, err := bring.Get(ctx, tx, c.tenant(), in.ID)
		return c.wireImport(i), err
	})
	if err != nil {
		return i, err
	}
	return s.untilItHolds(ctx, c, i)
}

func (s *server) listImports(ctx context.Context, c *call, in *struct{ Paging }) (out page[Import], err error) {
	before, err := c.cursor(in.Cursor)
	if err != nil {
		return out, err
	}
	out.Data = []Import{}
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := bring.List(ctx, tx, c.tenant(), before, in.Limit+1)
		for k, i := range list {
			if k == in.Limit {
				out.Next = next(list[k-1].ID)
				break
			}
			out.Data = append(out.Data, c.wireImport(i))
		}
		return err
	})
	return out, err
}

func (s *server) listImportRows(ctx context.Context, c *call, in *struct {
	ImportPath
	Paging
}) (out page[ImportRow], err error) {
	text, err := c.cursor(in.Cursor)
	if err != nil {
		return out, err
	}
	after := int64(0)
	if text != "" {
		if after, err = strconv.ParseInt(text, 10, 64); err != nil {
			return out, c.badCursor()
		}
	}
	out.Data = []ImportRow{}
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := bring.Get(ctx, tx, c.tenant(), in.ID); err != nil {
			return err
		}
		list, err := bring.Rows(ctx, tx, c.tenant(), in.ID, "", after, in.Limit+1)
		for k, r := range list {
			if k == in.Limit {
				out.Next = next(strconv.FormatInt(list[k-1].Line, 10))
				break
			}
			_, text := r.Verdict.Words(c.lang)
			out.Data = append(out.Data, ImportRow{r.Line, string(r.Verdict), text, r.Begins})
		}
		return err
	})
	return out, err
}

// cursor is what a cursor holds; "" = from the top.
func (c *call) cursor(text string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return "", c.badCursor()
	}
	return string(b), nil
}

func next(key string) *string {
	text := base64.RawURLEncoding.EncodeToString([]byte(key))
	return &text
}
