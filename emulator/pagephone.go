package emulator

import (
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func sub(f fs.FS, dir string) fs.FS {
	s, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the folder is embedded, so this is a mistake of ours
	}
	return s
}

type pageData struct {
	reader
	Numbers        []numberTab
	People         []folkRow
	Phones         []phoneData
	Log            []logRow
	With, Open     string
	Text, Business string
	Who, ToWhom    string // words of the chooser
	App            string // that the chooser opens; "" = the chat
	Guide          *guide
	Bad            *badDay // nil = no such story here
}

type numberTab struct {
	Name, Link string
	Current    bool
}

type folkRow struct {
	Name, Initial, Last, Link string
	Open                      bool
	Unread                    int
	UnreadWords               string
}

type act struct{ ID, Number, Here, Deed, Label string }

// showPage is the bench: people, phones, log.
func (s *Server) showPage(w http.ResponseWriter, r *http.Request) {
	people := s.people.everybody()
	b := s.benchOf(r.URL.Query(), people)
	d := pageData{reader: readerOf(r), With: b.with, Text: b.text, Open: joinIDs(b.open), Guide: s.guideFor(r), Bad: s.bad.Load()}
	d.Here = b.plain().link()
	for _, n := range s.estate.all() {
		d.Numbers = append(d.Numbers, numberTab{Name: n.name, Link: b.of(n.id).link(), Current: n.id == b.with})
	}
	for _, p := range people[:min(len(people), 200)] {
		d.People = append(d.People, s.folk(d.reader, p, b.first(p).link(), slices.Contains(b.open, p)))
	}
	for i, p := range b.open {
		ph := s.phone(d.reader, p, b)
		if i == 0 {
			if ph.Draft = b.text; b.text != "" && ph.App == "call" {
				ph.Dial = b.text
			}
		}
		if words, mine := p.quoteOf(b.re); mine {
			ph.Re, ph.ReWords = b.re, words
		}
		ph.Apps = appsOf(d.reader, b, ph)
		d.Phones = append(d.Phones, ph)
	}
	d.Log = s.logRows(d.reader)
	s.render(w, "page", d)
}

// showChooser is what a wa.me link of a demo leads to: who writes, with the text ready to send.
func (s *Server) showChooser(w http.ResponseWriter, r *http.Request) {
	digits, _, ok := digitsOf(r.PathValue("digits"))
	for _, n := range s.estate.all() {
		if ok && waID(n.digits) == waID(digits) {
			s.choose(w, r, pageData{With: n.id, Text: clip(r.URL.Query().Get("text"), 4096), Business: n.name, Who: "who", ToWhom: "towhom"}, "")
			return
		}
	}
	http.NotFound(w, r)
}

// chooserOf is the same for what a demo makes of sms: and tel: links; app is the one that opens.
func (s *Server) chooserOf(app string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		digits, _, ok := digitsOf(r.PathValue("digits"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		d := pageData{Text: clip(r.URL.Query().Get("text"), 4096), Business: display(digits), Who: "who", ToWhom: "towhom"}
		if app == "call" {
			d.Text, d.Who, d.ToWhom = display(digits), "who.call", "towhom.call"
		}
		s.choose(w, r, d, app)
	}
}

func (s *Server) choose(w http.ResponseWriter, r *http.Request, d pageData, app string) {
	d.reader, d.App = readerOf(r), app
	people := s.people.everybody()
	for _, p := range people[:min(len(people), 50)] {
		b := bench{open: []*person{p}, with: d.With, text: d.Text}
		if app != "" {
			b.apps = map[string]string{joinIDs(b.open): app}
		}
		d.People = append(d.People, s.folk(d.reader, p, b.link(), false))
	}
	s.render(w, "choose", d)
}

func (s *Server) folk(rd reader, p *person, link string, open bool) folkRow {
	p.mu.Lock()
	defer p.mu.Unlock()
	row := folkRow{Name: p.name, Initial: initial(p.name), Link: link, Open: open, Unread: p.unread}
	row.UnreadWords = strconv.Itoa(p.unread) + " " + rd.T("unread")
	if open {
		row.Unread, p.unread = 0, 0
	}
	for i := len(p.chat) - 1; i >= 0 && row.Last == ""; i-- {
		if b := p.chat[i]; b.shown() && b.From != "system" && !b.revoked {
			row.Last, _, _ = strings.Cut(b.Text, "\n")
			if v := b.view(); v.Media != "" {
				row.Last = joined(rd.T("media."+v.Media), v.Text)
			}
		}
	}
	return row
}

func initial(name string) string {
	for _, r := range name {
		return strings.ToUpper(string(r))
	}
	return "·"
}
