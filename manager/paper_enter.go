package manager

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"jawort/address"
	"jawort/blob"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/form"
	"jawort/intake"
	"jawort/picture"
	"jawort/qr"
)

// enterData is the page on which a form that came back is entered.
type enterData struct {
	sourceData
	f    typed
	used form.Form // one that was entered before; zero = none
	who  string    // the person it led to; "" = nobody any more
}

func enterForm(v *visit) error { return v.showEnter(typed{values: url.Values{}}, form.Form{}) }

func (v *visit) showEnter(f typed, used form.Form) error {
	d := enterData{f: f, used: used}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.sourceData, err = v.paperSource(ctx, tx); err != nil || used.Event == "" {
			return err
		}
		d.who, err = whoseEvent(ctx, tx, v.tenant.ID, used.Event)
		return err
	}); err != nil {
		return err
	}
	return v.show(f.status(), enterView(v, d))
}

// takeForm enters one form: its scan says which it is, staff type what the pen wrote. It is a claim with the scan as evidence until the
// person confirms, or as good as their word where the business accepts signed forms.
func takeForm(v *visit) error {
	if v.s.Acts.OptIn == nil || v.s.Acts.Keep == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	f, err := v.typed()
	if err != nil {
		return err
	}
	body, err := v.scan()
	if err != nil {
		if err := f.took(v, err, map[string]string{"scan": "scan"}); err != nil {
			return err
		}
		return v.showEnter(f, form.Form{})
	}
	p, in, err := v.readForm(&f, body)
	if err != nil {
		return err
	}
	if f.code != "" {
		return v.showEnter(f, p)
	}
	done, err := v.recordForm(p, in, body, &f)
	if err != nil {
		if err := f.took(v, err, map[string]string{"scan": "scan", "topics": "topics", "address": "number"}); err != nil {
			return err
		}
		return v.showEnter(f, form.Form{})
	}
	return v.showOptedIn(done)
}

// readForm finds the form and reads what was typed; what is wrong stands in f. The form comes back if it was used before.
func (v *visit) readForm(f *typed, body []byte) (form.Form, intake.OptIn, error) {
	var p form.Form
	var d sourceData
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d, err = v.paperSource(ctx, tx); err != nil {
			return err
		}
		p, err = v.theForm(ctx, tx, f, body)
		return err
	})
	if err != nil {
		return p, intake.OptIn{}, err
	}
	used := form.Form{}
	if p.UsedAt != 0 {
		used = p
		f.put(errs.Conflict, "serial", v.say("paper.enter.used", map[string]any{"Serial": p.Serial, "When": v.when(p.UsedAt)}))
	}
	region := d.source.Settings.DefaultRegion
	if region == "" {
		region = v.tenant.Country
	}
	a, err := address.ParsePhone(f.get("number"), region)
	again, err2 := address.ParsePhone(f.get("again"), region)
	switch {
	case err != nil:
		f.refuse("number", v.say("manager.people.unreadable"))
	case err2 != nil || a != again:
		f.refuse("again", v.say("paper.enter.differs"))
	}
	if len(f.values["topics"]) == 0 {
		f.refuse("topics", v.say("paper.enter.topics.none"))
	}
	in := intake.OptIn{Tenant: v.tenant.ID, Address: a, Topics: f.values["topics"], Source: p.Source, Language: p.Language, NoticeVersion: p.Version, Channel: "paper",
		Claim: true, Actor: consent.Actor{Kind: consent.Staff, ID: v.staff.ID}, SeenKey: "form:" + p.Serial, HappenedAt: v.signedOn(f)}
	if f.code != "" {
		return used, in, nil
	}
	return p, in, nil
}

// theForm is the one whose code the scan shows, or whose number was typed.
func (v *visit) theForm(ctx context.Context, tx *db.Tx, f *typed, body []byte) (form.Form, error) {
	if len(body) == 0 {
		f.refuse("scan", v.say("paper.enter.scan.none"))
		return form.Form{}, nil
	}
	typed := strings.TrimSpace(f.get("serial"))
	seen := serials(body)
	serial := typed
	switch {
	case typed == "" && len(seen) == 0:
		f.refuse("serial", v.say("paper.enter.unread"))
		return form.Form{}, nil
	case typed == "" && len(seen) > 1:
		f.refuse("serial", v.say("paper.enter.several"))
		return form.Form{}, nil
	case typed == "":
		serial = seen[0]
	case len(seen) > 0:
		if canonical, _ := form.Read(typed); !slices.Contains(seen, canonical) {
			f.refuse("serial", v.say("paper.enter.other", map[string]any{"Serial": seen[0]}))
			return form.Form{}, nil
		}
	}
	p, err := form.Get(ctx, tx, v.tenant.ID, serial)
	if errs.CodeOf(err) == errs.NotFound {
		f.refuse("serial", v.say("form.unknown"))
		return form.Form{}, nil
	}
	return p, err
}

// codeSide is how large a picture is looked at for its code: smaller than kept, and quicker.
const codeSide = 1700

// serials reads the numbers of the forms that a scan shows.
func serials(body []byte) []string {
	pictures := [][]byte{body}
	if blob.Sniff(body) == "application/pdf" {
		pictures = picture.InPDF(body)
	}
	var out []string
	for _, one := range pictures {
		img, err := picture.Read(one, codeSide)
		if err != nil {
			continue // what is wrong with it is told when it is kept
		}
		for _, text := range qr.Find(img) {
			_, number, ours := strings.Cut(text, "/o/f/")
			if serial, ok := form.Read(number); ours && ok && !slices.Contains(out, serial) {
				out = append(out, serial)
			}
		}
	}
	return out
}

// signedOn is the day written beside the signature, at noon; 0 = today.
func (v *visit) signedOn(f *typed) int64 {
	text := f.get("signed")
	if text == "" {
		return 0
	}
	at, err := time.ParseInLocation("2006-01-02", text, v.zone)
	at = at.Add(12 * time.Hour)
	if err != nil || at.After(v.s.Now().Add(24*time.Hour)) || at.Year() < 2009 { // WhatsApp is not older
		f.refuse("signed", v.say("manager.optin.when.wrong"))
		return 0
	}
	return min(at.UnixMicro(), v.s.Now().UnixMicro())
}

// recordForm keeps the scan, then the opt-in, then that the form was used. A form entered twice at the same moment leads to one opt-in,
// by its key; whoever came second is told.
func (v *visit) recordForm(p form.Form, in intake.OptIn, body []byte, f *typed) (intake.OptedIn, error) {
	scan, err := v.s.Acts.Keep(v.r.Context(), v.tenant.ID, in.Address, body)
	if err != nil {
		return intake.OptedIn{}, err
	}
	in.Evidence = []consent.Evidence{scan, {Kind: "form", Value: p.Serial}}
	done, err := v.s.Acts.OptIn(v.r.Context(), in)
	if err != nil {
		return done, err
	}
	name := strings.TrimSpace(f.get("name"))
	return done, v.write(func(ctx context.Context, tx *db.Tx) error {
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		first, err := form.Use(ctx, tx, v.tenant.ID, p.Serial, done.Event.ID, at)
		if err != nil {
			return err
		}
		if !first || done.Repeated {
			e := errs.At("serial", "paper.enter.twice").With(errs.Args{"Serial": p.Serial})
			e.Code = errs.Conflict
			return e
		}
		if name == "" || len(name) > 200 {
			return nil
		}
		return contact.Describe(ctx, tx, v.tenant.ID, done.Contact, name, p.Language)
	})
}
