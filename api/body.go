package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxBody is the longest body that is read; maxDepth how deep its values may nest.
const (
	maxBody  = int64(1 << 20)
	maxDepth = 64
)

// flaw is what is wrong with a body before anybody asks what it means.
type flaw struct {
	status int
	field  string // where, as far as it can be named
	key    string // of package say
}

func (f *flaw) Error() string { return f.key + " (" + f.field + ")" }

// readBody reads what a route takes: JSON, at most 1 MB but where a route takes more, each name once.
func readBody(w http.ResponseWriter, r *http.Request, o op) ([]byte, *flaw) {
	most := cmp.Or(o.most, maxBody)
	if o.csv && isTable(r.Header.Get("Content-Type")) {
		return readTable(w, r, most)
	}
	if !isJSON(r.Header.Get("Content-Type")) {
		return nil, &flaw{status: http.StatusUnsupportedMediaType, key: "api.media_type"}
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, &flaw{status: http.StatusRequestEntityTooLarge, key: "api.too_large"}
	}
	if err != nil {
		return nil, &flaw{status: http.StatusBadRequest, key: "api.body_broken"}
	}
	if len(b) == 0 {
		return b, nil
	}
	return b, inspect(b)
}

// isJSON: nothing said counts as JSON, because the API takes nothing else.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	t, params, err := mime.ParseMediaType(contentType)
	charset := strings.ToLower(params["charset"])
	return err == nil && (t == "application/json" || strings.HasSuffix(t, "+json")) && (charset == "" || charset == "utf-8")
}

// inspect walks the body once: one value, UTF-8, no name twice, no NUL (PostgreSQL cannot store one).
func inspect(b []byte) *flaw {
	malformed := &flaw{status: http.StatusBadRequest, key: "api.malformed"}
	if !utf8.Valid(b) {
		return malformed
	}
	w := walker{d: json.NewDecoder(bytes.NewReader(b))}
	w.d.UseNumber()
	if err := w.value(nil); err != nil {
		if f, ok := errors.AsType[*flaw](err); ok {
			return f
		}
		return malformed
	}
	if _, err := w.d.Token(); !errors.Is(err, io.EOF) {
		return malformed
	}
	return nil
}

type walker struct{ d *json.Decoder }

var errDeep = errors.New("nested too deep")

func (w *walker) value(path []string) error {
	t, err := w.d.Token()
	if err != nil {
		return err
	}
	if len(path) > maxDepth {
		return errDeep
	}
	switch v := t.(type) {
	case json.Delim:
		if v == '{' {
			return w.object(path)
		}
		return w.array(path)
	case string:
		if strings.ContainsRune(v, 0) {
			return &flaw{status: http.StatusUnprocessableEntity, field: join(path), key: "api.field.nul"}
		}
	}
	return nil
}

func (w *walker) object(path []string) error {
	seen := map[string]bool{}
	for w.d.More() {
		t, err := w.d.Token()
		if err != nil {
			return err
		}
		name, ok := t.(string)
		if !ok {
			return fmt.Errorf("a name is no text")
		}
		at := append(path[:len(path):len(path)], name)
		if seen[strings.ToLower(name)] { // names that differ in case only would mean the same to some readers
			return &flaw{status: http.StatusBadRequest, field: join(at), key: "api.field.twice"}
		}
		seen[strings.ToLower(name)] = true
		if err := w.value(at); err != nil {
			return err
		}
	}
	_, err := w.d.Token()
	return err
}

func (w *walker) array(path []string) error {
	for i := 0; w.d.More(); i++ {
		if err := w.value(append(path[:len(path):len(path)], "["+strconv.Itoa(i)+"]")); err != nil {
			return err
		}
	}
	_, err := w.d.Token()
	return err
}

// join names a place in a body; what could be somebody's data ends it.
func join(path []string) string {
	var s strings.Builder
	for _, p := range path {
		if !namable(p) {
			break
		}
		if s.Len() > 0 && p[0] != '[' {
			s.WriteByte('.')
		}
		s.WriteString(p)
	}
	return s.String()
}

// namable says whether a name in a body may be repeated in an error: it has the form of our own names or of an index,
// which no telephone number, e-mail address or user id has.
func namable(p string) bool {
	if p == "" || len(p) > 40 {
		return false
	}
	if p[0] == '[' {
		return true
	}
	for _, c := range []byte(p) {
		if (c < 'a' || c > 'z') && c != '_' {
			return false
		}
	}
	return true
}
