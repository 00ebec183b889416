package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// breaks: how strongly a token is set apart from the one before it.
const (
	joined   = iota // a space or a hyphen
	comma           // , or a dash
	clause          // : ; ( ) a line end
	sentence        // . ! ? a box, a button, an empty line
)

// token is one word of the text, or a box in front of a line.
type token struct {
	norm       string // lower case, without accents: möchte → mochte
	canon      string // as names are compared; set by naming.find
	start, end int    // bytes in the text
	brk        uint8  // what stands before it
	sent       int    // number of its sentence
	caps       bool   // two capitals or more, nothing else: STOP
	quoted     bool   // stands in quotation marks, as a word to send does
	title      bool   // begins with a capital
	name       bool   // belongs to the business's name or to an address of the web: says nothing else
	neutral    bool   // a negation that negates nothing we ask for: nothing to miss, not only
	set        bits
}

const (
	box    = "[]"  // an empty box
	ticked = "[x]" // a box that is ticked already
	link   = "://" // an address of the web or a mailbox
)

// maxText bounds what is read; an opt-in text longer than this is not one that anybody reads.
const maxText = 20_000

// splitter cuts a text into tokens.
type splitter struct {
	text string
	toks []token
	brk  uint8
	sent int
	last string // norm of the token before, for abbreviations
}

// split cuts a text into tokens and sentences.
func split(text string) []token {
	if len(text) > maxText {
		text = text[:maxText]
	}
	s := splitter{text: text, brk: sentence, toks: make([]token, 0, len(text)/5+8)}
	for i := 0; i < len(text); {
		if n := s.box(i); n > 0 {
			i += n
			continue
		}
		if n := s.link(i); n > 0 {
			i += n
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			i = s.word(i)
			continue
		}
		s.mark(r, i, size)
		i += size
	}
	return s.toks
}

func (s *splitter) raise(b uint8) { s.brk = max(s.brk, b) }

// put appends a token and starts a new sentence if one is due.
func (s *splitter) put(t token) {
	if s.brk == sentence && len(s.toks) > 0 {
		s.sent++
	}
	t.brk, t.sent = s.brk, s.sent
	s.brk, s.last = joined, t.norm
	s.toks = append(s.toks, t)
}

var boxes = []struct{ sign, norm string }{
	{"[ ]", box}, {"[]", box}, {"[_]", box}, {"( )", box}, {"☐", box}, {"□", box}, {"◻", box}, {"⬜", box}, {"❏", box}, {"❑", box}, {"○ ", box},
	{"[x]", ticked}, {"[X]", ticked}, {"[✓]", ticked}, {"[✔]", ticked}, {"☑", ticked}, {"☒", ticked}, {"(x)", ticked}, {"(X)", ticked},
}

// box reads a check box drawn in signs.
func (s *splitter) box(i int) int {
	if c := s.text[i]; c != '[' && c != '(' && c < 0xe2 {
		return 0
	}
	for _, b := range boxes {
		if strings.HasPrefix(s.text[i:], b.sign) {
			s.raise(sentence)
			s.put(token{norm: b.norm, start: i, end: i + len(b.sign)})
			return len(b.sign)
		}
	}
	return 0
}

var hosts = map[string]bool{}

func init() {
	for _, h := range strings.Fields("com de net org io eu at ch co uk example test shop info app fr es it nl pl tr br pt in za ie au us ca me link ly be invalid biz dev page store online") {
		hosts[h] = true
	}
}

// link reads an address of the web or a mailbox as one token: a name in it names nobody.
func (s *splitter) link(i int) int {
	if i > 0 && !strings.ContainsRune(" \t\n\r([<„“\"'»:", rune(s.text[i-1])) && s.text[i-1] < 0x80 {
		return 0
	}
	end := strings.IndexFunc(s.text[i:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>„“”\"»«,;", r) })
	if end < 0 {
		end = len(s.text) - i
	}
	chunk := strings.TrimRight(s.text[i:i+end], ".!?:)]*_'’…")
	if !isLink(chunk) {
		return 0
	}
	s.put(token{norm: link, start: i, end: i + len(chunk), name: true})
	return len(chunk)
}

func isLink(chunk string) bool {
	dot := strings.IndexByte(chunk, '.')
	if dot < 1 || len(chunk) < 4 {
		return false
	}
	if strings.Contains(chunk, "://") || strings.HasPrefix(chunk, "www.") || strings.IndexByte(chunk, '@') > 0 {
		return true
	}
	host, _, _ := strings.Cut(chunk, "/")
	last := host[strings.LastIndexByte(host, '.')+1:]
	return hosts[last] && !strings.ContainsFunc(host, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '-'
	})
}

// word reads letters and digits, with an English apostrophe ending (don't, I'd, Miller's) or cut at a French one (j'ai).
func (s *splitter) word(i int) int {
	end := wordEnd(s.text, i)
	if r, size := utf8.DecodeRuneInString(s.text[end:]); isApostrophe(r) {
		tail := wordEnd(s.text, end+size)
		if englishTail[strings.ToLower(s.text[end+size:tail])] {
			s.put(wordToken(s.text, i, tail))
			return tail
		}
	}
	t := wordToken(s.text, i, end)
	t.quoted = s.quoted(i)
	s.put(t)
	return end
}

