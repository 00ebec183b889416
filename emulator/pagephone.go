package emulator

import (
	htm "html/template"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
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

type phoneData struct {
	reader
	ID, Name, Username              string
	Business, BizInitial, BizNumber string
	Number, Draft                   string
	Stopped, Blocked, Offline       bool
	Talk                            []talkRow
	Acts, More                      []act
}

type act struct{ ID, Number, Here, Deed, Label string }

type logRow struct {
	Icon                htm.HTML
	Title, Detail, Time string
}

const phonesOpen = 4 // at most, side by side

// showPage is the bench: people, phones, log. ?open= holds opaque ids, ?with= a business number, ?text= a draft.
func (s *Server) showPage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	d := pageData{reader: readerOf(r), With: q.Get("with"), Text: clip(q.Get("text"), 4096)}
	people := s.people.everybody()
	open := s.openPhones(q.Get("open"), people)
	d.Open = joinIDs(open)
	d.Here = pageLink(open, d.With, "")
	for _, n := range s.estate.all() {
		d.Numbers = append(d.Numbers, numberTab{Name: n.name, Link: pageLink(open, n.id, ""), Current: n.id == d.With})
	}
	for _, p := range people[:min(len(people), 200)] {
		d.People = append(d.People, s.folk(d.reader, p, pageLink(toggle(open, p), d.With, ""), slices.Contains(open, p)))
	}
	for i, p := range open {
		ph := s.phone(d.reader, p, d.With)
		if i == 0 {
			ph.Draft = d.Text
		}
		d.Phones = append(d.Phones, ph)
	}
	d.Log = s.logRows(d.reader)
	s.render(w, "page", d)
}

// showChooser is what a wa.me link of a demo leads to: who writes, with the text ready to send.
func (s *Server) showChooser(w http.ResponseWriter, r *http.Request) {
	digits, _, ok := digitsOf(r.PathValue("digits"))
	var to *number
	for _, n := range s.estate.all() {
		if ok && waID(n.digits) == waID(digits) {
			to = n
		}
	}
	if to == nil {
		http.NotFound(w, r)
		return
	}
	d := pageData{reader: readerOf(r), With: to.id, Text: clip(r.URL.Query().Get("text"), 4096), Business: to.name}
	people := s.people.everybody()
	for _, p := range people[:min(len(people), 50)] {
		d.People = append(d.People, s.folk(d.reader, p, pageLink([]*person{p}, to.id, d.Text), false))
	}
	s.render(w, "choose", d)
}

func (s *Server) openPhones(ids string, people []*person) []*person {
	var open []*person
	for _, id := range strings.Split(ids, ",") {
		if p := s.people.byOpaque(id); p != nil && !slices.Contains(open, p) && len(open) < phonesOpen {
			open = append(open, p)
		}
	}
	if len(open) == 0 && ids == "" {
		open = append(open, people[:min(2, len(people))]...)
	}
	return open
}

func joinIDs(people []*person) string {
	var ids []string
	for _, p := range people {
		p.mu.Lock()
		ids = append(ids, p.id)
		p.mu.Unlock()
	}
	return strings.Join(ids, ",")
}

func toggle(open []*person, p *person) []*person {
	if i := slices.Index(open, p); i >= 0 {
		return slices.Delete(slices.Clone(open), i, i+1)
	}
	out := append([]*person{p}, open...)
	return out[:min(len(out), phonesOpen)]
}

func pageLink(open []*person, with, text string) string {
	q := url.Values{}
	ids := joinIDs(open)
	if ids == "" {
		ids = "none"
	}
	q.Set("open", ids)
	if with != "" {
		q.Set("with", with)
	}
	if text != "" {
		q.Set("text", text)
	}
	return "/?" + q.Encode()
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

// phone is one handset: the chat with the number asked for, else with the one heard of last.
func (s *Server) phone(rd reader, p *person, with string) phoneData {
	n := s.estate.number(with)
	p.mu.Lock()
	defer p.mu.Unlock()
	if with == "" || n == nil {
		n = s.estate.number(p.lastNumber(s))
	}
	t := p.thread(n)
	d := phoneData{reader: rd, ID: p.id, Name: p.name, Username: p.username, Business: n.name, BizInitial: initial(n.name),
		BizNumber: n.display, Number: n.id, Stopped: t.stopped, Blocked: t.blocked, Offline: p.offline}
	d.Talk = p.talk(rd, n, s.clock.Now())
	one := func(deed string) act { return act{p.id, n.id, rd.Here, deed, rd.T("do." + deed)} }
	either := func(on bool, yes, no string) act {
		if on {
			return one(yes)
		}
		return one(no)
	}
	d.Acts = []act{either(t.stopped, "resume", "stop"), either(t.blocked, "unblock", "block"), one("call")}
	d.More = []act{either(p.offline, "online", "offline"), one("image"), either(p.hidden, "show-number", "hide-number"), one("change-number")}
	return d
}

func (p *person) lastNumber(s *Server) string {
	for i := len(p.chat) - 1; i >= 0; i-- {
		if p.chat[i].Type != "sms" {
			return p.chat[i].Number
		}
	}
	return ""
}

func (s *Server) logRows(rd reader) []logRow {
	var out []logRow
	icons := map[string]string{"in": "arrow-down-left", "out": "arrow-up-right", "webhook": "circle-check", "failed": "circle-x", "fault": "zap-off"}
	for _, e := range s.feed.stories.latest() {
		row := logRow{Icon: icon(icons[e.Kind]), Title: rd.T("log." + e.Kind), Detail: e.What, Time: e.At.Local().Format("15:04:05")}
		if e.Who != "" {
			row.Title += " " + e.Who
		}
		if e.Detail != "" {
			row.Detail += " · " + e.Detail
		}
		if e.Kind == "webhook" {
			row.Detail += " · " + rd.T("log.took") + " " + e.Took.Round(100*time.Microsecond).String()
		}
		out = append(out, row)
	}
	return out
}
