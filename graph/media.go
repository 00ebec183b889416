package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// MediaFile is where a file lies: the URL lives 5 minutes and needs the token.
type MediaFile struct {
	ID, URL, MIME, SHA256 string
	Size                  int64
}

// errForeignHost: the token goes to Meta's hosts and to the client's own base alone.
var errForeignHost = errors.New("graph: media address is not Meta's")

// MediaUpload puts a file at Meta for 30 days and answers its id.
func (c *Client) MediaUpload(ctx context.Context, phoneID, mime, filename string, file []byte) (string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("messaging_product", "whatsapp") // writing to memory does not fail
	_ = w.WriteField("type", mime)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", multipart.FileContentDisposition("file", filename))
	h.Set("Content-Type", mime)
	part, err := w.CreatePart(h)
	if err != nil {
		return "", fmt.Errorf("graph: media upload: %w", err)
	}
	_, _ = part.Write(file)
	_ = w.Close()
	n, err := c.call(ctx, http.MethodPost, url.PathEscape(phoneID)+"/media", nil, w.FormDataContentType(), &b)
	if err != nil {
		return "", err
	}
	if id := n.get("id").text(); id != "" {
		return id, nil
	}
	return "", errors.New("graph: media upload: no id in the answer")
}

// MediaURL asks where a file lies. Ids from webhooks answer for 7 days.
func (c *Client) MediaURL(ctx context.Context, id, phoneID string) (MediaFile, error) {
	query := url.Values{}
	if phoneID != "" {
		query.Set("phone_number_id", phoneID)
	}
	n, err := c.get(ctx, url.PathEscape(id), query)
	if err != nil {
		return MediaFile{}, err
	}
	return MediaFile{
		n.get("id").text(), n.get("url").text(), n.get("mime_type").text(), n.get("sha256").text(), n.get("file_size").number(),
	}, nil
}

// MediaDownload fetches what MediaURL named, at most limit bytes.
func (c *Client) MediaDownload(ctx context.Context, address string, limit int64) ([]byte, error) {
	resp, err := c.Download(ctx, address)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("graph: media: status %d", resp.StatusCode)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("graph: media: %w", clean(err))
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("graph: media: more than %d bytes", limit)
	}
	return b, nil
}

// trusts: an address in an answer must not carry the token elsewhere.
func (c *Client) trusts(u *url.URL) bool {
	if base, err := url.Parse(first(c.BaseURL, DefaultBase)); err == nil && u.Scheme == base.Scheme && u.Host == base.Host {
		return true
	}
	host := strings.ToLower(u.Hostname())
	for _, meta := range []string{"fbsbx.com", "facebook.com", "whatsapp.net", "fbcdn.net"} {
		if u.Scheme == "https" && u.Port() == "" && (host == meta || strings.HasSuffix(host, "."+meta)) {
			return true
		}
	}
	return false
}
