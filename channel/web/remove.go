package web

import (
	"jawort/consent"
	"jawort/errs"
	"jawort/intake"
)

// removeField asks to be forgotten: in an address it shows what that means, in a form it does it.
const removeField = "remove"

// takeRemoval forgets the person, after the page that said what goes and what stays.
func (v *visit) takeRemoval() error {
	if v.r.PostForm.Get(removeField) != "yes" {
		return errs.New(errs.Invalid, "")
	}
	token := v.r.PathValue("token")
	evidence := append(v.trace("/p/"), consent.Evidence{Kind: "form", Value: "remove"})
	if err := v.s.Desk.PreferenceRemove(v.r.Context(), token, evidence); err != nil {
		return err
	}
	return v.to("/p/" + token)
}

// back is what stands below a page with nothing on it.
func back(p intake.Preferences) string {
	if p.Removed {
		return "web.remove.back"
	}
	return "web.off.back"
}
