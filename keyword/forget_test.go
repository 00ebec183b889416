package keyword

import "testing"

func TestWantsForgetting(t *testing.T) {
	for text, want := range map[string]bool{
		"Löscht bitte alle meine Daten!":                          true,
		"Bitte löschen Sie meine Daten nach DSGVO":                true,
		"Ich will, dass meine Daten gelöscht werden.":             true,
		"Please delete all the data you have about me":            true,
		"I want my data erased":                                   true,
		"Ich berufe mich auf mein Recht auf Löschung":             true,
		"Request under Art. 17 GDPR":                              true,
		"Supprimez mes données":                                   true,
		"Eliminen mis datos":                                      true,
		"löschen":                                                 false,
		"delete":                                                  false,
		"Löscht meine Nummer":                                     false, // an opt-out, which Read knows
		"Meine Daten haben sich geändert":                         false,
		"Ich habe die Datei gelöscht":                             false,
		"The update uses too much data":                           false,
		"Haben Sie meine Bestellung gelöscht? Das Datum stimmte.": false,
		"": false,
	} {
		if got := WantsForgetting(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
