package upkeep

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"jawort/account"
	"jawort/bring"
	"jawort/channel/list"
	"jawort/contact"
	"jawort/db"
	"jawort/intake"
	"jawort/say"
	"jawort/timer"
	"jawort/topic"
)

// ToBring is a list that is brought in from a terminal.
type ToBring struct {
	Tenant  string // "" = the only one
	Kind    string // optouts people suppressions
	Name    string
	Scope   string // "" = all for opt-outs, marketing for people
	Topics  []string
	Origin  string
	Region  string // "" = the business's
	Columns []string
	DryRun  bool
}

// Brought is what came of it.
type Brought struct {
	ID      string           `json:"id"`
	State   string           `json:"state"`
	Rows    int64            `json:"rows"`
	Counts  map[string]int64 `json:"counts"` // by verdict: as it came, or would come
	Forced  *time.Time       `json:"in_force_at"`
	Problem string           `json:"problem,omitempty"`
	Told    []BroughtRow     `json:"told"` // rows with something to tell, the first ones
}

// BroughtRow is a row with something to tell.
type BroughtRow struct {
	Line    int64  `json:"line"`
	Verdict string `json:"verdict"`
	Text    string `json:"text"` // the verdict in words
	Begins  string `json:"begins"`
}

// VerdictWord is what a row came to, as a terminal says it.
func VerdictWord(verdict string) string {
	word, _ := bring.Verdict(verdict).Words("en")
	return word
}

// toldRows is how many rows are named on a terminal; the manager and the API have them all.
const toldRows = 100

// Bring brings a list in and carries it out, here and now. Beside a running server that has a SQLite file it is ErrHeld: BringTo hands the
// list to that server.
func Bring(ctx context.Context, s Settings, b ToBring, body []byte, progress func(done, total int64)) (Brought, error) {
	keys, err := s.Keys()
	if err != nil {
		return Brought{}, err
	}
	d, err := s.write(ctx)
	if err != nil {
		return Brought{}, err
	}
	defer d.Close()
	i := b.list()
	var tenant string
	if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if tenant, err = theTenant(ctx, tx, b.Tenant); err != nil {
			return err
		}
		t, err := account.TenantOf(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if i.Options.Region == "" {
			i.Options.Region = t.Country
		}
		if err := topicsThere(ctx, tx, tenant, i.Options.Topics); err != nil {
			return err
		}
		i, err = bring.Put(ctx, tx, tenant, i, body)
		return err
	}); err != nil {
		return Brought{}, err
	}
	desk := intake.New(d, intake.Options{Keys: keys})
	defer desk.Close()
	if err := work(ctx, d, list.New(list.Deps{DB: d, Desk: desk, Slice: time.Second}), tenant, i.ID, progress); err != nil {
		return Brought{}, err
	}
	return brought(ctx, d, tenant, i.ID)
}

// topicsThere refuses topics that nobody can agree to.
func topicsThere(ctx context.Context, tx *db.Tx, tenant string, codes []string) error {
	all, err := topic.List(ctx, tx, tenant, false)
	for _, code := range codes {
		if err == nil && !slices.ContainsFunc(all, func(t topic.Topic) bool { return t.Code == code }) {
			err = fmt.Errorf("there is no topic %q", code)
		}
	}
	return err
}

func (b *ToBring) list() bring.Import {
	i := bring.Import{Kind: bring.Kind(b.Kind), Name: b.Name, CreatedBy: "import",
		Options: bring.Options{Region: b.Region, Scope: b.Scope, Topics: b.Topics, Origin: b.Origin, Columns: b.Columns, Go: !b.DryRun}}
	if i.Options.Scope == "" {
		i.Options.Scope = map[bring.Kind]string{bring.OptOuts: contact.All, bring.People: contact.Marketing}[i.Kind]
	}
	return i
}

