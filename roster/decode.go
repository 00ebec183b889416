package roster

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"jawort/errs"
)

// decode brings a file to UTF-8. Spreadsheets write UTF-8 with a mark, UTF-16 ("Unicode text"), and Windows-1252.
func decode(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}), bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(b)
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
