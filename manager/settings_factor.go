package manager

import (
	"context"
	"net/http"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
	"jawort/qr"
	"jawort/say"
)

const factorPath = "/settings/factor"

// Names of what a session holds between password and second factor.
const (
	askedTenant = "asked_tenant"
	askedStaff  = "asked_staff"
	askedNext   = "asked_next"
	askedUntil  = "asked_until"
)

// factorWait is how long somebody may look for their telephone.
const factorWait = 10 * time.Minute

// askFactor notes who has proved the first factor. That opens nothing yet.
func (v *visit) askFactor(member account.Staff, next string) error {
	ctx := v.r.Context()
	if err := v.s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	v.s.sessions.Remove(ctx, tenantKey)
	v.s.sessions.Remove(ctx, staffKey)
	v.s.sessions.Put(ctx, askedTenant, member.Tenant)
	v.s.sessions.Put(ctx, askedStaff, member.ID)
	v.s.sessions.Put(ctx, askedNext, next)
	v.s.sessions.Put(ctx, askedUntil, v.s.Now().Add(factorWait).UnixMicro())
	return v.to("/login/factor")
}

// asked is who stands between the two factors; false when nobody does.
func (v *visit) asked() (tenant, staff string, ok bool) {
	ctx := v.r.Context()
	tenant, staff = v.s.sessions.GetString(ctx, askedTenant), v.s.sessions.GetString(ctx, askedStaff)
	return tenant, staff, staff != "" && v.s.Now().UnixMicro() < v.s.sessions.GetInt64(ctx, askedUntil)
}

func factorAsked(v *visit) error {
	if _, _, ok := v.asked(); !ok {
		return v.to("/login")
	}
	return v.show(http.StatusOK, factorAskedView(v, ""))
}

// factorGiven takes the code. Every refusal reads the same.
func factorGiven(v *visit) error {
	tenant, staff, ok := v.asked()
	if !ok {
		return v.to("/login")
	}
	if !v.s.limits.fromNetwork(v.r) || !v.s.limits.forFactor(staff) {
		v.w.Header().Set("Retry-After", "20")
		return v.show(http.StatusTooManyRequests, factorAskedView(v, v.say("error.too_many")))
	}
	var member account.Staff
	err := v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if member, err = account.StaffOf(ctx, tx, tenant, staff); err != nil {
			return err
		}
		if member.DisabledAt != 0 {
			return errs.New(errs.NotFound, "error.not_found")
		}
		return account.TakeFactor(ctx, tx, v.s.Keys, tenant, staff, v.r.PostFormValue("code"))
	})
	switch errs.CodeOf(err) {
	case "":
	case errs.NotFound: // disabled, or the factor was reset meanwhile: begin anew
		return v.leave()
	case errs.Invalid:
		if err := v.refused(member); err != nil {
			return err
		}
		return v.show(http.StatusUnauthorized, factorAskedView(v, v.sentence(err)))
	default:
		return err
	}
	next := v.s.sessions.GetString(v.r.Context(), askedNext)
	for _, k := range []string{askedTenant, askedStaff, askedNext, askedUntil} {
		v.s.sessions.Remove(v.r.Context(), k)
	}
	return v.enter(member, next)
}

func (v *visit) leave() error {
	if err := v.s.sessions.Destroy(v.r.Context()); err != nil {
		return err
	}
	return v.to("/login")
}

// factorData is the page of one's own second factor.
type factorData struct {
	on     bool
	left   int64    // recovery codes
	secret string   // of one that was begun
	code   qr.Code  // of the same
	codes  []string // just made: shown once
	form   typed
}

func factor(v *visit) error { return v.showFactor(http.StatusOK, factorData{}) }

func (v *visit) showFactor(status int, d factorData) error {
	var f account.Factor
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if f, err = account.FactorOf(ctx, tx, v.tenant.ID, v.staff.ID); err != nil {
			return err
		}
		d.left, err = account.RecoveryLeft(ctx, tx, v.tenant.ID, v.staff.ID)
		return err
	})
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		return err
	}
	d.on = f.ConfirmedAt != 0
	if err == nil && !d.on {
		if d.secret, err = v.s.Keys.FactorSecret(v.tenant.ID, v.staff.ID, f); err != nil {
			return err
		}
		if d.code, err = qr.Screen(account.FactorURL(v.tenant.Name, v.staff.Email, d.secret)); err != nil {
			return err
		}
	}
	return v.show(status, factorView(v, d))
}

func beginFactor(v *visit) error {
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.BeginFactor(ctx, tx, v.s.Keys, v.tenant.ID, v.staff.ID)
	}); err != nil {
		return err
	}
	return v.to(factorPath)
}

// confirmFactor shows the recovery codes in its answer and nowhere else.
func confirmFactor(v *visit) error {
	return v.withCode(func(ctx context.Context, tx *db.Tx, code string, d *factorData) (err error) {
		d.codes, err = account.ConfirmFactor(ctx, tx, v.s.Keys, v.tenant.ID, v.staff.ID, code)
		return err
	}, func(d factorData) error {
		v.bare = false
		return v.showFactor(http.StatusOK, d)
	})
}

// removeFactor asks for a code: an open screen is not enough.
func removeFactor(v *visit) error {
	return v.withCode(func(ctx context.Context, tx *db.Tx, code string, _ *factorData) error {
		if err := account.TakeFactor(ctx, tx, v.s.Keys, v.tenant.ID, v.staff.ID, code); err != nil {
			return err
		}
		return account.DropFactor(ctx, tx, v.tenant.ID, v.staff.ID, "", v.staff.ID)
	}, func(factorData) error { return v.saved(factorPath, "manager.factor.removed") })
}

// withCode does something that needs a code of the app, as often as one may try.
func (v *visit) withCode(do func(ctx context.Context, tx *db.Tx, code string, d *factorData) error, then func(d factorData) error) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	if !v.s.limits.forFactor(v.staff.ID) {
		return errs.New(errs.TooMany, "error.too_many")
	}
	var d factorData
	err = v.write(func(ctx context.Context, tx *db.Tx) error { return do(ctx, tx, f.get("code"), &d) })
	if err == nil {
		return then(d)
	}
	if err := f.took(v, err, nil); err != nil {
		return err
	}
	f.values.Set("code", "")
	return v.showFactor(f.status(), factorData{form: f})
}

// resetFactor helps who lost their telephone: an owner takes the factor away, with a reason.
func resetFactor(v *visit) error {
	who := v.r.PathValue("staff")
	reason, err := v.why()
	if err == nil {
		err = v.write(func(ctx context.Context, tx *db.Tx) error {
			if who == v.staff.ID {
				return errs.New(errs.Conflict, "manager.factor.own")
			}
			return account.DropFactor(ctx, tx, v.tenant.ID, who, reason, v.staff.ID)
		})
	}
	if code := errs.CodeOf(err); code == errs.Invalid || code == errs.Conflict {
		return v.showStaff(statuses[code], staffData{problem: v.sentence(err), form: invitation()})
	}
	if err != nil {
		return err
	}
	return v.saved("/settings/staff", "manager.factor.reset.done")
}

// resetAsk is the question before it.
func (v *visit) resetAsk(m account.Staff) look.Ask {
	return v.ask(look.Ask{ID: "factor-" + m.ID, Open: v.say("manager.factor.reset"), Class: "btn small", Title: v.say("manager.factor.reset.title", say.Args{"Name": m.Name}),
		Text: []string{v.say("manager.factor.reset.text")}, Action: "/settings/staff/" + m.ID + "/factor", Do: v.say("manager.factor.reset.do")})
}
