package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"jawort/db"
)

// Looks are the pages of the table that an owner opens, filled in for a business; those it has nothing for are left out.
func Looks(ctx context.Context, tx *db.Tx, tenant string) ([]Page, error) {
	values := map[string]string{}
	for name, text := range finders {
		var v string
		switch err := tx.Row(ctx, text, tenant).Scan(&v); {
		case errors.Is(err, db.ErrNone):
			continue
		case err != nil:
			return nil, fmt.Errorf("find %s: %w", name, err)
		}
		values[name] = v
	}
	var out []Page
	for _, p := range pages {
		if p.As != asOwner || p.Form != nil || p.Status != 0 {
			continue
		}
		for name, v := range values {
			p.Path = strings.ReplaceAll(p.Path, "{"+name+"}", v)
		}
		if !strings.Contains(p.Path, "{") {
			out = append(out, p)
		}
	}
	return out, nil
}
