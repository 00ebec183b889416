// Package roster reads lists of people as other programs export them: who is opted out, who said yes to what and when. It reads
// tables of any usual shape and never guesses upwards: a row it cannot read is named with its line and what is wrong with it.
package roster

import (
	"slices"
	"time"

	"jawort/address"
	"jawort/errs"
)

// Bounds of a list.
const (
	MaxBytes   = 100 << 20
	MaxRows    = 2_000_000
	MaxColumns = 300
	maxCell    = 32 << 10
)

// Options say what the list is about.
type Options struct {
	Region  string  // ISO 3166-1, for numbers written without their country
	Columns []Field // what each column holds; none = by their headings
}

// List is a file that was read.
type List struct {
	Format  string   // whose export it is: klaviyo mailchimp shopify twilio; "" = any table
	Columns []Column // what each column was taken for
	Rows    []Row
	Twice   int // rows whose address stood in an earlier one with the same word on it; they are left out

	headed       bool  // there is a row of headings
	phones, gone []int // columns with telephone numbers, the best first; columns that say somebody left
}

// Column is one column of the table.
type Column struct {
	Head string // as it stands in the file; "" = there is no heading
	Is   Field  // "" = not used
}

// Status is what a row says about the person.
type Status string

// The words on a row. A table without such a column says Unsaid of everybody.
const (
	Unsaid Status = ""
	In     Status = "in"
	Out    Status = "out"
)

// Problem is what is wrong with a row.
type Problem string

// The problems.
const (
	NoNumber   Problem = "no_number"   // no cell of it is a telephone number
	BadNumber  Problem = "bad_number"  // the number's cell holds something else
	Rounded    Problem = "rounded"     // 4,91713E+11: a spreadsheet has lost the digits
	Contradict Problem = "contradicts" // an earlier row says the opposite; the opt-out holds
	OpenQuote  Problem = "open_quote"  // a quotation mark that is never closed
	Wide       Problem = "wide_row"    // far more cells than the table has columns
)

// Row is one person as the list knows them. With a Problem nothing else is to be used.
type Row struct {
	Line    int // where it begins, from 1
	Address address.Address
	Name    string
	Status  Status
	Topics  []string // as the file names them
	At      time.Time
	Problem Problem
	Text    string // its first line; of a row with a problem only how it begins, for whoever looks for it
}

// Out are the rows that say somebody does not want to hear: all without a word on them, if the list is one of opt-outs.
func (l *List) Out() (out []Row) {
	for _, r := range l.Rows {
		if r.Problem == "" && r.Status != In {
			out = append(out, r)
		}
	}
	return out
}

// Faults are the rows with a problem.
func (l *List) Faults() (out []Row) {
	for _, r := range l.Rows {
		if r.Problem != "" {
			out = append(out, r)
		}
	}
	return out
}

// Still counts the rows that say somebody is opted in.
func (l *List) Still() (n int) {
	for _, r := range l.Rows {
		if r.Problem == "" && r.Status == In {
			n++
		}
	}
	return n
}

// Says tells whether the table has a column with a word on each row.
func (l *List) Says() bool {
	return slices.ContainsFunc(l.Columns, func(c Column) bool { return c.Is == State })
}

// Read reads a file. What is no table at all is an errs.Error with a sentence for the reader: roster.binary, roster.empty, roster.wide,
// roster.long.
func Read(b []byte, o Options) (*List, error) {
	l := &List{}
	r := reader{o: o, l: l, seen: map[address.Address]int{}}
	if err := walk(b, l, o, func(at map[Field]int, rec record) error {
		if r.at = at; len(l.Rows)+l.Twice >= MaxRows {
			return errs.At("list", "roster.long").With(errs.Args{"Most": MaxRows})
		}
		r.row(rec)
		return nil
	}); err != nil {
		return nil, err
	}
	if len(l.Rows) == 0 && l.Twice == 0 {
		return nil, errs.At("list", "roster.empty")
	}
	return l, nil
}

// walk goes through the rows of a file, the heading aside.
func walk(b []byte, l *List, o Options, each func(at map[Field]int, rec record) error) error {
	text, err := decode(b)
	if err != nil {
		return err
	}
	var at map[Field]int
	for rec := range split(text) {
		if at == nil {
			if len(rec.cells) > MaxColumns {
				return errs.At("list", "roster.wide").With(errs.Args{"Most": MaxColumns})
			}
			body := false
			if at, body = l.heading(rec, o.Columns); !body {
				continue
			}
		}
		if err := each(at, rec); err != nil {
			return err
		}
	}
	if at == nil {
		return errs.At("list", "roster.empty")
	}
	return nil
}
