// Package gateway is the drop-in for Meta's Cloud API: other programs change their base URL, and nothing reaches a person who did not
// agree (DESIGN section 6 and 10, Gateway).
package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jawort/account"
	"jawort/db"
	"jawort/dispatch"
	"jawort/graph"
	"jawort/id"
)

// Prefix is where the gateway lives: the base URL that programs are given ends with it.
const Prefix = "/graph"

// Deps of New.
type Deps struct {
	DB      *db.DB
	Keys    *account.Keyring
	Forward func(context.Context, dispatch.Passage) (dispatch.Passed, error)
	Log     *slog.Logger
	Now     func() time.Time
	Base    string // our public address without trailing slash

	Patience time.Duration // for a body of JSON to come whole; 0 = 10 s. Whoever needs longer holds the line open
	Sends    int           // sends at the same time; 0 = 256. More are told to come again, so that opt-outs find room
	Calls    int           // calls at the same time, sends among them; 0 = 1024
}

// Gateway serves what lies below Prefix.
type Gateway struct {
	Deps
	callers      *db.SharedRead[asked, caller]
	sends, calls chan struct{}
	clients      sync.Map // clientKey → *graph.Client
	rates        sync.Map // program → *rate.Limiter
	faults       faults
}

// New makes a gateway.
func New(d Deps) *Gateway {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Patience <= 0 {
		d.Patience = 10 * time.Second
	}
	if d.Sends <= 0 {
		d.Sends = 256
	}
	if d.Calls <= 0 {
		d.Calls = 1024
	}
	return &Gateway{Deps: d, callers: db.NewSharedRead(d.DB, readCaller), sends: make(chan struct{}, d.Sends), calls: make(chan struct{}, d.Calls)}
}

// call is one request on its way.
type call struct {
	w       http.ResponseWriter
	r       *http.Request
	id      string // of the request; a judged send answers with its decision's
	lang    string // of what is told to the program's makers
	way     way
	rule    *rule
	program account.Program
	byQuery bool             // the token came in the query: so must the next page's
	numbers []account.Number // those of the tenant that the program may use
	number  account.Number   // whose token is used
	hidden  []string         // forms of its token and secret, once they were asked for
	begun   bool             // Meta may have been asked to do something
}

// ServeHTTP reads who calls, then where to, then what.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{w: w, r: r, id: id.New("req", g.Now()), lang: "en"}
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "de") {
		c.lang = "de"
	}
	select {
	case g.calls <- struct{}{}:
		defer func() { <-g.calls }()
	default:
		c.refuse(tooMany())
		return
	}
	err := g.caught(c)
	if f := (*fault)(nil); errors.As(err, &f) {
		g.turnedAway(c, f.reason)
		c.refuse(f)
	} else if err != nil && !errors.Is(err, errAnswered) {
		if r.Context().Err() == nil {
			g.Log.Error("gateway", "request", c.id, "error", err)
		}
		// Also to who seems gone: a caller that only closed its own half would read silence as 200.
		c.refuse(&fault{131016, 503, "LEDGER_UNREADABLE", ""})
	}
}

func (g *Gateway) serve(c *call) error {
	if err := g.identify(c); err != nil {
		return err
	}
	if sealed, ok := strings.CutPrefix(c.r.URL.EscapedPath(), Prefix+filePath); ok {
		return g.file(c, sealed)
	}
	var f *fault
	if c.way, f = readWay(c.r); f != nil {
		return f
	}
	if c.rule = ruleOf(c.r.Method, c.way.edge); c.rule == nil || c.rule.never {
		return notAllowed(c.r.Method + " " + clip(c.way.edge))
	}
	if err := g.permit(c); err != nil {
		return err
	}
	if f := readQuery(c); f != nil {
		return f
	}
	if !g.limiter(&c.program).AllowN(g.Now(), 1) {
		return tooMany()
	}
	return c.rule.do(g, c)
}

// limiter is the program's own rate, kept in this process.
func (g *Gateway) limiter(p *account.Program) *rate.Limiter {
	limit, burst := rate.Inf, 0
	if p.Rate > 0 {
		limit, burst = rate.Limit(float64(p.Rate)/60), int(max(1, p.Rate/6))
	}
	v, ok := g.rates.Load(p.ID)
	if !ok {
		v, _ = g.rates.LoadOrStore(p.ID, rate.NewLimiter(limit, burst))
	}
	l := v.(*rate.Limiter)
	if l.Limit() != limit {
		l.SetLimit(limit)
		l.SetBurst(burst)
	}
	return l
}

type clientKey struct{ base, version, token, secret string }

// client speaks to Meta with the real token of the call's number.
func (g *Gateway) client(c *call) (*graph.Client, error) {
	token, secret, err := g.Keys.Secrets(c.number)
	if err != nil {
		return nil, err
	}
	key := clientKey{c.number.BaseURL, c.way.version, token, secret}
	v, ok := g.clients.Load(key)
	if !ok {
		v, _ = g.clients.LoadOrStore(key, &graph.Client{BaseURL: key.base, Version: key.version, Token: token, AppSecret: secret})
	}
	return v.(*graph.Client), nil
}
