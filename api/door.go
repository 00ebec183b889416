package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/say"
)

type requestKey struct{}

func requestID(ctx context.Context) string {
	s, _ := ctx.Value(requestKey{}).(string)
	return s
}

// ServeHTTP is the way of every request: log, route, key, scope, body, idempotency, then the operation.
func (s *server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	began := s.Now()
	request := id.New("req", began)
	w := &watched{ResponseWriter: rw}
	w.Header().Set("X-Request-Id", request)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	r = r.WithContext(context.WithValue(r.Context(), requestKey{}, request))
	c := &call{lang: say.Match(r.Header.Get("Accept-Language"))}
	_, pattern := s.mux.Handler(r)
	defer func() {
		if p := recover(); p != nil {
			s.panicked(w, r, c, p)
		}
		s.Log.InfoContext(r.Context(), "api: request", "request", request, "method", r.Method, "route", pattern, "status", w.status,
			"ms", s.Now().Sub(began).Milliseconds(), "bytes", w.bytes, "tenant", c.tenant(), "key", c.key.ID)
	}()
	s.serve(w, r, c, pattern)
}

// serve goes the way of a request whose route is known.
func (s *server) serve(w http.ResponseWriter, r *http.Request, c *call, pattern string) {
	if pattern == "" || r.URL.Path != path.Clean(r.URL.Path) {
		s.noRoute(w, r, c)
		return
	}
	o, known := s.ops[pattern]
	if !known { // the document and its page: no key, no body
		s.mux.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Vary", "Accept-Language")
	if p := s.admit(r, c, o.scope); p != nil {
		if p.Status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Bearer realm="jawort"`)
		}
		p.write(w)
		return
	}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	if !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, r.Method) {
		s.mux.ServeHTTP(w, r)
		return
	}
	body, f := readBody(w, r, o)
	if f != nil {
		f.problem(c.lang).write(w)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if _, given := r.Header["Idempotency-Key"]; given && r.Method == http.MethodPost && !o.reads {
		s.once(w, r, c, o, body)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// admit asks whose key it is and what it may do.
func (s *server) admit(r *http.Request, c *call, scope account.Scope) *Problem {
	token, ok := bearer(r.Header.Get("Authorization"))
	if !ok || !account.KeyShaped(token) {
		return newProblem(c.lang, http.StatusUnauthorized, "", "")
	}
	ctx := r.Context()
	var at int64
	var err error
	c.key, err = s.keys.Get(ctx, string(account.HashToken(token)))
	if code := errs.CodeOf(err); code == errs.Unauthorised || code == errs.NotFound {
		return newProblem(c.lang, http.StatusUnauthorized, "", "")
	}
	if err != nil {
		return s.problem(ctx, c, err)
	}
	if !c.key.May(scope) {
		return newProblem(c.lang, http.StatusForbidden, "", "api.scope", say.Args{"Scope": string(scope)})
	}
	if at = s.Now().UnixMicro(); at-c.key.UsedAt < time.Hour.Microseconds() {
		return nil
	}
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return account.TouchKey(ctx, tx, c.key, at) }); err != nil {
		s.Log.WarnContext(ctx, "api: key's last use not noted", "error", err, "key", c.key.ID)
	}
	return nil
}

func bearer(header string) (string, bool) {
	scheme, token, ok := strings.Cut(header, " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(scheme, "bearer")
}

// noRoute tells an unknown path from a known one with another method.
func (s *server) noRoute(w http.ResponseWriter, r *http.Request, c *call) {
	rec := &recorder{header: http.Header{}}
	if r.URL.Path == path.Clean(r.URL.Path) {
		h, _ := s.mux.Handler(r)
		h.ServeHTTP(rec, r)
	}
	if rec.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", rec.header.Get("Allow"))
		newProblem(c.lang, http.StatusMethodNotAllowed, "", "").write(w)
		return
	}
	newProblem(c.lang, http.StatusNotFound, "", "api.no_route").write(w)
}

// panicked answers 500. The panic's value could hold somebody's data, so the log has its type and where it happened.
func (s *server) panicked(w *watched, r *http.Request, c *call, value any) {
	if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(value)
	}
	s.Log.ErrorContext(r.Context(), "api: panic", "type", fmt.Sprintf("%T", value), "stack", string(debug.Stack()), "request", requestID(r.Context()))
	if w.status == 0 {
		newProblem(c.lang, http.StatusInternalServerError, "", "").write(w)
	}
}

func (f *flaw) problem(lang string) *Problem {
	p := newProblem(lang, f.status, "", "")
	if f.field == "" {
		p.Detail = say.Text(lang, f.key)
		return p
	}
	p.Errors = []FieldError{{Field: f.field, Location: "body." + f.field, Code: f.key, Message: say.Text(lang, f.key)}}
	return p
}

func (e *wrong) problem(lang string) *Problem {
	p := newProblem(lang, http.StatusUnprocessableEntity, "", "")
	e.message = say.Text(lang, e.code)
	p.Errors = []FieldError{e.fieldError()}
	return p
}

// watched counts what was answered, for the log.
type watched struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController find the writer.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
