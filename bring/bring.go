// Package bring is the lists of people that a business brings in: what was handed in, what each row would do, how far it has taken
// effect, and what became of it. Package channel/list carries them out.
package bring

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jawort/account"
	"jawort/blob"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/roster"
	"jawort/timer"
)

// Timer is the kind of the durable timer behind each list at work; its key is the import.
const Timer = "import"

// Keep is how long the file itself is kept: for the rows with problems, and for taking the whole list back.
const Keep = 90 * 24 * time.Hour

// mostKept is what a business may keep of all its files, these included.
const mostKept = 10 << 30

// Kind is what a list is about.
type Kind string

// The kinds.
const (
	OptOuts Kind = "optouts" // everybody on it wants no messages, unless a row says otherwise
	People  Kind = "people"  // who said yes; rows that say no are opt-outs
)

// Options are what was decided about a list.
type Options struct {
	Region  string   `json:"region"`            // ISO 3166-1, for numbers without their country
	Columns []string `json:"columns,omitempty"` // what each column holds, of package roster; none = by their headings
	Scope   string   `json:"scope"`             // of its opt-outs: all marketing
	Topics  []string `json:"topics,omitempty"`  // what its people said yes to
	Origin  string   `json:"origin,omitempty"`  // where and how they did, in words
	Go      bool     `json:"go,omitempty"`      // it takes effect as soon as it has been read
}

// Counts are rows by verdict.
type Counts struct {
	Rows     int64             `json:"rows"`     // of the file, the heading aside
	Expected map[Verdict]int64 `json:"expected"` // as it was when the file was read
	Came     map[Verdict]int64 `json:"came"`     // as it came
}

// Import is a list and where it stands.
type Import struct {
	ID        string
	Kind      Kind
	State     State
	Name      string // of the file
	File      string // blob
	Options   Options
	Format    string // whose export it is; "" = any table
	Phase     Phase
	Line      int64 // rows up to this line are through the phase
	Through   int64 // how many rows that were
	Total     int64
	Counts    Counts
	Problem   string // why it cannot be read; "" = it can
	CreatedBy string
	CreatedAt int64
	BegunAt   int64 // 0 = not let go yet
	ForceAt   int64 // since when every opt-out on it holds; 0 = not yet
	DoneAt    int64
	UndoBy    string // "" = nobody wishes it undone
	UndoWhy   string
	UndoAt    int64
	UndoneBy  string
	UndoneAt  int64
}

// Reason is how the suppressions of this list are marked, so that only they go when it is undone.
func (i *Import) Reason() string { return "import:" + i.ID }

// Seen is what makes an event of the list recognisable: whatever is carried out twice is there once.
func (i *Import) Seen(line int64) string { return fmt.Sprintf("%s:%012d", i.ID, line) }

// MostOf is the bound that the problem of a file speaks of; 0 = it speaks of none.
func (i *Import) MostOf() int {
	switch i.Problem {
	case "roster.wide":
		return roster.MaxColumns
	case "roster.long":
		return roster.MaxRows
	}
	return 0
}

// Put takes a list in, keeps its file and sets it to be read. Nothing of it takes effect before Begin.
func Put(ctx context.Context, tx *db.Tx, tenant string, i Import, body []byte) (Import, error) {
	if err := i.check(); err != nil {
		return i, err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return i, err
	}
	b, err := blob.Put(ctx, tx, tenant, blob.Limits{Most: roster.MaxBytes, Quota: mostKept}, blob.Blob{Class: blob.Export, Until: now + Keep.Microseconds(), Body: body})
	if err != nil {
		return i, err
	}
	i.ID, i.File, i.State, i.Phase, i.CreatedAt = id.At("imp", now), b.Hash, Reading, Read, now
	i.Name = cleanName(i.Name)
	if err := insert(ctx, tx, tenant, &i); err != nil {
		return i, err
	}
	if err := set(ctx, tx, tenant, i.ID, now); err != nil {
		return i, err
	}
	return i, account.Record(ctx, tx, tenant, account.Entry{Actor: i.CreatedBy, Action: "import.brought", Object: i.ID, Detail: map[string]string{"kind": string(i.Kind)}})
}

func set(ctx context.Context, tx *db.Tx, tenant, list string, now int64) error {
	return timer.Put(ctx, tx, []timer.Timer{{Tenant: tenant, Kind: Timer, Key: list, Due: now}})
}

// check refuses a list that could not be carried out.
func (i *Import) check() error {
	o := &i.Options
	switch {
	case i.Kind != OptOuts && i.Kind != People:
		return errs.At("kind", "bring.kind")
	case o.Scope != "all" && o.Scope != "marketing":
		return errs.At("scope", "bring.scope")
	case i.Kind == People && len(o.Topics) == 0:
		return errs.At("topics", "bring.topics")
	case i.Kind == People && utf8.RuneCountInString(strings.TrimSpace(o.Origin)) < 10:
		return errs.At("origin", "bring.origin")
	case len(o.Origin) > 500 || !utf8.ValidString(o.Origin):
		return errs.At("origin", "bring.origin_long")
	}
	for _, c := range o.Columns {
		if !roster.Field(c).Known() {
			return errs.At("columns", "bring.columns")
		}
	}
	return nil
}

// cleanName is a file's name as one line; browsers of old send the whole path.
func cleanName(s string) string {
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 80 {
		s = string(r[:79]) + "…"
	}
	return s
}
