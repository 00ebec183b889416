package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// routes: /_emulator/… are the controls, /, /phones/… and /static/… the toy phones, everything else is Graph.
func (s *Server) routes() http.Handler {
	controls := http.NewServeMux()
	for pattern, f := range map[string]http.HandlerFunc{
		"GET /_emulator/messages": s.ctlMessages, "DELETE /_emulator/messages": s.ctlForget, "GET /_emulator/requests": s.ctlRequests,
		"GET /_emulator/people": s.ctlPeople, "POST /_emulator/people": s.ctlAddPerson, "GET /_emulator/people/{phone}": s.ctlPerson,
		"GET /_emulator/people/{phone}/chat": s.ctlChat, "POST /_emulator/people/{phone}/say": s.ctlSay,
		"POST /_emulator/people/{phone}/{deed}": s.ctlDeed,
		"GET /_emulator/numbers":                s.ctlNumbers, "POST /_emulator/numbers": s.ctlAddNumber, "POST /_emulator/numbers/{id}": s.ctlNumber,
		"GET /_emulator/templates": s.ctlTemplates, "POST /_emulator/templates/{name}": s.ctlTemplate,
		"GET /_emulator/faults": s.ctlFaults, "POST /_emulator/faults": s.ctlAddFault, "DELETE /_emulator/faults": s.ctlClearFaults,
		"GET /_emulator/clock": s.ctlClock, "POST /_emulator/clock": s.ctlAdvance, "POST /_emulator/reset": s.ctlReset,
		"GET /_emulator/settings": s.ctlSettings, "POST /_emulator/settings": s.ctlSet, "POST /_emulator/webhook": s.ctlWebhook,
		"POST /_emulator/webhooks": s.ctlEmit, "POST /_emulator/account": s.ctlAccount, "POST /_emulator/tokens": s.ctlToken,
		"GET /_emulator/letters": s.ctlLetters, "GET /_emulator/crowd": s.ctlCrowd, "POST /_emulator/crowd": s.ctlAddCrowd, "DELETE /_emulator/crowd": s.ctlEndCrowd,
		"GET /_emulator/stats": s.ctlStats, "GET /_emulator/media/{key}": s.download,
	} {
		controls.HandleFunc(pattern, f)
	}
	pages := s.pages()
	graph := s.logged(http.HandlerFunc(s.graph))
	guard := http.NewCrossOriginProtection()
	guarded := guard.Handler(controls)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		switch first {
		case "_emulator":
			guarded.ServeHTTP(w, r)
		case "", "phones", "bad-day", "day-later", "static", "wa", "sms", "call", "events", "favicon.ico", "language", "theme":
			pages.ServeHTTP(w, r)
		default:
			graph.ServeHTTP(w, r)
		}
	})
}

// ctlError is a control that could not be understood; it names the field and repeats no number.
func ctlError(w http.ResponseWriter, status int, err error) {
	writeJSON(w, status, map[string]string{"error": err.Error()})
}

// take reads the JSON of a control strictly; an empty body is an empty object.
func take(w http.ResponseWriter, r *http.Request, into any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 32<<20))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil || errors.Is(err, io.EOF) {
		return true
	}
	ctlError(w, http.StatusBadRequest, fmt.Errorf("body: %s", strings.TrimPrefix(clip(err.Error(), 120), "json: ")))
	return false
}

func sequence(q url.Values) (int64, error) {
	v := q.Get("since")
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		return 0, errors.New("since: want the next of an earlier answer")
	}
	return n, nil
}

func (s *Server) ctlMessages(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	since, err := sequence(q)
	if err != nil {
		ctlError(w, http.StatusBadRequest, err)
		return
	}
	limit, _ := strconv.Atoi(q.Get("limit"))
	to, _, _ := digitsOf(q.Get("to"))
	if q.Get("to") != "" && to == "" {
		ctlError(w, http.StatusBadRequest, errors.New("to: want digits"))
		return
	}
	list, next := s.arrivals.list(to, q.Get("phone_number_id"), since, limit)
	writeJSON(w, http.StatusOK, map[string]any{"data": list, "next": next})
}

func (s *Server) ctlForget(w http.ResponseWriter, _ *http.Request) {
	s.arrivals.clear()
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

func (s *Server) ctlRequests(w http.ResponseWriter, r *http.Request) {
	since, err := sequence(r.URL.Query())
	if err != nil {
		ctlError(w, http.StatusBadRequest, err)
		return
	}
	list, next := s.requests.since(since)
	writeJSON(w, http.StatusOK, map[string]any{"data": list, "next": next})
}

func (s *Server) ctlClock(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"now": s.clock.Now().UTC(), "ahead_seconds": time.Duration(s.clock.ahead.Load()).Seconds(),
		"monotonic_us": monotonicUS()})
}

