package manager

import (
	"net/http"
	"time"

	"jawort/contact"
	"jawort/errs"
	"jawort/intake"
	"jawort/say"
)

// noteData is the form by which staff take down what reached them.
type noteData struct {
	contact contact.Contact
	f       typed
}

func noteForm(v *visit) error {
	return v.showNote(filled("via", "letter", "wish", "read", "received", v.now().In(v.zone).Format(time.DateOnly)))
}

func (v *visit) showNote(f typed) error {
	c, err := v.theContact()
	if err != nil {
		return err
	}
	return v.show(f.status(), noteView(v, noteData{contact: c, f: f}))
}

// takeNote hands a letter, a call or an e-mail on: what is plain takes effect, the rest waits for a decision.
func takeNote(v *visit) error {
	if v.s.Acts.Note == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, f, err := v.typedAbout()
	if err != nil {
		return err
	}
	received, err := v.receivedOn(f.get("received"))
	if err != nil {
		f.refuse("received", v.say("intake.note.received"))
	}
	if w := f.get("wish"); w != "read" && w != "erase" {
		f.refuse("wish", v.say("manager.note.wish.choose"))
	}
	if !known(staffWays, f.get("via")) {
		f.refuse("via", v.say("manager.optout.via.choose"))
	}
	if f.code != "" {
		return v.showNote(f)
	}
	out, err := v.s.Acts.Note(v.r.Context(), intake.Note{Tenant: v.tenant.ID, Contact: c.ID, Staff: v.staff.ID, Via: f.get("via"), Text: f.get("text"),
		ReceivedAt: received, Erase: f.get("wish") == "erase"})
	if err != nil {
		if err := f.took(v, err, nil); err != nil {
			return err
		}
		return v.showNote(f)
	}
	switch {
	case f.get("wish") == "erase":
		return v.done("/messages#"+out.Review, v.say("manager.note.done.erase"))
	case out.Review != "":
		return v.done("/messages#"+out.Review, v.say("manager.note.done.waits"))
	}
	return v.done("/people/"+out.Stopped.Contact, v.say("manager.note.done."+string(out.Scope), say.Args{"When": v.exact(out.Stopped.Event.RecordedAt)}))
}

// receivedOn reads the day something came in; today counts from now, an earlier day from its beginning: the law's clock then ends earlier.
func (v *visit) receivedOn(typed string) (int64, error) {
	now := v.now().In(v.zone)
	if typed == "" || typed == now.Format(time.DateOnly) {
		return 0, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, typed, v.zone)
	if err != nil {
		return 0, err
	}
	return day.UnixMicro(), nil
}

// answerErasure settles a wish to be forgotten that is not carried out, with a reason.
func answerErasure(v *visit) error {
	review := v.r.PathValue("review")
	if v.s.Acts.Answer == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	if err := v.mine(review, "and decided_at is null and kind = 'erase'"); err != nil {
		return err
	}
	reason, err := v.why()
	if err == nil {
		err = v.s.Acts.Answer(v.r.Context(), v.tenant.ID, v.staff.ID, review, reason)
	}
	if errs.CodeOf(err) == errs.Invalid {
		return v.showReviews(http.StatusBadRequest, queueData{about: review, typed: reason, problem: v.sentence(err)})
	}
	if err != nil {
		return err
	}
	return v.done("/messages", v.say("manager.desk.answered"))
}
