package web

import (
	"context"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/notice"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

// offer is what an opt-in page offers, in one language.
type offer struct {
	source source.Source
	tenant account.Tenant
	notice notice.Version
	topics []topic.Topic
}

// offer reads the live web source of the page. Sources of other kinds have other doors.
func (v *visit) offer() (offer, error) {
	return v.offerOf(v.r.PathValue("source"), "web", func(has []string) string { return v.choose(has, "") })
}

// offerOf reads a live source of a kind; choose picks the language.
func (v *visit) offerOf(id, kind string, choose func(has []string) string) (offer, error) {
	var o offer
	err := v.s.DB.Read(v.r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		o.source, err = source.Live(ctx, tx, id)
		if errs.CodeOf(err) == errs.Unprocessable { // paused: whose page it is may be told
			if o.tenant, _ = account.TenantOf(ctx, tx, o.source.Tenant); o.source.Kind == kind {
				v.of(o.tenant.ID, o.tenant.Name, o.tenant.Brand)
			}
		}
		if err != nil {
			return err
		}
		if o.source.Kind != kind {
			return errs.New(errs.NotFound, "source.unknown")
		}
		if o.tenant, err = account.TenantOf(ctx, tx, o.source.Tenant); err != nil {
			return err
		}
		v.of(o.tenant.ID, o.tenant.Name, o.tenant.Brand)
		if p := o.source.Settings.Picture; p != "" {
			v.picture = "/o/picture/" + o.source.ID + "/" + p
		}
		if o.notice, err = notice.Body(ctx, tx, o.source.Tenant, o.source.Notice, o.source.NoticeVersion, choose(o.source.Settings.Languages)); err != nil {
			return err
		}
		all, err := topic.List(ctx, tx, o.source.Tenant, false)
		o.topics = slices.DeleteFunc(all, func(t topic.Topic) bool { return !slices.Contains(o.source.Topics, t.Code) })
		return err
	})
	if err == nil && len(o.topics) == 0 { // every topic was retired: there is nothing to agree to
		err = errs.New(errs.Unprocessable, "source.paused")
	}
	v.about = o.about(v)
	return o, err
}

// about is what a link preview says: the topics, nothing of a reader.
func (o offer) about(v *visit) string {
	var names []string
	for _, t := range o.topics {
		names = append(names, t.Text(o.lang()).Name)
	}
	return v.say("web.optin.about", say.Args{"Business": o.tenant.Name, "Topics": strings.Join(names, ", ")})
}

// lang is the language of the wording; our own sentences may be in another one.
func (o offer) lang() string { return o.notice.Language }

func (o offer) codes() []string {
	var out []string
	for _, t := range o.topics {
		out = append(out, t.Code)
	}
	return out
}

// marketing says whether any of the topics needs the person's own word in WhatsApp.
func (o offer) marketing(codes []string) bool {
	return slices.ContainsFunc(o.topics, func(t topic.Topic) bool { return t.Class == topic.Marketing && slices.Contains(codes, t.Code) })
}
