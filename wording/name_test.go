package wording

import "testing"

func TestNames(t *testing.T) {
	for _, c := range []struct {
		business, text string
		found          bool
	}{
		{"Harbour Books", "Yes, Harbour Books may write.", true},
		{"Harbour Books", "Harbour Books Ltd may write.", true},
		{"Harbour Books Ltd", "Harbour Books may write.", true},
		{"Harbour Books", "HarbourBooks may write.", true},
		{"HarbourBooks", "Harbour Books may write.", true},
		{"Harbour Books", "Harbour-Books-Newsletter", true},
		{"Harbour Books", "HARBOUR BOOKS", true},
		{"Harbour Books", "Harbour Books’ offers", true},
		{"Joe's Garage", "Joe’s Garage", true},
		{"Joe's Garage", "Joes Garage", true},
		{"O'Neill's Bar", "O’Neills Bar", true},
		{"Harbour Books", "harbourbooks.example", false},
		{"Harbour Books", "info@harbour-books.example", false},
		{"Harbour Books", "Harbour Bikes", false},
		{"Harbour Books", "Harbour. Books", false},
		{"Harbour Books", "our books", false},
		{"shop.example", "Ja, shop.example darf mir schreiben", true},
		{"von Müller & Söhnen", "von Müller und Söhnen", true},
		{"Müller & Söhne KG", "die Mueller & Soehne KG", true},
		{"Müller & Söhne KG", "von Müller & Söhnen", true},
		{"Blumenhaus Meier GmbH", "des Blumenhauses Meier", true},
		{"Blumenhaus Meier GmbH", "Blumenhaus Schmidt", false},
		{"Blumenhaus Meier GmbH", "wir und unser Blumenhaus", false},
		{"Gasthof Zum Goldenen Hirschen", "im Goldenen Hirschen", false},
		{"Gasthof Zum Goldenen Hirschen", "vom Zum Goldenen Hirschen", true},
		{"Stadtwerke Neustadt", "von den Stadtwerken Neustadt", true},
		{"Autohaus Weber München GmbH & Co. KG", "vom Autohaus Weber", true},
		{"Allgemeine Kasse (AKX)", "die AKX", true},
		{"Bäckerei Sonnenkorn", "Baeckerei Sonnenkorn", true},
		{"Güneş Kitabevi", "Güneş Kitabevi'nin", true},
		{"", "irgendwer", false},
		{"GmbH", "eine GmbH", true},
	} {
		n := newNaming(c.business)
		toks := split(c.text)
		found := len(n.find(toks, "")) > 0 || brand(c.business) && len(findBrand(c.business, c.text, toks)) > 0
		if found != c.found {
			t.Errorf("%q in %q: %t", c.business, c.text, found)
		}
	}
}
