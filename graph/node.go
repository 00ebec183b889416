package graph

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// node is one JSON value inside a body that was found valid as a whole: the body's own bytes, nothing copied.
// Reading this way costs a third of encoding/json, keeps each item's exact bytes for the evidence, and lets
// types wobble as Meta's do: a timestamp is "1795000000" in one webhook and 1795000000 in the next.
type node []byte

// root checks the body and gives its value without the space around it.
func root(raw []byte) (node, bool) {
	if !json.Valid(raw) {
		return nil, false
	}
	return node(bytes.Trim(raw, " \t\r\n")), true
}

func (n node) isObject() bool { return len(n) > 0 && n[0] == '{' }
func (n node) isArray() bool  { return len(n) > 0 && n[0] == '[' }
func (n node) isText() bool   { return len(n) > 0 && n[0] == '"' }

// fields walks an object; anything else has none.
func (n node) fields() iter.Seq2[[]byte, node] {
	return func(yield func([]byte, node) bool) {
		if !n.isObject() {
			return
		}
		for i := space(n, 1); n[i] != '}'; i = next(n, i) {
			end := skip(n, i)
			key := n[i+1 : end-1]
			if bytes.IndexByte(key, '\\') >= 0 {
				key = node(n[i:end]).key()
			}
			i = space(n, space(n, end)+1)
			end = skip(n, i)
			if !yield(key, n[i:end]) {
				return
			}
			i = end
		}
	}
}

// key is an escaped key as it is meant. A NUL in it stays: without it "from\u0000" would be read as "from", which nobody else does.
func (n node) key() []byte {
	var s string
	_ = json.Unmarshal(n, &s) // cannot fail: the body was found valid
	return []byte(s)
}

// items walks an array; anything else has none.
func (n node) items() iter.Seq[node] {
	return func(yield func(node) bool) {
		if !n.isArray() {
			return
		}
		for i := space(n, 1); n[i] != ']'; i = next(n, i) {
			end := skip(n, i)
			if !yield(n[i:end]) {
				return
			}
			i = end
		}
	}
}

// some is items, with an object that stands without its list taken for the only one.
func (n node) some() iter.Seq[node] {
	if n.isObject() {
		return func(yield func(node) bool) { yield(n) }
	}
	return n.items()
}

// get is one field of an object; of a repeated one the last, as encoding/json has it.
func (n node) get(key string) node {
	var found node
	for k, v := range n.fields() {
		if string(k) == key {
			found = v
		}
	}
	return found
}

// text is a string's value, a number's digits, and empty for everything else. NUL, which no database takes, is left out.
func (n node) text() string {
	if len(n) == 0 {
		return ""
	}
	switch c := n[0]; {
	case c == '"':
		inner := n[1 : len(n)-1]
		if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
			return string(inner)
		}
		var s string
		_ = json.Unmarshal(n, &s) // cannot fail: the body was found valid
		return strings.ReplaceAll(s, "\x00", "")
	case c == '-' || c >= '0' && c <= '9':
		return string(n)
	}
	return ""
}

// longestID is far beyond any id of Meta's: a BSUID has at most 131 characters, a wamid about 100.
const longestID = 512

// id is an id's text. One that is too long for a key is known by its hash: the item in which it stands still counts.
func (n node) id() string {
	s := n.text()
	if len(s) <= longestID {
		return s
	}
	h := sha256.Sum256([]byte(s))
	return "long:" + hex.EncodeToString(h[:])
}

// waID is a telephone number as Meta spells it, digits alone; a plus before them says nothing else, nor what people put between them.
func (n node) waID() string {
	s := strings.TrimPrefix(strings.TrimSpace(n.id()), "+")
	if strings.ContainsAny(s, " -.()") && strings.Trim(s, " -.()0123456789") == "" {
		s = strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "").Replace(s)
	}
	return s
}

// number reads 12, "12" and 12.0; what is none of these is 0.
func (n node) number() int64 {
	s := n.text()
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return i
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f > -1e18 && f < 1e18 {
		return int64(f)
	}
	return 0
}

func (n node) decimal() float64 {
	f, err := strconv.ParseFloat(n.text(), 64)
	if err != nil {
		return 0
	}
	return f
}

// yes reads true and "true".
func (n node) yes() bool { return string(n) == "true" || strings.EqualFold(n.text(), "true") }

// time reads seconds since 1970, or milliseconds where there are too many of them; zero if neither.
func (n node) time() time.Time {
	switch s := n.number(); {
	case s <= 0:
		return time.Time{}
	case s > 100_000_000_000:
		return time.UnixMilli(s).UTC()
	default:
		return time.Unix(s, 0).UTC()
	}
}

func space(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t' {
		i++
	}
	return i
}

// next steps over the comma behind a value, if there is one.
func next(b []byte, i int) int {
	i = space(b, i)
	if b[i] == ',' {
		return space(b, i+1)
	}
	return i
}

// skip finds the end of the value that begins at i.
func skip(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipText(b, i)
	case '{', '[':
		return skipNested(b, i)
	}
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	return i
}

func skipText(b []byte, i int) int {
	for i++; ; i++ {
		i += bytes.IndexByte(b[i:], '"')
		escapes := 0
		for b[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i + 1
		}
	}
}

func skipNested(b []byte, i int) int {
	depth := 0
	for {
		switch b[i] {
		case '"':
			i = skipText(b, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
		i++
	}
}
