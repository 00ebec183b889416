package graph

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Pass does one call as somebody else wrote it, with the client's token and proof in place of theirs; path is below the version. The
// answer is not read: who asked closes its body. It is not for sends: those are fenced.
func (c *Client) Pass(ctx context.Context, method, path string, query url.Values, kind string, body io.Reader, length int64) (*http.Response, error) {
	if body != nil {
		body = struct{ io.Reader }{body} // without GetBody: net/http repeats nothing that may have been done
	}
	req, err := http.NewRequestWithContext(ctx, method, c.address(path, query), body)
	if err != nil {
		return nil, fmt.Errorf("graph: pass %s: %w", method, clean(err))
	}
	if body != nil {
		req.ContentLength = length
	}
	c.authorise(req)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := c.client().Do(req)
	if err != nil {
		return nil, fmt.Errorf("graph: pass %s: %w", method, clean(err))
	}
	return resp, nil
}

// Download opens a file at the address that MediaURL named; the token goes to Meta's hosts and the client's own base alone.
func (c *Client) Download(ctx context.Context, address string) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil || !c.trusts(u) {
		return nil, errForeignHost
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("graph: media: %w", clean(err))
	}
	c.authorise(req)
	resp, err := c.client().Do(req)
	if err != nil {
		return nil, fmt.Errorf("graph: media: %w", clean(err))
	}
	return resp, nil
}
