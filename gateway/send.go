package gateway

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"jawort/dispatch"
	"jawort/gate"
	"jawort/graph"
)

const (
	maxSend = 256 << 10 // far more than Meta takes
	maxJSON = 1 << 20
)

// send is POST /{phone}/messages and /{phone}/marketing_messages: judged, and then forwarded as it came.
func (g *Gateway) send(c *call) error {
	if !c.byNumber() {
		return numberNotAllowed()
	}
	body, f := c.body(maxSend, g.Patience)
	if f != nil {
		return f
	}
	l, f := readLetter(body, c.number.Country)
	if f != nil {
		return f
	}
	if l.read {
		return g.mark(c, body)
	}
	select {
	case g.sends <- struct{}{}:
		defer func() { <-g.sends }()
	default:
		return tooMany()
	}
	c.begun = true
	out, err := g.Forward(c.r.Context(), dispatch.Passage{Tenant: c.program.Tenant, Number: c.number.ID, Program: c.program.ID,
		Version: c.way.version, Edge: c.way.edge, To: l.to, Also: l.also, Other: l.other, Kind: l.kind, Template: l.template, Language: l.language,
		Category: l.category, Body: body})
	c.begun = err == nil && out.ID != "" && out.Answer.Outcome != graph.NotSent
	if err != nil {
		return err
	}
	g.tell(c, &out)
	return nil
}

// tell answers with what came of a send.
func (g *Gateway) tell(c *call, out *dispatch.Passed) {
	d := &out.Decision
	if d.ID != "" {
		c.id = d.ID
	}
	switch a := &out.Answer; {
	case out.Short:
		c.refuse(tooMany())
	case a.Outcome == "":
		c.refuseBy(d)
	case a.Outcome == graph.NotSent:
		g.Log.Warn("gateway: not sent", "message", out.ID, "error", out.Err)
		c.refuse(&fault{131016, 503, "NOT_SENT", ""})
	case a.Outcome == graph.Unknown && a.Error == nil:
		g.Log.Warn("gateway: outcome unknown", "message", out.ID, "error", out.Err)
		c.refuse(&fault{131000, 504, "OUTCOME_UNKNOWN", "may have been sent; do not repeat"})
	default:
		verdict := "allow"
		if d.Verdict != gate.Allow {
			verdict = "observed"
			c.w.Header().Set(reasonHeader, d.Headline().Code)
		}
		g.pass(c, a.Status, a.Header, a.Body, verdict)
	}
}

// mark is mark-as-read and the typing indicator: it reaches nobody's message list, so no gate is asked.
func (g *Gateway) mark(c *call, body []byte) error {
	client, err := g.client(c)
	if err != nil {
		return err
	}
	c.begun = true
	a, err := client.SendPath(c.r.Context(), c.number.ID+"/"+c.way.edge, body, nil)
	switch {
	case a.Status != 0:
		g.pass(c, a.Status, a.Header, a.Body, "allow")
	case a.Outcome == graph.NotSent:
		return &fault{131016, 503, "NOT_SENT", ""}
	default:
		g.Log.Warn("gateway: mark as read", "request", c.id, "error", err)
		return &fault{131000, 504, "OUTCOME_UNKNOWN", "the message may have been marked as read"}
	}
	return nil
}

// body reads the whole of a JSON body; what is judged is what is sent, so nothing is decompressed or taken from a form.
func (c *call) body(most int64, patience time.Duration) ([]byte, *fault) {
	h := c.r.Header
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || kind != "application/json" || len(h.Values("Content-Type")) != 1 {
		return nil, notAllowed("Content-Type: only application/json")
	}
	if cs := params["charset"]; cs != "" && !strings.EqualFold(cs, "utf-8") && !strings.EqualFold(cs, "utf8") {
		return nil, notUnderstood("the charset is not UTF-8")
	}
	if e := h.Values("Content-Encoding"); len(e) > 0 {
		return nil, notUnderstood("the body is compressed")
	}
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(patience))
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, most))
	if err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			return nil, notUnderstood("the body is too large")
		}
		return nil, notUnderstood("the body did not come in time")
	}
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Time{})
	return body, nil
}