// work runs the list's timer until it is through; a server beside us may do some of it.
func work(ctx context.Context, d *db.DB, w *list.Worker, tenant, id string, progress func(done, total int64)) error {
	r := timer.Runner{DB: d, Handlers: w.Handlers(), Width: 1, Lease: 20 * time.Second}
	for {
		if _, err := r.Step(ctx); err != nil {
			return err
		}
		var i bring.Import
		if err := d.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			i, err = bring.Get(ctx, tx, tenant, id)
			return err
		}); err != nil {
			return err
		}
		if !i.State.Busy() {
			return nil
		}
		if progress != nil {
			progress(i.Through, i.Total)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func brought(ctx context.Context, d *db.DB, tenant, id string) (Brought, error) {
	var out Brought
	err := d.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := bring.Get(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		out = Brought{ID: i.ID, State: string(i.State), Rows: i.Counts.Rows, Counts: map[string]int64{}, Told: []BroughtRow{}}
		for v, n := range i.Result() {
			out.Counts[string(v)] = n
		}
		if i.ForceAt > 0 {
			at := time.UnixMicro(i.ForceAt).UTC()
			out.Forced = &at
		}
		if i.Problem != "" {
			out.Problem = say.Text("en", i.Problem, say.Args{"Most": i.MostOf()})
		}
		rows, err := bring.Rows(ctx, tx, tenant, id, "", 0, toldRows)
		for _, r := range rows {
			_, text := r.Verdict.Words("en")
			out.Told = append(out.Told, BroughtRow{r.Line, string(r.Verdict), text, r.Begins})
		}
		return err
	})
	return out, err
}

// BringSuppressions takes a suppression list of fingerprints, whole or not at all.
func BringSuppressions(ctx context.Context, s Settings, tenant string, body []byte) (n int, err error) {
	keys, err := s.Keys()
	if err != nil {
		return 0, err
	}
	err = s.change(ctx, func(ctx context.Context, tx *db.Tx) error {
		id, pepper, err := pepperOf(ctx, tx, keys, tenant)
		if err != nil {
			return err
		}
		all, err := contact.ReadList(bytes.NewReader(body), contact.ListKey(pepper))
		if err != nil {
			return err
		}
		n = len(all)
		if err := contact.Suppress(ctx, tx, id, all); err != nil {
			return err
		}
		return account.Record(ctx, tx, id, account.Entry{Actor: "import", Action: "suppressions.brought", Object: "suppressions", Detail: map[string]string{"count": fmt.Sprint(n)}})
	})
	return n, err
}

func pepperOf(ctx context.Context, tx *db.Tx, keys *account.Keyring, tenant string) (id string, pepper []byte, err error) {
	if id, err = theTenant(ctx, tx, tenant); err != nil {
		return "", nil, err
	}
	t, err := account.TenantOf(ctx, tx, id)
	if err == nil {
		pepper, err = keys.Pepper(t)
	}
	return id, pepper, err
}

// Export writes a table of everything of one sort: people events suppressions. The database is only read, beside a running server too.
func Export(ctx context.Context, s Settings, what, tenant string, w io.Writer) (n int, err error) {
	d, err := s.read(ctx)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	read := func(f func(ctx context.Context, tx *db.Tx) error) error { return d.Read(ctx, f) }
	out := csv.NewWriter(w)
	var id string
	if err := read(func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = theTenant(ctx, tx, tenant)
		return err
	}); err != nil {
		return 0, err
	}
	switch what {
	case "people":
		return bring.OutPeople(read, id, out)
	case "events":
		return bring.OutEvents(read, id, out)
	case "suppressions":
		keys, err := s.Keys()
		if err != nil {
			return 0, err
		}
		var pepper []byte
		if err := read(func(ctx context.Context, tx *db.Tx) (err error) {
			_, pepper, err = pepperOf(ctx, tx, keys, id)
			return err
		}); err != nil {
			return 0, err
		}
		return contact.OutSuppressions(read, id, contact.ListKey(pepper), out)
	}
	return 0, errors.New("there is no such table")
}
