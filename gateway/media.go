package gateway

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/graph"
)

const (
	filePath   = "/file/" // below Prefix: where a file of Meta's is fetched through us
	filePlace  = "gateway/file"
	fileLife   = 5 * time.Minute // as long as Meta's own address (facts/meta.md 5.7)
	maxUpload  = 101 << 20       // Meta's largest is a document of 100 MB
	uploadTime = 5 * time.Minute
)

// readMedia is GET /{media-id}: Meta's answer with an address that leads through us. Any other object is none of the program's.
func (g *Gateway) readMedia(c *call) error {
	resp, raw, err := g.findMedia(c)
	if err != nil {
		return err
	}
	tree, err := readTree(raw)
	if err != nil {
		return notAllowed("the node is no file")
	}
	body := g.links(c, raw, tree, func(key, link string) (string, bool) {
		return g.Base + Prefix + filePath + g.sealFile(c, link), key == "url"
	})
	g.pass(c, resp.StatusCode, resp.Header, body, "allow")
	return nil
}

// findMedia asks with the token of each number that may know the file, and takes an answer only if it speaks of a file.
func (g *Gateway) findMedia(c *call) (*http.Response, []byte, error) {
	if !c.program.May("media") {
		return nil, nil, &fault{10, 403, "SCOPE_MISSING", "media"}
	}
	of := c.way.query.Get("phone_number_id")
	c.way.query = url.Values{}
	if of != "" {
		c.way.query.Set("phone_number_id", of)
	}
	var resp *http.Response
	var raw []byte
	for i, n := range c.numbers {
		if of != "" && n.ID != of || of == "" && slices.ContainsFunc(c.numbers[:i], func(o account.Number) bool { return o.WABA == n.WABA }) {
			continue
		}
		c.number, c.hidden = n, nil
		var err error
		if resp, raw, err = g.ask(c, http.MethodGet, nil); err != nil {
			return nil, nil, g.unanswered(c, err)
		}
		if resp.StatusCode != http.StatusOK {
			continue
		}
		if !isMedia(raw) {
			return nil, nil, notAllowed("the node is no file")
		}
		return resp, raw, nil
	}
	if resp == nil {
		return nil, nil, numberNotAllowed()
	}
	g.pass(c, resp.StatusCode, resp.Header, raw, "allow") // Meta's own word that there is no such object
	return nil, nil, errAnswered
}

var errAnswered = errors.New("answered already")

// isMedia: the shape of a file's node (facts/meta.md 5.7).
func isMedia(raw []byte) bool {
	tree, err := readTree(raw)
	if err != nil || tree.kind != '{' {
		return false
	}
	for _, k := range []string{"url", "mime_type", "sha256", "id"} {
		if v := tree.get(k); v == nil || v.kind != '"' {
			return false
		}
	}
	return true
}

func (g *Gateway) deleteMedia(c *call) error {
	if _, _, err := g.findMedia(c); err != nil { // also an account has an id: only a file is deleted
		return err
	}
	resp, raw, err := g.ask(c, http.MethodDelete, nil)
	if err != nil {
		return g.unanswered(c, err)
	}
	g.pass(c, resp.StatusCode, resp.Header, raw, "allow")
	return nil
}

// sealFile hides Meta's address of a file in one that only this program's business can use, and only for a while.
func (g *Gateway) sealFile(c *call, link string) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(g.Now().Add(fileLife).Unix()))
	b = append(b, c.program.Tenant+"\x00"+c.number.ID+"\x00"+link...)
	return base64.RawURLEncoding.EncodeToString(g.Keys.Seal(filePlace, b))
}

