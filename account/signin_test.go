package account

import (
	"context"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

func aSignIn() SignIn {
	return SignIn{Issuer: "https://login.example", Client: "jawort", Domain: "X.example", Claim: "groups", On: true,
		Roles: map[string]Role{"service": Agent, "shop": Editor, "it": Admin}}
}

func (h *house) setSignIn(tenant string, s SignIn, secret string) errs.Code {
	return h.code(func(ctx context.Context, tx *db.Tx) error {
		return SetSignIn(ctx, tx, h.keys, tenant, s, secret, "usr_1")
	})
}

func TestSetSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for what, change := range map[string]func(*SignIn){
			"plain http": func(s *SignIn) { s.Issuer = "http://login.example" }, "no host": func(s *SignIn) { s.Issuer = "login" },
			"user in it": func(s *SignIn) { s.Issuer = "https://a:b@login.example" }, "no client": func(s *SignIn) { s.Client = "" },
			"domain": func(s *SignIn) { s.Domain = "@x" }, "claim": func(s *SignIn) { s.Claim = "" },
			"owner by group": func(s *SignIn) { s.Roles = map[string]Role{"bosses": Owner} }, "odd role": func(s *SignIn) { s.Roles = map[string]Role{"x": "root"} },
		} {
			bad := aSignIn()
			change(&bad)
			h.want(what, h.setSignIn(h.a.ID, bad, "s3cret"), errs.Invalid)
		}
		h.want("no secret", h.setSignIn(h.a.ID, aSignIn(), ""), errs.Invalid)
		h.want("set", h.setSignIn(h.a.ID, aSignIn(), "s3cret"), "")
		h.want("keeps the secret", h.setSignIn(h.a.ID, aSignIn(), ""), "")
		h.want("a domain twice", h.setSignIn(h.b.ID, aSignIn(), "other"), errs.Conflict)
		off := aSignIn()
		off.On = false
		h.want("a domain twice, not in use", h.setSignIn(h.b.ID, off, "other"), "")
		h.write(func(ctx context.Context, tx *db.Tx) error {
			all, err := SignIns(ctx, tx, "x.example")
			if len(all) != 1 || all[0].Tenant != h.a.ID {
				t.Fatalf("in use: %+v", all)
			}
			secret, err2 := h.keys.SignInSecret(all[0])
			if secret != "s3cret" || err2 != nil {
				t.Errorf("secret: %v", err2)
			}
			entries, err2 := Trail(ctx, tx, h.a.ID, "", 5)
			for _, e := range entries {
				if strings.Contains(e.detail(), "s3cret") {
					t.Error("the secret is in the trail")
				}
			}
			with, err3 := SealedWith(ctx, tx)
			if with["test"] != 4 {
				t.Errorf("sealed %v", with)
			}
			for _, e := range []error{err2, err3} {
				if e != nil {
					return e
				}
			}
			return err
		})
	})
}

func TestWelcome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.want("set", h.setSignIn(h.a.ID, aSignIn(), "s3cret"), "")
		var s SignIn
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			s, err = SignInOf(ctx, tx, h.a.ID)
			return err
		})
		owner, agent := h.invite("owner@x.example", Owner), h.invite("agent@x.example", Agent)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := Invite(ctx, tx, h.b.ID, Staff{Email: "theirs@x.example", Name: "T", Role: Admin, Language: "en"}, "test")
			return err
		})
		come := func(p Person) (m Staff, code errs.Code) {
			err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				m, err = Welcome(ctx, tx, s, p)
				return err
			})
			return m, errs.CodeOf(err)
		}
		for what, p := range map[string]Person{
			"unverified":        {Subject: "1", Email: "agent@x.example"},
			"another domain":    {Subject: "1", Email: "agent@y.example", Verified: true, Groups: []string{"it"}},
			"a domain below":    {Subject: "1", Email: "agent@evil.x.example", Verified: true, Groups: []string{"it"}},
			"no group":          {Subject: "1", Email: "new@x.example", Verified: true, Groups: []string{"cooks"}},
			"another house's":   {Subject: "1", Email: "theirs@x.example", Verified: true, Groups: []string{"it"}},
			"nobody":            {Email: "agent@x.example", Verified: true},
			"no address at all": {Subject: "1", Email: "x", Verified: true},
		} {
			if _, code := come(p); code != errs.Forbidden {
				t.Errorf("%s: %q", what, code)
			}
		}
		m, code := come(Person{Subject: "sub-agent", Email: "Agent@X.example", Verified: true, Groups: []string{"it"}})
		if code != "" || m.ID != agent.ID || m.Role != Agent {
			t.Errorf("an invited member keeps the role: %+v %s", m, code)
		}
		if _, code := come(Person{Subject: "sub-new", Email: "agent@x.example", Verified: true}); code != errs.Forbidden {
			t.Errorf("the same address, another subject: %q", code)
		}
		m, code = come(Person{Subject: "sub-owner", Email: "owner@x.example", Verified: true})
		if code != "" || m.ID != owner.ID || m.Role != Owner {
			t.Errorf("owner: %+v %s", m, code)
		}
		m, code = come(Person{Subject: "sub-3", Email: "neu@x.example", Verified: true, Name: "Neu", Groups: []string{"service", "shop"}})
		if code != "" || m.Role != Editor || m.Name != "Neu" || m.Tenant != h.a.ID {
			t.Errorf("by group: %+v %s", m, code)
		}
		again, code := come(Person{Subject: "sub-3", Email: "neu@x.example", Verified: true})
		if code != "" || again.ID != m.ID {
			t.Errorf("known by subject: %+v %s", again, code)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error { return Disable(ctx, tx, h.a.ID, m.ID, "test") })
		if _, code := come(Person{Subject: "sub-3", Email: "neu@x.example", Verified: true, Groups: []string{"it"}}); code != errs.Forbidden {
			t.Errorf("disabled: %q", code)
		}
	})
}
