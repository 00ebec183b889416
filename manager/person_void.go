package manager

import (
	"errors"
	"net/http"

	"jawort/consent"
	"jawort/errs"
	"jawort/intake"
)

// enter is the handler of what staff enter with a reason: a dispute, a doubt about who it is.
func enter(kind consent.Kind, key string) page {
	return func(v *visit) error {
		if v.s.Acts.Enter == nil {
			return errs.New(errs.Unavailable, "error.unavailable")
		}
		c, err := v.theContact()
		if err != nil {
			return err
		}
		reason, err := v.why()
		if err == nil && !known(staffWays, v.r.PostFormValue("via")) {
			err = errs.At("reason", "manager.optout.via.choose")
		}
		if err == nil {
			_, err = v.s.Acts.Enter(v.r.Context(), intake.Entered{Tenant: v.tenant.ID, Contact: c.ID, Staff: v.staff.ID, Kind: kind,
				Via: v.r.PostFormValue("via"), Reason: reason})
		}
		if err != nil {
			return v.refuse(err, string(kind), reason)
		}
		return v.done("/people/"+c.ID, v.say(key))
	}
}

// refuse shows the page with the question open and what is wrong beside its field; what no field can mend comes back.
func (v *visit) refuse(err error, id, typed string) error {
	var e *errs.Error
	if !errors.As(err, &e) || e.Field != "reason" {
		return err
	}
	return v.showPerson(http.StatusBadRequest, refusal{id, typed, v.sentence(err)})
}

// askVoid asks that what staff entered wrongly be taken back; somebody else decides it.
func askVoid(v *visit) error {
	if v.s.Acts.AskVoid == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	if _, err := v.theContact(); err != nil {
		return err
	}
	event := v.r.PathValue("event")
	reason, err := v.why()
	if err != nil {
		return v.refuse(err, "void-"+event, reason)
	}
	w, err := v.s.Acts.AskVoid(v.r.Context(), v.tenant.ID, v.staff.ID, event, reason)
	if err != nil {
		return v.refuse(err, "void-"+event, reason)
	}
	return v.done("/people/"+w.Contact, v.say("manager.void.asked"))
}

// decideVoid approves or declines it.
func decideVoid(v *visit) error {
	if v.s.Acts.DecideVoid == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, err := v.theContact()
	if err != nil {
		return err
	}
	decision := v.r.PostFormValue("decision")
	if err := v.s.Acts.DecideVoid(v.r.Context(), v.tenant.ID, v.staff.ID, v.r.PathValue("voiding"), decision); err != nil {
		return err
	}
	if v.r.PostFormValue("back") == "queue" {
		return v.done("/messages", v.say("manager.void."+decision))
	}
	return v.done("/people/"+c.ID, v.say("manager.void."+decision))
}
