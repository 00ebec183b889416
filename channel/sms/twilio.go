package sms

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jawort/carrier"
	"jawort/channel"
)

// twilio sends by Twilio's Messages resource (https://www.twilio.com/docs/messaging/api/message-resource).
type twilio struct {
	post
	c      carrier.Carrier
	secret string
	base   string
}

const twilioBase = "https://api.twilio.com"

func (t *twilio) Send(ctx context.Context, m channel.Outbound, fence func() bool) (string, error) {
	form := url.Values{"To": {m.To}, "From": {m.From}, "Body": {m.Text}}
	if m.Validity > 0 {
		form.Set("ValidityPeriod", strconv.Itoa(min(int(m.Validity.Seconds()), 14400))) // the most that Twilio took for years
	}
	if t.base != "" {
		form.Set("StatusCallback", t.base+t.c.Door(""))
	}
	head := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Authorization": {basic(t.c.Settings.Login, t.secret)}}
	base := t.c.Settings.URL
	if base == "" {
		base = twilioBase
	}
	status, raw, err := t.send(ctx, strings.TrimSuffix(base, "/")+"/2010-04-01/Accounts/"+t.c.Settings.Login+"/Messages.json", head, []byte(form.Encode()), fence)
	if err != nil {
		return "", err
	}
	var a struct {
		SID  string `json:"sid"`
		Code int    `json:"code"`
	}
	err = json.Unmarshal(raw, &a)
	if status/100 == 2 && err == nil && a.SID != "" {
		return a.SID, nil
	}
	if status/100 == 2 {
		return "", &channel.Error{Reason: channel.Unknown}
	}
	code := ""
	if a.Code != 0 {
		code = strconv.Itoa(a.Code)
	}
	switch a.Code { // https://www.twilio.com/docs/api/errors
	case 21610: // the person has texted STOP to this number
		return "", &channel.Error{Reason: channel.Stopped, Code: code}
	case 21211, 21614, 21217: // not a valid number, not a mobile one
		return "", &channel.Error{Reason: channel.BadAddress, Code: code}
	case 20003:
		return "", &channel.Error{Reason: channel.NoLogin, Code: code}
	case 20429, 14107, 21611: // too many at a time; the sender's queue is full
		return "", &channel.Error{Reason: channel.Busy, Code: code}
	}
	return "", byStatus(status, code)
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// twilioSignature is X-Twilio-Signature: HMAC-SHA1 under the auth token over the whole address and the sorted fields of the form
// (https://www.twilio.com/docs/usage/security#validating-requests).
func twilioSignature(token, address string, form url.Values) string {
	h := hmac.New(sha1.New, []byte(token))
	h.Write([]byte(address))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		values := slices.Compact(slices.Sorted(slices.Values(form[name])))
		for _, v := range values {
			h.Write([]byte(name + v))
		}
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// fromTwilio takes what Twilio brings: a text, or what became of one of ours.
func (l *Lines) fromTwilio(d *delivery) error {
	form, err := url.ParseQuery(string(d.raw))
	if err != nil {
		return errBroken
	}
	address := l.d.Base + d.r.URL.RequestURI()
	if !hmac.Equal([]byte(twilioSignature(d.secret, address, form)), []byte(d.r.Header.Get("X-Twilio-Signature"))) || form.Get("AccountSid") != d.c.Settings.Login {
		return errForged
	}
	sid := form.Get("MessageSid")
	if sid == "" {
		return errBroken
	}
	if s := form.Get("MessageStatus"); s != "" && s != "received" {
		d.receipt = channel.Receipt{ID: sid, Code: form.Get("ErrorCode"), State: map[string]channel.State{"sent": channel.Sent,
			"delivered": channel.Delivered, "undelivered": channel.Failed, "failed": channel.Failed}[s]}
		return nil
	}
	d.text = &channel.Inbound{ID: sid, From: form.Get("From"), To: form.Get("To"), Text: form.Get("Body")}
	d.answer, d.answerType = "<Response/>", "text/xml" // we answer by ourselves
	return nil
}
