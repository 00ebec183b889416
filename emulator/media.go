package emulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// media is a file: uploaded by the business, or sent by a person.
type mediaFile struct {
	id, kind string
	bytes    []byte
	until    time.Time
}

// mediaShelf keeps files by id, and the short-lived download links.
type mediaShelf struct {
	mu    sync.RWMutex
	files map[string]*mediaFile
	links map[string]mediaLink
	total int
}

type mediaLink struct {
	file  *mediaFile
	until time.Time
}

const (
	mediaMost     = 100 << 20 // largest upload: a document
	mediaAllMost  = 512 << 20 // all together; the oldest go first
	linkLives     = 5 * time.Minute
	uploadLives   = 30 * 24 * time.Hour
	receivedLives = 7 * 24 * time.Hour
)

// sizes by type (WA/business-phone-numbers/media).
var mediaSizes = map[string]int{"image/jpeg": 5 << 20, "image/png": 5 << 20, "image/webp": 500 << 10, "audio/aac": 16 << 20, "audio/amr": 16 << 20,
	"audio/mpeg": 16 << 20, "audio/mp4": 16 << 20, "audio/ogg": 16 << 20, "video/mp4": 16 << 20, "video/3gpp": 16 << 20,
	"application/pdf": 100 << 20, "text/plain": 100 << 20}

func newMediaShelf() *mediaShelf {
	return &mediaShelf{files: map[string]*mediaFile{}, links: map[string]mediaLink{}}
}

func (m *mediaShelf) put(f *mediaFile) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files[f.id] = f
	m.total += len(f.bytes)
	for m.total > mediaAllMost && len(m.files) > 1 {
		var oldest *mediaFile
		for _, x := range m.files {
			if x != f && (oldest == nil || x.until.Before(oldest.until)) {
				oldest = x
			}
		}
		m.total -= len(oldest.bytes)
		delete(m.files, oldest.id)
	}
}

func (m *mediaShelf) find(id string) *mediaFile {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.files[id]
}

func (m *mediaShelf) remove(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.files[id]
	if f == nil {
		return false
	}
	m.total -= len(f.bytes)
	delete(m.files, id)
	return true
}

func (m *mediaShelf) link(f *mediaFile, key string, until, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, l := range m.links {
		if now.After(l.until) {
			delete(m.links, k)
		}
	}
	m.links[key] = mediaLink{f, until}
}

// uploadMedia is POST /{phone}/media.
func (s *Server) uploadMedia(c *call, _ *number) {
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, mediaMost+1<<20)
	if err := c.r.ParseMultipartForm(8 << 20); err != nil {
		s.deny(c.w, badParam("The request must be multipart/form-data."))
		return
	}
	defer c.r.MultipartForm.RemoveAll()
	if c.r.FormValue("messaging_product") != "whatsapp" {
		s.deny(c.w, missing("messaging_product"))
		return
	}
	file, head, err := c.r.FormFile("file")
	if err != nil {
		s.deny(c.w, missing("file"))
		return
	}
	defer file.Close()
	kind := c.r.FormValue("type")
	if kind == "" {
		kind = head.Header.Get("Content-Type")
	}
	kind, _, _ = strings.Cut(kind, ";")
	most, known := mediaSizes[kind]
	if !known {
		s.deny(c.w, badParam("Param file must be a file with one of the supported types, received %s", clip(kind, 60)))
		return
	}
	if head.Size > int64(most) {
		s.deny(c.w, refuse(131053, "The file is larger than %d bytes.", most))
		return
	}
	bytes, err := io.ReadAll(file)
	if err != nil {
		s.deny(c.w, refuse(131053, "The file could not be read."))
		return
	}
	f := &mediaFile{id: s.ids.node("81"), kind: kind, bytes: bytes, until: s.clock.Now().Add(uploadLives)}
	s.media.put(f)
	writeJSON(c.w, http.StatusOK, map[string]string{"id": f.id})
}

// toMedia is GET and DELETE /{media-id}.
func (s *Server) toMedia(c *call) {
	f := s.media.find(c.node)
	if f == nil || c.edge != "" || s.clock.Now().After(f.until) {
		s.deny(c.w, unknownObject(c.r.Method, c.node))
		return
	}
	switch c.r.Method {
	case http.MethodGet:
		key := s.ids.letters(32)
		s.media.link(f, key, s.clock.Now().Add(linkLives), s.clock.Now())
		writeJSON(c.w, http.StatusOK, map[string]any{"messaging_product": "whatsapp", "url": base(c.r) + "/_emulator/media/" + key,
			"mime_type": f.kind, "sha256": f.sum(hex.EncodeToString), "file_size": len(f.bytes), "id": f.id})
	case http.MethodDelete:
		s.media.remove(f.id)
		s.success(c)
	default:
		s.noEdge(c)
	}
}

func base(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (f *mediaFile) sum(encode func([]byte) string) string {
	sum := sha256.Sum256(f.bytes)
	return encode(sum[:])
}

// download serves a link: for five minutes, and only with the token.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	if _, bad := s.tokens.check(r, s.clock.Now()); bad != nil {
		s.deny(w, bad)
		return
	}
	s.media.mu.RLock()
	l, ok := s.media.links[r.PathValue("key")]
	s.media.mu.RUnlock()
	if !ok || s.clock.Now().After(l.until) {
		http.Error(w, "URL signature expired", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", l.file.kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Disposition", "attachment")
	w.Write(l.file.bytes)
}

var kinds = map[string]string{"image": "image/png", "document": "application/pdf", "audio": "audio/ogg; codecs=opus", "video": "video/mp4",
	"sticker": "image/webp"}

// receivedMedia stores what a person sends and makes the part of the message that names it.
func (s *Server) receivedMedia(kind string, m *sayMedia) (map[string]any, error) {
	bytes := tinyPNG
	if m.Base64 != "" {
		var err error
		if bytes, err = base64.StdEncoding.DecodeString(m.Base64); err != nil {
			return nil, fmt.Errorf("%s.base64: %w", kind, err)
		}
	}
	mime := m.MimeType
	if mime == "" {
		mime = kinds[kind]
	}
	f := &mediaFile{id: s.ids.node("82"), kind: mime, bytes: bytes, until: s.clock.Now().Add(receivedLives)}
	s.media.put(f)
	part := map[string]any{"id": f.id, "mime_type": mime, "sha256": f.sum(base64.StdEncoding.EncodeToString)}
	if m.Caption != "" {
		part["caption"] = m.Caption
	}
	switch kind {
	case "document":
		part["filename"] = m.Filename
		if m.Filename == "" {
			part["filename"] = "form.pdf"
		}
	case "audio":
		part["voice"] = true
	case "sticker":
		part["animated"] = false
	}
	if kind != "sticker" && kind != "video" {
		part["url"] = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=" + f.id
	}
	return part, nil
}

// tinyPNG is one grey pixel.
var tinyPNG, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
