package graph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
)

// Fence is asked once, when the transport reaches for the first byte of the message: after waiting for a
// connection, right before the bytes leave. An error keeps the message here, for certain.
type Fence func() error

// Outcome of a send is one of four; only Unknown may have to be reconciled.
type Outcome string

const (
	Sent     Outcome = "sent"     // Meta has it and gave it an id
	Rejected Outcome = "rejected" // Meta refused it: nothing was sent
	NotSent  Outcome = "not_sent" // it never left: no connection, or the fence said no
	Unknown  Outcome = "unknown"  // at least one byte was handed over and no answer proves either
)

// Answer is what came of a send.
type Answer struct {
	Outcome       Outcome
	WAMID         string
	MessageStatus string // accepted held_for_quality_assessment paused; empty for free-form messages
	Contacts      []Recipient
	Error         *Error // of Rejected, and of an Unknown that Meta itself is unsure about

	Status int // as Meta answered; zero if it did not
	Header http.Header
	Body   []byte
}

// Recipient is whom Meta took the address for. WAID can differ from the number that was given (Brazil, Mexico);
// it is empty where the send went to a user id.
type Recipient struct{ Input, WAID, UserID string }

// Send posts one message to /{phone}/messages behind the fence. The error says why an outcome is NotSent or
// Unknown, without address, token or message; for Sent and Rejected it is nil.
func (c *Client) Send(ctx context.Context, phoneID string, body []byte, fence Fence) (Answer, error) {
	return c.SendPath(ctx, url.PathEscape(phoneID)+"/messages", body, fence)
}

// SendPath is Send for another edge below the version, such as "{phone}/marketing_messages".
// No redirects, no cookies, no second try.
func (c *Client) SendPath(ctx context.Context, path string, body []byte, fence Fence) (Answer, error) {
	if len(body) == 0 {
		return Answer{Outcome: NotSent}, errors.New("graph: send: empty body")
	}
	exchange := c.sendByTransport
	if l := c.lane(); l != nil {
		exchange = func(ctx context.Context, path string, body []byte, fence Fence) (*http.Response, []byte, Outcome, error) {
			return l.send(ctx, c, path, body, fence)
		}
	}
	resp, raw, outcome, err := exchange(ctx, path, body, fence)
	switch {
	case outcome == NotSent:
		return Answer{Outcome: NotSent}, fmt.Errorf("graph: not sent: %w", clean(err))
	case err != nil:
		return Answer{Outcome: Unknown}, fmt.Errorf("graph: may have been sent: %w", clean(err))
	}
	a := ReadAnswer(resp.StatusCode, raw)
	a.Header = resp.Header
	if a.Outcome == Unknown {
		return a, fmt.Errorf("graph: send: status %d does not say whether it was sent", resp.StatusCode)
	}
	return a, nil
}

// sendByTransport is the way through proxies and foreign transports. net/http repeats a request only if it may
// rewind the body (GetBody) or the request says it is idempotent; this one offers neither.
func (c *Client) sendByTransport(ctx context.Context, path string, body []byte, fence Fence) (*http.Response, []byte, Outcome, error) {
	guarded := &fencedBody{data: body, fence: fence}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address(path, nil), guarded)
	if err != nil {
		return nil, nil, NotSent, err
	}
	req.ContentLength = int64(len(body))
	req.Header["Content-Type"] = []string{"application/json"}
	c.authorise(req)
	resp, err := c.transport().RoundTrip(req)
	if err != nil {
		return nil, nil, guarded.broken(), err
	}
	defer resp.Body.Close()
	raw, err := readAnswer(resp)
	if err != nil {
		return nil, nil, guarded.broken(), err
	}
	return resp, raw, Sent, nil
}

// ReadAnswer judges Meta's answer to a send. A refusal counts as one only if its code means that nothing was
// sent: 131000, 131016 and their like, and any failure of Meta's servers with a code we do not know, prove nothing.
func ReadAnswer(status int, raw []byte) Answer {
	a := Answer{Outcome: Unknown, Status: status, Body: raw}
	if e := ParseError(status, raw); e != nil {
		a.Error = e
		m := e.Meaning()
		if !m.MaybeSent() && status >= 400 && (m.Known || status < 500) {
			a.Outcome = Rejected
		}
		return a
	}
	n, ok := root(raw)
	if !ok || status/100 != 2 {
		return a
	}
	for c := range n.get("contacts").items() {
		a.Contacts = append(a.Contacts, recipient(c))
	}
	for m := range n.get("messages").items() {
		a.WAMID, a.MessageStatus = m.get("id").text(), m.get("message_status").text()
		break
	}
	if a.WAMID != "" || n.get("success").yes() { // success answers mark-as-read
		a.Outcome = Sent
	}
	return a
}

// fencedBody is a message that notices when its first byte is taken.
type fencedBody struct {
	data  []byte
	at    int
	fence Fence
	state atomic.Int32
}

const (
	untouched int32 = iota
	handedOver
	refused // by the fence
	closed  // by us: the send was given up before anybody took a byte
)

var errGivenUp = errors.New("send was given up")

// Read hands out bytes, the first only if the fence allows. RoundTrip can return, for instance when its context
// ends, while a goroutine of the transport is still on its way here: then the message is closed already and
// does not leave after it was called not sent.
func (b *fencedBody) Read(p []byte) (int, error) {
	if b.at == 0 {
		if !b.state.CompareAndSwap(untouched, handedOver) {
			return 0, errGivenUp
		}
		if b.fence != nil {
			if err := b.fence(); err != nil {
				b.state.Store(refused)
				return 0, err
			}
		}
	}
	if b.at == len(b.data) {
		return 0, io.EOF
	}
	n := copy(p, b.data[b.at:])
	b.at += n
	return n, nil
}

func (b *fencedBody) Close() error { return nil }

// broken judges a send that ended without an answer.
func (b *fencedBody) broken() Outcome {
	if b.state.CompareAndSwap(untouched, closed) || b.state.Load() == refused {
		return NotSent
	}
	return Unknown
}
