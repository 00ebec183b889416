package emulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// doFromPage is a tap or a text on a toy phone.
func (s *Server) doFromPage(w http.ResponseWriter, r *http.Request) {
	p := s.people.byOpaque(r.PathValue("id"))
	n := s.estate.number(r.PostFormValue("with"))
	if p == nil || n == nil {
		http.NotFound(w, r)
		return
	}
	deed := r.PostFormValue("deed")
	var err error
	if in, ok := sayingOf(r, deed, p); ok {
		_, _, err = s.say(p, n, in)
	} else if deed == "dial" {
		s.dial(p, r.PostFormValue("choice"))
	} else {
		_, err = s.deed(p, n, deed, deedBody{To: strings.TrimSpace(r.PostFormValue("to")), Text: r.PostFormValue("text")}, map[string]any{})
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if r.Header.Get("X-Live") != "" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, back(r), http.StatusSeeOther)
}

// sayingOf is what a form says in words of a message; false if it is a deed.
func sayingOf(r *http.Request, deed string, p *person) (saying, bool) {
	id, title, _ := strings.Cut(r.PostFormValue("choice"), "\x1f")
	in := saying{}
	if m := r.PostFormValue("message"); m != "" {
		in.Context = &sayContext{MessageID: m}
	}
	switch deed {
	case "text":
		t := r.PostFormValue("text")
		in.Text = &t
	case "button":
		in.Button = &sayButton{Payload: id, Text: title}
	case "reply":
		in.ButtonReply = &sayReply{ID: id, Title: title}
	case "list":
		in.ListReply = p.chosen(r.PostFormValue("message"), id)
	case "react":
		in.Context, in.Reaction = nil, &reactionBody{MessageID: r.PostFormValue("message"), Emoji: r.PostFormValue("choice")}
	case "flow":
		in.FlowReply = &sayFlow{Name: "flow", Body: "Sent", ResponseJSON: "{}"}
	case "callright":
		in.CallRight = &sayCallRight{Response: "accept"}
	case "share":
		in.ShareNumber = true
	case "image":
		in.Image = &sayMedia{}
	default:
		return in, false
	}
	return in, true
}

func (p *person) chosen(message, id string) *sayReply {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b := p.bubble(message); b != nil {
		for _, row := range b.view().Rows {
			if row.ID == id {
				return &sayReply{ID: row.ID, Title: row.Title, Description: row.Description}
			}
		}
	}
	return &sayReply{}
}

// addFromPage makes a person and opens their phone.
func (s *Server) addFromPage(w http.ResponseWriter, r *http.Request) {
	digits := "4915" + s.ids.digits(9)
	if v := r.PostFormValue("phone"); strings.TrimSpace(v) != "" {
		var ok bool
		if digits, ok = readTo(v, s.estate.number("").digits); !ok {
			http.Error(w, "phone: want 7 to 15 digits", http.StatusBadRequest)
			return
		}
	}
	p := s.people.meet(digits)
	p.mu.Lock()
	if name := strings.TrimSpace(r.PostFormValue("name")); name != "" {
		p.name = clip(name, 60)
	}
	p.mu.Unlock()
	s.touch(p)
	s.feed.tell("all")
	b := s.benchOf(url.Values{"open": {r.PostFormValue("open") + ","}, "with": {r.PostFormValue("with")}}, nil).first(p)
	b.text = clip(r.PostFormValue("text"), 4096)
	if app := r.PostFormValue("app"); app == "sms" || app == "call" {
		b = b.showing(joinIDs([]*person{p}), app)
		b.text = clip(r.PostFormValue("text"), 4096)
	}
	http.Redirect(w, r, b.link(), http.StatusSeeOther)
}

func (i *ids) digits(n int) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	out := make([]byte, n)
	for k := range out {
		out[k] = byte('0' + i.rnd.IntN(10))
	}
	return string(out)
}
