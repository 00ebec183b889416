package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// DefaultBase and DefaultVersion are where Meta is (Graph v26.0, 29 July 2026).
const (
	DefaultBase    = "https://graph.facebook.com"
	DefaultVersion = "v26.0"
)

// maxAnswer is far beyond any answer Meta gives to these calls.
const maxAnswer = 4 << 20

// Client speaks to one app's Graph API. It holds the token; nothing it returns or says ever does.
// Safe for use by many at once; set the fields before the first call.
type Client struct {
	BaseURL   string // without trailing slash; empty: DefaultBase
	Version   string // empty: DefaultVersion
	Token     string
	AppSecret string       // empty: no appsecret_proof
	HTTP      *http.Client // nil: a shared one with NewTransport
	OnUsage   func(Usage)  // told how much of what Meta allows is used up, with each answer that says so; nil: nobody wants to know

	proofOnce sync.Once
	proofText string
}

// proof is made once: it depends on token and secret alone.
func (c *Client) proof() string {
	c.proofOnce.Do(func() { c.proofText = proof(c.Token, c.AppSecret) })
	return c.proofText
}

var shared = &http.Client{Transport: NewTransport(), CheckRedirect: noRedirect}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// NewTransport is net/http's, set for many small requests to one host: HTTP/1.1, because a fenced send must
// know which connection its first byte goes to and HTTP/2 saves nothing here, and idle connections dropped
// before Meta drops them, because a send into a dying connection ends as unknown.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		MaxIdleConns:          512,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       25 * time.Second,
		DisableCompression:    true,
		ReadBufferSize:        4 << 10,
		WriteBufferSize:       8 << 10,
		Protocols:             http1(),
	}
}

func http1() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	return p
}

func (c *Client) client() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return shared
}

func (c *Client) transport() http.RoundTripper {
	if t := c.client().Transport; t != nil {
		return t
	}
	return http.DefaultTransport
}

// address is the URL of a path below the version, with the proof that the token's holder is the app.
func (c *Client) address(path string, query url.Values) string {
	var b strings.Builder
	b.WriteString(first(c.BaseURL, DefaultBase))
	b.WriteByte('/')
	b.WriteString(first(c.Version, DefaultVersion))
	b.WriteByte('/')
	b.WriteString(path)
	sep := byte('?')
	if len(query) > 0 {
		b.WriteByte(sep)
		b.WriteString(query.Encode())
		sep = '&'
	}
	if c.AppSecret != "" {
		b.WriteByte(sep)
		b.WriteString("appsecret_proof=")
		b.WriteString(c.proof())
	}
	return b.String()
}

// call does everything but sends: those are fenced. It answers the body of a 2xx, or *Error.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, kind string, body io.Reader) (node, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.address(path, query), body)
	if err != nil {
		return nil, fmt.Errorf("graph: %s: %w", method, clean(err))
	}
	c.authorise(req)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := c.client().Do(req)
	if err != nil {
		return nil, fmt.Errorf("graph: %s: %w", method, clean(err))
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("graph: read answer: %w", clean(err))
	}
	if u, ok := ReadUsage(resp.Header); ok && c.OnUsage != nil {
		c.OnUsage(u)
	}
	if e := ParseError(resp.StatusCode, raw); e != nil {
		return nil, e
	}
	n, ok := root(raw)
	if resp.StatusCode/100 != 2 || !ok {
		return nil, fmt.Errorf("graph: %s: status %d without a Graph answer", method, resp.StatusCode)
	}
	return n, nil
}

func (c *Client) get(ctx context.Context, path string, query url.Values) (node, error) {
	return c.call(ctx, http.MethodGet, path, query, "", nil)
}

func (c *Client) post(ctx context.Context, path string, body []byte) (node, error) {
	return c.call(ctx, http.MethodPost, path, nil, "application/json", bytes.NewReader(body))
}

func (c *Client) authorise(req *http.Request) {
	req.Header["Authorization"] = []string{"Bearer " + c.Token}
}

// clean takes the address out of an error of net/http: it carries ids, the proof and perhaps a query with
// somebody's number. What went wrong stays.
func clean(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return err
}
