package gateway

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// value is one JSON value of a body, read so strictly that no two readers can take it for different things: no key twice, also not in
// another case, no escape in a key, no half character, no NUL, nothing after the end.
type value struct {
	kind     byte // { [ " 0 t f n
	from, to int  // in the body
	text     string
	keys     []string // of an object, in order
	items    []value  // of an object or array
}

var errJSON = errors.New("the body is not JSON that can be read in one way only")

const (
	deepest  = 32
	mostKeys = 4096 // of one object: keys are compared with each other
)

// readTree reads a whole body.
func readTree(b []byte) (*value, error) {
	r := reader{b: b}
	r.space()
	v, ok := r.value(0)
	r.space()
	if !ok || r.at != len(b) {
		return nil, errJSON
	}
	return &v, nil
}

// get is a field of an object, nil where there is none.
func (v *value) get(key string) *value {
	for i, k := range v.keys {
		if k == key {
			return &v.items[i]
		}
	}
	return nil
}

// given is get, with null counted as absent.
func (v *value) given(key string) *value {
	if f := v.get(key); f != nil && f.kind != 'n' {
		return f
	}
	return nil
}

type reader struct {
	b  []byte
	at int
}

func (r *reader) space() {
	for r.at < len(r.b) && (r.b[r.at] == ' ' || r.b[r.at] == '\t' || r.b[r.at] == '\n' || r.b[r.at] == '\r') {
		r.at++
	}
}

func (r *reader) peek() byte {
	if r.at < len(r.b) {
		return r.b[r.at]
	}
	return 0
}

func (r *reader) value(depth int) (v value, ok bool) {
	v.from = r.at
	switch c := r.peek(); {
	case depth > deepest:
		return v, false
	case c == '{':
		v.kind = '{'
		ok = r.object(&v, depth)
	case c == '[':
		v.kind = '['
		ok = r.array(&v, depth)
	case c == '"':
		v.kind = '"'
		v.text, ok = r.text()
	case c == '-' || c >= '0' && c <= '9':
		v.kind = '0'
		ok = r.number()
		v.text = string(r.b[v.from:r.at])
	default:
		v.kind, ok = c, r.word()
	}
	v.to = r.at
	return v, ok
}

func (r *reader) word() bool {
	for _, w := range []string{"true", "false", "null"} {
		if strings.HasPrefix(string(r.b[r.at:min(r.at+5, len(r.b))]), w) {
			r.at += len(w)
			return true
		}
	}
	return false
}

func (r *reader) object(v *value, depth int) bool {
	seen := map[string]bool{}
	r.at++
	for r.space(); r.peek() != '}'; r.space() {
		if len(v.keys) > 0 {
			if r.peek() != ',' {
				return false
			}
			r.at++
			r.space()
		}
		key, ok := r.key()
		if !ok || seen[fold(key)] || len(seen) >= mostKeys {
			return false
		}
		seen[fold(key)] = true
		r.space()
		if r.peek() != ':' {
			return false
		}
		r.at++
		r.space()
		item, ok := r.value(depth + 1)
		if !ok {
			return false
		}
		v.keys, v.items = append(v.keys, key), append(v.items, item)
	}
	r.at++
	return true
}

func (r *reader) array(v *value, depth int) bool {
	r.at++
	for r.space(); r.peek() != ']'; r.space() {
		if len(v.items) > 0 {
			if r.peek() != ',' {
				return false
			}
			r.at++
			r.space()
		}
		item, ok := r.value(depth + 1)
		if !ok {
			return false
		}
		v.items = append(v.items, item)
	}
	r.at++
	return true
}

// key is a string in which nothing is escaped: no program writes one otherwise, and readers differ over what they then call the same.
func (r *reader) key() (string, bool) {
	from := r.at
	if r.peek() != '"' {
		return "", false
	}
	key, ok := r.text()
	return key, ok && r.at-from == len(key)+2
}

func (r *reader) text() (string, bool) {
	r.at++
	from := r.at
	var out []byte // nil while nothing was escaped
	for r.at < len(r.b) {
		switch c := r.b[r.at]; {
		case c == '"':
			s := string(r.b[from:r.at])
			if out != nil {
				s = string(out)
			}
			r.at++
			return s, utf8.ValidString(s)
		case c < 0x20:
			return "", false
		case c == '\\':
			if out == nil {
				out = append(make([]byte, 0, 64), r.b[from:r.at]...)
			}
			var ok bool
			if out, ok = r.escape(out); !ok {
				return "", false
			}
		default:
			if r.at++; out != nil {
				out = append(out, c)
			}
		}
	}
	return "", false
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (r *reader) escape(out []byte) ([]byte, bool) {
	if r.at+1 >= len(r.b) {
		return out, false
	}
	c := r.b[r.at+1]
	if plain, ok := escapes[c]; ok {
		r.at += 2
		return append(out, plain), true
	}
	u, ok := r.unit()
	if !ok || u == 0 {
		return out, false
	}
	if utf16.IsSurrogate(u) {
		low, ok := r.unit()
		if u = utf16.DecodeRune(u, low); !ok || u == utf8.RuneError {
			return out, false
		}
	}
	return utf8.AppendRune(out, u), true
}

// unit reads one \uXXXX.
func (r *reader) unit() (u rune, ok bool) {
	if r.at+6 > len(r.b) || r.b[r.at] != '\\' || r.b[r.at+1] != 'u' {
		return 0, false
	}
	for _, c := range r.b[r.at+2 : r.at+6] {
		switch {
		case c >= '0' && c <= '9':
			u = u<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			u = u<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			u = u<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	r.at += 6
	return u, true
}

func (r *reader) number() bool {
	if r.peek() == '-' {
		r.at++
	}
	if r.peek() == '0' {
		r.at++
	} else if !r.digits() {
		return false
	}
	if r.peek() == '.' {
		if r.at++; !r.digits() {
			return false
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		r.at++
		if c := r.peek(); c == '+' || c == '-' {
			r.at++
		}
		return r.digits()
	}
	return true
}

func (r *reader) digits() bool {
	from := r.at
	for c := r.peek(); c >= '0' && c <= '9'; c = r.peek() {
		r.at++
	}
	return r.at > from
}

// fold is the key as the laxest reader compares it: encoding/json takes "ſtatus" for "status".
func fold(key string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		return least
	}, key)
}
