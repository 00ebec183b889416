package sms

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"jawort/carrier"
	"jawort/channel"
)

// webhook speaks to whoever has a gateway of their own, signed in both directions as Standard Webhooks has it
// (https://www.standardwebhooks.com): webhook-id, webhook-timestamp, webhook-signature over the raw bytes.
type webhook struct {
	post
	c      carrier.Carrier
	secret string
	now    func() time.Time
}

// sign makes the signature of id, time and body.
func sign(secret, id, at string, body []byte) string {
	key := []byte(secret)
	if rest, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if raw, err := base64.StdEncoding.DecodeString(rest); err == nil {
			key = raw
		}
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + at + "."))
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func (w *webhook) Send(ctx context.Context, m channel.Outbound, fence func() bool) (string, error) {
	body, err := json.Marshal(map[string]string{"id": m.ID, "from": m.From, "to": m.To, "text": m.Text})
	if err != nil {
		return "", &channel.Error{Reason: channel.Refused, Cause: err}
	}
	at := strconv.FormatInt(w.now().Unix(), 10)
	head := http.Header{"Content-Type": {"application/json"}, "Webhook-Id": {m.ID}, "Webhook-Timestamp": {at}, "Webhook-Signature": {sign(w.secret, m.ID, at, body)}}
	status, raw, err := w.send(ctx, w.c.Settings.URL, head, body, fence)
	if err != nil {
		return "", err
	}
	var a struct{ ID, Error string }
	err = json.Unmarshal(raw, &a)
	switch {
	case status/100 == 2 && err == nil && a.ID != "":
		return a.ID, nil
	case status/100 == 2:
		return m.ID, nil // it has no ids of its own; ours is enough
	case a.Error == string(channel.BadAddress):
		return "", &channel.Error{Reason: channel.BadAddress}
	case a.Error == string(channel.Stopped):
		return "", &channel.Error{Reason: channel.Stopped}
	}
	return "", byStatus(status, "")
}

// replayWindow is how old a signature may be.
const replayWindow = 5 * time.Minute

// fromWebhook takes a text or a receipt that somebody's gateway signed. What is brought again within the window is known by its id.
func (l *Lines) fromWebhook(d *delivery) error {
	id, at := d.r.Header.Get("Webhook-Id"), d.r.Header.Get("Webhook-Timestamp")
	sec, err := strconv.ParseInt(at, 10, 64)
	if err != nil || id == "" || len(id) > 200 || l.d.Now().Sub(time.Unix(sec, 0)).Abs() > replayWindow {
		return errForged
	}
	right := false
	for _, s := range strings.Fields(d.r.Header.Get("Webhook-Signature")) {
		right = right || hmac.Equal([]byte(s), []byte(sign(d.secret, id, at, d.raw)))
	}
	if !right {
		return errForged
	}
	var in struct {
		From, To, Text string
		At             time.Time
		Receipt        *struct{ ID, State, Code string }
	}
	if err := json.Unmarshal(d.raw, &in); err != nil || in.Receipt == nil && in.From == "" {
		return errBroken
	}
	if r := in.Receipt; r != nil {
		d.receipt = channel.Receipt{ID: r.ID, State: channel.State(r.State), Code: r.Code}
		return nil
	}
	d.text = &channel.Inbound{ID: id, From: in.From, To: in.To, Text: in.Text, At: in.At}
	return nil
}
