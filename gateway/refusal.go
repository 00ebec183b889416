package gateway

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"jawort/gate"
	"jawort/graph"
	"jawort/say"
)

// The headers of every answer (DESIGN section 10, Gateway).
const (
	decisionHeader = "X-Jawort-Decision"
	idHeader       = "X-Jawort-Id"
	reasonHeader   = "X-Jawort-Reason"
)

// titles are Meta's own words for the codes that the gateway answers with (WA/support/error-codes).
var titles = map[int]string{
	10: "Application does not have permission for this action", 100: "Invalid parameter", 190: "Invalid OAuth access token",
	130429: "Rate limit hit", 130497: "Business account is restricted from messaging users in this country.",
	131000: "Something went wrong", 131009: "Parameter value is not valid", 131016: "Service unavailable", 131026: "Message undeliverable",
	131047: "Re-engagement message", 131048: "Spam rate limit hit",
	131049: "This message was not delivered to maintain healthy ecosystem engagement.",
	131050: "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business",
	131055: "Method not allowed", 131056: "(Business Account, Consumer Account) pair rate limit hit",
	132001: "Template name does not exist in the translation", 132015: "Template is paused", 132016: "Template is disabled",
}

// data is error_data: Meta's own two fields, and what we know.
type data struct {
	Product string `json:"messaging_product"`
	Details string `json:"details"`
	Jawort  ours   `json:"jawort"`
}

type ours struct {
	ID      string              `json:"id"`
	Verdict string              `json:"verdict"`
	Reasons []gate.AnswerReason `json:"reasons"`
	Until   *string             `json:"until"`
}

// refuse answers with a fault of the request itself, or of the house.
func (c *call) refuse(f *fault) {
	key := "gateway." + strings.ToLower(f.reason)
	reason := gate.AnswerReason{Code: f.reason, Text: say.Text(c.lang, key+".text"), Fix: say.Text(c.lang, key+".fix")}
	verdict := "refuse"
	switch {
	case f.code == 130429:
		verdict = "wait"
		c.w.Header().Set("Retry-After", "1")
	case f.status >= 500:
		verdict = "error"
		if f.status == 503 {
			c.w.Header().Set("Retry-After", "2")
		}
	}
	details := reason.Text
	if f.detail != "" {
		details += " (" + f.detail + ")"
	}
	c.fail(f.code, f.status, f.reason, ours{c.id, verdict, []gate.AnswerReason{reason}, nil}, details+" "+reason.Fix)
}

// refuseBy answers with the gate's decision.
func (c *call) refuseBy(d *gate.Decision) {
	head := d.Headline()
	if head == nil {
		c.refuse(tooMany())
		return
	}
	a := d.Answer(c.lang)
	verdict := string(d.Effective)
	if head.Ground == gate.LedgerUnreadable {
		verdict = "error"
	}
	if d.Effective == gate.Wait {
		c.w.Header().Set("Retry-After", strconv.FormatInt(retryAfter(d.Until, time.Now()), 10))
	}
	var text []string
	for i := range d.Reasons {
		if r := &d.Reasons[i]; r.Verdict == d.Effective {
			text = append(text, r.Text(c.lang)+" "+r.Fix(c.lang))
		}
	}
	c.id = d.ID
	c.fail(head.Meta, head.HTTP, head.Code, ours{d.ID, verdict, a.Reasons, a.Until}, strings.Join(text, " "))
}

// retryAfter is in whole seconds; a wait whose end nobody knows is looked at again in a minute.
func retryAfter(until int64, now time.Time) int64 {
	if until == 0 {
		return 60
	}
	return max(1, (until-now.UnixMicro()+999_999)/1_000_000)
}

func (c *call) fail(code, status int, reason string, x ours, details string) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(data{"whatsapp", details, x}) // strings always encode
	e := graph.Error{Code: graph.Code(code), Message: "(#" + strconv.Itoa(code) + ") " + titles[code], Data: bytes.TrimSpace(b.Bytes()), TraceID: x.ID}
	c.w.Header().Set(reasonHeader, reason)
	c.answer(status, x.Verdict, "application/json; charset=UTF-8", e.Body())
}

// answer writes an answer with our headers.
func (c *call) answer(status int, decision, kind string, body []byte) {
	h := c.w.Header()
	h.Set(decisionHeader, decision)
	h.Set(idHeader, c.id)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if kind != "" {
		h.Set("Content-Type", kind)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body)
}
