package look

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, method, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Static().ServeHTTP(w, r)
	return w.Result()
}

func TestStatic(t *testing.T) {
	for _, name := range []string{"jawort.css", "icons.svg", Own, HTMX, "js/htmx-LICENSE.txt", "mark.svg", "fonts/inter-latin-wght-normal.woff2", "fonts/OFL-inter.txt", "fonts/OFL-source-serif-4.txt", "icons-LICENSE.txt"} {
		a := get(t, "GET", URL(name))
		body, _ := io.ReadAll(a.Body)
		if a.StatusCode != 200 || len(body) == 0 || a.Header.Get("Content-Type") == "" || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, %d bytes, %v", name, a.StatusCode, len(body), a.Header)
		}
		if strings.HasSuffix(name, ".woff2") {
			continue
		}
		z := get(t, "GET", URL(name), "Accept-Encoding", "br, gzip")
		if z.Header.Get("Content-Encoding") != "gzip" {
			continue
		}
		r, err := gzip.NewReader(z.Body)
		if err != nil {
			t.Fatal(err)
		}
		if plain, _ := io.ReadAll(r); string(plain) != string(body) {
			t.Errorf("%s: packed and plain differ", name)
		}
	}
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"HEAD", URL("jawort.css"), 200}, {"POST", URL("jawort.css"), 405}, {"GET", "/static/jawort.css", 404}, {"GET", "/static/", 404},
		{"GET", "/static/../look.go", 404}, {"GET", "/static/fonts/", 404},
	} {
		if a := get(t, c.method, c.path); a.StatusCode != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, a.StatusCode, c.want)
		}
	}
}

// The stylesheet loads nothing that is not ours, and everything it names is there.
func TestStylesheetNamesOnlyOurFiles(t *testing.T) {
	css := string(assets[URL("jawort.css")].plain)
	found := regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(css, -1)
	if len(found) < 3 {
		t.Fatalf("%d files named: the pattern no longer finds them", len(found))
	}
	for _, m := range found {
		if _, ok := assets[m[1]]; !ok {
			t.Errorf("names %s, which is not served", m[1])
		}
	}
	if strings.Contains(css, "@import") || strings.Contains(css, "http") {
		t.Error("loads from elsewhere")
	}
}

// What we took over is what we say it is, and our own files are each in a scope of their own.
func TestScripts(t *testing.T) {
	for name, want := range map[string][]string{
		HTMX: {`version="4.0.1"`}, Own: {"\"use strict\";\n{\n", "data-theme-form"},
		"js/htmx-LICENSE.txt": {"Zero-Clause BSD"},
	} {
		for _, w := range want {
			if !strings.Contains(string(assets[URL(name)].plain), w) {
				t.Errorf("%s does not hold %q", name, w)
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	w := httptest.NewRecorder()
	Headers(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	csp := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "connect-src 'self'",
		"form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy lacks %s", want)
		}
	}
	if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "data:") {
		t.Errorf("policy is loose: %s", csp)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store", "Strict-Transport-Security": ""} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
