package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"strings"
	"time"
)

// personView is a person as the controls show them.
type personView struct {
	ID       string       `json:"id"` // for the page's ?open=
	Phone    string       `json:"phone"`
	WaID     string       `json:"wa_id"`
	UserID   string       `json:"user_id"`
	Name     string       `json:"name"`
	Username string       `json:"username,omitempty"`
	Hidden   bool         `json:"number_hidden"`
	Offline  bool         `json:"offline"`
	Absent   bool         `json:"no_whatsapp"`
	KeyHash  string       `json:"identity_key_hash"`
	Threads  []threadView `json:"numbers"`
}

type threadView struct {
	PhoneNumberID string     `json:"phone_number_id"`
	Stopped       bool       `json:"marketing_stopped"`
	Blocked       bool       `json:"blocked"`
	WindowUntil   *time.Time `json:"window_until"`
}

func (p *person) show() personView {
	p.mu.Lock()
	defer p.mu.Unlock()
	v := personView{ID: p.id, Phone: p.phone, WaID: p.wa(), UserID: p.user, Name: p.name, Username: p.username, Hidden: p.hidden,
		Offline: p.offline, Absent: p.absent, KeyHash: identityHash(p.wa(), p.holder), Threads: []threadView{}}
	for _, t := range p.threads {
		tv := threadView{PhoneNumberID: t.number.id, Stopped: t.stopped, Blocked: t.blocked}
		if end := t.windowEnd().UTC(); !t.opened.IsZero() {
			tv.WindowUntil = &end
		}
		v.Threads = append(v.Threads, tv)
	}
	return v
}

// everybody who is known, latest first.
func (p *people) everybody() []*person {
	p.mu.RLock()
	out := make([]*person, 0, len(p.byID))
	for _, who := range p.byID {
		out = append(out, who)
	}
	p.mu.RUnlock()
	seen := make(map[*person]int64, len(out))
	for _, who := range out {
		who.mu.Lock()
		seen[who] = who.lastSeen
		who.mu.Unlock()
	}
	sort.Slice(out, func(i, j int) bool { return seen[out[i]] > seen[out[j]] })
	return out
}

func (s *Server) ctlPeople(w http.ResponseWriter, _ *http.Request) {
	out := []personView{}
	for _, p := range s.people.everybody() {
		out = append(out, p.show())
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": out})
}

var usernameShape = regexp.MustCompile(`^@?[a-z0-9._]{3,35}$`)

// ctlAddPerson makes a person or changes one; new_holder gives a recycled number to somebody else.
func (s *Server) ctlAddPerson(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Phone     string `json:"phone"`
		Name      string `json:"name"`
		Username  string `json:"username"`
		Hidden    bool   `json:"number_hidden"`
		NewHolder bool   `json:"new_holder"`
	}
	if !take(w, r, &in) {
		return
	}
	digits, _, ok := digitsOf(in.Phone)
	if !ok || len(digits) < 7 {
		ctlError(w, http.StatusBadRequest, errors.New("phone: want 7 to 15 digits"))
		return
	}
	if in.Username != "" && !usernameShape.MatchString(in.Username) {
		ctlError(w, http.StatusBadRequest, errors.New("username: want 3 to 35 of a–z, 0–9, dot and underscore"))
		return
	}
	if old := s.people.find(digits); old != nil && in.NewHolder {
		s.touch(old)
		s.people.leave(old)
	}
	p := s.people.meet(digits)
	p.mu.Lock()
	if in.Name != "" {
		p.name = clip(in.Name, 100)
	}
	if in.Username != "" {
		p.username = "@" + strings.TrimPrefix(in.Username, "@")
	}
	p.hidden = p.hidden || in.Hidden
	p.mu.Unlock()
	s.touch(p)
	s.feed.tell("all")
	writeJSON(w, http.StatusOK, p.show())
}

// personOf is the person of the path; unseen ones are made.
func (s *Server) personOf(w http.ResponseWriter, r *http.Request, create bool) *person {
	digits, _, ok := digitsOf(r.PathValue("phone"))
	if !ok || len(digits) < 7 {
		ctlError(w, http.StatusBadRequest, errors.New("phone: want digits without plus"))
		return nil
	}
	p := s.people.find(digits)
	if p == nil && create {
		p = s.people.meet(digits)
		s.touch(p)
	}
	if p == nil {
		ctlError(w, http.StatusNotFound, errors.New("nobody has this number"))
	}
	return p
}

func (s *Server) numberOf(w http.ResponseWriter, id string) *number {
	n := s.estate.number(id)
	if n == nil {
		ctlError(w, http.StatusBadRequest, errors.New("phone_number_id: is not known"))
	}
	return n
}

func (s *Server) ctlPerson(w http.ResponseWriter, r *http.Request) {
	if p := s.personOf(w, r, false); p != nil {
		s.people.known(p, s.o.PortfolioID)
		writeJSON(w, http.StatusOK, p.show())
	}
}

