package manager

import (
	"context"
	"time"

	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/intake"
	"jawort/look"
	"jawort/say"
)

// staffWays are how an opt-out reaches staff; the others Jawort hears itself.
var staffWays = []string{"phone", "letter", "email", "counter"}

// optOutData is the form of an opt-out.
type optOutData struct {
	contact contact.Contact
	topics  []topicName
	f       typed
}

func optOutForm(v *visit) error { return v.showOptOut(filled("scope", "all", "via", "phone")) }

func (v *visit) showOptOut(f typed) error {
	c, err := v.theContact()
	if err != nil {
		return err
	}
	d := optOutData{contact: c, f: f}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang)
		return err
	}); err != nil {
		return err
	}
	return v.show(f.status(), optOutView(v, d))
}

// optOut records that the person does not want messages any more. It answers when the promise holds.
func optOut(v *visit) error {
	if v.s.Acts.OptOut == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, f, err := v.typedAbout()
	if err != nil {
		return err
	}
	if !known(staffWays, f.get("via")) {
		f.refuse("via", v.say("manager.optout.via.choose"))
		return v.showOptOut(f)
	}
	out, err := v.s.Acts.OptOut(v.r.Context(), intake.OptOut{Tenant: v.tenant.ID, Contact: c.ID, Scope: consent.Scope(f.get("scope")),
		Topics: f.values["topics"], Via: f.get("via"), Reason: note(f.get("note")), Actor: consent.Actor{Kind: consent.Staff, ID: v.staff.ID}})
	if err != nil {
		if err := f.took(v, err, nil); err != nil {
			return err
		}
		return v.showOptOut(f)
	}
	return v.stopped(out)
}

// note keeps what staff add to what a form would keep of it.
func note(text string) string {
	if r := []rune(text); len(r) > 500 {
		return string(r[:500])
	}
	return text
}

// stopped tells since when it holds, to the second: it is a promise.
func (v *visit) stopped(out intake.OptedOut) error {
	key := "manager.optout.done"
	if out.Repeated {
		key = "manager.optout.stood"
	}
	return v.done("/people/"+out.Contact, v.say(key, say.Args{"When": v.exact(out.Event.RecordedAt)}))
}

// exact is a moment to the second; of today without its date.
func (v *visit) exact(micros int64) string {
	t := time.UnixMicro(micros).In(v.zone)
	clock := t.Format("15:04:05")
	if t.Format("2006-01-02") == v.now().Format("2006-01-02") {
		return clock
	}
	return look.Date(v.lang, t) + ", " + clock
}
