package contact

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"jawort/db"
)

// mostName is how much of a name can be sought by, in bytes: an index entry has to fit a page.
const mostName = 200

// nameKeys are what a name is sought by: its words without case and marks, and the same with the last word in front ("" when
// there is only one).
func nameKeys(name string) (forward, back string) {
	words := strings.Fields(foldName(name))
	if len(words) == 0 {
		return "", ""
	}
	forward = cut(strings.Join(words, " "), mostName)
	if last := len(words) - 1; last > 0 {
		back = cut(words[last]+" "+strings.Join(words[:last], " "), mostName)
	}
	return forward, back
}

// cut keeps the beginning, up to so many bytes, and parts no character.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// longestName is the most of a name or username that is kept, in bytes. WhatsApp's own are far shorter; somebody who writes a book there
// must not hold up everybody else.
const longestName = 1024

// foldName leaves letters and digits: Öztürk, OZTURK and ozturk are the same; whatever else there is parts words.
func foldName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(strings.ReplaceAll(name, "ß", "ss"))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ı': // Turkish, which has no other form without its dot
			b.WriteRune('i')
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case r == '\'' || r == '’':
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// Named finds people whose name begins so, or whose last name does, in any case and with or without marks. One letter is too
// little to find anybody by.
func Named(ctx context.Context, tx *db.Tx, tenant, typed string, limit int) ([]string, error) {
	start, _ := nameKeys(typed)
	if len([]rune(start)) < 2 {
		return nil, nil
	}
	found, err := contactsNamed(ctx, tx, tenant, start, limit)
	if err != nil {
		return nil, fmt.Errorf("people by name: %w", err)
	}
	return found, nil
}
