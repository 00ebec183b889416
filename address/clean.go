package address

import (
	"strings"
	"unicode"
)

// clean reduces what people type to digits with perhaps a plus in front, or says what else it is.
// Digits of every script count; so do the spaces, dashes, dots, brackets and slashes people put between them,
// and the invisible marks that come along when a number is copied from a phone's contacts.
func clean(input string) (string, error) {
	s := strings.TrimFunc(input, blank)
	if s == "" {
		return "", fault(Empty)
	}
	s = strings.TrimFunc(withoutScheme(s), blank)
	out, groups := make([]byte, 0, 24), newGroups()
	for _, r := range s {
		d, isDigit := digit(r)
		switch {
		case isDigit:
			out = append(out, d)
			groups.digit(d)
		case r == '+' || r == '＋':
			if strings.ContainsRune(string(out), '+') && groups.current == 0 && len(out) == 1 {
				continue // "++49": a slip of the finger
			}
			if len(out) > 0 {
				return "", fault(SeveralNumbers)
			}
			out = append(out, '+')
		case strings.ContainsRune(",;|&\n\r", r):
			return "", fault(separatorMeans(s))
		case r == '/' || r == '／':
			groups.slash()
		case !separator(r):
			return "", fault(foreign(s))
		}
		if len(out) > 40 {
			return "", fault(TooLong)
		}
	}
	if groups.several() {
		return "", fault(SeveralNumbers)
	}
	return string(out), nil
}

// withoutScheme takes off the prefixes that links and other services put in front of a number.
func withoutScheme(s string) string {
	for _, scheme := range []string{"tel:", "whatsapp:"} {
		if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return s[len(scheme):]
		}
	}
	return s
}

// digit reads a decimal digit of any script: Unicode keeps each script's ten in a row.
func digit(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r), true
	}
	if r < 0x0660 || !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	first := r
	for first > 0 && unicode.Is(unicode.Nd, first-1) && r-first < 60 {
		first--
	}
	return byte('0' + (r-first)%10), true
}

func blank(r rune) bool { return unicode.IsSpace(r) || invisible(r) }

// invisible: byte order mark, zero-width and direction marks.
func invisible(r rune) bool {
	return r == 0xFEFF || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069 || r == 0x00AD
}

func separator(r rune) bool {
	return r != '\n' && r != '\r' && blank(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune("().[]·•'’\u2212\u30FC（）．", r)
}

// separatorMeans: a comma or semicolon brings either an extension (";ext=", ",,5") or another number.
func separatorMeans(s string) Code {
	if strings.Contains(strings.ToLower(s), "ext") {
		return Extension
	}
	tail := s[strings.IndexAny(s, ",;|&\n\r"):]
	if count(tail) >= 6 {
		return SeveralNumbers
	}
	return NotNumber
}

// foreign says what a text with letters or signs in it probably is.
func foreign(s string) Code {
	low := strings.ToLower(s)
	switch {
	case strings.Contains(s, "@"):
		return LooksLikeEmail
	case strings.HasPrefix(low, "wamid."):
		return LooksLikeMsgID
	case alphanumeric(strings.TrimPrefix(afterCountry(s), "ENT.")):
		return LooksLikeUser
	case count(s) >= 6 && startsWithNumber(s) && extensionMark(low):
		return Extension
	case count(s) >= 14 && startsWithNumber(s):
		return SeveralNumbers
	}
	return NotNumber
}

func startsWithNumber(s string) bool {
	r := []rune(s)[0]
	_, ok := digit(r)
	return ok || r == '+' || r == '('
}

// extensionMark looks for the ways to write one: "ext. 5", "x5", "#5", "Durchwahl 5", "DW 5", "App. 5".
func extensionMark(low string) bool {
	for _, mark := range []string{"ext", "x", "#", "durchwahl", "dw", "app", "poste", "int", "доб"} {
		if i := strings.Index(low, mark); i > 0 && count(low[i:]) > 0 && count(low[i:]) <= 6 {
			return true
		}
	}
	return false
}

// count is how many digits a text has.
func count(s string) int {
	n := 0
	for _, r := range s {
		if _, ok := digit(r); ok {
			n++
		}
	}
	return n
}

// groups notices two numbers with a slash between: "0151 12345678 / 030 123456", while "0151/12345678" is one.
type groups struct {
	current int  // digits since the last slash
	before  int  // digits before the first slash
	first   byte // first digit after the first slash
	slashed bool
}

func newGroups() *groups { return new(groups) }

func (g *groups) digit(d byte) {
	if g.slashed && g.current == 0 {
		g.first = d
	}
	g.current++
}

func (g *groups) slash() {
	if !g.slashed {
		g.before, g.slashed, g.current = g.current, true, 0
	}
}

// several: as many digits in front as a number has, and what follows begins like a number of its own.
func (g *groups) several() bool {
	return g.slashed && g.before >= 7 && g.current >= 6 && (g.first == '0' || g.current >= 9)
}
