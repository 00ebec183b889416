package manager

import (
	"context"
	"net/http"

	"jawort/consent"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/intake"
)

// readAsks finds the thread sources that could ask the person now: live, of a number whose window is open. Whether they may is the
// desk's to say, with its reason.
func (d *personData) readAsks(ctx context.Context, tx *db.Tx, v *visit) (err error) {
	if v.s.Acts.Ask == nil || d.whole.StopAll {
		return nil
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	d.asks, err = asksOf(ctx, tx, v.tenant.ID, d.contact.ID, now)
	return err
}

// askInChat puts a source's question into the conversation.
func askInChat(v *visit) error {
	if v.s.Acts.Ask == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	f, err := v.typed()
	if err != nil {
		return err
	}
	c, err := v.theContact()
	if err != nil {
		return err
	}
	if !id.Is("src", f.get("source")) {
		return errs.New(errs.NotFound, "source.unknown")
	}
	q, err := v.s.Acts.Ask(v.r.Context(), intake.Ask{Tenant: v.tenant.ID, Contact: c.ID, Source: f.get("source"), Actor: consent.Actor{Kind: consent.Staff, ID: v.staff.ID}})
	switch errs.CodeOf(err) {
	case "":
		return v.done("/people/"+q.Contact, v.say("manager.ask.done"))
	case errs.Conflict, errs.Invalid:
		return v.showPerson(http.StatusConflict, refusal{"ask", f.get("source"), v.sentence(err)})
	}
	return err
}
