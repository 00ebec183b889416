package keyword

import (
	"slices"
	"strings"
)

// Words of a wish to be forgotten: something is to be deleted, and it is what is known of the person. Both must stand there: "löschen"
// alone is an opt-out and nothing more.
var (
	deleting = []string{"lösch", "loesch", "delet", "eras", "supprim", "effac", "borr", "elimin", "suprim", "apag", "cancell", "verwijder", "usun", "usuń", "silin", "silme"}
	whatIs   = []string{"daten", "data", "données", "donnees", "datos", "dati", "dados", "gegevens", "dane", "danych", "veri", "verilerimi"}
	byRight  = []string{"recht auf löschung", "recht auf vergessen", "right to erasure", "right to be forgotten", "art. 17", "artikel 17", "article 17"}
)

// WantsForgetting reports that a text asks for what is known of the person to be deleted. It says nothing about messages: Read does.
func WantsForgetting(text string) bool {
	text = strings.ToLower(text)
	for _, r := range byRight {
		if strings.Contains(text, r) {
			return true
		}
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n\r.,;:!?()\"'„“”’", r) })
	verb := slices.ContainsFunc(words, func(w string) bool {
		return slices.ContainsFunc(deleting, func(d string) bool { return strings.HasPrefix(w, d) || strings.HasPrefix(w, "ge"+d) })
	})
	return verb && slices.ContainsFunc(words, func(w string) bool { return slices.Contains(whatIs, w) })
}
