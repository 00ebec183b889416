package keyword

import (
	"regexp"
	"strings"
)

// quoteHead begins a quoted mail in the eleven languages' usual mail programs.
var quoteHead = regexp.MustCompile(`(?i)^\s*(>|-{2,}\s*(original|urspr|weiter|forward|mensaje|message d|messaggio|mensagem|oorspron)|_{8,}|` +
	`(on|am|le|el|il|em|op|dnia|w dniu|den)\b.{4,120}(wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|napisał|tarihinde).{0,80}:?\s*$|` +
	`.{4,120}(wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|napisał\(?a?\)?|yazdı|كتب)\s*:\s*$|` +
	`(von|from|de|da|van|od|gönderen|expéditeur|absender)\s*:\s.*)`)

// signature begins what nobody wrote by hand.
var signature = regexp.MustCompile(`(?i)^\s*(--\s*$|(gesendet|sent|envoyé|enviado|inviato|verzonden|wysłan\S*) (von|from|de|desde|da|vanaf|z|using|mit|via|do) |get outlook|diese e-?mail |this e-?mail (is|and) |von meinem )`)

// tail is a telephone's signature behind the text: "STOP - Sent from my Galaxy".
var tail = regexp.MustCompile(`(?i)[\s\-–—]+(sent from my|gesendet von meinem|gesendet mit|von meinem \S+ gesendet|envoyé de mon|enviado desde mi|inviato da|enviado do meu|verzonden vanaf mijn) ?[^\n]{0,40}$`)

var subject = regexp.MustCompile(`(?i)^\s*((betreff|subject|objet|asunto|assunto|oggetto|onderwerp|temat|konu|re|aw|wg|fwd?)\s*:\s*)+`)

// ourWords are the imperatives our own notices begin with; a person who quotes one says nothing by it.
var ourWords = regexp.MustCompile(`(?i)["„“”«»]\s*(reply|text|send|type|antwort|schreib|send|sms|responda?|env[ií]|escrib|répond|repond|envoy|rispond|invi|scriv|antwoord|stuur|odpowiedz|wyślij|napisz|stop yaz)[^"„“”«»]{8,200}["„“”«»]`)

// mayHaveTail spares nearly all messages the expression.
func mayHaveTail(s string) bool {
	for i := 1; i+6 <= len(s); i++ {
		if before := s[i-1] | 0x20; before >= 'a' && before <= 'z' {
			continue
		}
		for _, w := range tailWords[s[i]&0x1f] {
			if len(s)-i >= len(w) && strings.EqualFold(s[i:i+len(w)], w) {
				return true
			}
		}
	}
	return false
}

// tailWords are by their first letter what each of the signatures holds.
var tailWords = [32][]string{'f' & 0x1f: {"from my"}, 'g' & 0x1f: {"gesendet"}, 'd' & 0x1f: {"de mon", "desde mi", "do meu"}, 'i' & 0x1f: {"inviato"}, 'v' & 0x1f: {"verzonden"}}

// ownWords leaves what the person wrote: quoted text and signatures would put our own words into their mouth.
func ownWords(s string, via Via) string {
	if strings.ContainsAny(s, "\"„“”«»") {
		if rest := ourWords.ReplaceAllString(s, " "); len(strings.TrimSpace(rest)) > 3 {
			s = rest
		}
	}
	if len(s) > 16 && mayHaveTail(s) {
		s = tail.ReplaceAllString(s, "")
	}
	begins := strings.HasPrefix(strings.TrimSpace(s), ">") && strings.Contains(strings.TrimSpace(s), "\n")
	if via != Email && !begins && !strings.Contains(s, "\n>") {
		return s
	}
	var own []string
	for line := range strings.SplitSeq(strings.ReplaceAll(s, "\r", ""), "\n") {
		line = subject.ReplaceAllString(line, "")
		if strings.HasPrefix(strings.TrimSpace(line), ">") {
			continue
		}
		if len(strings.TrimSpace(strings.Join(own, ""))) > 0 && quoteHead.MatchString(line) || signature.MatchString(line) {
			break
		}
		if quoteHead.MatchString(line) && via == Email && strings.HasSuffix(strings.TrimSpace(line), ":") {
			break
		}
		own = append(own, line)
	}
	return strings.Join(own, "\n")
}
