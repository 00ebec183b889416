// Package whatsapp is the door of Meta's webhook: the handshake, and signed bodies handed to intake as they came.
package whatsapp

import (
	"errors"
	"io"
	"log/slog"
	"net/http"

	"jawort/errs"
	"jawort/graph"
	"jawort/intake"
)

// Deps of New.
type Deps struct {
	Desk  *intake.Desk
	Log   *slog.Logger
	Taken func() // told when a webhook was stored; nil = nobody wants to know
}

// New serves Meta's callback address: GET is the handshake, POST a webhook (facts/meta.md 6.1).
func New(d Deps) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /in/meta", d.handshake)
	mux.HandleFunc("POST /in/meta", d.webhook)
	return mux
}

// handshake echoes Meta's challenge if the verify token is ours.
func (d Deps) handshake(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("hub.mode") != "subscribe" || !d.Desk.Handshake(r.Context(), q.Get("hub.verify_token")) {
		http.Error(w, "verify token does not match", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, q.Get("hub.challenge"))
}

// webhook answers 200 only after the commits and the promise; anything else lets Meta come again.
func (d Deps) webhook(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, graph.MaxWebhook))
	if err != nil {
		code := http.StatusBadRequest
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			code = http.StatusRequestEntityTooLarge
		}
		http.Error(w, "the body could not be read", code)
		return
	}
	switch err := d.Desk.Webhook(r.Context(), raw, r.Header.Get(graph.SignatureHeader)); errs.CodeOf(err) {
	case "":
		w.WriteHeader(http.StatusOK)
		if d.Taken != nil {
			d.Taken()
		}
	case errs.Invalid:
		http.Error(w, "not a webhook of a WhatsApp business account", http.StatusBadRequest)
	case errs.Unauthorised:
		http.Error(w, "the signature does not match", http.StatusUnauthorized)
	case errs.TooLarge:
		http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
	default:
		d.Log.Error("webhook", "error", err)
		http.Error(w, "not stored; please send it again", http.StatusServiceUnavailable)
	}
}
