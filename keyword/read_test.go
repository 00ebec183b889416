package keyword

import "testing"

func TestBriefExamples(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Intent
	}{
		{"STOP", StopAll}, {"Stop. Danke", StopAll}, {"please stop thx", StopAll}, {"S T O P", StopAll}, {"S.T.O.P", StopAll},
		{"sotp", StopAll}, {"ЅТОР", StopAll}, {"ＳＴＯＰ", StopAll}, {"st\u200bop", StopAll}, {"🛑", StopAll}, {"stoooop", StopAll},
		{"bitte keine Werbung mehr", StopMarketing}, {"nimm mich aus dem Verteiler", StopAll}, {"melden Sie mich bitte ab", StopAll},
		{"hört auf mir zu schreiben", StopAll}, {"nehmt mich raus", StopAll}, {"trag mich aus", StopAll}, {"löscht meine Nummer", StopAll},
		{"will nichts mehr von euch hören", StopAll}, {"lasst mich in Ruhe", StopAll}, {"Könnt ihr aufhören mir zu schreiben?", StopAll},
		{"can you please stop messaging me?", StopAll}, {"can you stop the delivery?", None}, {"Stoppt ihr auch in Köln?", None},
		{"bitte nicht stoppen", None}, {"don't stop", None}, {"don't unsubscribe me", None}, {"I never want to stop these", None},
		{"how do I unsubscribe?", Help}, {"cancel my order", None}, {"meine Bestellung stornieren", None}, {"Termin absagen", None},
		{"I stopped by", None}, {"if it doesn't stop raining", None}, {"my friend said stop", None}, {"STOP ALL", StopAll},
		{"keine Angebote mehr, Versandinfos gern", StopMarketing}, {"falsche Nummer, bitte nicht mehr schreiben", StopAll},
		{"ja ich will Nachrichten bekommen", Start}, {"bitte wieder anmelden", Start}, {"sign me up", Start},
		{"Ja, ich möchte von Muster GmbH per WhatsApp Angebote erhalten. Code K7F2-9Q", Start}, {"I want to receive offers again", Start},
		{"wer ist das", Help}, {"who are you", Help}, {"No thanks", None}, {"Ja, gern", None}, {"leave me alone", StopAll}, {"lose my number", StopAll},
		{"no more texts", StopAll}, {"Stop promotions", StopMarketing}, {"unsubcribe", StopAll}, {"abmeldn", StopAll}, {"alles abbestellen", StopAll},
	} {
		if got := Read(Input{Text: tt.text}); got.Intent != tt.want {
			t.Errorf("%q: %s (%s, %s), want %s", tt.text, got.Intent, got.Matched, got.Lang, tt.want)
		}
	}
}
