package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"jawort/account"
	"jawort/blob"
	"jawort/db"
	"jawort/errs"
	"jawort/source"
)

// of makes the page the business's own: its name, its logo, its colours.
func (v *visit) of(tenant, name string, b account.Brand) {
	v.business = name
	if b.Accent != "" {
		v.brand = "/o/brand/" + strings.TrimPrefix(b.Accent, "#") + ".css"
	}
	if b.Logo != "" {
		v.logo = "/o/logo/" + tenant + "/" + b.Logo
	}
}

// showBrand is the stylesheet of an accent: a few tokens, since the policy lets no style into a page. The address says all that is
// in it, so it may be kept for ever, and names no business.
func showBrand(v *visit) error {
	hex, ok := strings.CutSuffix(v.r.PathValue("file"), ".css")
	c, valid := account.ParseColour(hex)
	if !ok || !valid || c.String() != "#"+hex || account.Contrast(c, account.White) < account.LeastContrast {
		return errs.New(errs.NotFound, "")
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	v.forEver()
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write([]byte(brandStyle(c))) // the reader may have gone
	}
	return nil
}

func (v *visit) forEver() {
	v.w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
}

// brandStyle puts an accent, checked on white, in the place of ours: on dark pages the nearest colour that can be read there, and
// words on tinted grounds only where they can be read, too.
func brandStyle(light account.Colour) string {
	dark := light.Against(account.Night)
	return fmt.Sprintf(":root {\n  --accent: light-dark(%s, %s);\n  --accent-strong: light-dark(%s, %s);\n  --accent-soft: light-dark(%s, %s);\n  --on-accent: light-dark(#ffffff, %s);\n}\n",
		light, dark, blend(light, account.Colour{}, 25), blend(dark, account.White, 25), tint(light, account.White), tint(dark, account.Night), account.Night)
}

// tint is a ground of the colour's own shade on which the colour can be read; the plain ground where there is none.
func tint(c, ground account.Colour) account.Colour {
	if soft := blend(ground, c, 10); account.Contrast(c, soft) >= account.LeastContrast {
		return soft
	}
	return ground
}

// blend is a with per cent of b.
func blend(a, b account.Colour, percent int) account.Colour {
	part := func(x, y uint8) uint8 { return uint8((int(x)*(100-percent) + int(y)*percent) / 100) } // between 0 and 255
	return account.Colour{R: part(a.R, b.R), G: part(a.G, b.G), B: part(a.B, b.B)}
}

// showLogo serves the picture that a business shows today, and no other file of it.
func showLogo(v *visit) error {
	return v.house(account.LogoTypes, func(ctx context.Context, tx *db.Tx) (tenant, name string, err error) {
		t, err := account.TenantOf(ctx, tx, v.r.PathValue("tenant"))
		return t.ID, t.Brand.Logo, err
	})
}

// showPicture serves the picture of a live page.
func showPicture(v *visit) error {
	return v.house([]string{"image/jpeg"}, func(ctx context.Context, tx *db.Tx) (tenant, name string, err error) {
		s, err := source.Live(ctx, tx, v.r.PathValue("source"))
		return s.Tenant, s.Settings.Picture, err
	})
}

// house serves a picture of the house by the name it has today; under another name there is none.
func (v *visit) house(types []string, find func(ctx context.Context, tx *db.Tx) (tenant, name string, err error)) error {
	var b blob.Blob
	err := v.s.DB.Read(v.r.Context(), func(ctx context.Context, tx *db.Tx) error {
		tenant, name, err := find(ctx, tx)
		if err != nil {
			return err
		}
		if name == "" || name != v.r.PathValue("name") {
			return errs.New(errs.NotFound, "")
		}
		b, err = blob.Get(ctx, tx, tenant, name)
		return err
	})
	if err == nil && (b.Class != blob.House || !slices.Contains(types, b.Type)) {
		err = errs.New(errs.NotFound, "")
	}
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", b.Type)
	v.forEver() // the name is the content's
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(b.Body) // the reader may have gone
	}
	return nil
}
