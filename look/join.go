package look

import "strings"

// ands are the word between the last two of a list; in Arabic it is written to the next word.
var ands = map[string]string{"en": " and ", "de": " und ", "ar": " و", "es": " y ", "fr": " et ", "hi": " और ", "it": " e ", "nl": " en ", "pl": " i ", "pt": " e ",
	"tr": " ve "}

// Join sets a list in a sentence: a, b und c. Where an entry has an "and" of its own, semicolons keep them apart.
func Join(lang string, list []string) string {
	and, ok := ands[lang]
	if !ok {
		and = ands["en"]
	}
	for _, s := range list {
		if strings.Contains(s, and) {
			return strings.Join(list, "; ")
		}
	}
	if n := len(list); n > 1 {
		return strings.Join(list[:n-1], ", ") + and + list[n-1]
	}
	return strings.Join(list, "")
}
