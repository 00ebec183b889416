package sms

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"jawort/carrier"
	"jawort/channel"
	"jawort/smpp"
)

// tryWithin is how long a connection that is tried may take.
const tryWithin = 8 * time.Second

// Try signs in at a carrier and out again; no text is sent. "" = it works.
func (l *Lines) Try(ctx context.Context, c carrier.Carrier) channel.Reason {
	secret, err := carrier.Secret(l.d.Keys, c)
	if err != nil {
		return channel.NoLogin
	}
	ctx, cancel := context.WithTimeout(ctx, tryWithin)
	defer cancel()
	switch base := strings.TrimSuffix(c.Settings.URL, "/"); c.Kind {
	case carrier.SMPP:
		return tryLine(ctx, l.options(c, secret))
	case carrier.Twilio:
		if base == "" {
			base = twilioBase
		}
		return l.tryHTTP(ctx, base+"/2010-04-01/Accounts/"+c.Settings.Login+".json", basic(c.Settings.Login, secret))
	case carrier.Esendex:
		if base == "" {
			base = esendexBase
		}
		return l.tryHTTP(ctx, base+"/v1.0/accounts", basic(c.Settings.Login, secret))
	}
	return channel.Unknown
}

// tryLine binds once. Texts that come meanwhile are not taken: the SMSC brings them again over the line that stays.
func tryLine(ctx context.Context, o smpp.Options) channel.Reason {
	lines := make(chan smpp.Line, 16)
	o.Text = func(context.Context, smpp.Text) error { return errors.New("only tried") }
	o.Receipt = func(context.Context, smpp.Receipt) error { return errors.New("only tried") }
	o.Changed = func(l smpp.Line) {
		select {
		case lines <- l:
		default:
		}
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	c := smpp.New(o)
	go func() { defer close(ended); c.Run(ctx) }()
	defer func() { stop(); <-ended }()
	select {
	case line := <-lines:
		return WhyNot(line)
	case <-ctx.Done():
		return channel.NoLine
	}
}

// WhyNot reads why a line does not stand; "" = it does, or has not been tried yet.
func WhyNot(l smpp.Line) channel.Reason {
	var no smpp.Refusal
	var network net.Error
	switch {
	case l.Bound || l.Why == nil:
		return ""
	case errors.As(l.Why, &no) && no.WrongLogin():
		return channel.NoLogin
	case errors.As(l.Why, &no):
		return channel.Refused
	case errors.As(l.Why, &network):
		return channel.NoLine
	}
	return channel.Unknown
}

func (l *Lines) tryHTTP(ctx context.Context, url, login string) channel.Reason {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return channel.NoLine
	}
	req.Header.Set("Authorization", login)
	req.Header.Set("Accept", "application/json")
	resp, err := l.d.HTTP.Do(req)
	if err != nil {
		return channel.NoLine
	}
	resp.Body.Close()
	switch {
	case resp.StatusCode/100 == 2:
		return ""
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		return channel.NoLogin
	case resp.StatusCode == http.StatusTooManyRequests:
		return channel.Busy
	}
	return channel.Unknown
}
