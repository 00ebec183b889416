package manager

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"jawort/account"
	"jawort/blob"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
	"jawort/picture"
	"jawort/say"
	"jawort/source"
)

var siteRoutes = []route{
	{"GET /sources/{source}/site", account.MayEdit, sourceSite},
	{"POST /sources/{source}/site", account.MayEdit, saveSourceSite},
}

// siteData is the page of a web source's own words and of what is built into the business's site.
type siteData struct {
	sourceData
	f    typed
	page string // the public page with these words; "" = none can be shown
}

const (
	mostPagePicture = 8 << 20
	pageSide        = 1600
	pictureOwner    = "page"
)

func (v *visit) webSource(ctx context.Context, tx *db.Tx) (sourceData, error) {
	d, err := v.theSource(ctx, tx)
	if err == nil && d.source.Kind != "web" {
		err = errs.New(errs.NotFound, "source.unknown")
	}
	return d, err
}

func sourceSite(v *visit) error {
	var d sourceData
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d, err = v.webSource(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	f := typed{values: url.Values{}}
	for _, lang := range d.source.Settings.Languages {
		f.values.Set("headline-"+lang, d.source.Settings.Headlines[lang])
		f.values.Set("intro-"+lang, d.source.Settings.Intros[lang])
	}
	f.values.Set("origins", strings.Join(d.source.Settings.Origins, "\n"))
	return v.showSite(d, f)
}

func (v *visit) showSite(d sourceData, f typed) error {
	page, err := v.sitePage(d)
	if err != nil {
		return err
	}
	return v.show(f.status(), siteView(v, siteData{d, f, page}))
}

// sitePage is the public page as it is, inert.
func (v *visit) sitePage(d sourceData) (string, error) {
	list := d.inOrder()
	if len(list) == 0 || v.s.Preview == nil {
		return "", nil
	}
	chosen := slices.Clone(d.topics)
	for i := len(chosen) - 1; i >= 0; i-- {
		if !slices.Contains(d.source.Topics, chosen[i].Code) {
			chosen = slices.Delete(chosen, i, i+1)
		}
	}
	var page bytes.Buffer
	if err := v.s.Preview(v.r.Context(), &page, look.Theme(v.r), v.tenant, d.source, list[0], chosen); err != nil {
		return "", err
	}
	return page.String(), nil
}

// saveSourceSite keeps the page's own words, its picture, and the sites that may hold the form.
func saveSourceSite(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	body, err := v.upload("picture", mostPagePicture)
	var clean []byte
	if err == nil && len(body) > 0 {
		clean, err = pagePicture(body)
	}
	var d sourceData
	if err == nil {
		err = v.write(func(ctx context.Context, tx *db.Tx) (err error) {
			if d, err = v.webSource(ctx, tx); err != nil {
				return err
			}
			s, err := d.withSite(f)
			if err != nil {
				return err
			}
			if err := v.putPicture(ctx, tx, &s, clean, f.on("no_picture")); err != nil {
				return err
			}
			if err := v.replace(ctx, tx, s, false); err != nil {
				return err
			}
			return v.audit(ctx, tx, "source.changed", s.ID)
		})
	}
	if err == nil {
		return v.doneSource("site", "site.saved")
	}
	if err := f.took(v, err, map[string]string{"picture": "picture", "": "picture", "settings.origins": "origins", "settings.headlines": "headline-" + d.first(), "settings.intros": "intro-" + d.first()}); err != nil {
		return err
	}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d, err = v.webSource(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	return v.showSite(d, f)
}

func (d sourceData) first() string {
	if len(d.source.Settings.Languages) == 0 {
		return ""
	}
	return d.source.Settings.Languages[0]
}

// withSite is the source with what was typed.
func (d sourceData) withSite(f typed) (source.Source, error) {
	s := d.source
	s.Settings.Headlines, s.Settings.Intros = maps.Clone(s.Settings.Headlines), maps.Clone(s.Settings.Intros)
	for _, lang := range s.Settings.Languages {
		s.Settings.Headlines = put(s.Settings.Headlines, lang, strings.TrimSpace(tidy(f.get("headline-"+lang))))
		s.Settings.Intros = put(s.Settings.Intros, lang, strings.TrimSpace(tidy(f.get("intro-"+lang))))
	}
	list := strings.Fields(strings.ReplaceAll(f.get("origins"), ",", " "))
	s.Settings.Origins = source.Origins(list)
	for _, one := range list {
		if source.Origin(one) == "" {
			return s, errs.At("settings.origins", "source.origins")
		}
	}
	return s, nil
}

func put(m map[string]string, key, value string) map[string]string {
	delete(m, key)
	if value == "" {
		return m
	}
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

// pagePicture is a picture for everybody: written anew, without anything about place or camera.
func pagePicture(body []byte) ([]byte, error) {
	img, err := picture.Read(body, pageSide)
	switch {
	case errors.Is(err, picture.ErrKind):
		return nil, errs.At("picture", "site.picture.type")
	case errors.Is(err, picture.ErrHEIC):
		return nil, errs.At("picture", "intake.scan.heic")
	case errors.Is(err, picture.ErrLarge):
		return nil, errs.At("picture", "intake.scan.pixels")
	case errors.Is(err, picture.ErrBroken):
		return nil, errs.At("picture", "intake.scan.broken")
	case err != nil:
		return nil, err
	}
	return picture.JPEG(img)
}

// putPicture replaces the picture's blob, or removes it.
func (v *visit) putPicture(ctx context.Context, tx *db.Tx, s *source.Source, clean []byte, none bool) error {
	old := s.Settings.Picture
	if none {
		s.Settings.Picture = ""
	}
	if len(clean) > 0 {
		kept, err := blob.Put(ctx, tx, v.tenant.ID, blob.Limits{}, blob.Blob{Class: blob.House, Owner: pictureOwner + " " + s.ID, Body: clean})
		if err != nil {
			return err
		}
		s.Settings.Picture = kept.Hash
	}
	if old != "" && old != s.Settings.Picture {
		return blob.Delete(ctx, tx, v.tenant.ID, old)
	}
	return nil
}

// widgetSnippet is the one tag, and a link for who reads without scripts.
func (v *visit) widgetSnippet(s source.Source, lang string) string {
	return `<script async src="` + v.base() + `/widget.js" data-source="` + s.ID + `" data-lang="` + lang + `"></script>
<noscript><a href="` + v.pageLink(s) + `?lang=` + lang + `" rel="noopener">` + say.Text(lang, "manager.sources.snippet") + `</a></noscript>`
}

// plainSnippet is a form without a script: it leads to our page with the number in it.
func (v *visit) plainSnippet(s source.Source, lang string) string {
	return `<form action="` + v.base() + `/o/form/` + s.ID + `?lang=` + lang + `" method="post">
  <label>` + say.Text(lang, "web.phone") + ` <input type="tel" name="phone" autocomplete="tel"></label>
  <button type="submit">` + say.Text(lang, "manager.sources.snippet") + `</button>
</form>`
}

// policySnippet is what a strict page must allow.
func (v *visit) policySnippet() string {
	return "script-src " + v.base() + "; connect-src " + v.base()
}

// nodeCall is checkoutCall for a shop on Node, to paste where the order is kept.
func (v *visit) nodeCall(d sourceData) string {
	return `const order = { number: "1047", phone: "+4915112345678" };
const answer = await fetch("` + v.base() + `/v1/optins", {
  method: "POST",
  headers: {
    "Authorization": "Bearer " + process.env.JAWORT_KEY,
    "Idempotency-Key": "order-" + order.number,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({ address: "tel:" + order.phone, source: "` + d.source.ID + `", topics: ["` + strings.Join(d.source.Topics, `", "`) + `"] }),
});
if (!answer.ok) throw new Error("Jawort: " + answer.status + " " + await answer.text());
const { confirmation } = await answer.json();
console.log(confirmation.url ?? "");`
}

// checkoutBox is the box in the business's own checkout, and checkoutCall what its server then says.
func (v *visit) checkoutBox(d sourceData, lang string) string {
	body := ""
	if text, ok := textIn(d.shown(), lang); ok {
		body = text.Body
	}
	return `<label><input type="checkbox" name="whatsapp" value="yes"> ` + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(body) + `</label>`
}

func (v *visit) checkoutCall(d sourceData) string {
	return `curl ` + v.base() + `/v1/optins \
  -H "Authorization: Bearer $JAWORT_KEY" \
  -H "Idempotency-Key: order-1047" \
  -H "Content-Type: application/json" \
  -d '{"address": "tel:+4915112345678", "source": "` + d.source.ID + `", "topics": ["` + strings.Join(d.source.Topics, `", "`) + `"]}'`
}
