package account

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/db"
	"jawort/errs"
)

// Brand is what a tenant's public pages show of it.
type Brand struct {
	Accent string `json:"accent,omitempty"` // #rrggbb, readable on white; "" = Jawort's own ink
	Logo   string `json:"logo,omitempty"`   // name of a blob of class house; "" = the name alone
}

// MostLogo is the largest logo, in bytes; LogoTypes are the types it may have, as found by looking at it.
const MostLogo = 512 << 10

// LogoTypes: SVG is left out, because it may hold scripts.
var LogoTypes = []string{"image/png", "image/jpeg", "image/webp"}

// check refuses an accent that could not be read on a white page, or be read on.
func (b Brand) check() error {
	if b.Accent == "" {
		return nil
	}
	c, ok := ParseColour(b.Accent)
	if !ok {
		return errs.At("accent", "account.accent.unreadable")
	}
	if ratio := Contrast(c, White); ratio < LeastContrast {
		return errs.At("accent", "account.accent.pale").With(errs.Args{"Whole": int(ratio), "Tenth": int(ratio*10) % 10}) // cut: 4.49 must not read as 4.5
	}
	return nil
}

// SetBrand replaces accent and logo; the logo's bytes are kept by package blob.
func SetBrand(ctx context.Context, tx *db.Tx, tenant string, b Brand, by string) error {
	if err := b.check(); err != nil {
		return err
	}
	if c, ok := ParseColour(b.Accent); ok {
		b.Accent = c.String()
	}
	body, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("set brand of %s: %w", tenant, err)
	}
	if err := updateOne(ctx, tx, updateBrand, tenant, string(body)); err != nil {
		return fmt.Errorf("set brand of %s: %w", tenant, err)
	}
	detail := map[string]string{"accent": b.Accent, "logo": "no"}
	if b.Logo != "" {
		detail["logo"] = "yes"
	}
	return Record(ctx, tx, tenant, Entry{Actor: by, Action: "tenant.brand", Object: tenant, Detail: detail})
}
