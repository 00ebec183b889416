package look

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed files
var files embed.FS

// Prefix is where Static is served.
const Prefix = "/static/"

// asset is one file as it is sent.
type asset struct {
	kind  string
	plain []byte
	small []byte // gzip; nil when it would not be smaller
}

var (
	assets    = map[string]asset{}  // address → file
	addresses = map[string]string{} // name, such as jawort.css → address
)

var kinds = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8"}

func init() {
	parts := map[string]string{}
	var style strings.Builder     // one stylesheet of all: base.css is the visual language, the others are each an area's own
	script := "\"use strict\";\n" // and one script of all in js/own, each in a scope of its own
	err := fs.WalkDir(files, "files", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := files.ReadFile(name)
		switch {
		case path.Ext(name) == ".css":
			style.Write(b)
			parts[path.Base(name)] = string(b)
		case path.Dir(name) == "files/js/own":
			script += "{\n" + string(b) + "}\n"
		default:
			put(strings.TrimPrefix(name, "files/"), b)
		}
		return err
	})
	if err != nil {
		panic(err) // embedded: cannot happen in a built program
	}
	put("js/jawort.js", []byte(script))
	put("jawort.css", []byte(withAddresses(style.String()))) // they name other files, so they come last
	put("public.css", []byte(withAddresses(publicStyle(parts["base.css"], parts["public.css"]))))
}

// put gives a file an address with its content's hash in the name, so that it may be kept for ever.
func put(name string, b []byte) {
	sum := sha256.Sum256(b)
	ext := path.Ext(name)
	address := Prefix + strings.TrimSuffix(path.Base(name), ext) + "." + hex.EncodeToString(sum[:6]) + ext
	a := asset{kind: kinds[ext], plain: b}
	if ext != ".woff2" {
		var small bytes.Buffer
		z, _ := gzip.NewWriterLevel(&small, gzip.BestCompression) // the level is valid
		_, _ = z.Write(b)                                         // a buffer takes everything
		_ = z.Close()
		if small.Len() < len(b) {
			a.small = small.Bytes()
		}
	}
	assets[address] = a
	addresses[name] = address
}

// withAddresses puts addresses in the place of url(name).
func withAddresses(css string) string {
	for name, address := range addresses {
		css = strings.ReplaceAll(css, "url("+name+")", "url("+address+")")
	}
	return css
}

// URL is the address of a file, such as jawort.css. An unknown name panics: names are constants.
func URL(name string) string {
	a, ok := addresses[name]
	if !ok {
		panic("look: no file " + name)
	}
	return a
}

// Static serves the files. Nothing else lives under Prefix.
func Static() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := assets[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Encoding")
		body := a.plain
		if a.small != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.small
		}
		if r.Method == http.MethodGet {
			_, _ = w.Write(body) // the reader may have gone
		}
	})
}
