package manager

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/look"
	"jawort/say"
)

// visit is one request: who asks, in which language, and how to answer.
type visit struct {
	s      *server
	w      http.ResponseWriter
	r      *http.Request
	lang   string
	staff  account.Staff // zero before the login
	tenant account.Tenant
	bare   bool // the house asks a second factor of this role, and there is none yet
	zone   *time.Location
	open   int64 // answers waiting in the review queue

	cautions []caution // numbers of which every page says something on top
}

// page is one handler. An error it gives is shown as a page.
type page func(v *visit) error

func (s *server) visit(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{s: s, w: w, r: r, zone: time.UTC, lang: look.Language(r)}
	if !known(say.Languages, v.lang) {
		v.lang = say.Match(r.Header.Get("Accept-Language"))
	}
	w.Header().Add("Vary", "Accept-Language, Cookie")
	w.Header().Set("Content-Language", v.lang)
	return v
}

func known(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// open serves a page without a login.
func (s *server) open(do page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.visit(w, r)
		if err := v.tried(do); err != nil {
			v.fail(err)
		}
	})
}

// tried does what a page does; a panic of it is an error like others.
func (v *visit) tried(do page) error {
	return look.Caught(v.w, func() error { return do(v) })
}

// closed serves a page to staff with the permission. Who is signed in is asked of the database at every request, so that
// being disabled, or another role, holds at once.
func (s *server) closed(may account.Permission, do page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.visit(w, r)
		in, err := v.whoIsIt()
		switch {
		case err != nil:
			v.fail(err)
		case !in:
			v.toLogin()
		case v.bare && r.URL.Path != factorPath && !strings.HasPrefix(r.URL.Path, factorPath+"/"):
			http.Redirect(w, r, factorPath, http.StatusSeeOther)
		case !v.staff.Role.May(may):
			v.fail(errs.New(errs.Forbidden, "error.forbidden"))
		default:
			if err := v.tried(do); err != nil {
				v.fail(err)
			}
		}
	})
}

// whoIsIt reads staff and tenant of the session; false when there is none that counts.
func (v *visit) whoIsIt() (bool, error) {
	ctx := v.r.Context()
	tenant, member := v.s.sessions.GetString(ctx, tenantKey), v.s.sessions.GetString(ctx, staffKey)
	if tenant == "" || member == "" {
		return false, nil
	}
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if v.staff, err = account.StaffOf(ctx, tx, tenant, member); err != nil {
			return err
		}
		if v.tenant, err = account.TenantOf(ctx, tx, tenant); err != nil {
			return err
		}
		if v.open, err = openReviews(ctx, tx, tenant); err != nil {
			return err
		}
		held, err := heldAccounts(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if v.cautions, err = cautions(ctx, tx, tenant); err == nil {
			v.cautions = append(held, v.cautions...)
		}
		if err != nil || !v.tenant.NeedsFactor(v.staff.Role) {
			return err
		}
		has, err := account.HasFactor(ctx, tx, tenant, member)
		v.bare = !has
		return err
	})
	if errs.CodeOf(err) == errs.NotFound || err == nil && v.staff.DisabledAt != 0 {
		v.staff = account.Staff{}
		return false, nil
	}
	if zone, err := time.LoadLocation(v.tenant.Zone); err == nil {
		v.zone = zone
	}
	return err == nil, err
}

// toLogin sends to the login and, from a page, back afterwards.
func (v *visit) toLogin() {
	to := "/login"
	if v.r.Method == http.MethodGet && v.r.URL.Path != "/" {
		to += "?next=" + url.QueryEscape(v.r.URL.RequestURI())
	}
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
}

func (v *visit) read(f func(ctx context.Context, tx *db.Tx) error) error {
	return v.s.DB.Read(v.r.Context(), f)
}

func (v *visit) write(f func(ctx context.Context, tx *db.Tx) error) error {
	return v.s.DB.Write(v.r.Context(), f)
}

// say is a sentence in the reader's language.
func (v *visit) say(key string, args ...say.Args) string {
	text := say.Text(v.lang, key, args...)
	if len(args) == 0 {
		return text
	}
	return look.Within(text)
}

// may reports whether who asks has the permission, for what a page shows.
func (v *visit) may(p account.Permission) bool { return v.staff.Role.May(p) }

// now is the tenant's wall clock.
func (v *visit) now() time.Time { return v.s.Now().In(v.zone) }

// show renders a page whole before it is sent, so that an error is a page and not half of one.
func (v *visit) show(status int, c templ.Component) error {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := c.Render(v.r.Context(), buf); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(buf.Bytes()) // the reader may have gone
	return nil
}

// to sends back to a page after something was done (303, so that a reload does not do it again).
func (v *visit) to(path string) error {
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

var statuses = map[errs.Code]int{
	errs.Invalid: 400, errs.Unprocessable: 422, errs.NotFound: 404, errs.Conflict: 409, errs.Unauthorised: 401, errs.Forbidden: 403,
	errs.TooMany: 429, errs.TooLarge: 413, errs.Unavailable: 503,
}

// fail shows an error as a page. What is not ours to explain is logged under an id that the page names.
func (v *visit) fail(err error) {
	code := errs.CodeOf(err)
	if errors.Is(err, db.ErrText) { // what was typed, or stands in the address, is no text
		err, code = errs.New(errs.Invalid, "error.invalid").Because(err), errs.Invalid
	}
	status, ok := statuses[code]
	text := v.sentence(err)
	ref := ""
	if !ok {
		status, ref = http.StatusInternalServerError, id.New("err", v.s.Now())
		v.s.Log.ErrorContext(v.r.Context(), "manager", "id", ref, "method", v.r.Method, "route", v.r.Pattern, "error", err)
	}
	if err := v.show(status, problemView(v, v.problemOf(status, text, ref))); err != nil {
		http.Error(v.w, http.StatusText(status), status)
	}
}

// sentence is what the reader may know of an error.
func (v *visit) sentence(err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return v.say("error.internal")
	}
	if e.Key == "" {
		return v.say("error." + string(e.Code))
	}
	args := say.Args(maps.Clone(e.Args))
	if code, ok := args["Language"].(string); ok { // nouns know a language by its code
		args["Language"] = v.languageName(code)
	}
	return v.say(e.Key, args)
}

func notFound(v *visit) error {
	if _, err := v.whoIsIt(); err != nil {
		return err
	}
	return errs.New(errs.NotFound, "manager.not_found")
}

// crossOrigin answers what another site's page sends in somebody's name.
func (s *server) crossOrigin(w http.ResponseWriter, r *http.Request) {
	s.visit(w, r).fail(errs.New(errs.Forbidden, "manager.cross_origin"))
}
