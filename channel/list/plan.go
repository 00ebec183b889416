package list

import (
	"context"
	"errors"
	"slices"
	"sort"
	"strings"
	"sync"

	"jawort/address"
	"jawort/blob"
	"jawort/bring"
	"jawort/db"
	"jawort/errs"
	"jawort/intake"
	"jawort/roster"
)

// row is a person on the list.
type row struct {
	*roster.Row
	line int64
	text string // as it stands in the file
}

func (r row) begins() string { return roster.Shorten(r.text, 60) }

// mostProof is how much of a row is kept as proof.
const mostProof = 500

// plan is a list as it was read: a function of the file and its options, so every process and every start comes to the same one.
type plan struct {
	list *roster.List
	all  []row // every row of its own, faults among them
	outs []row
	ins  []row
}

// planOf sorts the rows of a list by what they ask for.
func planOf(l *roster.List, i *bring.Import) *plan {
	p := &plan{list: l}
	for k := range l.Rows {
		r := row{Row: &l.Rows[k], line: int64(l.Rows[k].Line), text: l.Rows[k].Text}
		p.all = append(p.all, r)
		switch asks(r.Row, l, i.Kind) {
		case bring.Stop:
			p.outs = append(p.outs, r)
		case bring.Claim:
			p.ins = append(p.ins, r)
		}
	}
	return p
}

// asks is what a row asks for. A yes on a list of opt-outs is left alone, and so is a word that says neither on a list of people.
func asks(r *roster.Row, l *roster.List, kind bring.Kind) bring.Verdict {
	switch {
	case r.Problem != "":
		return bring.Verdict(r.Problem)
	case r.Status == roster.Out || kind == bring.OptOuts && r.Status == roster.Unsaid:
		return bring.Stop
	case kind == bring.OptOuts:
		return bring.AlreadyIn
	case r.Status == roster.In || !l.Says():
		return bring.Claim
	}
	return bring.Unclear
}

// behind are the next rows behind a line.
func behind(rows []row, line int64, most int) []row {
	from := sort.Search(len(rows), func(k int) bool { return rows[k].line > line })
	return rows[from:min(len(rows), from+most)]
}

func addresses(rows []row) []address.Address {
	out := make([]address.Address, len(rows))
	for i, r := range rows {
		out[i] = r.Address
	}
	return out
}

// listed are the rows as the desk takes them.
func listed(rows []row, o *bring.Options) []intake.Listed {
	out := make([]intake.Listed, len(rows))
	for i, r := range rows {
		out[i] = intake.Listed{Line: r.line, Address: r.Address, Name: shown(r.Name), Topics: topicsOf(r.Topics, o.Topics), Row: roster.Shorten(r.text, mostProof)}
		if at := r.At.UnixMicro(); !r.At.IsZero() && at > 0 {
			out[i].HappenedAt = at
		}
	}
	return out
}

// shown is a name as a person could have one: one line, no control characters, at most 100 letters.
func shown(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	if r := []rune(name); len(r) > 100 {
		return string(r[:100])
	}
	return name
}

// topicsOf are the topics of a row: of those that were chosen the ones it names, or all when it names none of them.
func topicsOf(named, chosen []string) []string {
	var out []string
	for _, t := range chosen {
		if slices.ContainsFunc(named, func(n string) bool { return strings.EqualFold(n, t) }) {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return chosen
	}
	return out
}

// unreadable is the word of a file that is no table; "" for every other error.
func unreadable(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && strings.HasPrefix(e.Key, "roster.") {
		return e.Key
	}
	return ""
}

// plans keeps the list this process works on: reading a large file takes longer than one slice of the work.
type plans struct {
	mu  sync.Mutex
	key string
	p   *plan
}

func (p *plans) forget(list string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if strings.HasPrefix(p.key, list) {
		p.key, p.p = "", nil
	}
}

// plan reads the list's file, or answers what was read before. It does not end with ctx: what was read is there for the next slice.
func (w *Worker) plan(ctx context.Context, l *intake.List) (*plan, error) {
	key := l.ID + " " + strings.Join(l.Options.Columns, ",") + " " + l.Options.Region
	w.plans.mu.Lock()
	defer w.plans.mu.Unlock()
	if w.plans.key == key {
		return w.plans.p, nil
	}
	w.plans.key, w.plans.p = "", nil
	var b blob.Blob
	err := w.d.DB.Read(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		b, err = blob.Get(ctx, tx, l.Tenant, l.File)
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err := roster.Read(b.Body, options(&l.Options))
	if err != nil {
		return nil, err
	}
	w.plans.key, w.plans.p = key, planOf(list, &l.Import)
	return w.plans.p, nil
}

func options(o *bring.Options) roster.Options {
	out := roster.Options{Region: o.Region}
	for _, c := range o.Columns {
		out.Columns = append(out.Columns, roster.Field(c))
	}
	return out
}
