package manager

import (
	"context"
	"net/http"
	"strings"

	"jawort/consent"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/intake"
	"jawort/source"
)

// askable is a source that could ask the person now, and what for.
type askable struct{ source, name, topics string }

// readAsks finds the thread sources that could ask the person now, by the desk's own rule; it judges each asking once more.
func (d *personData) readAsks(ctx context.Context, tx *db.Tx, v *visit) error {
	now, err := tx.Now(ctx)
	if err != nil || v.s.Acts.Ask == nil {
		return err
	}
	near, err := threadsNear(ctx, tx, v.tenant.ID, d.contact.ID, now)
	if err != nil {
		return err
	}
	for _, id := range near {
		s, err := source.Get(ctx, tx, v.tenant.ID, id)
		if err != nil {
			return err
		}
		topics, err := intake.MayAskInChat(ctx, tx, &s, d.contact.ID, now)
		if errs.CodeOf(err) == errs.Conflict {
			continue
		}
		if err != nil {
			return err
		}
		var open []string
		for _, t := range topics {
			open = append(open, t.Text(v.lang).Name)
		}
		d.asks = append(d.asks, askable{s.ID, s.Name, strings.Join(open, ", ")})
	}
	return nil
}

// askInChat puts a source's question into the conversation.
func askInChat(v *visit) error {
	if v.s.Acts.Ask == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, f, err := v.typedAbout()
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
