package emulator

import (
	"embed"
	"fmt"
	htm "html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

//go:embed ui
var ui embed.FS

var pageTemplates = htm.Must(htm.New("").Funcs(htm.FuncMap{"icon": icon, "shape": shapeIcon}).ParseFS(ui, "ui/phones.html"))

func icon(name string) htm.HTML {
	return htm.HTML(`<svg class="i" aria-hidden="true"><use href="/static/icons.svg#i-` + htm.HTMLEscapeString(name) + `"/></svg>`)
}

// shapeIcon: a status has word, shape and colour.
func shapeIcon(kind string) htm.HTML {
	return htm.HTML(map[string]string{
		"ok":   `<svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><circle class="sh-ok" cx="8" cy="8" r="7.5"/><path class="gl" d="M4.8 8.3 7 10.5l4.3-4.8"/></svg>`,
		"warn": `<svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><path class="sh-warn" d="M8 1.2 15.4 14.4H.6Z"/><path class="gl dark" d="M8 6v3.6M8 12v.1"/></svg>`,
		"bad":  `<svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><path class="sh-bad" d="M4.9.5h6.2l4.4 4.4v6.2l-4.4 4.4H4.9L.5 11.1V4.9Z"/><path class="gl" d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2"/></svg>`,
	}[kind])
}

// pages are the toy phones. They hold no secret, but no other site may press their buttons.
func (s *Server) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showPage)
	mux.HandleFunc("GET /wa/{digits}", s.showChooser)
	mux.HandleFunc("GET /sms/{digits}", s.chooserOf("sms"))
	mux.HandleFunc("GET /call/{digits}", s.chooserOf("call"))
	mux.HandleFunc("GET /events", s.stream)
	mux.HandleFunc("POST /phones", s.addFromPage)
	mux.HandleFunc("POST /phones/{id}/do", s.doFromPage)
	mux.HandleFunc("GET /phones/{id}/call.wav", s.hearFromPage)
	mux.HandleFunc("POST /bad-day", s.badDayFromPage)
	mux.HandleFunc("POST /day-later", s.dayFromPage)
	mux.HandleFunc("POST /language", s.cookie("lang", "de", "en"))
	mux.HandleFunc("POST /guide", s.cookie("guide", "off"))
	mux.HandleFunc("POST /theme", s.cookie("theme", "", "light", "dark"))
	mux.Handle("GET /static/", http.StripPrefix("/static/", cached(http.FileServerFS(sub(ui, "ui")))))
	guard := http.NewCrossOriginProtection()
	return guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "+
			"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		mux.ServeHTTP(w, r)
	}))
}

func cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=300")
		next.ServeHTTP(w, r)
	})
}

// readers is what a request says about who reads.
type reader struct {
	Lang, Theme, Host, Here string
}

func (r reader) T(key string) string { return word(r.Lang, key) }

func readerOf(r *http.Request) reader {
	out := reader{Lang: "en", Host: r.Host, Here: r.URL.RequestURI()}
	if c, err := r.Cookie("toy_lang"); err == nil && (c.Value == "de" || c.Value == "en") {
		out.Lang = c.Value
	} else if german(r.Header.Get("Accept-Language")) {
		out.Lang = "de"
	}
	if c, err := r.Cookie("toy_theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		out.Theme = c.Value
	}
	return out
}

// german: German comes before English in what the browser wants.
func german(accept string) bool {
	accept = strings.ToLower(accept)
	de, en := strings.Index(accept, "de"), strings.Index(accept, "en")
	return de >= 0 && (en < 0 || de < en)
}

func (s *Server) cookie(name string, values ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := r.PostFormValue(name)
		if !slices.Contains(values, v) {
			http.Error(w, name+": unknown", http.StatusBadRequest)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "toy_" + name, Value: v, Path: "/", MaxAge: 365 * 86400, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, back(r), http.StatusSeeOther)
	}
}

// back leads to a page of ours only.
func back(r *http.Request) string {
	u, err := url.Parse(r.PostFormValue("back"))
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, `\`) {
		return "/"
	}
	q := u.Query()
	q.Del("text")
	if strings.HasPrefix(u.Path, "/wa/") || strings.HasPrefix(u.Path, "/sms/") || strings.HasPrefix(u.Path, "/call/") {
		q = u.Query()
	}
	return (&url.URL{Path: u.Path, RawQuery: q.Encode()}).String()
}

func (s *Server) render(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := pageTemplates.ExecuteTemplate(w, name, data); err != nil {
		s.log.Error("page", "name", name, "error", err)
	}
}

// stream tells the page that something happened; it asks for itself what.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	c := s.feed.listen()
	if c == nil {
		http.Error(w, "closing", http.StatusServiceUnavailable)
		return
	}
	defer s.feed.leave(c)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	flush := http.NewResponseController(w)
	fmt.Fprint(w, "retry: 1000\n\n")
	if flush.Flush() != nil {
		return
	}
	for {
		select {
		case id, open := <-c:
			if !open {
				return
			}
			fmt.Fprintf(w, "data: %s\n\n", id)
			if flush.Flush() != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}
