package manager

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"jawort/account"
	"jawort/blob"
	"jawort/db"
	"jawort/errs"
)

// businessData are the three forms of the page.
type businessData struct{ house, brand, policy typed }

func business(v *visit) error { return v.showBusiness(http.StatusOK, v.businessForms()) }

func (v *visit) showBusiness(status int, d businessData) error {
	return v.show(status, businessView(v, d))
}

// businessForms shows what is kept.
func (v *visit) businessForms() businessData {
	t, p := v.tenant, v.tenant.Policy
	d := businessData{
		house: filled("name", t.Name, "language", t.Language, "zone", t.Zone, "country", t.Country),
		brand: filled("accent", t.Brand.Accent),
		policy: filled("sms_tap", threeWays(p.SMSNeedsTap), "unsure_hours", strconv.Itoa(int(p.UnsureAfter().Hours())),
			"public_share", strconv.Itoa(p.PublicPercent()), "warn_months", unlessZero(p.WarnMonths), "lapse_months", unlessZero(p.LapseMonths)),
	}
	for name, on := range map[string]bool{"accept_signed": p.AcceptSignedForm, "question": !p.NoQuestion, "second_factor": p.SecondFactor} {
		if on {
			d.policy.values.Set(name, "on")
		}
	}
	return d
}

func unlessZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func threeWays(b *bool) string {
	switch {
	case b == nil:
		return "rule"
	case *b:
		return "yes"
	}
	return "no"
}

func saveBusiness(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.SetBusiness(ctx, tx, v.tenant.ID, account.Tenant{Name: f.get("name"), Language: f.get("language"),
			Zone: strings.TrimSpace(f.get("zone")), Country: f.get("country")}, v.staff.ID)
	})
	if err == nil {
		return v.saved("/settings/business", "manager.saved")
	}
	if err := f.took(v, err, nil); err != nil {
		return err
	}
	d := v.businessForms()
	d.house = f
	return v.showBusiness(f.status(), d)
}

func savePolicy(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	p := v.tenant.Policy
	p.AcceptSignedForm, p.NoQuestion, p.SMSNeedsTap = f.on("accept_signed"), !f.on("question"), nil
	if way := f.get("sms_tap"); way == "yes" || way == "no" {
		p.SMSNeedsTap = new(way == "yes")
	}
	p.SecondFactor = f.on("second_factor")
	p.UnsureHours, p.PublicShare = int(whole(f.get("unsure_hours"))), int(whole(f.get("public_share")))
	p.WarnMonths, p.LapseMonths = int(whole(f.get("warn_months"))), int(whole(f.get("lapse_months")))
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.SetPolicy(ctx, tx, v.tenant.ID, p, v.staff.ID)
	})
	if err == nil {
		return v.saved("/settings/business", "manager.saved")
	}
	if err := f.took(v, err, map[string]string{"policy.unsure_hours": "unsure_hours", "policy.public_share": "public_share",
		"policy.warn_months": "warn_months", "policy.lapse_months": "lapse_months"}); err != nil {
		return err
	}
	d := v.businessForms()
	d.policy = f
	return v.showBusiness(f.status(), d)
}

// logoOwner marks the logo's blob, so that the same picture kept as somebody's proof is another one.
const logoOwner = "brand"

// saveBrand keeps colour and logo, or neither.
func saveBrand(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	picture, err := v.upload("logo", account.MostLogo)
	if err == nil && len(picture) > 0 && !slices.Contains(account.LogoTypes, blob.Sniff(picture)) {
		err = errs.At("logo", "manager.brand.logo.type")
	}
	b := v.tenant.Brand
	b.Accent = strings.TrimSpace(f.get("accent"))
	if err == nil {
		err = v.write(func(ctx context.Context, tx *db.Tx) error { return v.putBrand(ctx, tx, b, picture, f.on("no_logo")) })
	}
	if err == nil {
		return v.saved("/settings/business#brand", "manager.saved")
	}
	if err := f.took(v, err, map[string]string{"logo": "logo", "": "logo"}); err != nil {
		return err
	}
	d := v.businessForms()
	d.brand = f
	return v.showBusiness(f.status(), d)
}

