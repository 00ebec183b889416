package app

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"jawort/api"
	"jawort/channel/web"
	"jawort/channel/whatsapp"
	"jawort/gateway"
	"jawort/manager"
)

func (a *App) routes() http.Handler {
	m := http.NewServeMux()
	pages := web.New(web.Deps{DB: a.DB, Desk: a.Desk, Keys: a.Keys, Log: a.c.Log, Now: a.c.Now, Base: a.c.Base, ChatURL: a.chatURL})
	m.Handle("/o/", pages)
	m.Handle("/widget.js", pages)
	m.Handle("/p/", pages)
	m.Handle("/r/", pages)
	m.Handle("/w/", pages)
	rest := api.New(api.Deps{DB: a.DB, Keys: a.Keys, Desk: a.Desk, Dispatch: a.Dispatch, Log: a.c.Log, Now: a.c.Now, Judge: Judge(a.DB), Hooks: a.hooks, Lists: true})
	m.Handle("/v1/", rest)
	for _, p := range []string{"/openapi.json", "/openapi-3.0.json", "/docs"} { // without login on this machine only
		m.Handle(p, local(rest))
	}
	m.Handle("/in/meta", whatsapp.New(whatsapp.Deps{Desk: a.Desk, Log: a.c.Log, Taken: a.hooks.Wake}))
	m.Handle("/in/sms/", a.Lines.Handler())
	m.Handle("/in/voice/", a.Voice.Handler())
	m.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	m.HandleFunc("GET /readyz", a.ready)
	m.Handle("GET /metrics", local(promhttp.Handler()))
	a.pagesRoutes(m)
	m.Handle("/", manager.New(manager.Deps{
		DB:       a.DB,
		Keys:     a.Keys,
		Log:      a.c.Log,
		Now:      a.c.Now,
		Base:     a.c.Base,
		Stopping: a.ending,
		Decide:   a.Desk.Decide,
		TestMail: a.post.Test,
		AskMeta:  a.poller.Now,
		Acts:     manager.ActsOf(a.Desk),

		CarrierLine: a.carrierLine,
		TestCarrier: a.Lines.Try,
		Preview:     web.Preview,
		Hooks:       a.hooks,
		Guard:       a.guard,

		VerifyToken: a.c.VerifyToken,
		GraphBase:   a.c.GraphBase,
		TryOut:      a.tryOut(),
		Judge:       lint,
		Try:         a.chatURL,

		LineStatus:     a.lineStatus(),
		PreferenceLink: func(tenant, contact string) string { return a.c.Base + "/p/" + a.Desk.PreferenceToken(tenant, contact) },
		ReceiptLink:    func(tenant, event string) string { return a.c.Base + "/r/" + a.Desk.ReceiptToken(tenant, event) },
	}))
	return a.gatewayFirst(m)
}

// gatewayFirst serves the gateway past the mux, which would clean odd paths and lead to what they might have meant.
func (a *App) gatewayFirst(next http.Handler) http.Handler {
	g := gateway.New(gateway.Deps{DB: a.DB, Keys: a.Keys, Forward: a.Dispatch.Forward, Log: a.c.Log, Now: a.c.Now, Base: a.c.Base})
	a.later(g.Close)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == gateway.Prefix || strings.HasPrefix(r.URL.Path, gateway.Prefix+"/") {
			g.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ready means that the ledger can be written.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	err := a.Dispatch.Ready(ctx)
	if err != nil {
		http.Error(w, "the ledger cannot be written", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}

// local serves callers on this machine only.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
