package gateway

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"jawort/graph"
)

// passedOn are the headers of Meta's answers that programs read. No other goes on: the one that holds a secret tomorrow is not known.
var passedOn = []string{"Content-Type", "Facebook-Api-Version", "X-App-Usage", "X-Business-Use-Case-Usage", "X-Ad-Account-Usage",
	"X-Fb-Trace-Id", "X-Fb-Request-Id", "X-Fb-Rev", "X-Fb-Debug", "Retry-After", "Www-Authenticate", "Etag"}

const (
	maxAnswer = 4 << 20
	readWait  = 40 * time.Second
)

// reserved are parameters by which Graph takes a body for another request, or lets it change what we depend on.
var reserved = []string{"access_token", "appsecret_proof", "method", "batch", "ids", "id", "include_headers", "relative_url", "callback",
	"redirect", "pin", "webhook_configuration", "override_callback_uri", "verify_token", "certificate", "subscribed_fields"}

func (g *Gateway) ofNumber(c *call) error {
	if !c.byNumber() {
		return numberNotAllowed()
	}
	return g.relay(c)
}

func (g *Gateway) ofAccount(c *call) error {
	if !c.byAccount(c.way.node) {
		return numberNotAllowed()
	}
	return g.relay(c)
}

// ofTemplate edits a template that we know to be of one of the program's accounts.
func (g *Gateway) ofTemplate(c *call) error {
	waba, err := g.templateAccount(c)
	if err != nil {
		return err
	}
	if waba == "" || !c.byAccount(waba) {
		return notAllowed("the node is no template of this business")
	}
	return g.relay(c)
}

// node reads a number, an account, a template or a file.
func (g *Gateway) node(c *call) error {
	if c.byNumber() || c.byAccount(c.way.node) {
		if !c.program.May("read") {
			return &fault{10, 403, "SCOPE_MISSING", "read"}
		}
		c.way.query.Del("phone_number_id")
		return g.relay(c)
	}
	waba, err := g.templateAccount(c)
	if err != nil {
		return err
	}
	if waba != "" && c.byAccount(waba) {
		if !c.program.May("read") && !c.program.May("templates") {
			return &fault{10, 403, "SCOPE_MISSING", "templates"}
		}
		return g.relay(c)
	}
	return g.readMedia(c)
}

// relay passes a call on and its answer back, with links that lead through us.
func (g *Gateway) relay(c *call) error {
	var body []byte
	if c.r.Method != http.MethodGet {
		var f *fault
		if body, f = c.plain(g.Patience); f != nil {
			return f
		}
	}
	resp, raw, err := g.ask(c, c.r.Method, body)
	if err != nil {
		return g.unanswered(c, err)
	}
	g.pass(c, resp.StatusCode, resp.Header, g.relink(c, raw), "allow")
	return nil
}

// plain reads a body that is no message: JSON, and nothing in it that makes it another request. None at all is fine.
func (c *call) plain(patience time.Duration) ([]byte, *fault) {
	if c.r.ContentLength == 0 || c.r.Body == http.NoBody {
		return nil, nil
	}
	body, f := c.body(maxJSON, patience)
	if f != nil {
		return nil, f
	}
	tree, err := readTree(body)
	if err != nil || tree.kind != '{' {
		return nil, notUnderstood("the body is not a JSON object that can be read in one way only")
	}
	for _, k := range tree.keys {
		if slices.Contains(reserved, strings.ToLower(k)) {
			return nil, notAllowed("the parameter " + clip(k))
		}
	}
	return body, nil
}

// ask calls Meta and reads the whole answer.
func (g *Gateway) ask(c *call, method string, body []byte) (*http.Response, []byte, error) {
	client, err := g.client(c)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), readWait)
	defer cancel()
	p := c.way.node
	if c.way.edge != "" {
		p += "/" + c.way.edge
	}
	var in io.Reader
	kind := ""
	if len(body) > 0 {
		in, kind = bytes.NewReader(body), "application/json"
	}
	c.begun = c.begun || method != http.MethodGet
	resp, err := client.Pass(ctx, method, p, c.way.query, kind, in, int64(len(body)))
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(raw) > maxAnswer {
		err = fmt.Errorf("answer of more than %d bytes", maxAnswer)
	}
	return resp, raw, err
}

// unanswered: a read may be asked again, of everything else nobody knows whether it was done.
func (g *Gateway) unanswered(c *call, err error) error {
	if c.r.Context().Err() == nil {
		g.Log.Warn("gateway: no answer", "request", c.id, "error", err)
	}
	if c.r.Method == http.MethodGet {
		return &fault{131016, 503, "NOT_SENT", ""}
	}
	return &fault{131000, 504, "OUTCOME_UNKNOWN", "it may have been done; look before it is repeated"}
}

// pass answers with Meta's answer.
func (g *Gateway) pass(c *call, status int, from http.Header, body []byte, decision string) {
	for _, k := range passedOn {
		if v := from.Get(k); v != "" {
			c.w.Header().Set(k, string(g.conceal(c, []byte(v))))
		}
	}
	c.answer(status, decision, "", g.conceal(c, body))
}

// conceal takes the real token out of whatever Meta says, plain or as a URL has it.
func (g *Gateway) conceal(c *call, b []byte) []byte {
	if c.hidden == nil {
		token, secret, err := g.Keys.Secrets(c.number)
		if err != nil {
			return nil
		}
		for _, s := range []string{token, secret} {
			if s != "" {
				c.hidden = append(c.hidden, s, url.QueryEscape(s), url.PathEscape(s))
			}
		}
	}
	for _, form := range c.hidden {
		if bytes.Contains(b, []byte(form)) {
			b = bytes.ReplaceAll(b, []byte(form), []byte("hidden"))
		}
	}
	return b
}

// relink makes every link to Meta's API in an answer one to us: next and previous pages carry the token.
func (g *Gateway) relink(c *call, raw []byte) []byte {
	tree, err := readTree(raw)
	if err != nil {
		return raw
	}
	return g.links(c, raw, tree, func(key, link string) (string, bool) {
		if key != "next" && key != "previous" {
			return "", false
		}
		return g.ourLink(c, link)
	})
}

// ourLink is the link of an answer as it leads through us.
func (g *Gateway) ourLink(c *call, link string) (string, bool) {
	u, err := url.Parse(link)
	base, errBase := url.Parse(baseOf(c))
	if err != nil || errBase != nil || u.Scheme == "" || u.Host == "" {
		return "", false
	}
	q := u.Query()
	q.Del("access_token")
	q.Del("appsecret_proof")
	if c.byQuery {
		q.Set("access_token", c.r.URL.Query().Get("access_token"))
	}
	out := g.Base + Prefix + strings.TrimPrefix(u.EscapedPath(), strings.TrimSuffix(base.EscapedPath(), "/"))
	if len(q) > 0 {
		out += "?" + q.Encode()
	}
	return out, true
}

func baseOf(c *call) string {
	if c.number.BaseURL != "" {
		return c.number.BaseURL
	}
	return graph.DefaultBase
}
