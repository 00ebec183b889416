package emulator

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// metaJSON encodes as Meta's servers do: non-ASCII as \uXXXX in lower-case hex, "/" as "\/", and <, >, & as they are.
// The signature is made over exactly these bytes, so a receiver that re-serialises before it checks must fail
// (https://developers.facebook.com/docs/graph-api/webhooks/getting-started).
func metaJSON(v any) ([]byte, error) {
	plain, err := plainJSON(v)
	if err != nil {
		return nil, err
	}
	return escapeASCII(plain), nil
}

// plainJSON leaves <, > and & alone, as PHP does.
func plainJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

func escapeASCII(in []byte) []byte {
	out := make([]byte, 0, len(in)+len(in)/8)
	for i := 0; i < len(in); {
		c := in[i]
		switch {
		case c == '/':
			out = append(out, '\\', '/')
			i++
		case c == '\\' && i+1 < len(in): // an escape that is there already
			out = append(out, c, in[i+1])
			i += 2
		case c < utf8.RuneSelf:
			out = append(out, c)
			i++
		default:
			r, n := utf8.DecodeRune(in[i:])
			out = appendUnicode(out, r)
			i += n
		}
	}
	return out
}

func appendUnicode(out []byte, r rune) []byte {
	if r >= 0x10000 {
		r -= 0x10000
		return appendUnit(appendUnit(out, 0xd800+(r>>10)), 0xdc00+(r&0x3ff))
	}
	return appendUnit(out, r)
}

func appendUnit(out []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(out, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
