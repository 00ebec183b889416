package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

var (
	versionPart = regexp.MustCompile(`^v(\d{1,3})\.\d$`)
	nodePart    = regexp.MustCompile(`^\d{5,25}$`)
)

var (
	newestVersion = []string{"v26.0"}
	jsonType      = []string{"application/json; charset=UTF-8"}
)

const oldestVersion = 20 // v20.0 ended on 24 September 2026; kept, since programs of that age are about

// call is one request on a Graph path, taken apart.
type call struct {
	node, edge string
	token      *token
	w          http.ResponseWriter
	r          *http.Request
}

// graph answers Meta's own paths, with or without a version.
func (s *Server) graph(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if m := versionPart.FindStringSubmatch(parts[0]); m != nil {
		if v, _ := strconv.Atoi(m[1]); v < oldestVersion {
			s.deny(w, &refusal{status: 400, code: 2635, message: "You are calling a deprecated version of the Ads API. Please update to the latest version."})
			return
		}
		parts = parts[1:]
	}
	h := w.Header()
	h["X-App-Usage"], h["Facebook-Api-Version"] = s.appUsage(), newestVersion
	c := &call{w: w, r: r}
	if len(parts) > 0 {
		c.node = parts[0]
	}
	if len(parts) > 1 {
		c.edge = parts[1]
	}
	var bad *refusal
	if c.token, bad = s.tokens.check(r, s.clock.Now()); bad != nil {
		s.deny(w, bad)
		return
	}
	if bad = s.overused(c); bad != nil {
		s.deny(w, bad)
		return
	}
	if c.node == "debug_token" {
		s.debugToken(c)
		return
	}
	if !nodePart.MatchString(c.node) || len(parts) > 2 {
		s.deny(w, &refusal{status: 400, code: 2500, message: "Unknown path components: /" + clip(strings.Join(parts, "/"), 60)})
		return
	}
	s.toNode(c)
}

// toNode finds what an id stands for.
func (s *Server) toNode(c *call) {
	s.estate.mu.RLock()
	n, a, t, g := s.estate.numbers[c.node], s.estate.wabas[c.node], s.estate.templates[c.node], s.estate.signups[c.node]
	if of := a; n != nil || of != nil {
		if n != nil {
			of = n.waba
		}
		c.w.Header()["X-Business-Use-Case-Usage"] = of.usage
	}
	s.estate.mu.RUnlock()
	switch {
	case n != nil:
		if !c.may(n.waba.id) {
			s.deny(c.w, refuse(200, "The token has no permission for this phone number."))
			return
		}
		s.toNumber(c, n)
	case a != nil:
		if !c.may(a.id) {
			s.deny(c.w, refuse(200, "The token has no permission for this WhatsApp Business Account."))
			return
		}
		s.toWABA(c, a)
	case t != nil:
		s.toTemplate(c, t)
	case g != nil:
		s.toSignup(c, g)
	case c.node == s.o.PortfolioID:
		s.toPortfolio(c)
	default:
		s.toMedia(c)
	}
}

// noEdge is Graph's answer for an edge or method that the node does not have.
func (s *Server) noEdge(c *call) {
	if c.edge == "" {
		s.deny(c.w, unknownObject(c.r.Method, c.node))
		return
	}
	s.deny(c.w, &refusal{status: 400, code: 100, message: "Unsupported " + strings.ToLower(c.r.Method) + " request: edge " + clip(c.edge, 40)})
}

// params reads a small body, JSON or form, over the query; strings, objects and numbers as they are.
func (c *call) params() (map[string]json.RawMessage, *refusal) {
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxBody))
	if err != nil {
		return nil, badParam("The request body could not be read.")
	}
	m := map[string]json.RawMessage{}
	if len(body) > 0 {
		var bad *refusal
		if m, bad = readBody(body, c.r.Header.Get("Content-Type")); bad != nil {
			return nil, bad
		}
	}
	for k, v := range c.r.URL.Query() {
		if _, ok := m[k]; !ok && len(v) > 0 {
			m[k], _ = json.Marshal(v[0])
		}
	}
	return m, nil
}

func (s *Server) success(c *call) { writeJSON(c.w, http.StatusOK, map[string]bool{"success": true}) }

// fields answers ?fields= from what a node has: id always, the default set if nothing is asked, error 100 for what does
// not exist.
func (s *Server) fields(c *call, kind string, have map[string]func() any, standard string) (map[string]any, *refusal) {
	asked := c.r.URL.Query().Get("fields")
	if asked == "" {
		asked = standard
	}
	out := map[string]any{"id": have["id"]()}
	for _, f := range strings.Split(asked, ",") {
		f = strings.TrimSpace(f)
		name, _, _ := strings.Cut(f, "{")
		name, _, _ = strings.Cut(name, ".")
		if name == "" {
			continue
		}
		get := have[name]
		if get == nil {
			return nil, badParam("Tried accessing nonexisting field (%s) on node type (%s)", clip(name, 40), kind)
		}
		if v := get(); v != nil {
			out[name] = v
		}
	}
	return out, nil
}
