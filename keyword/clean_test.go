package keyword

import (
	"strings"
	"testing"
)

func cleaned(s string, via Via) string {
	var out []string
	for _, w := range clean(s, via).words {
		out = append(out, w.s)
	}
	return strings.Join(out, " ")
}

func TestClean(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"S T O P", "stop"}, {"S.T.O.P.", "stop"}, {"s-t-o-p bitte", "stop bitte"}, {"sto p", "stop"}, {"ＳＴＯＰ", "stop"}, {"𝗦𝗧𝗢𝗣", "stop"},
		{"ЅТОР", "stop"}, {"st\u200bop", "stop"}, {"s\u00adtop", "stop"}, {"ST0P", "stop"}, {"stoooop", "stop"}, {"sotp", "stop"},
		{"bitteeee", "bitte"}, {"unsubscirbe", "unsubscribe"}, {"abmedlen", "abmelden"}, {"nachirchten", "nachrichten"}, {"avmeld", "avmeld"}, {"Hört auf", "hort auf"},
		{"don't", "dont"}, {"don’t", "dont"}, {"l'envoi", "l envoi"}, {"İPTAL", "iptal"}, {"ŁÓDŹ", "lodz"}, {"أوقف", "اوقف"}, {"shop", "shop"},
	} {
		if got := cleaned(tt.in, Text); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestOwnWords(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"Abmelden\n\nAm 1.2.2026 schrieb Muster:\n> STOP", "abmelden"},
		{"Hi\n-- \nStop Inc.", "hi"},
		{"Thanks\n\n-----Original Message-----\nFrom: x\nSTOP", "thanks"},
		{"Ok\nSent from my phone", "ok"},
		{"Betreff: AW: Newsletter\nBitte abmelden", "newsletter bitte abmelden"},
		{"Merci\n\nLe 3 mai 2026, Acme a écrit :\n> STOP", "merci"},
		{"Danke\n\nVon: Muster\nBetreff: STOP", "danke"},
	} {
		if got := cleaned(tt.in, Email); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestMendNeverCrosses: no slip of the pen makes a start of a stop word or the reverse.
func TestMendNeverCrosses(t *testing.T) {
	for _, word := range []string{"abmelden", "anmelden", "unsubscribe", "subscribe", "abbestellen", "afmelden", "aanmelden", "austragen", "eintragen", "uitschrijven", "inschrijven", "stop", "start"} {
		want := Read(Input{Text: word}).Intent
		for i := range word {
			for _, c := range "abdefmnostux" {
				for _, s := range []string{word[:i] + string(c) + word[i+1:], word[:i] + string(c) + word[i:], word[:i] + word[i+1:]} {
					got := Read(Input{Text: s}).Intent
					if want == Start && got.Stops() || want.Stops() && got == Start {
						if Read(Input{Text: s}).Confidence < 0.99 || keywords[s] != got {
							t.Errorf("%q for %q: %s", s, word, got)
						}
					}
				}
			}
		}
	}
}

func TestFlags(t *testing.T) {
	for _, tt := range []struct {
		in                        Input
		declined, wrong, noAnswer bool
	}{
		{in: Input{Text: "nein danke", Asked: AskedOptin}, declined: true},
		{in: Input{Text: "das war ich nicht", Asked: AskedOptin}, declined: true, wrong: true},
		{in: Input{Text: "das war ich nicht"}, wrong: true},
		{in: Input{Text: "falsche Nummer"}, wrong: true},
		{in: Input{Text: "falsche Nummer, bitte nicht mehr schreiben"}, wrong: true, noAnswer: true},
		{in: Input{Text: "STOP", Asked: AskedOptin}, declined: true},
		{in: Input{Text: "schreibt mir nicht mehr"}, noAnswer: true},
		{in: Input{Text: "do not write to me"}, noAnswer: true},
		{in: Input{Text: "👎", Asked: AskedOptin}, declined: true},
		{in: Input{Text: "STOP"}},
		{in: Input{Text: "ja", Asked: AskedOptin}},
		{in: Input{Text: "Wann kommt mein Paket?", Asked: AskedOptin}},
	} {
		r := Read(tt.in)
		if r.Declined != tt.declined || r.WrongPerson != tt.wrong || r.NoAnswer != tt.noAnswer {
			t.Errorf("%q: %+v", tt.in.Text, r)
		}
	}
}

func TestMatchedAndLang(t *testing.T) {
	r := Read(Input{Text: "Hallo, bitte keine Werbung mehr!"})
	if r.Lang != "de" || !strings.Contains(r.Matched, "keine werbung") {
		t.Errorf("%+v", r)
	}
	if r := Read(Input{Text: "qwrtz"}); r.Lang != "" || r.Matched != "" || r.Intent != None {
		t.Errorf("%+v", r)
	}
	if r := Read(Input{Text: "mujhe message mat bhejo"}); r.Lang != "hi" {
		t.Errorf("%+v", r)
	}
}
