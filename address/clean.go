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
	s = withoutDecimals(strings.TrimFunc(withoutScheme(s), blank))
	out, groups, slips := make([]byte, 0, 24), newGroups(), 0
	for _, r := range s {
		d, isDigit := digit(r)
		switch {
		case isDigit:
			out = append(out, d)
			groups.digit(d)
		case r == '+' || r == '＋' || r == '﹢':
			if slips++; len(out) == 1 && out[0] == '+' && slips <= 2 {
				continue // "++49": a slip of the finger
			}
			if len(out) > 0 {
				return "", fault(SeveralNumbers)
			}
			out = append(out, '+')
		case strings.ContainsRune(",;|&"+lineEnds, r):
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

// withoutDecimals takes off the ".0" that spreadsheets and data tools put behind a number they took for an amount: read as one more digit,
// it would be somebody else's number.
func withoutDecimals(s string) string {
	whole, zeros, ok := strings.Cut(s, ".")
	if !ok || len(whole) < 8 || zeros == "" || strings.Trim(zeros, "0") != "" || strings.Trim(strings.TrimPrefix(whole, "+"), "0123456789") != "" {
		return s
	}
	return whole
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

// lineEnds stand between two lines, and so between two numbers: also Unicode's own, which editors put in.
const lineEnds = "\n\r\v\f\u0085\u2028\u2029"

// invisible: byte order mark, zero-width and direction marks, also the Arabic one.
func invisible(r rune) bool {
	return r == 0xFEFF || r == 0x061C || r == 0x180E || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069 || r == 0x00AD
}

func separator(r rune) bool {
	return !strings.ContainsRune(lineEnds, r) && blank(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune("().[]·•'’\u2212\u30FC\u30FB（）．", r)
}

// separatorMeans: a comma or semicolon brings either an extension (";ext=", ",,5") or another number.
func separatorMeans(s string) Code {
	if strings.Contains(strings.ToLower(s), "ext") {
		return Extension
	}
	tail := s[strings.IndexAny(s, ",;|&"+lineEnds):]
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
