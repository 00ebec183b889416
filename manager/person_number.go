package manager

import (
	"context"
	"net/http"

	"jawort/consent"
	"jawort/db"
	"jawort/errs"
	"jawort/intake"
)

// readNumberAsk finds out whether the person could be asked for the number now: it is not known, and a conversation is open.
func (d *personData) readNumberAsk(ctx context.Context, tx *db.Tx, v *visit) error {
	now, err := tx.Now(ctx)
	if err != nil || v.s.Acts.AskNumber == nil || d.whole.StopAll || d.flag("erased") || d.flag("restricted") || d.flag("suspected_block") || d.flag("wrong_address") {
		return err
	}
	for _, a := range d.contact.Addresses {
		if a.Until == 0 && a.Address.IsPhone() {
			return nil
		}
	}
	d.mayAskNumber, err = numberAskable(ctx, tx, v.tenant.ID, d.contact.ID, now)
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