// quoted reports a quotation mark right before a word.
func (s *splitter) quoted(i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s.text[:i])
	return i > 0 && strings.ContainsRune("\"„“”»«‚‘'", r)
}

var englishTail = map[string]bool{"s": true, "t": true, "d": true, "m": true, "ll": true, "re": true, "ve": true}

func isApostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == 'ʼ' || r == '`' || r == '´' || r == '‘'
}

func wordEnd(text string, i int) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.In(r, unicode.Mn, unicode.Mc) && r != '\u00ad' && r != '\u200b' {
			break
		}
		i += size
	}
	return i
}

func wordToken(text string, start, end int) token {
	t := token{norm: fold(text[start:end]), start: start, end: end}
	upper, letters := 0, 0
	for i, r := range text[start:end] {
		if unicode.IsLetter(r) {
			letters++
			if unicode.IsUpper(r) {
				upper++
				t.title = t.title || i == 0
			}
		}
	}
	t.caps = letters > 1 && upper == letters
	return t
}

// mark reads what stands between words.
func (s *splitter) mark(r rune, i, size int) {
	switch {
	case r == '!' || r == '?' || r == '؟' || r == '।' || r == '[' || r == ']' || r == '•' || r == '·' || r == '…' || r == '|' || r == '‣' || r == '▪':
		s.raise(sentence)
	case r == '.' && s.endsSentence(i+size):
		s.raise(sentence)
	case r == '\n':
		if rest := strings.TrimLeft(s.text[i+size:], " \t\r"); strings.HasPrefix(rest, "\n") {
			s.raise(sentence)
		}
		s.raise(clause)
	case r == ':' || r == ';' || r == '؛' || r == '(' || r == ')' || r == '„' || r == '“' || r == '"' || r == '«' || r == '»':
		if r != ':' && r != ';' && r != '؛' && r != '(' && r != ')' {
			return // quotation marks set nothing apart
		}
		s.raise(clause)
	case r >= 0x2190 && r < 0xe000 && unicode.IsSymbol(r) || r >= 0x1f000:
		s.raise(clause) // emoji and arrows
	case r == ',' || r == '،' || r == '–' || r == '—' || (r == '-' && i > 0 && s.text[i-1] == ' '):
		s.raise(comma)
	}
}

var abbreviations = map[string]bool{}

func init() {
	for _, a := range strings.Fields("dr prof st str nr no tel inc ltd co bzw ca inkl ggf evtl max min mind usw etc z b d h u a e g i msg msgs mr mrs ms p m sog vgl abs art approx incl vs sr sra tic san ing med dipl") {
		abbreviations[a] = true
	}
}

// endsSentence tells the full stop of a sentence from that of an abbreviation or a number.
func (s *splitter) endsSentence(next int) bool {
	rest := strings.TrimLeft(s.text[next:], " \t\r\"”“’'»)")
	if rest == "" || rest[0] == '\n' {
		return true
	}
	if rest[0] == ',' || rest[0] == ';' {
		return false // Bros., Inc.
	}
	r, _ := utf8.DecodeRuneInString(rest)
	if next < len(s.text) && (s.text[next] >= '0' && s.text[next] <= '9') {
		return false // 2.000
	}
	if unicode.IsLower(r) {
		return false
	}
	if len(s.last) == 1 && unicode.IsLetter(rune(s.last[0])) {
		return false // A. Khan
	}
	if unicode.IsDigit(r) && strings.HasSuffix(s.last, "str") {
		return false // Musterstr. 1
	}
	if unicode.IsLetter(r) && (s.last == "no" || s.last == "tel" || s.last == "art" || s.last == "max" || s.last == "min") {
		return true // 2 for no. You can
	}
	if abbreviations[s.last] && s.last != "etc" && s.last != "usw" && s.last != "inc" && s.last != "ltd" && s.last != "co" {
		return false
	}
	return true
}

// accents maps Latin letters with marks to their base letters.
var accents = func() (table [0x250]string) {
	for r := rune(0xc0); r < 0x250; r++ {
		var out []rune
		for _, d := range norm.NFKD.String(string(unicode.ToLower(r))) {
			if !unicode.Is(unicode.Mn, d) {
				out = append(out, d)
			}
		}
		table[r] = string(out)
	}
	for r, to := range map[rune]string{'ß': "ss", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'ı': "i", 'æ': "ae", 'œ': "oe", 'Œ': "oe", 'đ': "d"} {
		table[r] = to
	}
	return table
}()

// fold writes a word in lower case without accents.
func fold(word string) string {
	plain := true
	for i := 0; i < len(word); i++ {
		if c := word[i]; c >= 0x80 || (c >= 'A' && c <= 'Z') {
			plain = false
			break
		}
	}
	if plain {
		return word
	}
	var b strings.Builder
	b.Grow(len(word))
	for _, r := range word {
		switch {
		case r >= 'A' && r <= 'Z':
			b.WriteByte(byte(r) + 'a' - 'A')
		case r < 0x80:
			b.WriteByte(byte(r))
		case isApostrophe(r):
			b.WriteByte('\'')
		case r == '\u00ad' || r == '\u200b' || unicode.Is(unicode.Mn, r):
		case r < 0x250 && accents[r] != "":
			b.WriteString(accents[r])
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
