package graph

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// lane carries sends to one host. net/http hands each request to two goroutines and writes head and body
// apart; a lane asks the fence, writes both at once and reads the answer, all on the caller's goroutine, which
// costs half. It is used where nothing stands between us and Meta; through a proxy sends go by net/http,
// behind the same fence.
type lane struct {
	tls        bool
	host, addr string // Host header; where to dial
	prefix     string // path of the base URL
	transport  *http.Transport

	mu   sync.Mutex
	idle []*road // the one used last is at the end
}

// road is one kept connection.
type road struct {
	net.Conn
	in   *bufio.Reader
	out  []byte
	used time.Time
}

const (
	mostIdle = 256
	idleTime = 25 * time.Second // Meta drops idle connections later than this
)

// laneKey: clients of the same host and transport share their connections, whichever number they are for.
type laneKey struct {
	transport *http.Transport
	base      string
}

var lanes sync.Map // laneKey → *lane, nil where net/http has to do it

// lane finds the direct way to the client's base, nil if there is none.
func (c *Client) lane() *lane {
	t, ok := c.transport().(*http.Transport)
	if !ok {
		return nil
	}
	key := laneKey{t, first(c.BaseURL, DefaultBase)}
	if l, ok := lanes.Load(key); ok {
		return l.(*lane)
	}
	l, _ := lanes.LoadOrStore(key, newLane(t, key.base))
	return l.(*lane)
}

func newLane(t *http.Transport, base string) *lane {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsAny(u.EscapedPath(), " \r\n") {
		return nil
	}
	if t.Proxy != nil {
		if via, err := t.Proxy(&http.Request{URL: u, Host: u.Host}); via != nil || err != nil {
			return nil
		}
	}
	l := &lane{tls: u.Scheme == "https", host: u.Host, prefix: strings.TrimSuffix(u.EscapedPath(), "/"), transport: t}
	port := u.Port()
	if port == "" {
		port = map[bool]string{false: "80", true: "443"}[l.tls]
	}
	l.addr = net.JoinHostPort(u.Hostname(), port)
	return l
}

// errHead: ids and tokens come from tables, but a line break in one would be another request.
var errHead = errors.New("graph: send: path or token holds what a request line may not")

// send does one fenced exchange.
func (l *lane) send(ctx context.Context, c *Client, path string, body []byte, fence Fence) (*http.Response, []byte, Outcome, error) {
	if strings.ContainsFunc(path+c.Token, unprintable) {
		return nil, nil, NotSent, errHead
	}
	r, err := l.road(ctx)
	if err != nil {
		return nil, nil, NotSent, err
	}
	r.out = l.appendRequest(r.out[:0], c, path, body)
	stop := r.obey(ctx)
	if fence != nil {
		err = fence()
	}
	if err = errors.Join(err, context.Cause(ctx)); err != nil {
		l.leave(r, stop())
		return nil, nil, NotSent, err
	}
	resp, raw, err := r.exchange()
	l.leave(r, stop() && err == nil && !resp.Close && r.in.Buffered() == 0)
	if err != nil {
		return nil, nil, Unknown, errors.Join(err, context.Cause(ctx))
	}
	return resp, raw, Sent, nil
}

func unprintable(r rune) bool { return r <= ' ' || r == 0x7f }

func (l *lane) appendRequest(b []byte, c *Client, path string, body []byte) []byte {
	b = append(append(b, "POST "...), l.prefix...)
	b = append(append(append(b, '/'), first(c.Version, DefaultVersion)...), '/')
	b = append(b, path...)
	if c.AppSecret != "" {
		b = append(append(b, "?appsecret_proof="...), c.proof()...)
	}
	b = append(append(b, " HTTP/1.1\r\nHost: "...), l.host...)
	b = append(append(b, "\r\nAuthorization: Bearer "...), c.Token...)
	b = append(b, "\r\nContent-Type: application/json\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(body)), 10)
	return append(append(b, "\r\n\r\n"...), body...)
}

// longestExchange is for callers without a deadline.
const longestExchange = time.Minute

// obey ends reading and writing when the context does. stop says whether it came in time.
func (r *road) obey(ctx context.Context) (stop func() bool) {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(longestExchange)
	}
	_ = r.SetDeadline(deadline)
	if ctx.Done() == nil {
		return func() bool { return true }
	}
	return context.AfterFunc(ctx, func() { _ = r.SetDeadline(time.Unix(1, 0)) })
}

var sending = &http.Request{Method: http.MethodPost}

// exchange writes the request and reads its answer to the end.
func (r *road) exchange() (*http.Response, []byte, error) {
	if _, err := r.Write(r.out); err != nil {
		return nil, nil, err
	}
	for {
		resp, err := http.ReadResponse(r.in, sending)
		if err != nil {
			return nil, nil, err
		}
		if resp.StatusCode < 200 { // 1xx: the answer is still to come
			continue
		}
		raw, err := readAnswer(resp)
		return resp, raw, err
	}
}

// road takes a kept connection that is still alive, or dials.
func (l *lane) road(ctx context.Context) (*road, error) {
	for {
		l.mu.Lock()
		n := len(l.idle)
		if n == 0 {
			l.mu.Unlock()
			return l.dial(ctx)
		}
		r := l.idle[n-1]
		l.idle = l.idle[:n-1]
		l.mu.Unlock()
		if time.Since(r.used) < idleTime && alive(r.Conn) {
			return r, nil
		}
		r.Close()
	}
}

// leave keeps a connection for the next send, or drops it: after an error, where the other side will, and where
// the context ended just now, since that may be shutting it this moment.
func (l *lane) leave(r *road, good bool) {
	if !good {
		r.Close()
		return
	}

	r.used = time.Now()
	_ = r.SetDeadline(time.Time{})
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.idle) >= mostIdle {
		r.Close()
		return
	}
	l.idle = append(l.idle, r)
}

func (l *lane) dial(ctx context.Context) (*road, error) {
	dial := l.transport.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	conn, err := dial(ctx, "tcp", l.addr)
	if err != nil {
		return nil, err
	}
	if l.tls {
		if conn, err = l.handshake(ctx, conn); err != nil {
			return nil, err
		}
	}
	return &road{Conn: conn, in: bufio.NewReaderSize(conn, 4<<10)}, nil
}

func (l *lane) handshake(ctx context.Context, conn net.Conn) (net.Conn, error) {
	cfg := new(tls.Config)
	if t := l.transport.TLSClientConfig; t != nil {
		cfg = t.Clone()
	}
	if cfg.ServerName == "" {
		cfg.ServerName, _, _ = net.SplitHostPort(l.addr)
	}
	cfg.NextProtos = []string{"http/1.1"}
	if limit := l.transport.TLSHandshakeTimeout; limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	secure := tls.Client(conn, cfg)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// CloseIdle drops the connections that are kept for the next send.
func (c *Client) CloseIdle() {
	c.client().CloseIdleConnections()
	l := c.lane()
	if l == nil {
		return
	}
	l.mu.Lock()
	idle := l.idle
	l.idle = nil
	l.mu.Unlock()
	for _, r := range idle {
		r.Close()
	}
}

var errLongAnswer = errors.New("answer is too long to be Meta's")

// readAnswer reads the body in one go where its length is told, as Meta's small ones are.
func readAnswer(resp *http.Response) ([]byte, error) {
	if n := resp.ContentLength; n >= 0 && n <= maxAnswer {
		raw := make([]byte, n)
		_, err := io.ReadFull(resp.Body, raw)
		return raw, err
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(raw) > maxAnswer {
		err = errLongAnswer
	}
	return raw, err
}
