package web

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	printed "jawort/form"
	"jawort/notice"
	"jawort/say"
	"jawort/source"
)

// onPaper is what the code of a printed form leads to: its words, and the way for who would rather use the telephone.
type onPaper struct {
	form   printed.Form
	tenant account.Tenant
	source source.Source
	notice notice.Version
	page   string // of the business, where people opt in by themselves; "" = it has none
}

// showPrinted shows a form by its number. It says nothing of whether or by whom it was used.
func showPrinted(v *visit) error {
	var p onPaper
	err := v.s.DB.Read(v.r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if p.form, err = printed.Public(ctx, tx, v.r.PathValue("serial")); err != nil {
			return err
		}
		if p.tenant, err = account.TenantOf(ctx, tx, p.form.Tenant); err != nil {
			return err
		}
		v.of(p.tenant.ID, p.tenant.Name, p.tenant.Brand)
		if p.source, err = source.Get(ctx, tx, p.form.Tenant, p.form.Source); err != nil {
			return err
		}
		if p.notice, err = notice.Body(ctx, tx, p.form.Tenant, p.form.Notice, p.form.Version, p.form.Language); err != nil {
			return err
		}
		all, err := source.List(ctx, tx, p.form.Tenant)
		for _, s := range all {
			if p.page == "" && s.Kind == "web" && s.State == source.StateLive {
				p.page = "/o/" + s.ID + "?lang=" + p.form.Language
			}
		}
		return err
	})
	if errs.CodeOf(err) == errs.NotFound {
		return errs.New(errs.NotFound, "form.unknown")
	}
	if err != nil {
		return err
	}
	v.choose(say.Public, p.form.Language)
	v.w.Header().Set("X-Robots-Tag", "noindex")
	return v.show(http.StatusOK, printedView(v, p))
}
