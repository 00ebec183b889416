package account

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// View is a list's filter kept under a name. The filter is a query of closed words and ids that its page has checked; it never holds an
// address or a name of a person.
type View struct {
	ID     string
	Page   string // the list it belongs to
	Name   string
	Filter string
	Staff  string // whose it is; "" = everybody's
}

// mostViews bounds how many one business keeps for a page, so that the row of them stays one to read.
const mostViews = 100

// SaveView keeps a view; the same name of the same owner takes the new filter.
func SaveView(ctx context.Context, tx *db.Tx, tenant string, v View, by string) (View, error) {
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	if n := utf8.RuneCountInString(v.Name); n == 0 || n > 60 || !utf8.ValidString(v.Name) {
		return View{}, errs.At("name", "account.view.name")
	}
	if v.Filter == "" || len(v.Filter) > 1000 {
		return View{}, errs.At("filter", "account.view.filter")
	}
	at, err := tx.Now(ctx)
	if err != nil {
		return View{}, err
	}
	all, err := Views(ctx, tx, tenant, v.Page, "")
	if err != nil {
		return View{}, err
	}
	if len(all) >= mostViews {
		return View{}, &errs.Error{Code: errs.Conflict, Key: "account.view.many", Field: "name"}
	}
	v.ID = id.At("viw", at)
	if err := insertView(ctx, tx, tenant, v, at); err != nil {
		return View{}, fmt.Errorf("save view: %w", err)
	}
	return v, Record(ctx, tx, tenant, Entry{Actor: by, Action: "view.saved", Object: v.ID})
}

// Views are what a member of staff sees on a page: their own and everybody's, by name. Staff "" counts all.
func Views(ctx context.Context, tx *db.Tx, tenant, page, staff string) ([]View, error) {
	all, err := selectViews(ctx, tx, tenant, page, staff)
	if err != nil {
		return nil, fmt.Errorf("views of %s: %w", page, err)
	}
	return all, nil
}

// DropView takes a view away: one's own, or everybody's. Another member's own is not found.
func DropView(ctx context.Context, tx *db.Tx, tenant, staff, view string) error {
	n, err := deleteView(ctx, tx, tenant, staff, view)
	if err != nil {
		return fmt.Errorf("drop view: %w", err)
	}
	if n == 0 {
		return errs.New(errs.NotFound, "account.view.none")
	}
	return Record(ctx, tx, tenant, Entry{Actor: staff, Action: "view.dropped", Object: view})
}
