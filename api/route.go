package api

import (
	"bytes"
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jawort/account"
	"jawort/db"
)

// op is one route: what huma needs to know, and what the door asks before huma sees the request.
type op struct {
	method, path, id, summary string
	scope                     account.Scope
	status                    int   // of success; 0 = 200
	also                      []int // other statuses of success with the same body
	reads                     bool  // a POST that changes nothing: an address must not stand in a path
	sends                     bool  // a POST that makes a message
	most                      int64 // longest body; 0 = maxBody
	csv                       bool  // takes a table as it is too
}

// call is one request behind the door.
type call struct {
	key    account.Key
	lang   string
	status int      // of success, when it is not the route's
	try    *attempt // nil without an Idempotency-Key
	keep   bool     // a refusal that is the answer, to be given again under the same key
}

func (c *call) tenant() string { return c.key.Tenant }

type callKey struct{}

// reply is what huma writes.
type reply[O any] struct {
	Status int
	Body   O
}

// route registers an operation and words its errors in the reader's language.
func route[I, O any](s *server, o op, f func(ctx context.Context, c *call, in *I) (O, error)) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	s.ops[o.method+" "+o.path] = o
	huma.Register(s.huma, o.document(s.huma.OpenAPI(), reflect.TypeFor[O]()), func(ctx context.Context, in *I) (*reply[O], error) {
		c := ctx.Value(callKey{}).(*call)
		out, err := f(ctx, c, in)
		if err != nil {
			return nil, s.problem(ctx, c, err)
		}
		if c.status == 0 {
			c.status = o.status
		}
		return &reply[O]{Status: c.status, Body: out}, nil
	})
}

// document is the operation as the OpenAPI document tells it. Every error is a Problem, so it is the default answer.
func (o op) document(doc *huma.OpenAPI, answer reflect.Type) huma.Operation {
	h := huma.Operation{OperationID: o.id, Method: o.method, Path: o.path, Summary: o.summary, DefaultStatus: o.status,
		Tags: []string{strings.Split(o.path, "/")[2]}, Security: []map[string][]string{{"key": {}}},
		Description: "Scope of the key: `" + string(o.scope) + "`.", MaxBodyBytes: -1, Responses: map[string]*huma.Response{}}
	if o.method == http.MethodPost && !o.reads {
		h.Parameters = []*huma.Param{{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string"},
			Description: "The same key with the same body gives the stored answer, for a day."}}
	}
	h.Responses["default"] = &huma.Response{Description: "Problem", Content: map[string]*huma.MediaType{
		problemType: {Schema: doc.Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")}}}
	for _, status := range o.also {
		h.Responses[httpStatus(status)] = &huma.Response{Description: http.StatusText(status),
			Content: map[string]*huma.MediaType{"application/json": {Schema: doc.Components.Schemas.Schema(answer, true, "")}}}
	}
	return h
}

// change runs a setup route's effect in one transaction with its stored answer, so that neither is there without the other.
func change[O any](ctx context.Context, s *server, c *call, status int, f func(ctx context.Context, tx *db.Tx) (O, error)) (O, error) {
	var out O
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if out, err = f(ctx, tx); err != nil || c.try == nil {
			return err
		}
		var body bytes.Buffer
		if err := encode(&body, out); err != nil {
			return err
		}
		return account.Finish(ctx, tx, c.tenant(), []account.Outcome{s.outcome(c, status, body.Bytes())})
	})
	if err == nil && c.try != nil {
		c.try.done = true
	}
	return out, err
}

// schemaName gives the document's schemas the names of our wire types.
func schemaName(t reflect.Type, hint string) string { return huma.DefaultSchemaNamer(t, hint) }

// httpStatus is the key of a response in the document.
func httpStatus(status int) string { return strconv.Itoa(status) }
