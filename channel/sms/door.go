package sms

import (
	"context"
	"errors"
	"io"
	"net/http"
	"unicode/utf8"

	"jawort/carrier"
	"jawort/channel"
	"jawort/db"
	"jawort/dispatch"
	"jawort/errs"
)

// delivery is one request of a provider.
type delivery struct {
	r      *http.Request
	c      carrier.Carrier
	secret string
	raw    []byte

	text               *channel.Inbound // nil = a receipt
	receipt            channel.Receipt
	answer, answerType string
}

var (
	errForged = errs.New(errs.Unauthorised, "intake.signature")
	errBroken = errs.New(errs.Invalid, "error.invalid")
)

// mostBytes of a provider's request.
const mostBytes = 64 << 10

// Handler serves the providers' doors below /in/sms/.
func (l *Lines) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /in/sms/twilio/{carrier}", l.door(carrier.Twilio, l.fromTwilio))
	mux.HandleFunc("POST /in/sms/esendex/{carrier}/{token}", l.door(carrier.Esendex, l.fromEsendex))
	mux.HandleFunc("POST /in/sms/webhook/{carrier}", l.door(carrier.Webhook, l.fromWebhook))
	return mux
}

// door reads a request, lets its provider's function prove and understand it, and answers after it took effect: what a stop is holds by
// then. Who cannot prove to be the provider learns nothing, not even whether the carrier exists.
func (l *Lines) door(kind carrier.Kind, understand func(*delivery) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBytes))
		if err != nil {
			code := http.StatusBadRequest
			if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
				code = http.StatusRequestEntityTooLarge
			}
			http.Error(w, "the body could not be read", code)
			return
		}
		d := &delivery{r: r, raw: raw}
		if err = l.find(r.Context(), d, kind); err == nil {
			err = understand(d)
		}
		if err == nil {
			err = l.take(r.Context(), d)
		}
		switch errs.CodeOf(err) {
		case "":
			if d.answerType != "" {
				w.Header().Set("Content-Type", d.answerType)
			}
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, d.answer)
		case errs.Unauthorised, errs.NotFound:
			http.Error(w, "the signature does not match", http.StatusUnauthorized)
		case errs.Invalid:
			http.Error(w, "not understood", http.StatusBadRequest)
		default:
			l.d.Log.Error("sms door", "kind", kind, "error", err)
			http.Error(w, "not stored; please send it again", http.StatusServiceUnavailable)
		}
	}
}

// find reads the carrier of the address and its secret.
func (l *Lines) find(ctx context.Context, d *delivery, kind carrier.Kind) error {
	err := l.d.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		d.c, err = carrier.ByID(ctx, tx, d.r.PathValue("carrier"))
		return err
	})
	if err != nil {
		return err
	}
	if d.c.Kind != kind {
		return errForged
	}
	d.secret, err = carrier.Secret(l.d.Keys, d.c)
	return err
}

func (l *Lines) take(ctx context.Context, d *delivery) error {
	if d.text == nil {
		return l.d.Desk.TextReceipt(ctx, d.c.Tenant, dispatch.TextID(d.c.ID, d.receipt.ID), d.receipt)
	}
	if !utf8.ValidString(d.text.Text) {
		return errBroken
	}
	d.text.Carrier, d.text.Raw = d.c.ID, d.raw
	return l.d.Desk.Text(ctx, d.c, *d.text)
}
