package manager

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

// keysData is what the page of API keys shows; secret only straight after one was made.
type keysData struct {
	keys   []account.Key
	names  map[string]string // of the staff who made them
	form   typed
	secret string
}

func keys(v *visit) error { return v.showKeys(http.StatusOK, keysData{}) }

func (v *visit) showKeys(status int, d keysData) error {
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.names, err = staffNames(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		d.keys, err = account.Keys(ctx, tx, v.tenant.ID)
		return err
	}); err != nil {
		return err
	}
	return v.show(status, keysView(v, d))
}

// createKey shows the secret in its answer and nowhere else: no redirect, because a secret has no place in a session.
func createKey(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	var scopes []account.Scope
	for _, s := range f.values["scopes"] {
		scopes = append(scopes, account.Scope(s))
	}
	var secret string
	err = v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		_, secret, err = account.CreateKey(ctx, tx, v.tenant.ID, f.get("name"), scopes, v.staff.ID)
		return err
	})
	if err != nil {
		if err := f.took(v, err, map[string]string{"name": "name", "scopes": "scopes"}); err != nil {
			return err
		}
		return v.showKeys(f.status(), keysData{form: f})
	}
	return v.showKeys(http.StatusOK, keysData{secret: secret})
}

func revokeKey(v *visit) error {
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.RevokeKey(ctx, tx, v.tenant.ID, v.r.PathValue("key"), v.staff.ID)
	}); err != nil {
		return err
	}
	return v.saved("/settings/keys", "manager.keys.revoked.done")
}

// staffData is what the page of staff shows; link only straight after one was made.
type staffData struct {
	members []account.Staff
	factor  map[string]bool // who has a second factor
	form    typed           // of the invitation
	link    string
	forWhom string // who the link is for
	problem string
}

func staff(v *visit) error { return v.showStaff(http.StatusOK, staffData{form: invitation()}) }

func invitation() typed { return filled("role", string(account.Agent)) }

func (v *visit) showStaff(status int, d staffData) error {
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.factor, err = account.WithFactor(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		d.members, err = account.AllStaff(ctx, tx, v.tenant.ID)
		return err
	}); err != nil {
		return err
	}
	return v.show(status, staffView(v, d))
}

// inviteStaff adds a member and shows a login link for them.
func inviteStaff(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	member := account.Staff{Email: f.get("email"), Name: f.get("name"), Role: account.Role(f.get("role")), Language: v.lang}
	if !v.staff.Role.MayChange(member.Role) {
		return errs.New(errs.Forbidden, "error.forbidden")
	}
	var token string
	err = v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if member, err = account.Invite(ctx, tx, v.tenant.ID, member, v.staff.ID); err != nil {
			return err
		}
		token, err = account.NewLink(ctx, tx, v.tenant.ID, member.ID, v.staff.ID)
		return err
	})
	if err != nil {
		if err := f.took(v, err, nil); err != nil {
			return err
		}
		return v.showStaff(f.status(), staffData{form: f})
	}
	return v.showStaff(http.StatusOK, staffData{link: v.base() + LinkPath(token), forWhom: member.Name, form: invitation()})
}

// changeStaff does one of: link, role, disable, enable.
func changeStaff(v *visit) error {
	var token string
	var member account.Staff
	err := v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if member, err = account.StaffOf(ctx, tx, v.tenant.ID, v.r.PathValue("staff")); err != nil {
			return err
		}
		if !v.staff.Role.MayChange(member.Role) {
			return errs.New(errs.Forbidden, "error.forbidden")
		}
		token, err = v.change(ctx, tx, member)
		return err
	})
	if errs.CodeOf(err) == errs.Conflict {
		return v.showStaff(http.StatusConflict, staffData{problem: v.sentence(err), form: invitation()})
	}
	if err != nil {
		return err
	}
	if token != "" {
		return v.showStaff(http.StatusOK, staffData{link: v.base() + LinkPath(token), forWhom: member.Name, form: invitation()})
	}
	return v.saved("/settings/staff", "manager.saved")
}

func (v *visit) change(ctx context.Context, tx *db.Tx, member account.Staff) (token string, err error) {
	switch v.r.PostFormValue("do") {
	case "link":
		return account.NewLink(ctx, tx, v.tenant.ID, member.ID, v.staff.ID)
	case "role":
		role := account.Role(v.r.PostFormValue("role"))
		if !v.staff.Role.MayChange(role) {
			return "", errs.New(errs.Forbidden, "error.forbidden")
		}
		return "", account.SetRole(ctx, tx, v.tenant.ID, member.ID, role, v.staff.ID)
	case "disable":
		return "", account.Disable(ctx, tx, v.tenant.ID, member.ID, v.staff.ID)
	case "enable":
		return "", account.Enable(ctx, tx, v.tenant.ID, member.ID, v.staff.ID)
	}
	return "", errs.At("do", "error.invalid")
}

// base is the public address: as configured, else as the request came.
func (v *visit) base() string {
	if v.s.Base != "" {
		return v.s.Base
	}
	scheme := "http://"
	if v.r.TLS != nil {
		scheme = "https://"
	}
	return scheme + v.r.Host
}

func me(v *visit) error { return v.show(http.StatusOK, meView(v, "", false)) }

// setPassword asks for the old password when there is one: an open screen is not enough to keep somebody's place.
func setPassword(v *visit) error {
	ctx := v.r.Context()
	if v.staff.Password != "" {
		if !v.s.limits.forName(v.staff.Email) {
			return errs.New(errs.TooMany, "error.too_many")
		}
		ok, err := account.CheckPassword(ctx, v.staff.Password, v.r.PostFormValue("old"))
		if err != nil {
			return err
		}
		if !ok {
			return v.show(http.StatusForbidden, meView(v, v.say("manager.me.wrong"), false))
		}
	}
	hash, err := account.HashPassword(ctx, v.r.PostFormValue("new"))
	if errs.CodeOf(err) == errs.Invalid {
		return v.show(http.StatusBadRequest, meView(v, v.sentence(err), false))
	}
	if err != nil {
		return err
	}
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.SetPassword(ctx, tx, v.tenant.ID, v.staff.ID, hash, v.staff.ID)
	}); err != nil {
		return err
	}
	v.staff.Password = hash
	return v.show(http.StatusOK, meView(v, "", true))
}

// detail sets an audit entry's detail in a row, always in the same order.
func detail(e account.Entry) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(e.Detail)) {
		out = append(out, k+": "+e.Detail[k])
	}
	return strings.Join(out, ", ")
}

// actor is a member's name, else the id of a key or the word for a command.
func actor(names map[string]string, id string) string {
	if n := names[id]; n != "" {
		return n
	}
	return id
}

// staffNames are the names of a tenant's staff by their ids.
func staffNames(ctx context.Context, tx *db.Tx, tenant string) (map[string]string, error) {
	all, err := account.AllStaff(ctx, tx, tenant)
	out := map[string]string{}
	for _, m := range all {
		out[m.ID] = m.Name
	}
	return out, err
}

// apiScopes are the API's permissions with what each lets a key do.
func (v *visit) apiScopes() (out []option) {
	for _, s := range account.Scopes {
		out = append(out, option{string(s), v.say("manager.scope_api." + string(s)), string(s)})
	}
	return out
}

// roleOptions are the roles that this reader may give.
func (v *visit) roleOptions() (out []option) {
	for _, r := range account.Roles {
		if v.staff.Role.MayChange(r) {
			out = append(out, option{string(r), v.say("manager.role." + string(r)), ""})
		}
	}
	return out
}
