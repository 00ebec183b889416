package manager

import (
	"context"
	"net/http"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/intake"
	"jawort/look"
	"jawort/say"
)

// twins is what a person's page says about who else the person may be, and who went up in them.
type twins struct {
	maybe  []twin
	merged []mergedRow
	doubt  doubt
}

func (d *personData) readTwins(ctx context.Context, tx *db.Tx, v *visit) (err error) {
	if d.twins.maybe, err = twinsOf(ctx, tx, v.tenant.ID, d.contact); err != nil {
		return err
	}
	if d.twins.merged, err = mergedInto(ctx, tx, v.tenant.ID, d.contact.ID); err != nil {
		return err
	}
	d.twins.doubt, err = doubtOf(ctx, tx, v.tenant.ID, d.contact)
	return err
}

// mergeData is the page that shows what a merge would come to.
type mergeData struct {
	intake.Preview
	topics []topicName
	f      typed
}

// mergeForm shows two people side by side, and what they would be as one. Nothing changes by it.
func mergeForm(v *visit) error { return v.showMerge(filled(), v.r.URL.Query().Get("with")) }

func (v *visit) showMerge(f typed, with string) error {
	d := mergeData{f: f}
	c, err := v.theContact()
	if err != nil {
		return err
	}
	if with == "" || with == c.ID {
		return v.to("/people/" + c.ID + "#twins")
	}
	err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Preview, err = intake.PreviewMerge(ctx, tx, v.tenant.ID, c.ID, with); errs.CodeOf(err) == errs.NotFound {
			return errs.New(errs.NotFound, "manager.not_found")
		}
		if err != nil {
			return err
		}
		d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang)
		return err
	})
	if err != nil {
		return err
	}
	if d.Other.MergedInto != "" {
		return v.to("/people/" + d.Other.MergedInto)
	}
	return v.show(f.status(), mergeView(v, d))
}

// findTwin looks for somebody by number. It comes by POST, so that no address stands in a URL.
func findTwin(v *visit) error {
	c, err := v.theContact()
	if err != nil {
		return err
	}
	typed := v.r.PostFormValue("address")
	a, err := address.Read(typed, v.tenant.Country)
	if err != nil {
		return v.showPerson(http.StatusBadRequest, refusal{"twin", typed, v.say("manager.people.unreadable")})
	}
	var who string
	err = v.read(func(ctx context.Context, tx *db.Tx) error {
		found, err := contact.Find(ctx, tx, v.tenant.ID, []address.Address{a})
		who = found[a]
		return err
	})
	switch {
	case err != nil:
		return err
	case who == "":
		return v.showPerson(http.StatusNotFound, refusal{"twin", typed, v.say("manager.people.nobody")})
	case who == c.ID:
		return v.showPerson(http.StatusBadRequest, refusal{"twin", typed, v.say("manager.merge.self")})
	}
	return v.to("/people/" + c.ID + "/merge?with=" + who)
}

// merge says that two are one.
func merge(v *visit) error {
	if v.s.Acts.Merge == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, f, err := v.typedAbout()
	if err != nil {
		return err
	}
	_, err = v.s.Acts.Merge(v.r.Context(), intake.Merging{Tenant: v.tenant.ID, Contact: c.ID, Other: f.get("with"), Reason: f.get("reason"), Actor: v.itself()})
	if err != nil {
		if errs.CodeOf(err) == errs.NotFound {
			return errs.New(errs.NotFound, "manager.not_found")
		}
		if err := f.took(v, err, nil); err != nil {
			return err
		}
		return v.showMerge(f, f.get("with"))
	}
	return v.done("/people/"+c.ID, v.say("manager.merge.done"))
}

// split says that they are two after all.
func split(v *visit) error {
	if v.s.Acts.Split == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, err := v.theContact()
	if err != nil {
		return err
	}
	other := v.r.PathValue("other")
	reason, err := v.why()
	if err == nil {
		_, err = v.s.Acts.Split(v.r.Context(), intake.Merging{Tenant: v.tenant.ID, Contact: other, ExpectedWhole: c.ID, Reason: reason, Actor: v.itself()})
	}
	if errs.CodeOf(err) == errs.NotFound {
		return errs.New(errs.NotFound, "manager.not_found")
	}
	if err != nil {
		return v.refuse(err, "split-"+other, reason)
	}
	return v.done("/people/"+other, v.say("manager.merge.split.done"))
}

// settle keeps that somebody looked at a doubt and found somebody else.
func settle(v *visit) error {
	if v.s.Acts.SettleDoubt == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	c, err := v.theContact()
	if err != nil {
		return err
	}
	reason, err := v.why()
	if err == nil {
		err = v.s.Acts.SettleDoubt(v.r.Context(), v.tenant.ID, v.staff.ID, c.ID, reason)
	}
	if err != nil {
		return v.refuse(err, "settle", reason)
	}
	return v.done("/people/"+c.ID, v.say("manager.merge.settle.done"))
}

func (v *visit) itself() consent.Actor { return consent.Actor{Kind: consent.Staff, ID: v.staff.ID} }

// mergedNote says when two became one, by whom and why.
func (v *visit) mergedNote(d personData, m mergedRow) string {
	if m.ActorKind != string(consent.Staff) {
		return v.say("manager.merge.by_meta", say.Args{"When": v.date(m.At)})
	}
	return v.say("manager.merge.by_staff", say.Args{"When": v.date(m.At), "Name": d.staff[m.Actor], "Reason": v.quoted(m.Reason)})
}

// both are the two people of a merge, side by side.
func (d mergeData) both() []contact.Contact { return []contact.Contact{d.Contact, d.Other} }

// howEach says how the two stand for a topic today.
func (v *visit) howEach(d mergeData, t topicName) string {
	one, other := d.Stands.Of(t.Code, consent.Class(t.Class)), d.Stood.Of(t.Code, consent.Class(t.Class))
	return v.say("manager.merge.each", say.Args{"One": v.say("manager.state." + string(one.State)), "Other": v.say("manager.state." + string(other.State))})
}

func (v *visit) mergeCrumbs(d mergeData) []look.Crumb { return v.personCrumbs(d.Contact) }

// underTwin is how a person of the merge can be reached, each address in a line.
func (v *visit) underTwin(c contact.Contact) []string {
	var out []string
	for _, a := range c.Addresses {
		if a.Until == 0 {
			out = append(out, v.shown(a.Address.String()))
		}
	}
	return out
}

func twinProblem(d personData) string {
	if d.refused.id == "twin" {
		return d.refused.problem
	}
	return ""
}

func twinTyped(d personData) string {
	if d.refused.id == "twin" {
		return d.refused.typed
	}
	return ""
}
