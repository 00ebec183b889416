package smpp

import (
	"unicode/utf16"
	"unicode/utf8"
)

// Codings of short texts (SMPP 3.4, 5.2.19).
const (
	CodingDefault byte = 0 // GSM 03.38, one septet an octet
	CodingASCII   byte = 1
	CodingLatin1  byte = 3
	CodingUCS2    byte = 8
)

// basic is GSM 03.38's alphabet in its order (3GPP TS 23.038, 6.2.1); 0x1B leads to the extension.
var basic = []rune("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")

const escape = 0x1B

// extension is the second table (TS 23.038, 6.2.1.1); each of its characters costs two septets.
var extension = map[byte]rune{
	0x0A: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2F: '\\', 0x3C: '[', 0x3D: '~', 0x3E: ']', 0x40: '|', 0x65: '€',
}

var inBasic, inExtension = map[rune]byte{}, map[rune]byte{}

func init() {
	for i, r := range basic {
		inBasic[r] = byte(i)
	}
	delete(inBasic, escape)
	for b, r := range extension {
		inExtension[r] = b
	}
}

// septets codes one character; nil = GSM 03.38 does not have it.
func septets(r rune) []byte {
	if b, ok := inBasic[r]; ok {
		return []byte{b}
	}
	if b, ok := inExtension[r]; ok {
		return []byte{escape, b}
	}
	return nil
}

// fitsGSM: the whole text can be said in GSM 03.38.
func fitsGSM(s string) bool {
	for _, r := range s {
		if septets(r) == nil {
			return false
		}
	}
	return true
}

// fromGSM reads septets. What the extension does not know is shown as in the first table, as TS 23.038 asks.
func fromGSM(b []byte) string {
	out := make([]rune, 0, len(b))
	for i := 0; i < len(b); i++ {
		c := b[i] & 0x7F
		if c != escape {
			out = append(out, basic[c])
			continue
		}
		i++
		switch r, ok := extension[at(b, i)]; {
		case i >= len(b) || b[i]&0x7F == escape:
			out = append(out, ' ')
		case ok:
			out = append(out, r)
		default:
			out = append(out, basic[b[i]&0x7F])
		}
	}
	return string(out)
}

func at(b []byte, i int) byte {
	if i < len(b) {
		return b[i] & 0x7F
	}
	return 0
}

// toUCS2 writes UTF-16, high octet first: what phones really send and show for UCS-2.
func toUCS2(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

func fromUCS2(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(units))
}

func fromLatin1(b []byte) string {
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}

// fromASCII reads what is called ASCII and often is not: UTF-8, Latin 1, or GSM 03.38, as npm's smpp writes it. The last is told by
// octets that are none in ASCII, or by ä, ö, ü where ASCII has {, |, ~ beside a letter.
func fromASCII(b []byte) string {
	gsm := false
	for i, c := range b {
		switch {
		case c > 0x7F && utf8.Valid(b):
			return string(b)
		case c > 0x7F:
			return fromLatin1(b)
		case c < ' ' && c != '\n' && c != '\r' && c != '\t':
			gsm = true
		case c == '{' || c == '|' || c == '~':
			gsm = gsm || i > 0 && letter(b[i-1]) || letter(at(b, i+1))
		}
	}
	if gsm {
		return fromGSM(b)
	}
	return string(b)
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// decodeText reads the octets of a text; false for what is none (binary, or a coding nobody told us of).
func decodeText(coding byte, b []byte) (string, bool) {
	switch {
	case coding == CodingDefault:
		return fromGSM(b), true
	case coding == CodingASCII:
		return fromASCII(b), true
	case coding == CodingLatin1:
		return fromLatin1(b), true
	case coding == CodingUCS2:
		return fromUCS2(b), true
	case coding&0xF4 == 0xF0 || coding >= 0x10 && coding&0xCC == 0: // a message class, or the general group, with the default alphabet
		return fromGSM(b), true
	case coding >= 0x10 && coding&0xCC == 8:
		return fromUCS2(b), true
	}
	return "", false
}
