package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"jawort/account"
	"jawort/address"
	"jawort/db"
	"jawort/errs"
	"jawort/say"
)

// Problem is an error as RFC 9457 has it. It never repeats what was sent.
type Problem struct {
	Type     string       `json:"type" doc:"What kind of problem, as a link into /docs" example:"/docs#invalid"`
	Title    string       `json:"title"`
	Status   int          `json:"status"`
	Detail   string       `json:"detail,omitempty"`
	Errors   []FieldError `json:"errors,omitempty" doc:"What is wrong with which field"`
	Decision *Decision    `json:"decision,omitempty" doc:"Of a refused message: why"`
	retry    int          // seconds; 0 = says nothing
}

// FieldError is what is wrong with one field.
type FieldError struct {
	Field    string `json:"field" doc:"Path of the field, such as to[3]"`
	Location string `json:"location" doc:"The same with body, query, header or path in front"`
	Code     string `json:"code" doc:"Name of the sentence, in one spelling for programs"`
	Message  string `json:"message"`
}

// kinds are the problem types, by status where the status says it all.
var kinds = map[int]string{
	http.StatusBadRequest: "malformed", http.StatusUnauthorized: "unauthorised", http.StatusForbidden: "forbidden",
	http.StatusNotFound: "not_found", http.StatusMethodNotAllowed: "method_not_allowed", http.StatusConflict: "conflict",
	http.StatusRequestEntityTooLarge: "too_large", http.StatusUnsupportedMediaType: "media_type",
	http.StatusUnprocessableEntity: "invalid", http.StatusTooManyRequests: "too_many",
	http.StatusInternalServerError: "internal", http.StatusServiceUnavailable: "unavailable",
}

// The kinds that share a status with another.
const (
	kindRefused    = "refused"     // 409: the gate said no
	kindInProgress = "in_progress" // 409: the same key is being worked on
	kindKeyReused  = "key_reused"  // 422: the same key came with another body
	kindUncertain  = "uncertain"   // 503: perhaps saved
)

// newProblem words a problem; kind "" is the status's own.
func newProblem(lang string, status int, kind, key string, args ...say.Args) *Problem {
	if kind == "" {
		kind = kinds[status]
	}
	if kind == "" {
		kind = "internal"
	}
	p := &Problem{Type: "/docs#" + kind, Title: say.Text(lang, "api.title."+kind), Status: status}
	if key == "" {
		key = "api.detail." + kind
	}
	p.Detail = say.Text(lang, key, args...)
	return p
}

func (p *Problem) Error() string { return p.Type }

// GetStatus is for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is for huma.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders is for huma.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	return h
}

const problemType = "application/problem+json"

func (p *Problem) write(w http.ResponseWriter) {
	h := w.Header()
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	h.Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	_ = encode(w, p) // the caller is gone if it fails
}

// wrong is an input that cannot be used, with what package say has no key for.
type wrong struct {
	in, field, code, message string
}

func (e *wrong) Error() string { return e.code + " (" + e.field + ")" }

func (e *wrong) fieldError() FieldError {
	return FieldError{Field: e.field, Location: e.in + "." + e.field, Code: e.code, Message: e.message}
}

// at makes a wrong field of the body with a sentence of package say.
func (c *call) at(field, key string, args ...say.Args) error {
	return &wrong{in: "body", field: field, code: key, message: say.Text(c.lang, key, args...)}
}

// parseAddress reads an address and names the field it stood in when it is none.
func (c *call) parseAddress(field, text string) (address.Address, error) {
	a, err := address.Parse(text)
	if err == nil {
		return a, nil
	}
	if e, ok := errors.AsType[*address.Error](err); ok {
		return "", &wrong{in: "body", field: field, code: "address." + string(e.Code), message: e.Sentence(c.lang)}
	}
	return "", c.at(field, "api.field.invalid")
}

var statuses = map[errs.Code]int{
	errs.Invalid: http.StatusUnprocessableEntity, errs.Unprocessable: http.StatusUnprocessableEntity, errs.NotFound: http.StatusNotFound,
	errs.Conflict: http.StatusConflict, errs.Unauthorised: http.StatusUnauthorized, errs.Forbidden: http.StatusForbidden,
	errs.TooMany: http.StatusTooManyRequests, errs.TooLarge: http.StatusRequestEntityTooLarge, errs.Unavailable: http.StatusServiceUnavailable,
}

// problem words any error of a route. What is ours to mend goes to the log, never to the reader.
func (s *server) problem(ctx context.Context, c *call, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if e, ok := errors.AsType[*wrong](err); ok {
		p := newProblem(c.lang, http.StatusUnprocessableEntity, "", "")
		p.Errors = []FieldError{e.fieldError()}
		return p
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != errs.Internal {
		return fromErrs(c.lang, e)
	}
	switch {
	case errors.Is(err, db.ErrText):
		return newProblem(c.lang, http.StatusUnprocessableEntity, "", "api.field.nul")
	case errors.Is(err, db.ErrUncertain), errors.Is(err, account.ErrTakenOver):
		s.Log.ErrorContext(ctx, "api: outcome unknown", "error", err, "request", requestID(ctx))
		return newProblem(c.lang, http.StatusServiceUnavailable, kindUncertain, "")
	case errors.Is(err, db.ErrClosed), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return newProblem(c.lang, http.StatusServiceUnavailable, "", "")
	}
	s.Log.ErrorContext(ctx, "api: request failed", "error", err, "request", requestID(ctx))
	return newProblem(c.lang, http.StatusInternalServerError, "", "")
}

// fromErrs words an error of the layers below.
func fromErrs(lang string, e *errs.Error) *Problem {
	status, known := statuses[e.Code]
	if !known {
		status = http.StatusInternalServerError
	}
	if e.Field == "" {
		return newProblem(lang, status, "", e.Key, say.Args(e.Args))
	}
	if status == http.StatusNotFound { // a field names something that is not there; the address of the request is right
		status = http.StatusUnprocessableEntity
	}
	p := newProblem(lang, status, "", "")
	key := e.Key
	if key == "" {
		key = "api.field.invalid"
	}
	p.Errors = []FieldError{{Field: e.Field, Location: "body." + e.Field, Code: key, Message: say.Text(lang, key, say.Args(e.Args))}}
	return p
}

// named turns "there is no such thing" into an error of the field that named it, for ids that stand in a body.
func named(err error, field string) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Field != "" || !slices.Contains([]errs.Code{errs.NotFound, errs.Unprocessable}, e.Code) {
		return err
	}
	moved := *e
	moved.Code, moved.Field = errs.Invalid, field
	return &moved
}

var notFound = errs.New(errs.NotFound, "error.not_found")

// withoutPrefix names a field as this route's body has it.
func withoutPrefix(err error, prefix string) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	cut := *e
	cut.Field = strings.TrimPrefix(e.Field, prefix)
	return &cut
}
