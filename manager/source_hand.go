package manager

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/notice"
	"jawort/poster"
	"jawort/qr"
	"jawort/say"
	"jawort/source"
)

// What is handed out for a web source: its link, the code that opens it, a poster, and a form for the business's own pages.

// pageLink is the public page.
func (v *visit) pageLink(s source.Source) string { return v.base() + "/o/" + s.ID }

// chatLink opens the conversation. It is no consent: that needs a code of its own for everybody, which the page makes.
func chatLink(display string) string { return "https://wa.me/" + display }

// snippet is a link that looks like a button on the business's own pages. A form that posts from there would be refused: a page of
// somebody else could send its readers' numbers.
func (v *visit) snippet(s source.Source, lang string) string {
	return `<a href="` + v.pageLink(s) + `?lang=` + lang + `" rel="noopener">` + say.Text(lang, "manager.sources.snippet") + `</a>`
}

// formSnippet is a plain form without a script: its button opens the page.
func (v *visit) formSnippet(s source.Source, lang string) string {
	return `<form action="` + v.pageLink(s) + `" method="get">
  <input type="hidden" name="lang" value="` + lang + `">
  <button type="submit">` + say.Text(lang, "manager.sources.snippet") + `</button>
</form>`
}

// handed reads the source that something is to be handed out for, once there is something its code can open.
func (v *visit) handed() (d sourceData, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d, err = v.theSource(ctx, tx)
		return err
	})
	sms := d.source.Kind == "sms" && d.source.Settings.Carrier != "" && len(d.source.Settings.Words) > 0
	if err == nil && !sms && (d.source.Kind != "web" && d.links == nil && lineOf(d.source) == "" || d.source.NoticeVersion == 0) {
		err = errs.New(errs.NotFound, "manager.sources.no_page")
	}
	return d, err
}

// lineOf is the telephone number of a source that is called; "" = it has none.
func lineOf(s source.Source) string {
	if s.Settings.Voice == nil || len(s.Settings.Voice.Numbers) == 0 {
		return ""
	}
	return s.Settings.Voice.Numbers[0]
}

// coded is what a source's code opens: the page, the thread with the declaration in the language that was asked for, an SMS, a call.
func (v *visit) coded(d sourceData) (string, error) {
	if line := lineOf(d.source); line != "" {
		return "tel:" + line, nil
	}
	if d.links == nil {
		return v.printedLink(d.source)
	}
	link, ok := d.links[v.r.URL.Query().Get("lang")]
	if !ok {
		return "", errs.New(errs.NotFound, "manager.sources.no_page")
	}
	return link, nil
}

// code is the source's QR code.
func (v *visit) code() (d sourceData, c qr.Code, err error) {
	if d, err = v.handed(); err != nil {
		return d, c, err
	}
	link, err := v.coded(d)
	if err != nil {
		return d, c, err
	}
	c, err = qr.Paper(link)
	return d, c, err
}

func sourceSVG(v *visit) error {
	d, c, err := v.code()
	if err != nil {
		return err
	}
	return v.file("image/svg+xml", d.source.Name+" QR.svg", c.SVG())
}

// pngScale is how many pixels a module has: enough for a hand's width in print.
const pngScale = 24

func sourcePNG(v *visit) error {
	d, c, err := v.code()
	if err != nil {
		return err
	}
	b, err := c.PNG(pngScale)
	if err != nil {
		return err
	}
	return v.file("image/png", d.source.Name+" QR.png", b)
}

// sourcePoster is the poster in one of the wording's languages that we speak.
func sourcePoster(v *visit) error {
	d, err := v.handed()
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	size, lang := q.Get("size"), q.Get("lang")
	text, ok := textIn(d.shown(), lang)
	if _, known := poster.Sizes[size]; !known || !ok || !slices.Contains(say.Languages, lang) || d.source.Kind == "paper" {
		return errs.New(errs.NotFound, "manager.sources.no_poster")
	}
	if d.source.Kind == "sms" {
		if _, d.carrier, err = v.smsOf(d.source); err != nil || d.carrier == nil {
			return cmp.Or[error](err, errs.New(errs.NotFound, "manager.sources.no_poster"))
		}
	}
	link := v.pageLink(d.source) + "?lang=" + lang
	if d.source.Kind != "web" {
		if link, err = v.coded(d); err != nil {
			return err
		}
	}
	c, err := qr.Paper(link)
	if err != nil {
		return err
	}
	b, err := poster.Draw(v.poster(d, text, c, size))
	if err != nil {
		return err
	}
	return v.file("application/pdf", d.source.Name+" "+strings.ToUpper(size)+" "+lang+".pdf", b)
}

func textIn(list []notice.Version, lang string) (notice.Version, bool) {
	i := slices.IndexFunc(list, func(x notice.Version) bool { return x.Language == lang })
	if i < 0 {
		return notice.Version{}, false
	}
	return list[i], true
}

// posterLanguages are those a poster can be had in: a text is there, and our own words are too.
func posterLanguages(d sourceData) []string {
	var out []string
	for _, x := range d.shown() {
		if slices.Contains(say.Languages, x.Language) {
			out = append(out, x.Language)
		}
	}
	return out
}

// file sends something to be kept under a name; no name somebody chose stands in a header as it is.
func (v *visit) file(kind, name string, b []byte) error {
	h := v.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+fileName(name)+`"`)
	h.Set("X-Robots-Tag", "noindex")
	v.w.WriteHeader(http.StatusOK)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(b) // the reader may have gone
	}
	return nil
}

// fileName keeps letters and digits of ASCII, so that every system can keep the file.
func fileName(name string) string {
	plain := strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss").Replace(name)
	dot := strings.LastIndexByte(plain, '.')
	clean := func(s string) string {
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
		}), "-")
	}
	stem := clean(plain[:dot])
	return stem[:min(len(stem), 80)] + "." + clean(plain[dot+1:])
}

// tryLink is the way into a live source as its people take it, in the demo on a toy phone; "" = there is none to open.
func (v *visit) tryLink(d sourceData) string { return v.s.Try(v.wayIn(d)) }

func (v *visit) wayIn(d sourceData) string {
	s := d.source
	switch {
	case s.State != source.StateLive:
		return ""
	case s.Kind == "web":
		return v.pageLink(s)
	case s.Kind == "thread":
		return d.links[s.Settings.Languages[0]]
	case s.Kind == "sms" && d.carrier != nil && len(s.Settings.Words) > 0:
		return smsLink(d.carrier.Number, s.Settings.Words[0])
	case lineOf(s) != "":
		return "tel:" + lineOf(s)
	case s.Kind == "paper" && v.may(account.MayOptIn):
		return sourcePath(s.ID, "counter")
	}
	return ""
}
