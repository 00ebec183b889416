package account

import (
	"context"
	"errors"
	"testing"

	"jawort/db"
	"jawort/errs"
)

// house is two tenants, so that every test can ask for the other one's ids.
type house struct {
	t    *testing.T
	d    *db.DB
	keys *Keyring
	a, b Tenant
}

func newHouse(t *testing.T, d *db.DB) *house {
	h := &house{t: t, d: d, keys: ring(t, NewKey("test"))}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		var err error
		if h.a, err = CreateTenant(ctx, tx, h.keys, Tenant{Name: "Rösterei", Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "test"); err != nil {
			return err
		}
		h.b, err = CreateTenant(ctx, tx, h.keys, Tenant{Name: "Bakery", Language: "en", Zone: "Europe/London", Country: "GB"}, "test")
		return err
	})
	return h
}

// write runs f in a transaction that must go through.
func (h *house) write(f func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Write(h.t.Context(), f); err != nil {
		h.t.Fatal(err)
	}
}

// code runs f in a transaction and gives the code of its error.
func (h *house) code(f func(ctx context.Context, tx *db.Tx) error) errs.Code {
	h.t.Helper()
	return errs.CodeOf(h.d.Write(h.t.Context(), f))
}

func (h *house) want(what string, got, want errs.Code) {
	h.t.Helper()
	if got != want {
		h.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// invite adds a member to tenant a.
func (h *house) invite(email string, role Role) Staff {
	h.t.Helper()
	var s Staff
	h.write(func(ctx context.Context, tx *db.Tx) error {
		var err error
		s, err = Invite(ctx, tx, h.a.ID, Staff{Email: email, Name: "Lena Grünwald", Role: role, Language: "de"}, "test")
		return err
	})
	return s
}

// actions are the audit trail's actions, newest first.
func (h *house) actions(tenant string) []string {
	h.t.Helper()
	var out []string
	h.write(func(ctx context.Context, tx *db.Tx) error {
		out = nil
		entries, err := Trail(ctx, tx, tenant, "", 100)
		for _, e := range entries {
			out = append(out, e.Action)
		}
		return err
	})
	return out
}

func count(list []string, want string) int {
	n := 0
	for _, s := range list {
		if s == want {
			n++
		}
	}
	return n
}

var errStop = errors.New("stop")
