package account

import (
	"context"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

func TestLoosens(t *testing.T) {
	for _, c := range []struct {
		from, to Mode
		want     bool
	}{{Enforce, Observe, true}, {Enforce, Warn, true}, {Warn, Observe, true}, {Observe, Enforce, false}, {Warn, Enforce, false}, {Enforce, Enforce, false}, {Observe, Observe, false}} {
		if got := c.to.Loosens(c.from); got != c.want {
			t.Errorf("%s to %s: %v", c.from, c.to, got)
		}
	}
}

func TestCleanReason(t *testing.T) {
	for typed, want := range map[string]string{
		"Umzug  auf die\nneue Kasse": "Umzug auf die neue Kasse", "zu kurz": "", "          ": "", strings.Repeat("x", 501): "", strings.Repeat("ä", 500): strings.Repeat("ä", 500),
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff": "",
	} {
		got, err := CleanReason(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", typed, got, err)
		}
	}
}

// aNumber adds one in mode enforce.
func (h *house) aNumber(id string) Number {
	n := Number{ID: id, WABA: "1022", Portfolio: "5069", Display: "493023125010", Name: "Service", Country: "DE", BaseURL: "https://graph.facebook.com",
		Mode: Enforce, Throughput: 80, Status: "CONNECTED"}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		return PutNumber(ctx, tx, h.keys, h.a.ID, n, "EAAG-first-token-0001", "app-secret-first-1", "test")
	})
	return n
}

func TestLooseningANumberNeedsAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		n := h.aNumber("106540352242922")
		change := func(tenant string, mode Mode, reason string) errs.Code {
			return h.code(func(ctx context.Context, tx *db.Tx) error {
				return ChangeNumber(ctx, tx, tenant, n.ID, mode, NumberSettings{CapDay: 1}, reason, "usr_1")
			})
		}
		h.want("without a reason", change(h.a.ID, Observe, "weil"), errs.Invalid)
		h.want("another house", change(h.b.ID, Observe, "ein guter Grund"), errs.NotFound)
		h.want("the same mode", change(h.a.ID, Enforce, ""), "")
		h.want("with a reason", change(h.a.ID, Warn, "Umstellung der Kasse"), "")
		h.want("stricter again", change(h.a.ID, Enforce, ""), "")
		h.write(func(ctx context.Context, tx *db.Tx) error {
			trail, err := Trail(ctx, tx, h.a.ID, "", 10)
			reasons := 0
			for _, e := range trail {
				if e.Detail["reason"] == "Umstellung der Kasse" && e.Detail["from"] == "enforce" && e.Detail["mode"] == "warn" {
					reasons++
				}
			}
			if reasons != 1 {
				t.Errorf("%d entries with the reason: %+v", reasons, trail)
			}
			return err
		})
	})
}

func TestSetNumberSecrets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		n := h.aNumber("106540352242922")
		set := func(tenant, token, secret string) errs.Code {
			return h.code(func(ctx context.Context, tx *db.Tx) error {
				return SetNumberSecrets(ctx, tx, h.keys, tenant, n.ID, token, secret, "usr_1")
			})
		}
		h.want("nothing", set(h.a.ID, "", ""), errs.Invalid)
		h.want("two words", set(h.a.ID, "EAAG second token 0002", ""), errs.Invalid)
		h.want("too short", set(h.a.ID, "", "abc"), errs.Invalid)
		h.want("another house", set(h.b.ID, "EAAG-second-token-0002", ""), errs.NotFound)
		h.want("a new token", set(h.a.ID, "EAAG-second-token-0002", ""), "")
		h.write(func(ctx context.Context, tx *db.Tx) error {
			got, err := NumberOf(ctx, tx, h.a.ID, n.ID)
			if err != nil {
				return err
			}
			token, secret, err := h.keys.Secrets(got)
			if token != "EAAG-second-token-0002" || secret != "app-secret-first-1" {
				t.Error("the wrong secret was replaced")
			}
			trail, err2 := Trail(ctx, tx, h.a.ID, "", 1)
			if len(trail) != 1 || trail[0].Action != "number.secrets" || strings.Contains(trail[0].detail(), "EAAG") || trail[0].Detail["app_secret"] != "" {
				t.Errorf("trail %+v", trail)
			}
			if err != nil {
				return err
			}
			return err2
		})
	})
}

func TestProgramStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var p Program
		var first, second string
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			p, first, err = CreateProgram(ctx, tx, h.a.ID, Program{Name: " Shop ", Mode: Enforce, Scopes: []string{"send"}}, "usr_1")
			return err
		})
		change := func(tenant string, edit func(*Program), reason string) errs.Code {
			q := p
			edit(&q)
			return h.code(func(ctx context.Context, tx *db.Tx) error { return ChangeProgram(ctx, tx, tenant, q, reason, "usr_1") })
		}
		h.want("no reason", change(h.a.ID, func(p *Program) { p.Mode = Observe }, ""), errs.Invalid)
		h.want("no name", change(h.a.ID, func(p *Program) { p.Name = " " }, ""), errs.Invalid)
		h.want("scope", change(h.a.ID, func(p *Program) { p.Scopes = []string{"pin"} }, ""), errs.Invalid)
		h.want("another house", change(h.b.ID, func(p *Program) {}, ""), errs.NotFound)
		h.want("change", change(h.a.ID, func(p *Program) {
			p.Name, p.Mode, p.Scopes, p.Topics = "Kasse", Observe, []string{"send", "read"}, map[string]string{"utility": "order_updates"}
		}, "Erst einmal zusehen"), "")
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			second, err = RotateProgram(ctx, tx, h.a.ID, p.ID, "usr_1")
			return err
		})
		old := func() errs.Code {
			return h.code(func(ctx context.Context, tx *db.Tx) error {
				got, err := ProgramByHash(ctx, tx, HashToken(first))
				if err == nil && got.OldUntil == 0 {
					t.Error("nobody is told how long the old token is good")
				}
				return err
			})
		}
		h.want("the old token, in its grace", old(), "")
		h.want("end another house's old token", h.code(func(ctx context.Context, tx *db.Tx) error {
			return EndOldToken(ctx, tx, h.b.ID, p.ID, "usr_1")
		}), errs.NotFound)
		h.want("end the old token", h.code(func(ctx context.Context, tx *db.Tx) error {
			return EndOldToken(ctx, tx, h.a.ID, p.ID, "usr_1")
		}), "")
		h.want("the old token, ended", old(), errs.NotFound)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			got, err := ProgramByHash(ctx, tx, HashToken(second))
			if got.Name != "Kasse" || got.Mode != Observe || len(got.Scopes) != 2 || got.Topics["utility"] != "order_updates" {
				t.Errorf("kept %+v", got)
			}
			if err != nil {
				return err
			}
			return RevokeProgram(ctx, tx, h.a.ID, p.ID, "usr_1")
		})
		h.want("rotate a revoked one", h.code(func(ctx context.Context, tx *db.Tx) error {
			_, err := RotateProgram(ctx, tx, h.a.ID, p.ID, "usr_1")
			return err
		}), errs.NotFound)
		h.want("rotate another house's", h.code(func(ctx context.Context, tx *db.Tx) error {
			_, err := RotateProgram(ctx, tx, h.b.ID, p.ID, "usr_1")
			return err
		}), errs.NotFound)
		h.want("change a revoked one", change(h.a.ID, func(p *Program) {}, ""), errs.NotFound)
	})
}
