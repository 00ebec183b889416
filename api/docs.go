package api

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"

	"jawort/look"
	"jawort/say"
)

//go:embed docs.html
var docsHTML string

var docsPage = template.Must(template.New("docs").Parse(docsHTML))

// documents serves what the API says about itself: the OpenAPI document, 3.1 and a 3.0 for tools that need one, and its page.
func (s *server) documents() {
	doc := sync.OnceValues(func() ([]byte, error) { return json.MarshalIndent(s.huma.OpenAPI(), "", "\t") })
	old := sync.OnceValues(func() ([]byte, error) { return s.huma.OpenAPI().Downgrade() })
	for path, make := range map[string]func() ([]byte, error){"/openapi.json": doc, "/openapi-3.0.json": old} {
		s.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			b, err := make()
			if err != nil {
				s.problem(r.Context(), &call{lang: say.Match(r.Header.Get("Accept-Language"))}, err).write(w)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(b) // the caller is gone if it fails
		})
	}
	s.mux.Handle("GET /docs", look.Headers(http.HandlerFunc(s.docs)))
}

// docs shows the document as a page: no script, nothing loaded from elsewhere.
func (s *server) docs(w http.ResponseWriter, r *http.Request) {
	lang := cmp.Or(look.Language(r), say.Match(r.Header.Get("Accept-Language")))
	title := say.Text(lang, "api.docs.title") + " · Jawort"
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "Accept-Language, Cookie")
	ctx := templ.WithChildren(context.WithoutCancel(r.Context()), templ.FromGoHTML(docsPage, s.docsData(lang)))
	if err := look.Shell(look.Page{Lang: lang, Theme: look.Theme(r), Title: title}, "docs").Render(ctx, w); err != nil {
		s.Log.WarnContext(r.Context(), "api: page not written", "error", err)
	}
}

// docsRoute, docsObject and docsProblem are what the page shows.
type docsRoute struct {
	Method, Path, ID, Summary, Scope, Body, Answer string
	Query                                          []docsField
}

type docsObject struct {
	Name   string
	Fields []docsField
}

type docsField struct {
	Name, Kind, Ref, Meaning string
	Required                 bool
}

type docsProblem struct{ Kind, Title, Detail string }

func (s *server) docsData(lang string) map[string]any {
	words := map[string]string{}
	for _, k := range []string{"title", "intro", "routes", "scope", "body", "query", "answer", "field", "kind", "meaning", "required", "problems", "schemas", "skip"} {
		words[k] = say.Text(lang, "api.docs."+k)
	}
	var problems []docsProblem
	for _, k := range slices.Sorted(slices.Values(append(slices.Collect(maps.Values(kinds)), kindRefused, kindInProgress, kindKeyReused, kindUncertain))) {
		problems = append(problems, docsProblem{k, say.Text(lang, "api.title."+k), say.Text(lang, "api.detail."+k)})
	}
	return map[string]any{"Words": words, "Routes": s.docsRoutes(), "Objects": s.docsObjects(), "Problems": problems}
}

func (s *server) docsRoutes() []docsRoute {
	var out []docsRoute
	for _, o := range s.ops {
		h := operationOf(s.huma.OpenAPI().Paths[o.path], o.method)
		d := docsRoute{Method: o.method, Path: o.path, ID: o.id, Summary: o.summary, Scope: string(o.scope)}
		if h.RequestBody != nil {
			d.Body = refName(h.RequestBody.Content["application/json"].Schema)
		}
		if answer := h.Responses[httpStatus(o.status)]; answer != nil && answer.Content["application/json"] != nil {
			d.Answer = refName(answer.Content["application/json"].Schema)
		}
		for _, p := range h.Parameters {
			if p.In == "query" {
				d.Query = append(d.Query, docsField{Name: p.Name, Kind: p.Schema.Type, Meaning: p.Description})
			}
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b docsRoute) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method)) })
	return out
}

func operationOf(p *huma.PathItem, method string) *huma.Operation {
	return map[string]*huma.Operation{http.MethodGet: p.Get, http.MethodPost: p.Post, http.MethodPut: p.Put, http.MethodDelete: p.Delete}[method]
}

func refName(schema *huma.Schema) string {
	if schema == nil {
		return ""
	}
	return schema.Ref[strings.LastIndexByte(schema.Ref, '/')+1:]
}

func (s *server) docsObjects() []docsObject {
	all := s.huma.OpenAPI().Components.Schemas.Map()
	var out []docsObject
	for _, name := range slices.Sorted(maps.Keys(all)) {
		o := docsObject{Name: name}
		for _, field := range slices.Sorted(maps.Keys(all[name].Properties)) {
			p := all[name].Properties[field]
			f := docsField{Name: field, Kind: p.Type, Ref: refName(p), Meaning: p.Description, Required: slices.Contains(all[name].Required, field)}
			for inner := p; f.Ref == "" && inner != nil; { // a list's or a map's entries
				if extra, ok := inner.AdditionalProperties.(*huma.Schema); ok {
					inner = extra
				} else {
					inner = inner.Items
				}
				f.Ref = refName(inner)
			}
			if len(p.Enum) > 0 {
				for i, e := range p.Enum {
					if word, ok := e.(string); ok {
						f.Kind = strings.TrimPrefix(f.Kind, p.Type) + map[bool]string{true: " | "}[i > 0] + word
					}
				}
			}
			o.Fields = append(o.Fields, f)
		}
		out = append(out, o)
	}
	return out
}
