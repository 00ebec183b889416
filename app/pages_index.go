package app

import (
	"net/http"
	"slices"
	"strings"

	"jawort/look"
)

// PagesPath is where a demo lists its pages.
const PagesPath = "/_pages"

// pagesRoutes serve the list where there is one: only a demo that was asked for it has one.
func (a *App) pagesRoutes(m *http.ServeMux) {
	m.Handle("GET "+PagesPath, local(look.Headers(http.HandlerFunc(a.pagesIndex))))
	m.Handle("POST "+PagesPath+"/as/{reader}", local(http.NewCrossOriginProtection().Handler(look.Headers(http.HandlerFunc(a.pagesAs)))))
}

func (a *App) pagesIndex(w http.ResponseWriter, r *http.Request) {
	g := a.gallery.Load()
	if g == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = pagesView(look.Page{Lang: "en", Theme: look.Theme(r), Title: "Pages · Jawort"}, g).Render(r.Context(), w) // the reader may have gone
}

// pagesAs leads to a fresh login link of a reader.
func (a *App) pagesAs(w http.ResponseWriter, r *http.Request) {
	g := a.gallery.Load()
	if g == nil {
		http.NotFound(w, r)
		return
	}
	token, err := g.Link(r.Context(), r.PathValue("reader"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	http.Redirect(w, r, LoginPath(token), http.StatusSeeOther)
}

// of are the pages that one reader looks at.
func (g *Gallery) of(reader string) []Page {
	return slices.DeleteFunc(slices.Clone(g.Pages), func(p Page) bool { return p.As != reader })
}

// readerWords say who looks.
var readerWords = map[string]string{
	"": "Nobody who is signed in", asOwner: "The owner of a business with three weeks of history", asAgent: "An agent there", asEmpty: "The owner of a business that has just begun",
	asTrouble: "The owner of a business in trouble",
}

// anchor names a page's entry in the list.
func (p Page) anchor() string { return "page-" + strings.ReplaceAll(p.Name, "/", "-") }
