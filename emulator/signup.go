package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
)

func (s *Server) listSignups(c *call, a *waba) {
	s.estate.mu.RLock()
	var rows []any
	for _, g := range a.signups {
		rows = append(rows, *g)
	}
	s.estate.mu.RUnlock()
	s.page(c, rows)
}

func (s *Server) createSignup(c *call, a *waba) {
	m, bad := c.params()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	g := &signup{Status: "ACTIVE", accounts: a, Created: s.clock.Now()}
	for _, f := range []struct {
		key  string
		into *string
		most int
		must bool
	}{{"signup_message", &g.Message, 300, true}, {"confirmation_message", &g.Confirm, 300, true}, {"privacy_policy_url", &g.Privacy, 2000, true},
		{"website_url", &g.Website, 2000, false}, {"promo_code", &g.Promo, 50, false}, {"display_name", &g.Name, 256, true}} {
		v, present, ok := text(m, f.key)
		if f.must && !present {
			s.deny(c.w, missing(f.key))
			return
		}
		if !ok || len([]rune(v)) > f.most {
			s.deny(c.w, badParam("Param %s must be a string of at most %d characters.", f.key, f.most))
			return
		}
		*f.into = v
	}
	if g.Website != "" && !strings.HasPrefix(g.Website, "https://") || !webURL(g.Privacy) {
		s.deny(c.w, badParam("Params website_url and privacy_policy_url must be valid URLs."))
		return
	}
	if bad := s.signPolicy(a, m); bad != nil {
		s.deny(c.w, bad)
		return
	}
	s.estate.mu.Lock()
	g.ID = s.ids.node("41")
	a.signups = append(a.signups, g)
	s.estate.signups[g.ID] = g
	s.estate.mu.Unlock()
	writeJSON(c.w, http.StatusOK, map[string]string{"id": g.ID})
}

// signPolicy: the first signup of a WABA needs the acceptance of the terms, later ones refuse it.
func (s *Server) signPolicy(a *waba, m map[string]json.RawMessage) *refusal {
	var p struct {
		Accepted bool `json:"accepted"`
	}
	raw, given := m["policy"]
	if given && json.Unmarshal(raw, &p) != nil {
		return badParam("Param policy must be an object.")
	}
	s.estate.mu.Lock()
	defer s.estate.mu.Unlock()
	if !a.policySigned && !p.Accepted {
		return &refusal{status: 400, code: 100, subcode: 2494168, message: "Invalid parameter", details: "The policy must be accepted."}
	}
	if a.policySigned && given {
		return &refusal{status: 400, code: 100, subcode: 2494176, message: "Invalid parameter", details: "The policy has been accepted already."}
	}
	a.policySigned = true
	return nil
}

func (s *Server) toSignup(c *call, g *signup) {
	switch {
	case c.edge != "":
		s.noEdge(c)
	case c.r.Method == http.MethodGet:
		s.estate.mu.RLock()
		out := *g
		s.estate.mu.RUnlock()
		writeJSON(c.w, http.StatusOK, out)
	case c.r.Method == http.MethodPost:
		s.editSignup(c, g)
	default:
		s.noEdge(c)
	}
}

func (s *Server) editSignup(c *call, g *signup) {
	m, bad := c.params()
	if bad != nil {
		s.deny(c.w, bad)
		return
	}
	if _, ok := m["privacy_policy_url"]; ok {
		s.deny(c.w, badParam("Param privacy_policy_url cannot be changed."))
		return
	}
	status, present, _ := text(m, "status")
	if present && status != "ACTIVE" && status != "DISABLED" {
		s.deny(c.w, badParam("Param status must be one of {ACTIVE, DISABLED}."))
		return
	}
	s.estate.mu.Lock()
	if present {
		g.Status = status
	}
	s.estate.mu.Unlock()
	s.success(c)
}