// putBrand replaces the logo's blob when there is a new one, and removes it when there shall be none.
func (v *visit) putBrand(ctx context.Context, tx *db.Tx, b account.Brand, picture []byte, none bool) error {
	old := b.Logo
	if none {
		b.Logo = ""
	}
	if len(picture) > 0 {
		kept, err := blob.Put(ctx, tx, v.tenant.ID, blob.Limits{Most: account.MostLogo}, blob.Blob{Class: blob.House, Owner: logoOwner, Body: picture})
		if err != nil {
			return err
		}
		b.Logo = kept.Hash
	}
	if err := account.SetBrand(ctx, tx, v.tenant.ID, b, v.staff.ID); err != nil {
		return err
	}
	if old != "" && old != b.Logo {
		return blob.Delete(ctx, tx, v.tenant.ID, old)
	}
	return nil
}

// upload reads a file that was sent with a form; nil = none was chosen.
func (v *visit) upload(name string, most int64) ([]byte, error) {
	file, head, err := v.r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, errs.At(name, "error.invalid").Because(err)
	}
	defer file.Close()
	if head.Size > most {
		return nil, errs.At(name, "manager.brand.logo.large").With(errs.Args{"Most": most >> 10})
	}
	body, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, errs.At(name, "error.invalid").Because(err)
	}
	return body, nil
}

// logo serves the tenant's own picture, as a picture and nothing else.
func logo(v *visit) error {
	var b blob.Blob
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		b, err = blob.Get(ctx, tx, v.tenant.ID, v.tenant.Brand.Logo)
		return err
	}); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", b.Type)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	_, _ = v.w.Write(b.Body) // the reader may have gone
	return nil
}

// countries are all of ISO 3166-1, named in the language and in its order; made once each.
func countries(lang string) []option {
	allCountries.Lock()
	defer allCountries.Unlock()
	if out := allCountries.of[lang]; out != nil {
		return out
	}
	tag := language.Make(lang)
	names := display.Regions(tag)
	var out []option
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			r, err := language.ParseRegion(code)
			if err != nil || !r.IsCountry() || r.String() != code || names.Name(r) == "" {
				continue
			}
			out = append(out, option{Value: code, Label: names.Name(r)})
		}
	}
	order := collate.New(tag)
	slices.SortFunc(out, func(a, b option) int { return order.CompareString(a.Label, b.Label) })
	allCountries.of[lang] = out
	return out
}

var allCountries = struct {
	sync.Mutex
	of map[string][]option
}{of: map[string][]option{}}

// zones are suggestions; every IANA zone is taken.
var zones = strings.Fields(`Europe/Berlin Europe/Vienna Europe/Zurich Europe/London Europe/Dublin Europe/Paris Europe/Madrid Europe/Lisbon
	Europe/Rome Europe/Amsterdam Europe/Brussels Europe/Luxembourg Europe/Copenhagen Europe/Stockholm Europe/Oslo Europe/Helsinki Europe/Tallinn
	Europe/Riga Europe/Vilnius Europe/Warsaw Europe/Prague Europe/Budapest Europe/Bucharest Europe/Athens Europe/Istanbul Asia/Dubai Asia/Riyadh
	Asia/Jerusalem Africa/Cairo Africa/Lagos Africa/Nairobi Africa/Johannesburg Asia/Kolkata Asia/Karachi Asia/Singapore Asia/Jakarta
	Asia/Hong_Kong Asia/Tokyo Australia/Sydney Pacific/Auckland America/Sao_Paulo America/Argentina/Buenos_Aires America/Bogota
	America/Mexico_City America/New_York America/Chicago America/Denver America/Los_Angeles America/Toronto UTC`)

// ratio is the contrast of a colour on white, as far as it can be read: "8,2", and whether it may be used.
func (v *visit) ratio(accent string) (text string, good, known bool) {
	c, ok := account.ParseColour(accent)
	if !ok {
		return "", false, false
	}
	r := account.Contrast(c, account.White)
	point := map[bool]string{true: ",", false: "."}[v.lang == "de"]
	return strconv.Itoa(int(r)) + point + strconv.Itoa(int(r*10)%10), r >= account.LeastContrast, true
}
