package story

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// record is all that a story leaves where personal data must not be: log lines, addresses and headers of requests and
// answers, bodies of refusals.
type record struct {
	logs    sheet
	traffic sheet
	mu      sync.Mutex
	secret  map[string]string // what must not show → what it is
}

type sheet struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *sheet) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *sheet) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// keep notes something personal.
func (r *record) keep(what, text string) {
	if len(text) < 8 { // "Ja" stands everywhere
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.secret == nil {
		r.secret = map[string]string{}
	}
	r.secret[text] = what
}

// phone notes a number in the forms it could show in.
func (r *record) phone(digits string) {
	r.keep("telephone number", digits)
	r.keep("telephone number", digits[2:])
}

func (r *record) exchange(req *http.Request, resp *http.Response, body []byte) {
	fmt.Fprintf(&r.traffic, "%s %s %v\n%d %v\n", req.Method, req.URL, req.Header, resp.StatusCode, resp.Header)
	if resp.StatusCode >= 400 {
		_, _ = r.traffic.Write(append(withoutAnswer(body), '\n'))
	}
}

// withoutAnswer leaves out of a refusal the one place that by contract repeats the caller's own address: decision.to.
func withoutAnswer(body []byte) []byte {
	var problem object
	if json.Unmarshal(body, &problem) != nil {
		return body
	}
	if d, ok := problem["decision"].(object); ok {
		delete(d, "to")
	}
	out, _ := json.Marshal(problem)
	return out
}

// leaks names what shows where it must not.
func (r *record) leaks() (out []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, text := range map[string]string{"logs": r.logs.String(), "traffic": r.traffic.String()} {
		for secret, what := range r.secret {
			if at := strings.Index(text, secret); at >= 0 {
				out = append(out, fmt.Sprintf("%s in %s: …%s…", what, name, text[max(0, at-120):min(len(text), at+len(secret)+60)]))
			}
		}
	}
	return out
}

func (r *record) judge(t *testing.T) {
	for _, l := range r.leaks() {
		t.Errorf("personal data shows: %s", l)
	}
	if t.Failed() {
		if text := r.logs.String(); len(text) > 0 {
			t.Logf("log:\n%s", text[max(0, len(text)-6000):])
		}
	}
}

// The record sees what it is meant to see.
func TestRecordSeesALeak(t *testing.T) {
	r := &record{}
	r.phone("4917139200990")
	req, _ := http.NewRequest(http.MethodGet, "http://x.example/o?phone=%2B4917139200990", nil)
	r.exchange(req, &http.Response{StatusCode: 200}, nil)
	fmt.Fprintln(&r.logs, "level=INFO msg=sent to=+4917139200990")
	if got := len(r.leaks()); got != 4 { // both forms, in both places
		t.Errorf("%d leaks seen, want 4", got)
	}
}
