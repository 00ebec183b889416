package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
)

// appShare is X-App-Usage: how much of its calls and of Meta's time an app has used up, in percent each
// (https://developers.facebook.com/docs/graph-api/overview/rate-limiting).
type appShare struct {
	Calls int `json:"call_count"`
	Time  int `json:"total_time"`
	CPU   int `json:"total_cputime"`
}

// UnmarshalJSON takes one number for all three as well.
func (a *appShare) UnmarshalJSON(b []byte) error {
	var all int
	if json.Unmarshal(b, &all) == nil {
		*a = appShare{all, all, all}
		return nil
	}
	type fields appShare
	return json.Unmarshal(b, (*fields)(a))
}

func (a *appShare) check() error {
	if a != nil && (min(a.Calls, a.Time, a.CPU) < 0 || max(a.Calls, a.Time, a.CPU) > 100) {
		return errors.New("app_usage: want 0 to 100, for all or as call_count, total_time and total_cputime")
	}
	return nil
}

func (a *appShare) usedUp() bool { return a != nil && max(a.Calls, a.Time, a.CPU) >= 100 }

var quietApp = []string{`{"call_count":1,"total_cputime":0,"total_time":1}`}

// appUsage is the header; until somebody sets it, that of an app that hardly asks.
func (s *Server) appUsage() []string {
	s.estate.mu.RLock()
	a := s.estate.app
	s.estate.mu.RUnlock()
	if a == nil {
		return quietApp
	}
	return []string{fmt.Sprintf(`{"call_count":%d,"total_cputime":%d,"total_time":%d}`, a.Calls, a.CPU, a.Time)}
}

// usage is the header that says how much of its calls an account has used up, in percent, and in how many minutes it may go on.
func usage(waba string, percent, wait int) []string {
	return []string{fmt.Sprintf(`{"%s":[{"type":"whatsapp","call_count":%d,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":%d}]}`, waba, percent, wait)}
}

// overused refuses what goes beyond: code 4 for the app, 80007 for the account (WA/about-the-platform). Messages have limits of their own.
func (s *Server) overused(c *call) *refusal {
	if c.edge == "messages" || c.edge == "marketing_messages" {
		return nil
	}
	s.estate.mu.RLock()
	defer s.estate.mu.RUnlock()
	a := s.estate.wabas[c.node]
	if n := s.estate.numbers[c.node]; n != nil {
		a = n.waba
	}
	switch {
	case s.estate.app.usedUp():
		return &refusal{status: 400, code: 4, transient: true, message: "Application request limit reached"}
	case a != nil && a.usedUp:
		c.w.Header()["X-Business-Use-Case-Usage"] = a.usage
		return &refusal{status: 400, code: 80007, transient: true, message: "There have been too many calls from this WhatsApp Business account. Wait a bit and try again."}
	}
	return nil
}
