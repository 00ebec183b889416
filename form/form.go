// Package form is opt-in forms on paper: each has a number of its own, which says whose words stand on it, and is good for one person.
package form

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// Form is one sheet.
type Form struct {
	Tenant    string
	Serial    string // as it is printed: ABCDE-FGHJK
	Batch     string
	Source    string
	Notice    string
	Version   int64 // of the notice: the words on it
	Language  string
	PrintedBy string // staff
	PrintedAt int64
	UsedAt    int64  // 0 = it never came back
	Event     string // what it led to; "" = nothing yet
}

// Most is how many forms are printed at once.
const Most = 100

// letters has none that is read wrongly from a hand's copy.
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// length is nine letters of chance and one that checks them.
const length = 10

var (
	errMany = errs.At("count", "form.count").With(errs.Args{"Most": Most})
	errNone = errs.New(errs.NotFound, "form.unknown")
)

// Print makes so many forms like one, each with a number of its own.
func Print(ctx context.Context, tx *db.Tx, like Form, count int, at int64) ([]Form, error) {
	if count < 1 || count > Most {
		return nil, errMany
	}
	like.Batch, like.PrintedAt, like.UsedAt, like.Event = id.At("bat", at), at, 0, ""
	out := make([]Form, count)
	for i := range out {
		out[i] = like
		out[i].Serial = newSerial()
	}
	if err := insert(ctx, tx, out); err != nil {
		return nil, fmt.Errorf("print %d forms: %w", count, err)
	}
	return out, nil
}

// Get reads a form of the tenant by the number on it, however it was typed.
func Get(ctx context.Context, tx *db.Tx, tenant, typed string) (Form, error) {
	serial, ok := Read(typed)
	if !ok {
		return Form{}, errNone
	}
	return found(one(ctx, tx, tenant, serial))
}

// Public reads a form by its number alone, for the page its code leads to.
func Public(ctx context.Context, tx *db.Tx, typed string) (Form, error) {
	serial, ok := Read(typed)
	if !ok {
		return Form{}, errNone
	}
	return found(oneOfAny(ctx, tx, serial))
}

func found(f Form, err error) (Form, error) {
	if errors.Is(err, db.ErrNone) {
		return Form{}, errNone
	}
	if err != nil {
		return Form{}, fmt.Errorf("read form: %w", err)
	}
	return f, nil
}

// Use notes what a form led to; false says that it was used before.
func Use(ctx context.Context, tx *db.Tx, tenant, serial, event string, at int64) (bool, error) {
	n, err := use(ctx, tx, tenant, serial, event, at)
	if err != nil {
		return false, fmt.Errorf("use form: %w", err)
	}
	return n == 1, nil
}

// Batch is what was printed together.
type Batch struct {
	ID          string
	Version     int64
	Language    string
	PrintedAt   int64
	Count, Used int64
}

// Batches lists the newest batches of a source.
func Batches(ctx context.Context, tx *db.Tx, tenant, source string, most int) ([]Batch, error) {
	list, err := batches(ctx, tx, tenant, source, most)
	if err != nil {
		return nil, fmt.Errorf("list batches: %w", err)
	}
	return list, nil
}

// Of reads the forms of a batch, to print them again.
func Of(ctx context.Context, tx *db.Tx, tenant, source, batch string) ([]Form, error) {
	list, err := ofBatch(ctx, tx, tenant, source, batch)
	if err != nil {
		return nil, fmt.Errorf("read batch: %w", err)
	}
	if len(list) == 0 {
		return nil, errNone
	}
	return list, nil
}

func newSerial() string {
	var b [length - 1]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	for i := range b {
		b[i] = letters[b[i]&31]
	}
	s := string(b[:])
	return s[:5] + "-" + s[5:] + string(check(s))
}

// check is the letter that makes a miscopied number one that does not exist: odd weights catch every single wrong letter.
func check(s string) byte {
	sum := 0
	for i := range len(s) {
		sum += (2*i + 1) * strings.IndexByte(letters, s[i])
	}
	return letters[sum&31]
}

// Read brings a number as people type it into the form that is printed; false = it is none of ours.
func Read(typed string) (string, bool) {
	if len(typed) > 64 {
		return "", false
	}
	s := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == '-' || r == ' ' || r == '–' || r == '\u00a0' || r == '\t':
			return -1
		}
		return r
	}, typed)
	if len(s) != length || strings.Trim(s, letters) != "" || check(s[:length-1]) != s[length-1] {
		return "", false
	}
	return s[:5] + "-" + s[5:], true
}
