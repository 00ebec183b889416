// Package manager is the web manager: what staff see and do, server-rendered, in German and English.
package manager

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"jawort/account"
	"jawort/alert"
	"jawort/carrier"
	"jawort/channel"
	"jawort/db"
	"jawort/guard"
	"jawort/hook"
	"jawort/intake"
	"jawort/look"
	"jawort/notice"
	"jawort/roster"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

// Deps is what the manager is given.
type Deps struct {
	DB   *db.DB
	Keys *account.Keyring // seals the secrets that staff enter
	Log  *slog.Logger     // nil = slog.Default
	Now  func() time.Time // nil = time.Now; for words such as "today" only, what is kept takes the database's clock
	Base string           // public address without trailing slash, for invitations; "" = as the request came

	Stopping <-chan struct{} // closed when the server stops: streams end then; nil = never

	// Try says where a wa.me, sms: or tel: link leads when staff try a source: the demo has toy phones for them. nil = as it is.
	Try func(link string) string

	// LineStatus is where the sign-in of a telephone line stands; false = it is not known. nil = there is no telephone of our own.
	LineStatus func(line string) (LineStatus, bool)

	// PreferenceLink is where a person sees and stops what they agreed to; staff can hand it on. nil = none is offered.
	PreferenceLink func(tenant, contact string) string

	// ReceiptLink is what a person gets for an entry of the ledger; staff can hand it on. nil = none is offered.
	ReceiptLink func(tenant, event string) string

	Acts Acts // what staff set going for one person

	// Decide settles an answer of the review queue: decision is one of Decisions. nil = the queue can be read only.
	Decide func(ctx context.Context, tenant, staff, review, decision string) error

	// Undo takes such a decision back. nil = none can be.
	Undo func(ctx context.Context, tenant, staff, review string) error

	// AskMeta has Meta asked about a business's numbers now. nil = nobody asks.
	AskMeta func(ctx context.Context, tenant string) error

	// TestMail sends one test mail with these settings; what the server said against it is a *mail.Failure. nil = none can be sent.
	TestMail func(ctx context.Context, s alert.Server, business, lang, to string) error

	// CarrierLine says how the line to an operator stands; false = it has none here. TestCarrier tries a connection; "" = it works. nil = they
	// are not offered.
	CarrierLine func(carrier string) (CarrierLine, bool)
	TestCarrier func(ctx context.Context, c carrier.Carrier) channel.Reason

	// For the first run. TryOut connects toy phones of this machine; nil = it cannot be offered. Judge says which clauses a wording
	// lacks.
	VerifyToken string
	GraphBase   string // "" = Meta's
	TryOut      func(ctx context.Context, tenant, staff string) error
	Judge       func(business, country string, j source.Judged) []string

	// Guard moves the brakes. nil = their page cannot be shown.
	Guard *guard.Guard

	// Hooks brings Meta's webhook to other programs. nil = none can be added.
	Hooks *hook.Bringer

	// Preview writes the public page of a web source as it would be, inert. nil = there is no preview.
	Preview func(ctx context.Context, w io.Writer, theme string, tenant account.Tenant, s source.Source, text notice.Version, topics []topic.Topic) error
}

// Decisions are what staff can say an unclear answer meant.
var Decisions = []string{"stop_all", "stop_marketing", "none"}

// server is the manager at work.
type server struct {
	Deps
	sessions *scs.SessionManager
	limits   *limits
	hub      *hub
	patterns map[string]bool // of the pages behind the login
	needs    map[string]account.Permission
}

// has reports whether a page is there.
func (s *server) has(pattern string) bool { return s.patterns[pattern] }

// mostBytes is the largest form.
const mostBytes = 64 << 10

// bigForms are the addresses that take a file, with how large it may be.
var bigForms = map[string]int64{"/setup/optouts": roster.MaxBytes, "/imports": roster.MaxBytes, "/imports/suppressions": roster.MaxBytes, "/settings/business/brand": account.MostLogo}

