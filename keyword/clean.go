package keyword

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxRunes bounds the work: nobody hides an opt-out behind two thousand letters.
const maxRunes = 2000

// text is a message cut into words.
type text struct {
	words          []word
	stop, yes, nay int  // emoji that stand for an answer
	laughs         int  // emoji that say it is no demand
	asks           bool // a question mark stands alone
}

// word is one normalised word, with the clause and sentence it stands in.
type word struct {
	s              string
	clause         int
	sentence       int
	question, loud bool // its sentence ends with a question mark; written in capitals
}

// clean turns raw text into words: one alphabet, one case, no accents, no tricks.
func clean(raw string, via Via) text {
	c := cutter{t: text{words: make([]word, 0, 24)}, buf: make([]byte, 0, 128)}
	for _, r := range fold(ownWords(bound(raw), via)) {
		c.take(r)
	}
	c.sentenceEnd(false)
	c.t.words = joinSpelled(c.t.words)
	for i := range c.t.words {
		c.t.words[i].s = plain(c.t.words[i].s)
	}
	return c.t
}

func bound(s string) string {
	if len(s) <= maxRunes {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > maxRunes {
			return s[:i]
		}
	}
	return s
}

// fold brings compatibility forms (fullwidth, circled, mathematical letters) to their plain letters.
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return norm.NFKD.String(s)
		}
	}
	return s
}

// cutter collects runes into words, clauses and sentences.
type cutter struct {
	t        text
	buf      []byte
	upper    int
	clause   int
	first    int // index of the sentence's first word
	sentence int
	held     bool
	dot      bool // a dot behind a digit waits for what follows
}

func (c *cutter) take(r rune) {
	if c.dot {
		c.dot = false
		if !unicode.IsDigit(r) {
			c.sentenceEnd(false)
		}
	}
	switch {
	case r < 0x80:
		c.ascii(r)
	case invisible(r):
	case r == '’' || r == '‘' || r == '´' || r == 'ʼ':
		c.ascii('\'')
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
		c.letter(r)
	case strings.ContainsRune("?؟", r):
		c.sentenceEnd(true)
	case strings.ContainsRune("।۔…‼⁉", r):
		c.sentenceEnd(false)
	case strings.ContainsRune("،؛–—", r):
		c.clauseEnd()
	default:
		c.sign(r)
		c.wordEnd()
	}
}

func (c *cutter) ascii(r rune) {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		c.buf = append(c.buf, byte(r))
	case r >= 'A' && r <= 'Z':
		c.upper++
		c.buf = append(c.buf, byte(r)+'a'-'A')
	case (r == '$' || r == '@') && len(c.buf) > 0:
		c.buf = append(c.buf, map[rune]byte{'$': 's', '@': 'a'}[r])
	case r == '\'' || r == '`':
		c.apostrophe()
	case r == '?':
		c.sentenceEnd(true)
	case r == '.' && short[string(c.buf)]:
		c.wordEnd()
	case r == '.' && len(c.buf) > 0 && c.buf[len(c.buf)-1] <= '9':
		c.wordEnd()
		c.dot = true // "vom 3.5.2024": what follows says whether it ends the sentence
	case r == '.' || r == '!' || r == '\n':
		c.sentenceEnd(false)
	case r == ',' || r == ';' || r == ':' || r == '(' || r == ')':
		c.clauseEnd()
	default:
		c.wordEnd()
	}
}

// short are abbreviations whose dot ends no sentence.
var short = words("art abs gem lt dr prof nr bzw ca tel str hr mr mrs evtl ggf inkl etc zb sog")

// apostrophe: "l'envoi" is two words, "don't" is one.
func (c *cutter) apostrophe() {
	if elided[string(c.buf)] {
		c.wordEnd()
		return
	}
	if n := len(c.buf); n > 0 && n <= 2 && string(c.buf) != "i" && string(c.buf) != "u" && string(c.buf) != "we" && string(c.buf) != "he" {
		c.wordEnd()
	}
}

// elided words lose their vowel before the next word: "sull'ordine".
var elided = words("sull dell dall nell all coll quell quest anch jusqu lorsqu puisqu")

// letter appends a letter beyond ASCII in its plain form.
func (c *cutter) letter(r rune) {
	if r >= 0x300 && r <= 0x36f || r >= 0x64b && r <= 0x65f || r == 0x640 || r == 0x93c || r == 0x670 {
		return // accents, Arabic vowels, stretching, nukta
	}
	r = unicode.ToLower(r)
	if s, ok := plainLetters[r]; ok {
		c.buf = append(c.buf, s...)
		return
	}
	c.buf = utf8.AppendRune(c.buf, r)
}

var plainLetters = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'ı': "i", 'đ': "d", 'ð': "d",
	'œ': "oe", 'ς': "σ", 'ة': "ه", 'ى': "ي", 'ٱ': "ا", 'ک': "ك", 'ی': "ي", 'ـ': "", 'ँ': "ं",
	'٠': "0", '١': "1", '٢': "2",
}

func invisible(r rune) bool {
	return r == 0xad || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x206f ||
		r == 0xfeff || r >= 0xfe00 && r <= 0xfe0f || r >= 0x1f3fb && r <= 0x1f3ff || r == 0x34f || r == 0x180e
}

func (c *cutter) wordEnd() {
	if len(c.buf) == 0 {
		return
	}
	c.t.words = append(c.t.words, word{s: string(c.buf), clause: c.clause, sentence: c.sentence, loud: c.upper > 1})
	c.buf, c.upper, c.held = c.buf[:0], 0, true
}

func (c *cutter) clauseEnd() {
	c.wordEnd()
	if c.held {
		c.clause++
		c.held = false
	}
}

func (c *cutter) sentenceEnd(question bool) {
	c.wordEnd()
	if question {
		c.t.asks = c.t.asks || len(c.t.words) == 0
		for i := c.first; i < len(c.t.words); i++ {
			c.t.words[i].question = true
		}
	}
	c.clauseEnd()
	c.first = len(c.t.words)
	c.sentence++
}

// sign counts emoji that are an answer by themselves.
func (c *cutter) sign(r rune) {
	switch r {
	case '🛑', '✋', '🚫', '⛔', '🤚', '📵', '🔕', '🙅':
		c.t.stop++
	case '👍', '✅', '✔', '👌', '☑', '🆗', '💯':
		c.t.yes++
	case '😂', '🤣', '😍', '😆', '😄', '😅', '😊', '😁', '🙈', '☺', '😳':
		c.t.laughs++
	case '👎', '❌', '✖', '❎':
		c.t.nay++
	}
}
