package web

import (
	"bytes"
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/look"
	"jawort/say"
)

// visit is one request with the language it is answered in.
type visit struct {
	s    *server
	w    http.ResponseWriter
	r    *http.Request
	lang string // of our own sentences: one of say.Public
	dir  string // of the page: the wording's, where there is one

	theme    string // chosen by the reader; "" = as the device
	inert    bool   // a page to look at: nothing can be pressed
	business string // whose page it is; "" = not known
	about    string // what link previews say of it; "" = nothing
	logo     string // address of the business's picture; "" = none
	brand    string // address of the business's colours; "" = ours
	picture  string // address of the source's own picture; "" = none
}

// page makes a handler of what answers a visit; an error becomes a page that says what it means.
func (s *server) page(do func(v *visit) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{s: s, w: w, r: r, theme: look.Theme(r)}
		v.choose(say.Public, "")
		if err := look.Caught(w, func() error { return do(v) }); err != nil {
			v.problem(err)
		}
	})
}

// say is a sentence of ours. On a page of the other direction it is isolated, so that its full stop stays at its end.
func (v *visit) say(key string, args ...say.Args) string {
	text := say.Text(v.lang, key, args...)
	if v.dir == "rtl" && text != "" && direction(v.lang) == "ltr" {
		return "\u2066" + text + "\u2069"
	}
	return text
}

// show writes a page, whole or not at all.
func (v *visit) show(status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(v.r.Context(), &b); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.lang)
	h.Add("Vary", "Accept-Language, Cookie")
	if status >= 400 {
		h.Set("X-Robots-Tag", "noindex")
	}
	v.w.WriteHeader(status)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(b.Bytes()) // the reader may have gone
	}
	return nil
}

// to sends to a page of ours, to be read with GET.
func (v *visit) to(path string) error {
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// statuses are how errors are answered; what is not here is ours.
var statuses = map[errs.Code]int{errs.NotFound: http.StatusNotFound, errs.Unprocessable: http.StatusGone, errs.TooMany: http.StatusTooManyRequests,
	errs.Invalid: http.StatusUnprocessableEntity, errs.TooLarge: http.StatusRequestEntityTooLarge, errs.Unavailable: http.StatusServiceUnavailable,
	errs.Forbidden: http.StatusForbidden}

// problem answers an error with a page. The log gets the route and the error, which hold nobody's data; never the address.
func (v *visit) problem(err error) {
	code := errs.CodeOf(err)
	if errors.Is(err, db.ErrText) {
		code = errs.Invalid
	}
	if code == errs.Conflict { // the source was paused while the form was on its way
		code = errs.Unprocessable
	}
	status, known := statuses[code]
	ref := ""
	if !known {
		status, code, ref = http.StatusInternalServerError, errs.Internal, id.New("err", v.s.Now())
		v.s.Log.Error("public page", "id", ref, "route", v.r.Pattern, "error", err)
	}
	if status == http.StatusTooManyRequests {
		v.w.Header().Set("Retry-After", "3600")
	}
	p := trouble{title: v.say("web.problem." + string(code)), text: v.say("web.problem." + string(code) + ".text"), business: v.business, ref: ref}
	if err := v.show(status, troubleView(v, p)); err != nil {
		v.s.Log.Error("public page", "route", v.r.Pattern, "error", err)
		http.Error(v.w, http.StatusText(status), status)
	}
}

// trouble is a page on which nothing can be done.
type trouble struct {
	title, text, business string
	ref                   string // our id of it in the log; "" = it is no fault of ours
}

func nowhere(*visit) error { return errs.New(errs.NotFound, "") }

func foreign(*visit) error { return errs.New(errs.Forbidden, "") }

func (v *visit) head(title string) look.Page {
	return look.Page{Lang: v.lang, Dir: v.dir, Theme: v.theme, Title: title, Public: true, About: v.about, Brand: v.brand}
}
