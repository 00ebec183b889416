package manager

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"jawort/consent"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/intake"
)

// askable is a source that could ask the person now, and what for.
type askable struct{ source, name, topics string }

// readAsks finds the thread sources that could ask the person now: live, of a number whose window is open, with a topic that is not
// agreed to yet. Nothing is offered to whoever said no or stopped; the desk judges each asking once more.
func (d *personData) readAsks(ctx context.Context, tx *db.Tx, v *visit) error {
	now, err := tx.Now(ctx)
	if err != nil || v.s.Acts.Ask == nil || d.unaskable(now) {
		return err
	}
	list, err := asksOf(ctx, tx, v.tenant.ID, d.contact.ID, now)
	for _, s := range list {
		var open []string
		for _, t := range d.topics {
			if slices.Contains(s.Topics, t.Code) && !t.Retired && d.state(t.Code) != "granted" {
				open = append(open, t.Name)
			}
		}
		if len(open) > 0 {
			d.asks = append(d.asks, askable{s.ID, s.Name, strings.Join(open, ", ")})
		}
	}
	return err
}

// unaskable: a no of the last twelve months, a stop, an address that is not theirs.
func (d *personData) unaskable(now int64) bool {
	for _, flag := range []string{"suppressed", "erased", "restricted", "suspected_block", "wrong_address"} {
		if d.flag(flag) {
			return true
		}
	}
	no, _ := d.whole.Flags["declined_at"].(float64) // absent: never
	return d.whole.StopAll || d.whole.StopMarketing || d.whole.PlatformStop || no > float64(now-(365*24*time.Hour).Microseconds())
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
