package account

import (
	"context"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

// The link works once, only the newest, and not at all where there is a business.
func TestFirstLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write := func(f func(ctx context.Context, tx *db.Tx) error) error { return d.Write(t.Context(), f) }
		link := func() (token string) {
			if err := write(func(ctx context.Context, tx *db.Tx) (err error) { token, err = NewFirstLink(ctx, tx); return err }); err != nil {
				t.Fatal(err)
			}
			return token
		}
		opens := func(token string) (ok bool) {
			if err := write(func(ctx context.Context, tx *db.Tx) (err error) { ok, err = FirstLinkOpen(ctx, tx, token); return err }); err != nil {
				t.Fatal(err)
			}
			return ok
		}
		use := func(token string) error {
			return write(func(ctx context.Context, tx *db.Tx) error { return UseFirstLink(ctx, tx, token) })
		}
		old := link()
		token := link()
		if opens(old) || !opens(token) || opens("") || opens("jl_"+token[3:]) || opens("x") {
			t.Error("the wrong links open")
		}
		if err := use(old); errs.CodeOf(err) != errs.Unauthorised {
			t.Errorf("an older link: %v", err)
		}
		if err := use(token); err != nil {
			t.Fatal(err)
		}
		if err := use(token); errs.CodeOf(err) != errs.Unauthorised || opens(token) {
			t.Errorf("twice: %v", err)
		}
		token = link()
		k, err := ParseKeyring(NewKey("test"))
		if err != nil {
			t.Fatal(err)
		}
		if err := write(func(ctx context.Context, tx *db.Tx) error {
			_, err := CreateTenant(ctx, tx, k, Tenant{Name: "Rösterei", Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "test")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := use(token); err == nil || opens(token) {
			t.Error("a link works beside a business")
		}
		if err := write(func(ctx context.Context, tx *db.Tx) error { _, err := NewFirstLink(ctx, tx); return err }); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a link where there is a business: %v", err)
		}
	})
}

func TestSteps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for _, s := range [][3]string{{"a", "mail", StepLater}, {"a", "mail", StepDone}, {"a", "optouts", StepLater}, {"b", "mail", StepLater}} {
				if err := SetStep(ctx, tx, s[0], s[1], s[2]); err != nil {
					return err
				}
			}
			all, err := Steps(ctx, tx, "a")
			if len(all) != 2 || all["mail"] != StepDone || all["optouts"] != StepLater {
				t.Errorf("steps %v", all)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
