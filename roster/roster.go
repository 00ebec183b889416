// Package roster reads lists of people as other programs export them: who is opted out, who said yes to what and when. It reads
// tables of any usual shape and never guesses upwards: a row it cannot read is named with its line and what is wrong with it.
package roster

import (
	"time"

	"jawort/address"
	"jawort/errs"
)

// Bounds of a list.
const (
	MaxBytes   = 256 << 20
	maxColumns = 300
	maxCell    = 32 << 10
)

// Options say what the list is about.
type Options struct {
	Region string // ISO 3166-1, for numbers written without their country
}

// List is a file that was read.
type List struct {
	Format  string   // whose export it is: klaviyo mailchimp shopify twilio; "" = any table
	Columns []Column // what each column was taken for
	Rows    []Row
	Twice   int // rows whose address stood in an earlier one with the same word on it; they are left out
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
	Text    string // of a row with a problem: how it begins, for whoever looks for it
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

// Read reads a file. What is no table at all is an errs.Error with a sentence for the reader: roster.binary, roster.empty, roster.wide.
func Read(b []byte, o Options) (*List, error) {
	text, err := decode(b)
	if err != nil {
		return nil, err
	}
	t := split(text)
	if len(t) == 0 {
		return nil, errs.At("list", "roster.empty")
	}
	if len(t[0].cells) > maxColumns {
		return nil, errs.At("list", "roster.wide").With(errs.Args{"Most": maxColumns})
	}
	l := &List{}
	head, body := l.heading(t)
	r := reader{o: o, l: l, at: head, seen: map[address.Address]int{}}
	for _, rec := range body {
		r.row(rec)
	}
	if len(l.Rows) == 0 && l.Twice == 0 {
		return nil, errs.At("list", "roster.empty")
	}
	return l, nil
}
