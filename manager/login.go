package manager

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
)

// loginPage shows the form.
func loginPage(v *visit) error {
	if in, err := v.whoIsIt(); err != nil {
		return err
	} else if in {
		return v.to(look.Inside(v.r.URL.Query().Get("next")))
	}
	return v.showLogin(http.StatusOK, loginForm{next: v.r.URL.Query().Get("next")})
}

// loginForm is what the form shows again after a refusal; never the password.
type loginForm struct {
	email, next, problem string
	providers            int // in use; one needs no question for the address
}

// showLogin offers the provider's sign-in where there is one.
func (v *visit) showLogin(status int, f loginForm) error {
	if err := v.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := account.SignIns(ctx, tx, "")
		f.providers = len(all)
		return err
	}); err != nil {
		return err
	}
	return v.show(status, loginView(v, f))
}

// login takes e-mail and password. Every refusal reads the same and takes the same time.
func login(v *visit) error {
	typed, next := v.r.PostFormValue("email"), v.r.PostFormValue("next")
	email, err := account.CleanEmail(typed)
	if err != nil {
		email = "-"
	}
	if !v.s.limits.fromNetwork(v.r) || !v.s.limits.forName(email) {
		v.w.Header().Set("Retry-After", "20")
		return v.showLogin(http.StatusTooManyRequests, loginForm{email: typed, next: next, problem: v.say("error.too_many")})
	}
	var member account.Staff
	err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		member, err = account.StaffByEmail(ctx, tx, email)
		return err
	})
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		return err
	}
	ok, err := account.CheckPassword(v.r.Context(), member.Password, v.r.PostFormValue("password"))
	if err != nil {
		return err
	}
	if !ok || member.DisabledAt != 0 {
		if err := v.refused(member); err != nil {
			return err
		}
		return v.showLogin(http.StatusUnauthorized, loginForm{email: typed, next: next, problem: v.say("manager.login.wrong")})
	}
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.Record(ctx, tx, member.Tenant, account.Entry{Actor: member.ID, Action: "login.password", Object: member.ID})
	}); err != nil {
		return err
	}
	return v.letIn(member, next)
}

// refused notes a failed try at a real account.
func (v *visit) refused(member account.Staff) error {
	if member.ID == "" {
		return nil
	}
	return v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.Record(ctx, tx, member.Tenant, account.Entry{Actor: "login", Action: "login.refused", Object: member.ID})
	})
}

// letIn goes on to the second factor where there is one, else inside.
func (v *visit) letIn(member account.Staff, next string) error {
	var has bool
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		has, err = account.HasFactor(ctx, tx, member.Tenant, member.ID)
		return err
	}); err != nil {
		return err
	}
	if has {
		return v.askFactor(member, next)
	}
	return v.enter(member, next)
}

// enter begins a session under a new token, so that one planted before is worth nothing.
func (v *visit) enter(member account.Staff, next string) error {
	ctx := v.r.Context()
	if err := v.s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	v.s.sessions.Put(ctx, tenantKey, member.Tenant)
	v.s.sessions.Put(ctx, staffKey, member.ID)
	return v.to(look.Inside(next))
}

// linkPage shows a button and changes nothing: link scanners open links (DESIGN section 5).
func linkPage(v *visit) error {
	token := v.r.PathValue("token")
	var open bool
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		open, err = account.LinkOpen(ctx, tx, token)
		return err
	}); err != nil {
		return err
	}
	if !open {
		return v.showLogin(http.StatusGone, loginForm{problem: v.say("account.link.gone")})
	}
	return v.show(http.StatusOK, linkView(v, LinkPath(token)))
}

// linkUse takes the link, once.
func linkUse(v *visit) error {
	if !v.s.limits.fromNetwork(v.r) {
		return errs.New(errs.TooMany, "error.too_many")
	}
	var member account.Staff
	err := v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		member, err = account.UseLink(ctx, tx, v.r.PathValue("token"))
		return err
	})
	if errs.CodeOf(err) == errs.Unauthorised {
		return v.showLogin(http.StatusGone, loginForm{problem: v.sentence(err)})
	}
	if err != nil {
		return err
	}
	return v.letIn(member, "/")
}

// logout ends the session for good.
func logout(v *visit) error {
	if err := v.s.sessions.Destroy(v.r.Context()); err != nil {
		return err
	}
	return v.to("/login")
}
