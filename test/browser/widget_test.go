package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jawort/db"
	"jawort/source"
)

// site is somebody else's page that holds the widget, under a policy as strict as can be; style is a sheet of its own that would spoil it.
func site(t *testing.T, id, style string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(h http.ResponseWriter, r *http.Request) {
		policy := "default-src 'none'; img-src data:; script-src " + w.base + "; connect-src " + w.base + "; require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'"
		if style != "" {
			policy += "; style-src 'self'"
		}
		h.Header().Set("Content-Security-Policy", policy)
		if r.URL.Path == "/own.css" {
			h.Header().Set("Content-Type", "text/css")
			_, _ = fmt.Fprint(h, style)
			return
		}
		h.Header().Set("Content-Type", "text/html; charset=utf-8")
		sheet := ""
		if style != "" {
			sheet = `<link rel="stylesheet" href="/own.css">`
		}
		_, _ = fmt.Fprintf(h, `<!doctype html><html lang="de"><title>Laden</title><link rel="icon" href="data:,">%s<h1>Laden</h1><script async src="%s/widget.js" data-source="%s" data-lang="de"></script>`, sheet, w.base, id)
	}))
	t.Cleanup(s.Close)
	return s
}

// widgetSource is a live source like the seeded one, for pages of these sites.
func widgetSource(t *testing.T, origins ...string) string {
	t.Helper()
	var made source.Source
	if err := w.app.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		like, err := source.Get(ctx, tx, w.seed.Tenant, w.seed.Source)
		if err != nil {
			return err
		}
		like.Settings.Origins = origins
		if made, _, err = source.New(ctx, tx, w.seed.Tenant, source.Source{Kind: "web", Name: "Widget", Notice: like.Notice, Topics: like.Topics, Number: like.Number, Settings: like.Settings}, time.Now().UnixMicro()); err != nil {
			return err
		}
		made, err = source.GoLive(ctx, tx, w.seed.Tenant, made.ID, func(source.Judged) []string { return nil })
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// allow names the sites afterwards: their addresses are known only when they are there.
func allow(t *testing.T, id string, origins ...string) {
	t.Helper()
	if err := w.app.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		s, err := source.Pause(ctx, tx, w.seed.Tenant, id, "test")
		if err != nil {
			return err
		}
		s.Settings.Origins = origins
		if _, err := source.Change(ctx, tx, w.seed.Tenant, s); err != nil {
			return err
		}
		_, err = source.Resume(ctx, tx, w.seed.Tenant, id, func(source.Judged) []string { return nil })
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

const inside = `document.querySelector("jawort-optin").shadowRoot`

// On a page of another origin, under a strict policy and with a stylesheet that hides everything: the form is there, readable, keeps
// nothing, and ends with the link into WhatsApp.
func TestWidgetOnAForeignPage(t *testing.T) {
	id := widgetSource(t)
	shop, wild := site(t, id, ""), site(t, id, `*, jawort-optin, input, button { display: none !important; color: red !important; font-size: 99px !important } html, body { display: block !important }`)
	allow(t, id, shop.URL, wild.URL)
	for name, page := range map[string]*httptest.Server{"strict": shop, "wild": wild} {
		t.Run(name, func(t *testing.T) {
			b := newTab(t, "", "de")
			b.size(390)
			b.visit(page.URL)
			b.until("the form", inside+`.querySelector("form input[type=tel]")`)
			if !ask[bool](b, inside+`.querySelector("button").getBoundingClientRect().height > 40 && getComputedStyle(`+inside+`.querySelector("button")).fontSize === "16px" && `+inside+`.adoptedStyleSheets.length === 1`) {
				t.Error("the page's style reaches the form")
			}
			if got := ask[string](b, `document.cookie.replace(/\b(toy_)?lang=de(; )?/g, "") + localStorage.length + sessionStorage.length`); got != "00" { // the tab came with two cookies
				t.Errorf("it keeps %q", got)
			}
			ask[bool](b, `(()=>{const r=`+inside+`; r.querySelector("form").requestSubmit(); return true})()`)
			b.until("what is wrong", inside+`.querySelectorAll("[role=alert]").length >= 2`)
			ask[bool](b, `(()=>{const r=`+inside+`; r.querySelector("input[type=checkbox]").click(); r.querySelector("input[type=tel]").value="0151 2345678`+fmt.Sprint(len(name))+`"; return true})()`)
			time.Sleep(2100 * time.Millisecond) // quicker than people type, nobody would be asked; the link comes either way
			ask[bool](b, `(()=>{`+inside+`.querySelector("form").requestSubmit(); return true})()`)
			b.until("the way into WhatsApp", inside+`.querySelector("a.m[href]") && !`+inside+`.querySelector("form")`)
			if href := ask[string](b, inside+`.querySelector("a.m").href`); !strings.Contains(href, "text=") && !strings.Contains(href, w.phones) {
				t.Errorf("leads to %s", href)
			}
			if faults := b.complaints(422); len(faults) != 0 {
				t.Errorf("complaints: %q", faults)
			}
		})
	}
}

// A page that the source does not name gets a link to our page and nothing else.
func TestWidgetOnAPageNotListed(t *testing.T) {
	id := widgetSource(t, "https://shop.example")
	b := newTab(t, "", "de")
	b.visit(site(t, id, "").URL)
	b.until("the link", inside+`.querySelector("a.m")`)
	if ask[bool](b, "!!"+inside+`.querySelector("form")`) || ask[string](b, inside+`.querySelector("a.m").href`) != w.base+"/o/"+id {
		t.Error("a page that is not listed has the form")
	}
}
