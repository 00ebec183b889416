package manager

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/intake"
	"jawort/qr"
)

// optInWays are how somebody can have agreed before staff; what the channel is called in the ledger.
var optInWays = []string{"paper", "counter", "voice"}

// optInData is the form of an opt-in that staff record, for a person of the list or for a number never seen.
type optInData struct {
	contact contact.Contact // zero: for a number
	topics  []topicName
	sources []option
	f       typed
}

func optInForm(v *visit) error { return v.showOptIn(filled("way", "paper")) }

func (v *visit) forNumber() bool { return v.r.PathValue("contact") == "" }

func (v *visit) showOptIn(f typed) error {
	d := optInData{f: f}
	if !v.forNumber() {
		var err error
		if d.contact, err = v.theContact(); err != nil {
			return err
		}
	}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
			return err
		}
		d.sources, err = v.liveSources(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	d.topics = slices.DeleteFunc(d.topics, func(t topicName) bool { return t.Retired })
	return v.show(f.status(), optInView(v, d))
}

// optIn records that somebody agreed before staff. What that is worth is the ledger's to say: a claim allows nothing until the person
// confirms, and the answer offers the way to that.
func optIn(v *visit) error {
	if v.s.Acts.OptIn == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	f, err := v.typed()
	if err != nil {
		return err
	}
	in, err := v.readOptIn(&f)
	if err != nil {
		return err
	}
	if f.code != "" {
		return v.showOptIn(f)
	}
	done, err := v.recordOptIn(in, &f)
	if err != nil {
		if err := f.took(v, err, nil); err != nil {
			return err
		}
		return v.showOptIn(f)
	}
	return v.showOptedIn(done)
}

// readOptIn reads the form; what is wrong with it stands in f.
func (v *visit) readOptIn(f *typed) (intake.OptIn, error) {
	in := intake.OptIn{Tenant: v.tenant.ID, Topics: f.values["topics"], Source: f.get("source"), Channel: f.get("way"), Claim: true,
		Actor: consent.Actor{Kind: consent.Staff, ID: v.staff.ID}, NoQuestion: true}
	if v.forNumber() {
		a, err := address.Read(f.get("address"), v.tenant.Country)
		if err != nil {
			f.refuse("address", v.say("manager.people.unreadable"))
		}
		in.Address = a
	} else {
		c, err := v.theContact()
		if err != nil {
			return in, err
		}
		in.Address, in.Language = address.Address(nowAddress(c)), c.Language
		if in.Address == "" {
			return in, errs.New(errs.Conflict, "manager.optin.no_address")
		}
	}
	if len(in.Topics) == 0 {
		f.refuse("topics", v.say("manager.optin.topics.choose"))
	}
	if in.Source == "" {
		f.refuse("source", v.say("manager.optin.source.choose"))
	}
	if !known(optInWays, in.Channel) {
		f.refuse("way", v.say("manager.optin.way.choose"))
	}
	if typed := f.get("when"); typed != "" {
		at, err := v.readMoment(typed)
		if err != nil || at.After(v.s.Now().Add(time.Minute)) || at.Year() < 2009 { // WhatsApp is not older
			f.refuse("when", v.say("manager.optin.when.wrong"))
		}
		in.HappenedAt = at.UnixMicro()
	}
	return in, nil
}

// recordOptIn keeps the scan, then the opt-in that rests on it.
func (v *visit) recordOptIn(in intake.OptIn, f *typed) (intake.OptedIn, error) {
	body, err := v.scan()
	if err != nil {
		return intake.OptedIn{}, err
	}
	if len(body) > 0 && v.s.Acts.Keep != nil {
		e, err := v.s.Acts.Keep(v.r.Context(), v.tenant.ID, in.Address, body)
		if err != nil {
			return intake.OptedIn{}, err
		}
		in.Evidence = append(in.Evidence, e)
	}
	done, err := v.s.Acts.OptIn(v.r.Context(), in)
	if err != nil {
		return done, err
	}
	name := strings.TrimSpace(f.get("name"))
	if name == "" || len(name) > 200 {
		return done, nil
	}
	return done, v.write(func(ctx context.Context, tx *db.Tx) error {
		return contact.Describe(ctx, tx, v.tenant.ID, done.Contact, name, "")
	})
}

// scan is the file that was handed in; none is no fault.
func (v *visit) scan() ([]byte, error) {
	file, head, err := v.r.FormFile("scan")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, errs.At("scan", "error.invalid").Because(err)
	}
	defer file.Close()
	if head.Size > intake.MostEvidence {
		e := errs.At("scan", "intake.scan.large").With(errs.Args{"Most": intake.MostEvidence >> 20})
		e.Code = errs.TooLarge
		return nil, e
	}
	return io.ReadAll(file)
}

// optedInData is what an opt-in came to, and the next step.
type optedInData struct {
	contact string
	topics  []topicName
	states  map[string]consent.TopicStanding
	link    string // by which the person confirms; "" = nothing is left to confirm
	code    qr.Code
}

// showOptedIn tells what it came to. The link holds a one-time code, so it is shown here once and never kept.
func (v *visit) showOptedIn(done intake.OptedIn) error {
	d := optedInData{contact: done.Contact, states: done.Topics}
	if done.Confirmation.Status != intake.NotNeeded {
		d.link = done.Confirmation.URL
	}
	if d.link != "" {
		var err error
		if d.code, err = qr.Screen(d.link); err != nil {
			return err
		}
	}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang)
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, optedInView(v, d))
}
