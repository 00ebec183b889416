package roster

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"jawort/errs"
)

// decode brings a file to UTF-8. Spreadsheets write UTF-8 with a mark, UTF-16 ("Unicode text"), and Windows-1252.
func decode(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}), bytes.HasPrefix(b, []byte{0xFE, 0xFF}), unmarked(b) != nil:
		order := unmarked(b)
		if order == nil {
			order = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
		}
		out, err := order.NewDecoder().Bytes(b)
		if err != nil {
			return "", errs.At("list", "roster.binary").Because(err)
		}
		b = out
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		b = b[3:]
	}
	if bytes.IndexByte(b, 0) >= 0 || bytes.HasPrefix(b, []byte("PK\x03\x04")) { // an .xlsx is a zip
		return "", errs.At("list", "roster.binary")
	}
	if utf8.Valid(b) {
		return string(b), nil
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil || controls(out) {
		return "", errs.At("list", "roster.binary")
	}
	return string(out), nil
}

// unmarked is the order of UTF-16 that comes without its mark: every second byte of a heading or a number is 0. nil = it is something else.
func unmarked(b []byte) encoding.Encoding {
	even, odd, n := 0, 0, min(len(b), 512)&^1
	for i := 0; i < n; i += 2 {
		if b[i] == 0 {
			even++
		}
		if b[i+1] == 0 {
			odd++
		}
	}
	switch {
	case n >= 8 && odd > n*2/5 && even == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case n >= 8 && even > n*2/5 && odd == 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// controls: a picture or an archive read as text is full of them.
func controls(b []byte) bool {
	n := 0
	for _, c := range b[:min(len(b), 4096)] {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			n++
		}
	}
	return n > 8
}
