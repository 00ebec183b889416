package sms

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"jawort/carrier"
	"jawort/channel"
)

// esendex sends by Esendex's message dispatcher (https://developers.esendex.com/api-reference#smsapis).
type esendex struct {
	post
	c      carrier.Carrier
	secret string
}

const esendexBase = "https://api.esendex.com"

func (e *esendex) Send(ctx context.Context, m channel.Outbound, fence func() bool) (string, error) {
	type message struct {
		To       string `json:"to"`
		From     string `json:"from"`
		Body     string `json:"body"`
		Validity int    `json:"validity,omitempty"` // hours, 72 at most
	}
	body, err := json.Marshal(map[string]any{"accountreference": e.c.Settings.Account,
		"messages": []message{{m.To, m.From, m.Text, min(int(m.Validity.Hours()), 72)}}})
	if err != nil {
		return "", &channel.Error{Reason: channel.Refused, Cause: err}
	}
	head := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}, "Authorization": {basic(e.c.Settings.Login, e.secret)}}
	base := e.c.Settings.URL
	if base == "" {
		base = esendexBase
	}
	status, raw, err := e.send(ctx, strings.TrimSuffix(base, "/")+"/v1.0/messagedispatcher", head, body, fence)
	if err != nil {
		return "", err
	}
	type headers []struct {
		ID string `json:"id"`
	}
	var a struct {
		Batch   struct{ MessageHeaders headers }
		Headers headers `json:"messageheaders"`
		Errors  []struct{ Code string }
	}
	err = json.Unmarshal(raw, &a)
	list := append(a.Batch.MessageHeaders, a.Headers...)
	if status/100 == 2 && err == nil && len(list) > 0 && list[0].ID != "" {
		return list[0].ID, nil
	}
	code := ""
	if len(a.Errors) > 0 {
		code = a.Errors[0].Code
	}
	switch {
	case status/100 == 2:
		return "", &channel.Error{Reason: channel.Unknown, Code: code}
	case strings.HasPrefix(code, "recipient") || strings.HasPrefix(code, "message_to") || strings.HasPrefix(code, "to_"):
		return "", &channel.Error{Reason: channel.BadAddress, Code: code}
	case strings.Contains(code, "optedout") || strings.Contains(code, "opted_out"):
		return "", &channel.Error{Reason: channel.Stopped, Code: code}
	}
	return "", byStatus(status, code)
}

// fromEsendex takes a push notification (http://developers.esendex.com/APIs/Push-Notifications). Esendex signs nothing: what proves the
// caller is a part of the address that only it was told.
func (l *Lines) fromEsendex(d *delivery) error {
	if !hmac.Equal([]byte(carrier.PushToken(d.c, d.secret)), []byte(d.r.PathValue("token"))) {
		return errForged
	}
	var n struct {
		XMLName              xml.Name
		MessageId            string
		MessageText          string
		From, To             string
		OccurredAt, Received string
	}
	if err := xml.Unmarshal(d.raw, &n); err != nil || n.MessageId == "" {
		return errBroken
	}
	switch n.XMLName.Local {
	case "InboundMessage":
		d.text = &channel.Inbound{ID: n.MessageId, From: plus(n.From), To: plus(n.To), Text: n.MessageText}
	case "MessageDelivered":
		d.receipt = channel.Receipt{ID: n.MessageId, State: channel.Delivered}
	case "MessageFailed":
		d.receipt = channel.Receipt{ID: n.MessageId, State: channel.Failed}
	default:
		return errBroken
	}
	if at, err := time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(n.OccurredAt, "Z")); err == nil && d.text != nil {
		d.text.At = at
	}
	return nil
}

// plus writes an international number with its sign: Esendex leaves it out.
func plus(n string) string {
	if len(n) > 8 && strings.Trim(n, "0123456789") == "" && !strings.HasPrefix(n, "0") {
		return "+" + n
	}
	return n
}