// file streams a file from Meta.
func (g *Gateway) file(c *call, sealed string) error {
	box, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || c.r.Method != http.MethodGet {
		return notAllowed("path")
	}
	b, err := g.Keys.Open(filePlace, box)
	if err != nil || len(b) < 8 {
		return notAllowed("path")
	}
	part := strings.SplitN(string(b[8:]), "\x00", 3)
	c.way = way{version: graph.DefaultVersion, node: part[1]}
	switch {
	case !c.program.May("media"):
		return &fault{10, 403, "SCOPE_MISSING", "media"}
	case part[0] != c.program.Tenant || !c.byNumber():
		return numberNotAllowed()
	case g.Now().Unix() > int64(binary.BigEndian.Uint64(b)):
		return &fault{100, 404, "FILE_LINK_OLD", ""}
	}
	client, err := g.client(c)
	if err != nil {
		return err
	}
	resp, err := client.Download(c.r.Context(), part[2])
	if err != nil {
		return g.unanswered(c, err)
	}
	defer resp.Body.Close()
	h := c.w.Header()
	for _, k := range []string{"Content-Type", "Content-Length", "Content-Disposition", "Last-Modified"} {
		if v := resp.Header.Get(k); v != "" {
			h.Set(k, v)
		}
	}
	h.Set(decisionHeader, "allow")
	h.Set(idHeader, c.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox") // somebody else's file, on our own address
	if h.Get("Content-Disposition") == "" {
		h.Set("Content-Disposition", "attachment")
	}
	_ = http.NewResponseController(c.w).SetWriteDeadline(time.Now().Add(uploadTime))
	c.w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(c.w, resp.Body)
	return nil
}

// upload is POST /{phone}/media. The form is written anew, part by part: what it holds beside file and kind goes nowhere.
func (g *Gateway) upload(c *call) error {
	if !c.byNumber() {
		return numberNotAllowed()
	}
	kind, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || len(c.r.Header.Values("Content-Encoding")) > 0 {
		return notAllowed("Content-Type: only multipart/form-data")
	}
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(uploadTime))
	_ = http.NewResponseController(c.w).SetWriteDeadline(time.Now().Add(2 * uploadTime))
	client, err := g.client(c)
	if err != nil {
		return err
	}
	in := multipart.NewReader(http.MaxBytesReader(c.w, c.r.Body, maxUpload), params["boundary"])
	r, w := io.Pipe()
	out := multipart.NewWriter(w)
	fault := make(chan *fault, 1)
	go func() {
		f := g.copied(c.id, in, out)
		fault <- f
		if f != nil {
			_ = w.CloseWithError(f)
			return
		}
		_ = w.CloseWithError(out.Close())
	}()
	c.begun = true
	resp, err := client.Pass(c.r.Context(), http.MethodPost, c.number.ID+"/media", c.way.query, out.FormDataContentType(), r, -1)
	_ = r.CloseWithError(io.ErrClosedPipe)
	if f := <-fault; f != nil && err != nil {
		return f
	}
	if err != nil {
		return g.unanswered(c, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return g.unanswered(c, err)
	}
	g.pass(c, resp.StatusCode, resp.Header, raw, "allow")
	return nil
}

// uploadParts are the fields of an upload; each may come once.
var uploadParts = []string{"messaging_product", "type", "file"}

func copyForm(in *multipart.Reader, out *multipart.Writer) *fault {
	seen := map[string]bool{}
	for {
		p, err := in.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return notUnderstood("the form ends early")
		}
		name := p.FormName()
		if !slices.Contains(uploadParts, name) || seen[name] || p.Header.Get("Content-Transfer-Encoding") != "" {
			return notAllowed("the form field " + clip(name))
		}
		seen[name] = true
		h := textproto.MIMEHeader{}
		if name == "file" {
			h.Set("Content-Disposition", multipart.FileContentDisposition(name, p.FileName()))
			h.Set("Content-Type", p.Header.Get("Content-Type"))
		} else {
			h.Set("Content-Disposition", `form-data; name="`+name+`"`)
		}
		w, err := out.CreatePart(h)
		if err == nil {
			_, err = io.Copy(w, p)
		}
		if err != nil {
			return notUnderstood("the form did not come through")
		}
	}
}
