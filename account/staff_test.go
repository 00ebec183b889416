package account

import (
	"context"
	"sync"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

func TestCleanEmail(t *testing.T) {
	for in, want := range map[string]string{
		"Lena@Sonnenschein.Example ": "lena@sonnenschein.example",
		"a@b":                        "a@b",
		"":                           "",
		"lena":                       "",
		"Lena <lena@x.example>":      "",
		"a@b, c@d":                   "",
		"a b@c.example":              "",
		"x@y.example\nBcc: z@z":      "",
	} {
		got, err := CleanEmail(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
}

func TestStaff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		owner := h.invite("Owner@x.example", Owner)
		agent := h.invite("agent@x.example", Agent)
		h.want("e-mail twice", h.code(func(ctx context.Context, tx *db.Tx) error {
			_, err := Invite(ctx, tx, h.b.ID, Staff{Email: "owner@X.example", Name: "n", Role: Agent, Language: "de"}, "test")
			return err
		}), errs.Conflict)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			s, err := StaffByEmail(ctx, tx, "owner@x.example")
			if s.ID != owner.ID || s.Role != Owner || s.Password != "" {
				t.Errorf("by e-mail: %+v", s)
			}
			return err
		})
		for what, f := range map[string]func(ctx context.Context, tx *db.Tx) error{
			"read":     func(ctx context.Context, tx *db.Tx) error { _, err := StaffOf(ctx, tx, h.b.ID, agent.ID); return err },
			"role":     func(ctx context.Context, tx *db.Tx) error { return SetRole(ctx, tx, h.b.ID, agent.ID, Admin, "x") },
			"disable":  func(ctx context.Context, tx *db.Tx) error { return Disable(ctx, tx, h.b.ID, agent.ID, "x") },
			"enable":   func(ctx context.Context, tx *db.Tx) error { return Enable(ctx, tx, h.b.ID, agent.ID, "x") },
			"password": func(ctx context.Context, tx *db.Tx) error { return SetPassword(ctx, tx, h.b.ID, agent.ID, "$", "x") },
			"link": func(ctx context.Context, tx *db.Tx) error {
				_, err := NewLink(ctx, tx, h.b.ID, agent.ID, "x")
				return err
			},
			"nobody": func(ctx context.Context, tx *db.Tx) error { _, err := StaffByEmail(ctx, tx, "no@x"); return err },
		} {
			h.want("from the other tenant: "+what, h.code(f), errs.NotFound)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			s, err := StaffOf(ctx, tx, h.a.ID, agent.ID)
			if s.Role != Agent || s.DisabledAt != 0 || s.Password != "" {
				t.Errorf("changed from outside: %+v", s)
			}
			return err
		})
	})
}

func TestTheLastOwnerStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		one := h.invite("one@x.example", Owner)
		disable := func(s Staff) errs.Code {
			return h.code(func(ctx context.Context, tx *db.Tx) error { return Disable(ctx, tx, h.a.ID, s.ID, "test") })
		}
		h.want("disable the last", disable(one), errs.Conflict)
		h.want("demote the last", h.code(func(ctx context.Context, tx *db.Tx) error {
			return SetRole(ctx, tx, h.a.ID, one.ID, Admin, "test")
		}), errs.Conflict)
		two := h.invite("two@x.example", Owner)

		var both sync.WaitGroup
		codes := make([]errs.Code, 2)
		for i, s := range []Staff{one, two} {
			both.Go(func() { codes[i] = disable(s) })
		}
		both.Wait()
		if (codes[0] == "") == (codes[1] == "") {
			t.Errorf("two owners left at once: %q %q, want one to stay", codes[0], codes[1])
		}
	})
}

func TestLoginLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s := h.invite("lena@x.example", Owner)
		link := func() (token string) {
			h.write(func(ctx context.Context, tx *db.Tx) (err error) {
				token, err = NewLink(ctx, tx, h.a.ID, s.ID, "test")
				return err
			})
			return token
		}
		open := func(token string) (yes bool) {
			h.write(func(ctx context.Context, tx *db.Tx) (err error) {
				yes, err = LinkOpen(ctx, tx, token)
				return err
			})
			return yes
		}
		use := func(token string) errs.Code {
			return h.code(func(ctx context.Context, tx *db.Tx) error {
				got, err := UseLink(ctx, tx, token)
				if err == nil && got.ID != s.ID {
					t.Errorf("lets in %s", got.ID)
				}
				return err
			})
		}
		token := link()
		if !open(token) || !open(token) {
			t.Error("asking used the link up")
		}
		h.want("first use", use(token), "")
		h.want("second use", use(token), errs.Unauthorised)
		if open(token) {
			t.Error("a used link is open")
		}
		for _, bad := range []string{"", "jl_", token + "x", "jw_" + token[3:], token[:len(token)-1]} {
			h.want("bad token", use(bad), errs.Unauthorised)
		}

		late := link()
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update login_link set until = until - $1 where used_at is null`, LinkLife.Microseconds())
			return err
		})
		h.want("after ten minutes", use(late), errs.Unauthorised)

		h.invite("other@x.example", Owner)
		shut := link()
		h.write(func(ctx context.Context, tx *db.Tx) error { return Disable(ctx, tx, h.a.ID, s.ID, "test") })
		h.want("of who is disabled", use(shut), errs.Unauthorised)
		if n := count(h.actions(h.a.ID), "login.link"); n != 1 {
			t.Errorf("%d logins in the audit trail, want 1", n)
		}
	})
}

func TestLoginLinkLetsInOnlyOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s := h.invite("lena@x.example", Owner)
		var token string
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			token, err = NewLink(ctx, tx, h.a.ID, s.ID, "test")
			return err
		})
		var all sync.WaitGroup
		codes := make([]errs.Code, 8)
		for i := range codes {
			all.Go(func() {
				codes[i] = h.code(func(ctx context.Context, tx *db.Tx) error {
					_, err := UseLink(ctx, tx, token)
					return err
				})
			})
		}
		all.Wait()
		in := 0
		for _, c := range codes {
			if c == "" {
				in++
			} else if c != errs.Unauthorised {
				t.Errorf("answer %q", c)
			}
		}
		if in != 1 {
			t.Errorf("%d came in with one link", in)
		}
	})
}

func TestSession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		find := func(token string) (data []byte, ok bool) {
			h.write(func(ctx context.Context, tx *db.Tx) (err error) {
				data, ok, err = FindSession(ctx, tx, token)
				return err
			})
			return data, ok
		}
		var now int64
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			if now, err = tx.Now(ctx); err != nil {
				return err
			}
			if err = PutSession(ctx, tx, "secret", []byte{1}, now+60e6); err != nil {
				return err
			}
			if err = PutSession(ctx, tx, "secret", []byte{2}, now+60e6); err != nil {
				return err
			}
			return PutSession(ctx, tx, "over", []byte{3}, now-1)
		})
		if data, ok := find("secret"); !ok || len(data) != 1 || data[0] != 2 {
			t.Errorf("found %v %v", data, ok)
		}
		for _, no := range []string{"over", "none", ""} {
			if _, ok := find(no); ok {
				t.Errorf("%q is a session", no)
			}
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			var n int64
			if err := tx.Row(ctx, `select count(*) from session where token = 'secret'`).Scan(&n); err != nil || n != 0 {
				t.Errorf("the token stands open in the table: %d %v", n, err)
			}
			if err := Sweep(ctx, tx); err != nil {
				return err
			}
			return tx.Row(ctx, `select count(*) from session`).Scan(&n)
		})
		h.write(func(ctx context.Context, tx *db.Tx) error { return DropSession(ctx, tx, "secret") })
		if _, ok := find("secret"); ok {
			t.Error("a dropped session lives")
		}
	})
}
