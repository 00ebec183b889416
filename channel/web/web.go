// Package web is the public pages of a business: where people opt in, and where they opt out with one tap. They work without
// scripts, load nothing from elsewhere, and change nothing on a GET.
package web

import (
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/intake"
	"jawort/look"
)

// Deps is what the pages are given.
type Deps struct {
	DB   *db.DB
	Desk *intake.Desk
	Keys *account.Keyring
	Log  *slog.Logger     // nil = slog.Default
	Now  func() time.Time // nil = time.Now; for forms and links only, what is kept takes the database's clock
	Base string           // public address without trailing slash, as it stands in the proof; "" = as the request came

	// ChatURL says where a wa.me link leads instead: demo sends it to the toy phone. nil = as it is.
	ChatURL func(waMe string) string

	// TrustProxy are the reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; nil = none.
	TrustProxy []netip.Prefix
}

type server struct {
	Deps
	knocks *db.Group[knock, []bool]
	sites  *db.SharedRead[string, site] // by the source's id
	worded *db.SharedRead[worded, phrased]
}

// mostBytes is the largest form: ours has a number, a country and some boxes.
const mostBytes = 16 << 10

// bounded refuses bodies that are larger than what is asked for: at the counter that is a signature too.
func bounded(next http.Handler) http.Handler {
	small, signed := http.MaxBytesHandler(next, mostBytes), http.MaxBytesHandler(next, mostBytes+mostSignature)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == counterPath {
			signed.ServeHTTP(w, r)
			return
		}
		small.ServeHTTP(w, r)
	})
}

// New makes the pages: /o/{source}, /p/{token}, /r/{token}, and /widget.js for pages of others. Stylesheet and fonts are look.Static's.
func New(d Deps) http.Handler {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.ChatURL == nil {
		d.ChatURL = func(s string) string { return s }
	}
	s := &server{Deps: d, knocks: db.NewGroup(d.DB, db.GroupOptions{}, countKnocks), sites: db.NewSharedRead(d.DB, readSite),
		worded: db.NewSharedRead(d.DB, readWorded)}
	// A form on another site must not post somebody's number from its readers' networks. Preferences and receipts need no
	// such guard: they go by the link alone, and mail programs post there on the reader's behalf (RFC 8058).
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.page(foreign))

	mux := http.NewServeMux()
	mux.Handle("GET /o/{source}", s.page(showOptIn))
	mux.Handle("POST /o/{source}", cross.Handler(s.page(takeOptIn)))
	mux.Handle("POST /o/code/{source}", cross.Handler(s.page(takeCode)))
	mux.Handle("GET /o/embed/{source}", s.data(showEmbedded))
	mux.Handle("POST /o/embed/{source}", s.data(takeEmbedded))
	mux.Handle("POST /o/form/{source}", s.page(takeSnippet))
	mux.HandleFunc("GET /widget.js", showWidget)
	mux.Handle("GET /o/picture/{source}/{name}", s.page(showPicture))
	mux.Handle("GET /o/counter", s.page(showCounter))
	mux.Handle("POST /o/counter", cross.Handler(s.data(takeCounter)))
	mux.Handle("GET /o/counter/{link}", s.page(openCounter))
	mux.Handle("POST /o/counter/{link}", cross.Handler(s.page(beginCounter)))
	mux.Handle("GET /o/f/{serial}", s.page(showPrinted))
	mux.Handle("GET /o/brand/{file}", s.page(showBrand))
	mux.Handle("GET /o/logo/{tenant}/{name}", s.page(showLogo))
	mux.Handle("GET /w/{code}", s.page(toChat))
	mux.Handle("GET /p/{token}", s.page(showPreferences))
	mux.Handle("POST /p/{token}", s.page(takePreferences))
	mux.Handle("GET /r/{token}", s.page(showReceipt))
	mux.Handle("GET /r/{token}/receipt.json", s.page(receiptFile))
	mux.Handle("POST /r/{token}", s.page(takeReceipt))
	mux.Handle("/", s.page(nowhere))
	return look.Headers(bounded(mux))
}
