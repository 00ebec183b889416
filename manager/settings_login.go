package manager

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

// signInData is the page of the provider.
type signInData struct {
	form  typed
	there bool // a secret is kept
}

func signIn(v *visit) error {
	d, _, err := v.signInForm()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, signInView(v, d))
}

func (v *visit) signInForm() (d signInData, s account.SignIn, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) error {
		s, err = account.SignInOf(ctx, tx, v.tenant.ID)
		return err
	})
	if errs.CodeOf(err) == errs.NotFound {
		return signInData{form: filled("claim", "groups", "on", "on")}, s, nil
	}
	d = signInData{form: filled("issuer", s.Issuer, "client", s.Client, "domain", s.Domain, "claim", s.Claim, "roles", rolesText(s.Roles)), there: len(s.Secret) > 0}
	if s.On {
		d.form.values.Set("on", "on")
	}
	return d, s, err
}

// rolesText is a line a group: „gruppe = rolle“.
func rolesText(roles map[string]account.Role) string {
	var b strings.Builder
	for _, group := range slices.Sorted(maps.Keys(roles)) {
		b.WriteString(group + " = " + string(roles[group]) + "\n")
	}
	return b.String()
}

// readRoles reads such lines; the last sign of equality counts, because groups may hold some.
func readRoles(text string) (map[string]account.Role, error) {
	out := map[string]account.Role{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		at := strings.LastIndex(line, "=")
		if at < 1 || len(out) >= 200 {
			return nil, errs.At("roles", "manager.oidc.roles.shape")
		}
		out[strings.TrimSpace(line[:at])] = account.Role(strings.ToLower(strings.TrimSpace(line[at+1:])))
	}
	return out, nil
}

// saveSignIn asks the provider for its addresses first: what cannot work is not kept.
func saveSignIn(v *visit) error {
	d, _, err := v.signInForm()
	if err != nil {
		return err
	}
	f, err := v.typed()
	if err != nil {
		return err
	}
	secret := strings.TrimSpace(f.get("secret"))
	f.values.Set("secret", "")
	s := account.SignIn{Issuer: strings.TrimSpace(f.get("issuer")), Client: strings.TrimSpace(f.get("client")), Domain: f.get("domain"),
		Claim: strings.TrimSpace(f.get("claim")), On: f.on("on")}
	s.Roles, err = readRoles(f.get("roles"))
	set := func(ctx context.Context, tx *db.Tx) error {
		return account.SetSignIn(ctx, tx, v.s.Keys, v.tenant.ID, s, secret, v.staff.ID)
	}
	if err == nil {
		err = v.reach(s)
	}
	if err == nil {
		err = v.write(set)
	}
	if err == nil {
		return v.saved("/settings/login", "manager.saved")
	}
	if err := f.took(v, err, nil); err != nil {
		return err
	}
	d.form = f
	return v.show(f.status(), signInView(v, d))
}

// reach asks a provider that shall be used for its addresses.
func (v *visit) reach(s account.SignIn) error {
	if err := s.Check(); err != nil || !s.On {
		return err
	}
	ctx, cancel := v.outside()
	defer cancel()
	if _, err := oidc.NewProvider(ctx, s.Issuer); err != nil {
		return errs.At("issuer", "manager.oidc.issuer.silent").Because(err)
	}
	return nil
}
