package emulator

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// splitObject cuts a JSON object into its top-level values without looking into them; of a key given twice the last
// one counts, as in PHP. It is what every send goes through, hence by hand: after json.Valid only strings and nesting
// have to be followed.
func splitObject(body []byte) (map[string]json.RawMessage, bool) {
	if !json.Valid(body) {
		return nil, false
	}
	i := space(body, 0)
	if body[i] != '{' {
		return nil, false
	}
	m := make(map[string]json.RawMessage, 8)
	for i = space(body, i+1); body[i] != '}'; {
		end := valueEnd(body, i)
		key, ok := plainString(body[i:end])
		if !ok && json.Unmarshal(body[i:end], &key) != nil {
			return nil, false
		}
		i = space(body, space(body, end)+1) // over the colon
		end = valueEnd(body, i)
		m[key] = json.RawMessage(body[i:end:end])
		if i = space(body, end); body[i] == ',' {
			i = space(body, i+1)
		}
	}
	return m, true
}

// plainString reads a quoted string that needs no unescaping.
func plainString(raw []byte) (string, bool) {
	n := len(raw)
	if n < 2 || raw[0] != '"' || bytes.IndexByte(raw, '\\') >= 0 || !utf8.Valid(raw) {
		return "", false
	}
	return string(raw[1 : n-1]), true
}

func space(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r' {
		i++
	}
	return i
}

// valueEnd is the index behind the value that starts at i.
func valueEnd(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}