// roomFor is what an address takes beyond a form's words. Twice: a little too large is told beside the field, and not by a broken
// connection.
func roomFor(path string) int64 {
	if strings.HasPrefix(path, "/people/") && (strings.HasSuffix(path, "/optin") || path == "/people/new") ||
		strings.HasPrefix(path, "/sources/") && strings.HasSuffix(path, "/forms/enter") {
		return 2 * intake.MostEvidence
	}
	if strings.HasPrefix(path, "/sources/") && strings.HasSuffix(path, "/recording") {
		return mostSound
	}
	if strings.HasPrefix(path, "/sources/") && strings.HasSuffix(path, "/site") {
		return 2 * mostPagePicture
	}
	if most := bigForms[path]; most < roster.MaxBytes {
		return 2 * most
	}
	return roster.MaxBytes + 10<<20
}

// bounded refuses bodies that are larger than what their page asks for.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, mostBytes+roomFor(r.URL.Path))
		next.ServeHTTP(w, r)
	})
}

// New makes the manager. It serves /, /login, /logout, /look and /static/ among its own pages; mount it at /.
func New(d Deps) http.Handler {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Try == nil {
		d.Try = func(link string) string { return link }
	}
	s := &server{Deps: d, limits: newLimits(), hub: newHub(d.DB, d.Log), patterns: map[string]bool{}, needs: map[string]account.Permission{}}
	s.sessions = newSessions(d.DB, s.sessionFailed, strings.HasPrefix(d.Base, "https://"))

	pages := http.NewServeMux()
	s.outside(pages)
	s.inside(pages)
	mux := http.NewServeMux()
	mux.Handle(look.Prefix, look.Static())
	mux.Handle("POST /look", look.Choose(say.Languages))
	mux.Handle("/", bounded(s.sessions.LoadAndSave(pages)))

	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(s.crossOrigin))
	return look.Headers(cross.Handler(mux))
}

// outside are the pages without a login.
func (s *server) outside(mux *http.ServeMux) {
	mux.Handle("GET /login", s.open(loginPage))
	mux.Handle("POST /login", s.open(login))
	mux.Handle("POST /login/oidc", s.open(providerAsked))
	mux.Handle("GET /login/oidc", s.open(providerAnswered))
	mux.Handle("GET /login/factor", s.open(factorAsked))
	mux.Handle("POST /login/factor", s.open(factorGiven))
	mux.Handle("GET /login/{token}", s.open(linkPage))
	mux.Handle("POST /login/{token}", s.open(linkUse))
	mux.Handle("POST /logout", s.open(logout))
	mux.Handle("GET /setup/link/{token}", s.open(setupLink))
	mux.Handle("POST /setup/link/{token}", s.open(setupBegin))
	mux.Handle("GET /setup/{question}", s.open(setupQuestion))
	mux.Handle("POST /setup/{question}", s.open(setupAnswer))
	mux.Handle("/", s.open(notFound))
}

// route is a page behind the login, with the permission it needs.
type route struct {
	pattern string
	may     account.Permission
	do      page
}

// inside serves the pages behind the login. Each area keeps its own list beside its handlers.
func (s *server) inside(mux *http.ServeMux) {
	for _, r := range routes() {
		s.patterns[r.pattern], s.needs[r.pattern] = true, r.may
		mux.Handle(r.pattern, s.closed(r.may, r.do))
	}
}

// routes are the pages behind the login, a line an area.
func routes() []route {
	return slices.Concat(
		frameRoutes,
		searchRoutes,
		overviewRoutes,
		peopleRoutes,
		importRoutes,
		askingRoutes,
		sourceRoutes,
		reviewRoutes,
		paperRoutes,
		siteRoutes,
		counterRoutes,
		voiceRoutes,
		messageRoutes,
		decisionRoutes,
		settingsRoutes,
		hookRoutes, outgoingRoutes,
		alertRoutes,
		qualityRoutes,
		warningRoutes,
		brakeRoutes,
		causeRoutes,
		mailRoutes,
		smsRoutes,
		setupRoutes,
		guideRoutes,
	)
}

// Paths are the patterns of the pages that can be opened, for whoever looks at all of them. Streams and files are no pages.
func Paths() []string {
	var out []string
	for _, r := range routes() {
		if path, ok := strings.CutPrefix(r.pattern, "GET "); ok && !slices.Contains(noPages, path) {
			out = append(out, path)
		}
	}
	return out
}

var noPages = []string{"/sources/{source}/qr.svg", "/sources/{source}/qr.png", "/sources/{source}/poster.pdf", "/sources/{source}/forms/{batch}/forms.pdf", "/sources/{source}/sound", "/live", "/settings/logo"}

// LinkPath is where a login link's token leads.
func LinkPath(token string) string { return "/login/" + token }
