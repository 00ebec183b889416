package account

import (
	"context"
	"strings"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

func TestKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var k Key
		var secret string
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			k, secret, err = CreateKey(ctx, tx, h.a.ID, " Shop ", []Scope{ScopeOptouts, ScopeCheck, ScopeCheck}, "usr_1")
			return err
		})
		if !strings.HasPrefix(secret, "jw_") || !KeyShaped(secret) || KeyShaped("jw_x") || KeyShaped("Bearer "+secret) {
			t.Errorf("secret %q", secret)
		}
		byHash := func(secret string) (got Key, code errs.Code) {
			code = h.code(func(ctx context.Context, tx *db.Tx) (err error) {
				got, err = KeyByHash(ctx, tx, HashToken(secret))
				return err
			})
			return got, code
		}
		got, _ := byHash(secret)
		if got.Tenant != h.a.ID || got.ID != k.ID || got.Name != "Shop" || len(got.Scopes) != 2 || !got.May(ScopeCheck) || got.May(ScopeSetup) {
			t.Errorf("by hash: %+v", got)
		}
		_, code := byHash(secret[:len(secret)-1] + "_")
		h.want("another secret", code, errs.NotFound)
		h.want("the other tenant revokes", h.code(func(ctx context.Context, tx *db.Tx) error {
			return RevokeKey(ctx, tx, h.b.ID, k.ID, "x")
		}), errs.NotFound)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			theirs, err := Keys(ctx, tx, h.b.ID)
			if len(theirs) != 0 {
				t.Error("the other tenant sees it")
			}
			return err
		})
		h.write(func(ctx context.Context, tx *db.Tx) error { return RevokeKey(ctx, tx, h.a.ID, k.ID, "usr_1") })
		_, code = byHash(secret)
		h.want("revoked", code, errs.NotFound)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			mine, err := Keys(ctx, tx, h.a.ID)
			if len(mine) != 1 || mine[0].RevokedAt == 0 || mine[0].May(ScopeCheck) {
				t.Errorf("the list: %+v", mine)
			}
			return err
		})
		if got := h.actions(h.a.ID); count(got, "key.created") != 1 || count(got, "key.revoked") != 1 {
			t.Errorf("audit %v", got)
		}
	})
}

func TestKeyIsTouchedOnceAnHour(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var k Key
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			k, _, err = CreateKey(ctx, tx, h.a.ID, "k", []Scope{ScopeCheck}, "usr_1")
			return err
		})
		start := time.Hour.Microseconds() * 10
		for _, c := range []struct{ at, want int64 }{{start, start}, {start + 1, start}, {start + time.Hour.Microseconds(), start + time.Hour.Microseconds()}} {
			h.write(func(ctx context.Context, tx *db.Tx) error {
				if err := TouchKey(ctx, tx, k, c.at); err != nil {
					return err
				}
				keys, err := Keys(ctx, tx, h.a.ID)
				k = keys[0]
				if k.UsedAt != c.want {
					t.Errorf("used at %d: noted %d, want %d", c.at, k.UsedAt, c.want)
				}
				return err
			})
		}
	})
}

func TestKeyAndProgramAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for what, f := range map[string]func(ctx context.Context, tx *db.Tx) error{
			"no name": func(ctx context.Context, tx *db.Tx) error {
				_, _, err := CreateKey(ctx, tx, h.a.ID, " ", []Scope{ScopeCheck}, "x")
				return err
			},
			"no scope": func(ctx context.Context, tx *db.Tx) error {
				_, _, err := CreateKey(ctx, tx, h.a.ID, "k", nil, "x")
				return err
			},
			"odd scope": func(ctx context.Context, tx *db.Tx) error {
				_, _, err := CreateKey(ctx, tx, h.a.ID, "k", []Scope{"root"}, "x")
				return err
			},
			"program's mode": func(ctx context.Context, tx *db.Tx) error {
				_, _, err := CreateProgram(ctx, tx, h.a.ID, Program{Name: "p"}, "x")
				return err
			},
			"program's scope": func(ctx context.Context, tx *db.Tx) error {
				_, _, err := CreateProgram(ctx, tx, h.a.ID, Program{Name: "p", Mode: Enforce, Scopes: []string{"pin"}}, "x")
				return err
			},
		} {
			h.want(what, h.code(f), errs.Invalid)
		}
	})
}

func TestProgram(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var p Program
		var token string
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			p, token, err = CreateProgram(ctx, tx, h.a.ID, Program{Name: "CRM", Mode: Warn, Scopes: []string{"send"}, Topics: map[string]string{"utility": "order_updates"}}, "usr_1")
			return err
		})
		byHash := func() (got Program, code errs.Code) {
			code = h.code(func(ctx context.Context, tx *db.Tx) (err error) {
				got, err = ProgramByHash(ctx, tx, HashToken(token))
				return err
			})
			return got, code
		}
		got, _ := byHash()
		if got.ID != p.ID || got.Tenant != h.a.ID || got.Mode != Warn || got.Topics["utility"] != "order_updates" || len(got.Scopes) != 1 {
			t.Errorf("by hash: %+v", got)
		}
		h.want("an API key's door", h.code(func(ctx context.Context, tx *db.Tx) error {
			_, err := KeyByHash(ctx, tx, HashToken(token))
			return err
		}), errs.NotFound)
		h.want("the other tenant revokes", h.code(func(ctx context.Context, tx *db.Tx) error {
			return RevokeProgram(ctx, tx, h.b.ID, p.ID, "x")
		}), errs.NotFound)
		h.write(func(ctx context.Context, tx *db.Tx) error { return RevokeProgram(ctx, tx, h.a.ID, p.ID, "usr_1") })
		_, code := byHash()
		h.want("revoked", code, errs.NotFound)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			mine, err := Programs(ctx, tx, h.a.ID)
			if len(mine) != 1 || mine[0].RevokedAt == 0 {
				t.Errorf("%+v", mine)
			}
			return err
		})
	})
}
