package sms

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"jawort/channel"
)

// post hands one request to a provider, never twice.
type post struct{ client *http.Client }

// mostAnswer of a provider is read.
const mostAnswer = 64 << 10

// fenced is a body that asks the fence before its first byte. It is no bytes.Reader, so net/http cannot send it again by itself.
type fenced struct {
	r     *bytes.Reader
	fence func() bool
	begun bool
}

var errFenced = errors.New("too late to send")

func (f *fenced) Read(p []byte) (int, error) {
	if !f.begun && !f.fence() {
		return 0, errFenced
	}
	f.begun = true
	return f.r.Read(p)
}

func (f *fenced) Close() error { return nil }

// send posts; the answer is there only without an error.
func (p post) send(ctx context.Context, url string, head http.Header, body []byte, fence func() bool) (int, []byte, error) {
	f := &fenced{r: bytes.NewReader(body), fence: fence}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, f)
	if err != nil {
		return 0, nil, &channel.Error{Reason: channel.Refused, Cause: errors.New("the address of the provider cannot be used")}
	}
	req.ContentLength, req.Header = int64(len(body)), head
	if !fence() {
		return 0, nil, &channel.Error{Reason: channel.Late}
	}
	resp, err := p.client.Do(req)
	switch {
	case errors.Is(err, errFenced):
		return 0, nil, &channel.Error{Reason: channel.Late}
	case err != nil && !f.begun:
		return 0, nil, &channel.Error{Reason: channel.NoLine, Cause: errors.New("the provider cannot be reached")}
	case err != nil:
		return 0, nil, &channel.Error{Reason: channel.Unknown, Cause: errors.New("no answer")}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	if err != nil && resp.StatusCode < 300 {
		return 0, nil, &channel.Error{Reason: channel.Unknown, Cause: errors.New("the answer broke off")}
	}
	return resp.StatusCode, answer, nil
}

// byStatus is what an answer's status alone says. After 5xx nobody knows.
func byStatus(status int, code string) error {
	e := &channel.Error{Reason: channel.Refused, Code: code}
	switch {
	case status == http.StatusTooManyRequests:
		e.Reason = channel.Busy
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		e.Reason = channel.NoLogin
	case status >= 500 || status < 400:
		e.Reason = channel.Unknown
	}
	return e
}
