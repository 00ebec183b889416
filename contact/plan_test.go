package contact

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

// SQLite walks all of a tenant for `update … from {rows}` with tenant = $1, whatever the key: it takes the table first and
// the rows second. With the tenant in the rows it looks each row up by its whole key.
func TestUpdatesLookUpByTheWholeKey(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	for name, tc := range map[string]struct {
		text string
		row  []any
		want string
	}{
		"raise":    {raiseText, []any{tenant, "con_1", 1}, "tenant=? AND contact=?"},
		"rows":     {changeText, []any{tenant, p1, 1, nil, "", ""}, "tenant=? AND address=? AND since=?"},
		"describe": {describeText, []any{tenant, "con_1", "", "", "", "", false, 0}, "tenant=? AND contact=?"},
		"undo":     {undoText, []any{tenant, p1, 1}, "tenant=? AND address=?"}, // a few rows an address
	} {
		var plan []string
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.Query(ctx, "explain query plan "+tc.text, db.RowsN(1, func(int) []any { return tc.row }))
			plan, err = db.All(rows, err, func(r *db.Rows, s *string) error {
				var a, b, c int64
				return r.Scan(&a, &b, &c, s)
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(fmt.Sprint(plan), tc.want) {
			t.Errorf("%s: %v", name, plan)
		}
	}
}