func (s *Server) ctlAdvance(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Advance any `json:"advance"`
	}
	if !take(w, r, &in) {
		return
	}
	d, err := readAdvance(in.Advance)
	if err != nil {
		ctlError(w, http.StatusBadRequest, err)
		return
	}
	s.clock.advance(d)
	s.wake()
	s.feed.tell("all")
	s.ctlClock(w, r)
}

// ctlReset forgets people, messages, faults, templates and states; numbers, tokens and callbacks of the start stay.
func (s *Server) ctlReset(w http.ResponseWriter, _ *http.Request) {
	s.throng.end()
	s.later.clear()
	s.post.clear()
	s.arrivals.clear()
	s.requests.clear()
	s.faults.clear()
	s.people.clear()
	s.limit.reset()
	s.tokens.reset()
	s.knobs.reset()
	s.clock.reset()
	s.estate.reset()
	s.helloWorld()
	s.feed.tell("all")
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

func (e *estate) reset() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.limit, e.templates, e.signups = e.o.Limit, map[string]*template{}, map[string]*signup{}
	for _, a := range e.wabaOrder {
		a.templates, a.signups, a.policySigned, a.lockedUntil = map[string]*template{}, nil, false, map[string]time.Time{}
	}
	for _, n := range e.order {
		n.quality, n.status, n.level, n.profile, n.directSend = "GREEN", "CONNECTED", "STANDARD", profile{}, true
		n.blocked, n.blockedOrder, n.reports = map[*person]time.Time{}, nil, 0
		n.speed.set(e.o.Throughput)
	}
}

func (s *Server) ctlFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"data": s.faults.all()})
}

func (s *Server) ctlAddFault(w http.ResponseWriter, r *http.Request) {
	var f fault
	if !take(w, r, &f) {
		return
	}
	if err := f.check(); err != nil {
		ctlError(w, http.StatusBadRequest, err)
		return
	}
	f = s.faults.add(f)
	s.story("fault", "", f.On+" · "+f.Kind, "")
	writeJSON(w, http.StatusOK, f)
}

func (s *Server) ctlClearFaults(w http.ResponseWriter, _ *http.Request) {
	s.faults.clear()
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

func (s *Server) ctlWebhook(w http.ResponseWriter, r *http.Request) {
	var in struct {
		URL    *string `json:"url"`
		SMSURL *string `json:"sms_url"`
	}
	if !take(w, r, &in) {
		return
	}
	for _, u := range []*string{in.URL, in.SMSURL} {
		if u != nil && *u != "" && !webURL(*u) {
			ctlError(w, http.StatusBadRequest, errors.New("url: is not a URL"))
			return
		}
	}
	if in.URL != nil {
		s.SetWebhook(*in.URL)
	}
	if in.SMSURL != nil {
		s.SetSMSWebhook(*in.SMSURL)
	}
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

func (s *Server) ctlToken(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Token     string   `json:"token"`
		Scopes    []string `json:"scopes"`
		WABAs     []string `json:"wabas"`
		ExpiresIn float64  `json:"expires_in"`
		Revoke    bool     `json:"revoke"`
	}
	if !take(w, r, &in) {
		return
	}
	if in.Revoke {
		s.tokens.revoke(in.Token)
		writeJSON(w, http.StatusOK, map[string]bool{"success": true})
		return
	}
	x := token{Value: in.Token, Scopes: in.Scopes, WABAs: in.WABAs}
	if x.Value == "" {
		x.Value = "EAAemulator" + s.ids.letters(24)
	}
	if x.Scopes == nil {
		x.Scopes = allScopes
	}
	for _, sc := range x.Scopes {
		if !slices.Contains(allScopes, sc) {
			ctlError(w, http.StatusBadRequest, fmt.Errorf("scopes: want some of %v", allScopes))
			return
		}
	}
	if in.ExpiresIn != 0 {
		x.ExpiresAt = s.clock.Now().Add(time.Duration(in.ExpiresIn * float64(time.Second)))
	}
	s.tokens.add(x)
	writeJSON(w, http.StatusOK, x)
}

func (s *Server) ctlStats(w http.ResponseWriter, _ *http.Request) {
	kept, accepted, forgotten := s.arrivals.counts()
	writeJSON(w, http.StatusOK, map[string]any{"messages": map[string]int64{"kept": kept, "accepted": accepted, "forgotten": forgotten},
		"webhooks": map[string]any{"waiting": s.post.waiting(), "delivered": s.post.delivered.Load(), "failed_attempts": s.post.failed.Load(),
			"dropped": s.post.dropped.Load()},
		"headroom": map[string]any{"used": s.limit.used(s.clock.Now())}})
}