func (s *Server) ctlChat(w http.ResponseWriter, r *http.Request) {
	p := s.personOf(w, r, false)
	if p == nil {
		return
	}
	p.mu.Lock()
	out := []bubble{}
	for _, b := range p.chat {
		out = append(out, *b)
	}
	p.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"data": out})
}

// ctlSay answers when the webhook has been tried once, at the latest after 2 s; ?wait=1 waits for its 200, at most 5 s;
// ?wait=0 does not wait.
func (s *Server) ctlSay(w http.ResponseWriter, r *http.Request) {
	var in saying
	if !take(w, r, &in) {
		return
	}
	p := s.personOf(w, r, true)
	if p == nil {
		return
	}
	n := s.numberOf(w, in.PhoneNumberID)
	if n == nil {
		return
	}
	id, t, err := s.say(p, n, in)
	if err != nil {
		ctlError(w, http.StatusBadRequest, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"id": id, "delivered": t.wait(r.Context(), r.URL.Query().Get("wait"))})
}

// wait says whether the webhook got its 200.
func (t *track) wait(ctx context.Context, how string) bool {
	until, most := t.tried, 2*time.Second
	switch how {
	case "1", "true":
		until, most = t.done, 5*time.Second
	case "0", "false":
		return false
	}
	select {
	case <-until:
	case <-time.After(most):
	case <-ctx.Done():
	}
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// deedBody holds what the single deeds take; all of it may be left out.
type deedBody struct {
	PhoneNumberID string `json:"phone_number_id"`
	Username      string `json:"username"`
	Phone         string `json:"phone"`
	To            string `json:"to"`
	Text          string `json:"text"`
	SignupID      string `json:"signup_id"`
}

// ctlDeed is POST people/{phone}/{stop|resume|signup|block|unblock|report|call|hide-number|show-number|change-number|offline|
// online|no-whatsapp|on-whatsapp|sms}.
func (s *Server) ctlDeed(w http.ResponseWriter, r *http.Request) {
	var in deedBody
	if !take(w, r, &in) {
		return
	}
	p := s.personOf(w, r, true)
	if p == nil {
		return
	}
	n := s.numberOf(w, in.PhoneNumberID)
	if n == nil {
		return
	}
	out := map[string]any{"success": true}
	t, err := s.deed(p, n, r.PathValue("deed"), in, out)
	if err != nil {
		ctlError(w, http.StatusBadRequest, err)
		return
	}
	if t != nil {
		out["delivered"] = t.wait(r.Context(), r.URL.Query().Get("wait"))
	}
	s.feed.tell("all")
	writeJSON(w, http.StatusOK, out)
}

func (s *Server) deed(p *person, n *number, what string, in deedBody, out map[string]any) (*track, error) {
	switch what {
	case "stop", "resume", "signup":
		return s.prefer(p, n, what, in.SignupID), nil
	case "block", "unblock":
		s.block(p, n, what == "block")
	case "report":
		s.report(p, n)
	case "call":
		if in.To != "" {
			return s.dial(p, in.To), nil
		}
		return s.call(p, n), nil
	case "press", "hang-up":
		p.mu.Lock()
		c := p.onCall
		p.mu.Unlock()
		if c == nil {
			return nil, errors.New(what + ": there is no call")
		}
		if what == "press" {
			return nil, c.press(in.Text)
		}
		c.stop()
	case "hide-number":
		if in.Username != "" && !usernameShape.MatchString(in.Username) {
			return nil, errors.New("username: want 3 to 35 of a–z, 0–9, dot and underscore")
		}
		out["username"] = s.hideNumber(p, in.Username)
	case "show-number":
		s.showNumber(p)
	case "change-number":
		digits := s.ids.spareNumber(p.phone)
		if in.Phone != "" {
			var ok bool
			if digits, _, ok = digitsOf(in.Phone); !ok || len(digits) < 7 {
				return nil, errors.New("phone: want 7 to 15 digits")
			}
		}
		t, err := s.changeNumber(p, digits)
		out["phone"], out["user_id"] = digits, p.show().UserID
		return t, err
	case "offline", "online":
		s.online(p, what == "online")
	case "no-whatsapp", "on-whatsapp":
		s.touch(p)
		p.mu.Lock()
		p.absent = what == "no-whatsapp"
		p.mu.Unlock()
	case "sms":
		return s.sms(p, in.To, in.Text)
	default:
		return nil, fmt.Errorf("deed: a person cannot do that")
	}
	return nil, nil
}

// spareNumber keeps the country and the first digits and changes the last six.
func (i *ids) spareNumber(old string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	keep := old[:max(3, len(old)-6)]
	return keep + fmt.Sprintf("%06d", i.rnd.IntN(1_000_000))
}
