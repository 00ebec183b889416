// Package look is what every page shares: stylesheet, icons, fonts, page frames, and the way numbers and dates are set. It knows
// nothing of ours: texts are handed in.
package look

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// Page is the head of a document.
type Page struct {
	Lang    string // BCP 47
	Dir     string // "" = ltr
	Theme   string // light, dark; "" = as the device
	Title   string
	Public  bool     // for the people a business writes to: the small stylesheet, and a card for link previews
	About   string   // one sentence for link previews, with nobody's data; "" = none
	Brand   string   // address of a business's own stylesheet; "" = none
	Scripts []string // files to load, in this order, such as Own; public pages have none
}

// Scripts that pages want. Areas of the manager add small files of their own to files/js/own: they become part of Own.
const (
	Own  = "js/jawort.js" // ours: theme without a reload, toasts, keys, live parts
	HTMX = "js/htmx.js"   // 4.0.1, 0BSD
)

// htmxConfig: no style element, no extensions, nothing that the policy would block. What htmx would evaluate (hx-on, js:) is
// blocked by the policy; pages do without.
const htmxConfig = `{"includeIndicatorCSS":false,"extensions":"none","mode":"same-origin"}`

func (p Page) dir() string {
	if p.Dir == "" {
		return "ltr"
	}
	return p.Dir
}

// Choice is one button of a switch.
type Choice struct {
	Value   string
	Label   string // shown, or read aloud beside an icon
	Icon    string // "" = the label is shown
	Lang    string // language of the label; "" = the page's
	Current bool
}

// Switch lets readers choose language and theme, by a form to Choose; Back is the page to return to.
type Switch struct {
	Action        string
	Back          string
	LanguageLabel string
	Languages     []Choice
	ThemeLabel    string
	Themes        []Choice // empty = no theme switch
}

// Entry is one entry of the manager's navigation.
type Entry struct {
	Href, Icon, Label string
	Current           bool
	Tab               bool   // has a place of its own in the phone's tab bar
	Key               string // after g: leads there by keyboard; "" = none
	Count             string // a count beside it; "" = none
	Mark, MarkWord    string // or a status shape, and its word; "" = none
	Live              string // kinds of things that change either; "" = they stand still
}

func (e Entry) isCurrent() bool { return e.Current }

// Search is the search that is always there: a form that posts q to Action, and GET of Action on the phone.
type Search struct {
	Action, Label string
	Short         string // in the empty field
}

// Frame is the manager's frame around a page.
type Frame struct {
	Page        Page
	Skip        string // "skip to content"
	Home        string // what the mark is called
	Tenant      string
	NavLabel    string
	TabsLabel   string // what the tab bar is called
	MoreWord    string // the tab bar's last entry
	Entries     []Entry
	Search      Search
	Banners     []Notice
	MoreBanners string // how many more there are than the first; empty: none
	Toast       Toast
	Switch      Switch
	Who         string
	Role        string
	Profile     string // address of one's own page
	Guide       Way    // the guide; no address = there is none
	Help        Way    // the list of keys
	Keys        bool   // keys lead through the pages
	Live        string // address of the stream of changes; "" = pages stand still
	Lean        string // address of a page that costs little: live parts of the frame itself come from there
	Logout      string // address the logout form posts to
	LogoutTo    string // its label
}

// hooks are what the script looks for.
func (f Frame) hooks() templ.Attributes {
	out := templ.Attributes{}
	if f.Live != "" {
		out["data-live-from"] = f.Live
	}
	if f.Keys {
		out["data-keys"] = f.Help.Href
	}
	return out
}

// live marks a part of the frame that is fetched anew when such things change.
func (f Frame) live(kinds, id string) templ.Attributes {
	if f.Live == "" || kinds == "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"id": "frame-" + id, "data-live": kinds, "data-live-url": f.Lean}
}

// With is the frame of a page that wants more scripts.
func (f Frame) With(scripts ...string) Frame {
	f.Page.Scripts = slices.Concat(f.Page.Scripts, scripts)
	return f
}

// tabs are the entries of the phone's tab bar, and those behind "more". Where few want a place, others have it.
func (f Frame) tabs() (shown, more []Entry) {
	const places = 4
	want := 0
	for _, e := range f.Entries {
		if e.Tab {
			want++
		}
	}
	free := places - want
	for _, e := range f.Entries {
		switch {
		case e.Tab && len(shown) < places:
			shown = append(shown, e)
		case !e.Tab && free > 0:
			free--
			shown = append(shown, e)
		default:
			more = append(more, e)
		}
	}
	return shown, more
}

// Sheet is the frame of a public page: the business speaks.
type Sheet struct {
	Page     Page
	Business string
	Switch   Switch
	Foot     templ.Component // imprint and links; nil = none
}

// Names of the cookies; each holds a word of a closed list, nothing personal.
const (
	keysCookie     = "keys"
	languageCookie = "lang"
	themeCookie    = "theme"
)

// Language is what the reader chose, "" when nothing (then ask Accept-Language).
func Language(r *http.Request) string { return cookie(r, languageCookie) }

// Theme is what the reader chose: light, dark or "".
func Theme(r *http.Request) string {
	if t := cookie(r, themeCookie); t == "light" || t == "dark" {
		return t
	}
	return ""
}

// KeysOff is whether the reader wants no keys.
func KeysOff(r *http.Request) bool { return cookie(r, keysCookie) == "off" }

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// Choose takes the form of a Switch: it sets the cookies and sends back to where the reader was.
func Choose(languages []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 4096)
		if r.Method != http.MethodPost || r.ParseForm() != nil {
			http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
			return
		}
		if v := r.PostForm.Get("language"); has(languages, v) {
			keep(w, r, languageCookie, v)
		}
		if v := r.PostForm.Get("keys"); v == "off" {
			keep(w, r, keysCookie, v)
		} else if v == "on" {
			keep(w, r, keysCookie, "")
		}
		if r.PostForm.Has("theme") {
			if v := r.PostForm.Get("theme"); v == "" || v == "light" || v == "dark" {
				keep(w, r, themeCookie, v)
			}
		}
		http.Redirect(w, r, Inside(r.PostForm.Get("back")), http.StatusSeeOther)
	})
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// keep sets a cookie for a year; an empty value takes it away.
func keep(w http.ResponseWriter, r *http.Request, name, value string) {
	age := 365 * 24 * 3600
	if value == "" {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode})
}

// Inside gives a path of this site, "/" for anything that could lead elsewhere.
func Inside(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return "/"
	}
	return path
}
