package manager

import (
	"context"
	"net/http"

	"jawort/consent"
	"jawort/db"
	"jawort/errs"
	"jawort/intake"
)

// readNumberAsk finds out whether the person could be asked for the number now.
func (d *personData) readNumberAsk(ctx context.Context, tx *db.Tx, v *visit) error {
	now, err := tx.Now(ctx)
	if err != nil || v.s.Acts.AskNumber == nil {
		return err
	}
	_, _, err = intake.MayAskNumber(ctx, tx, v.tenant.ID, &d.contact, now)
	d.mayAskNumber = err == nil
	if errs.CodeOf(err) == errs.Conflict {
		return nil
	}
	return err
}

// askNumber puts Meta's request for the number into the conversation.
func askNumber(v *visit) error {
	if v.s.Acts.AskNumber == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, err := v.theContact()
	if err != nil {
		return err
	}
	q, err := v.s.Acts.AskNumber(v.r.Context(), intake.NumberAsk{Tenant: v.tenant.ID, Contact: c.ID, Actor: consent.Actor{Kind: consent.Staff, ID: v.staff.ID}})
	switch errs.CodeOf(err) {
	case "":
		return v.done("/people/"+q.Contact, v.say("manager.number.done"))
	case errs.Conflict:
		return v.showPerson(http.StatusConflict, refusal{"number", "", v.sentence(err)})
	}
	return err
}
