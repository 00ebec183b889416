package manager

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/source"
)

// site sends the page's form, with a picture or without.
func (b *browser) site(s source.Source, picture []byte, pairs ...string) answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1])
	}
	if picture != nil {
		f, _ := w.CreateFormFile("picture", "x.svg")
		_, _ = f.Write(picture)
	}
	_ = w.Close()
	r, err := http.NewRequestWithContext(b.h.t.Context(), "POST", b.h.url+"/sources/"+s.ID+"/site", &body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.ask(r)
}

// The page's own words, its picture and its sites: kept at once for a live source, refused at their fields when they are none.
func TestOwnWordsAndSites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		s := h.webSource(h.a.ID, "Website", theNumber, true)
		for name, c := range map[string]struct {
			picture []byte
			pairs   []string
			at      string
		}{
			"site":    {nil, []string{"origins", "https://shop.example\nshop.example"}, "origins"},
			"http":    {nil, []string{"origins", "http://shop.example"}, "origins"},
			"star":    {nil, []string{"origins", "https://*.shop.example"}, "origins"},
			"svg":     {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), nil, "picture"},
			"broken":  {[]byte("\x89PNG\r\n\x1a\nnothing"), nil, "picture"},
			"long":    {nil, []string{"headline-de", strings.Repeat("a", 91)}, "headline-de"},
			"long in": {nil, []string{"headline-de", "x", "intro-de", strings.Repeat("a", 401)}, "intro-de"},
		} {
			a := b.site(s, c.picture, c.pairs...)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="`+c.at+`-err"`) {
				t.Errorf("%s: %d", name, a.code)
			}
		}
		a := b.site(s, somePicture(t), "origins", "HTTPS://Shop.example/ https://shop.example:8443", "headline-de", " Neues "+hostile, "intro-de", "Zweimal im Monat")
		if a.to != "/sources/"+s.ID+"/site" {
			t.Fatalf("kept: %d %s", a.code, h.logs)
		}
		now, _ := h.theSource(h.a.ID, s.ID)
		if now.State != source.StateLive || strings.Join(now.Settings.Origins, " ") != "https://shop.example https://shop.example:8443" || !strings.HasPrefix(now.Settings.Headlines["de"], "Neues ") || now.Settings.Picture == "" {
			t.Errorf("kept %+v", now.Settings)
		}
		page := b.get("/sources/" + s.ID + "/site")
		for _, want := range []string{h.url + "/widget.js", "data-source=&#34;" + s.ID, "/o/form/" + s.ID, "/v1/optins", "connect-src " + h.url, "https://shop.example:8443"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page lacks %s", want)
			}
		}
		h.sound("site", "de", page)
		if a := b.site(s, nil, "no_picture", "on", "origins", ""); a.code != http.StatusSeeOther {
			t.Errorf("without: %d", a.code)
		}
		if now, _ := h.theSource(h.a.ID, s.ID); now.Settings.Picture != "" || len(now.Settings.Origins) != 0 || len(now.Settings.Headlines) != 0 {
			t.Errorf("left %+v", now.Settings)
		}
		if a := b.get("/sources/" + h.paperSource(h.a.ID, theNumber).ID + "/site"); a.code != http.StatusNotFound {
			t.Errorf("of a paper source: %d", a.code)
		}
	})
}
