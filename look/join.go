package look

import "strings"

// Join sets a list in a sentence: a, b und c. Where an entry has an "and" of its own, semicolons keep them apart.
func Join(lang string, list []string) string {
	and := " and "
	if lang == "de" {
		and = " und "
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
