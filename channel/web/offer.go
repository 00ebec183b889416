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

// site is a source with whose it is.
type site struct {
	source source.Source
	tenant account.Tenant
}

// worded is a published wording in one language.
type worded struct {
	tenant, notice string
	version        int64
	lang           string
}

// phrased is a wording, and every topic that the business has.
type phrased struct {
	notice notice.Version
	topics []topic.Topic
}

// readSite reads a live source. One that is paused is an error that comes with whose it is.
func readSite(ctx context.Context, tx *db.Tx, id string) (s site, err error) {
	s.source, err = source.Live(ctx, tx, id)
	if err != nil && errs.CodeOf(err) != errs.Unprocessable {
		return s, err
	}
	var lost error
	if s.tenant, lost = account.TenantOf(ctx, tx, s.source.Tenant); err == nil {
		err = lost
	}
	return s, err
}

func readWorded(ctx context.Context, tx *db.Tx, w worded) (s phrased, err error) {
	if s.notice, err = notice.Body(ctx, tx, w.tenant, w.notice, w.version, w.lang); err == nil {
		s.topics, err = topic.List(ctx, tx, w.tenant, false)
	}
	return s, err
}

// offerOf reads a live source of a kind; choose picks the language. Readers of one page share what they read.
func (v *visit) offerOf(id, kind string, choose func(has []string) string) (o offer, err error) {
	defer func() { v.about = o.about(v) }()
	s, err := v.s.sites.Get(v.r.Context(), id)
	o.source, o.tenant = s.source, s.tenant
	switch {
	case errs.CodeOf(err) == errs.Unprocessable: // paused: whose page it is may be told
		if o.source.Kind == kind {
			v.of(o.tenant.ID, o.tenant.Name, o.tenant.Brand)
		}
		return o, err
	case err != nil:
		return o, err
	case o.source.Kind != kind:
		return o, errs.New(errs.NotFound, "source.unknown")
	}
	v.of(o.tenant.ID, o.tenant.Name, o.tenant.Brand)
	if p := o.source.Settings.Picture; p != "" {
		v.picture = "/o/picture/" + o.source.ID + "/" + p
	}
	w, err := v.s.worded.Get(v.r.Context(), worded{o.source.Tenant, o.source.Notice, o.source.NoticeVersion, choose(o.source.Settings.Languages)})
	if err != nil {
		return o, err
	}
	o.notice = w.notice
	for _, t := range w.topics {
		if slices.Contains(o.source.Topics, t.Code) {
			o.topics = append(o.topics, t)
		}
	}
	if len(o.topics) == 0 { // every topic was retired: there is nothing to agree to
		err = errs.New(errs.Unprocessable, "source.paused")
	}
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
