package account

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

// One's own views and everybody's are seen; only one's own and everybody's go; a name is one view.
func TestViewsStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		do := func(f func(ctx context.Context, tx *db.Tx) error) error { return d.Write(t.Context(), f) }
		save := func(tenant, staff, name, filter string) (v View, err error) {
			err = do(func(ctx context.Context, tx *db.Tx) error {
				v, err = SaveView(ctx, tx, tenant, View{Page: "people", Name: name, Filter: filter, Staff: staff}, "usr_a")
				return err
			})
			return v, err
		}
		seen := func(tenant, staff string) string {
			var all []View
			if err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				all, err = Views(ctx, tx, tenant, "people", staff)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, v := range all {
				out = append(out, v.Name+"?"+v.Filter)
			}
			return strings.Join(out, " ")
		}
		mine, err := save("ten_a", "usr_a", "  Abgemeldet  bald ", "state=withdrawn")
		if err != nil || mine.Name != "Abgemeldet bald" {
			t.Fatalf("%+v %v", mine, err)
		}
		for _, v := range [][4]string{{"ten_a", "usr_b", "Theirs", "state=lapsed"}, {"ten_a", "", "All", "state=granted"}, {"ten_b", "", "Other", "x=y"},
			{"ten_a", "usr_a", "Abgemeldet bald", "state=paused"}} {
			if _, err := save(v[0], v[1], v[2], v[3]); err != nil {
				t.Fatal(err)
			}
		}
		if got := seen("ten_a", "usr_a"); got != "Abgemeldet bald?state=paused All?state=granted" {
			t.Errorf("usr_a sees %s", got)
		}
		if got := seen("ten_a", "usr_b"); got != "All?state=granted Theirs?state=lapsed" {
			t.Errorf("usr_b sees %s", got)
		}
		for _, bad := range [][2]string{{"", "x=y"}, {"   ", "x=y"}, {strings.Repeat("ä", 61), "x=y"}, {"n", ""}, {"n", strings.Repeat("x", 1001)}} {
			if _, err := save("ten_a", "usr_a", bad[0], bad[1]); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%q: %v", bad, err)
			}
		}
		drop := func(tenant, staff, view string) error {
			return do(func(ctx context.Context, tx *db.Tx) error { return DropView(ctx, tx, tenant, staff, view) })
		}
		theirs, _ := save("ten_a", "usr_b", "Theirs", "state=lapsed")
		if err := drop("ten_a", "usr_a", theirs.ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another member's own: %v", err)
		}
		if err := drop("ten_b", "usr_b", theirs.ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another tenant's: %v", err)
		}
		if err := drop("ten_a", "usr_b", theirs.ID); err != nil || strings.Contains(seen("ten_a", "usr_b"), "Theirs") {
			t.Errorf("one's own: %v", err)
		}
	})
}

func TestViewsAreFew(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for i := range mostViews {
			if _, err := SaveView(ctx, tx, "ten_a", View{Page: "people", Name: fmt.Sprint(i), Filter: "a=b"}, "usr_a"); err != nil {
				t.Fatal(err)
			}
		}
		_, err := SaveView(ctx, tx, "ten_a", View{Page: "people", Name: "one more", Filter: "a=b"}, "usr_a")
		return err
	})
	if errs.CodeOf(err) != errs.Conflict {
		t.Errorf("%v", err)
	}
}
