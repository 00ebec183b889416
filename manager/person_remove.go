package manager

import (
	"jawort/contact"
	"jawort/errs"
	"jawort/intake"
)

// removeData is the form by which a person is removed.
type removeData struct {
	contact contact.Contact
	f       typed
}

func removeForm(v *visit) error { return v.showRemove(filled("how", "archive", "via", "email")) }

func (v *visit) showRemove(f typed) error {
	c, err := v.theContact()
	if err != nil {
		return err
	}
	return v.show(f.status(), removeView(v, removeData{contact: c, f: f}))
}

// removePerson archives or erases, after what that means was read and ticked.
func removePerson(v *visit) error {
	if v.s.Acts.Remove == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, f, err := v.typedAbout()
	if err != nil {
		return err
	}
	if how := f.get("how"); how != "archive" && how != "erase" {
		f.refuse("how", v.say("manager.remove.how.choose"))
	}
	if !known(staffWays, f.get("via")) {
		f.refuse("via", v.say("manager.optout.via.choose"))
	}
	if f.get("sure") != "yes" {
		f.refuse("sure", v.say("manager.remove.sure.tick"))
	}
	if f.code != "" {
		return v.showRemove(f)
	}
	keep := f.get("how") == "archive"
	err = v.s.Acts.Remove(v.r.Context(), intake.Removal{Tenant: v.tenant.ID, Contact: c.ID, Staff: v.staff.ID, Via: f.get("via"), Reason: f.get("reason"), Keep: keep})
	if err != nil {
		if err := f.took(v, err, nil); err != nil {
			return err
		}
		return v.showRemove(f)
	}
	if keep {
		return v.done("/people/"+c.ID, v.say("manager.remove.archived"))
	}
	return v.done("/people", v.say("manager.remove.erased"))
}
