package keyword

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// FuzzRead: whatever comes in, a known intent comes out, in time, and twice the same.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"STOP", "S.T.O.P", "st\u200bop", "ЅТОР", "bitte keine Werbung mehr", "\n> STOP\n", "🛑", "لا ترسلوا", "बंद करो", "\xff\xfe", "?", "''''", strings.Repeat("stop ", 500)} {
		f.Add(s, "", "text", "")
		f.Add(s, "de", "email", "optin")
	}
	f.Fuzz(func(t *testing.T, s, lang, via, asked string) {
		in := Input{Text: s, Lang: lang, Via: Via(via), Asked: Asked(asked)}
		begin := time.Now()
		r := Read(in)
		if took := time.Since(begin); took > time.Second {
			t.Fatalf("%d bytes took %v", len(s), took)
		}
		switch r.Intent {
		case StopAll, StopMarketing, StopTopic, Start, Help, None, Unsure:
		default:
			t.Fatalf("intent %q", r.Intent)
		}
		if r.Confidence < 0 || r.Confidence > 1 || !utf8.ValidString(r.Lang) || r != Read(in) {
			t.Fatalf("%+v", r)
		}
	})
}

// TestKeywordsSurvive: case, blanks, marks and courtesy never change what a keyword asks for.
func TestKeywordsSurvive(t *testing.T) {
	words := map[string]Intent{"stop": StopAll, "abmelden": StopAll, "unsubscribe": StopAll, "baja": StopAll, "sair": StopAll, "wypisz": StopAll,
		"keine werbung mehr": StopMarketing, "afmelden": StopAll, "désabonnement": StopAll, "توقف": StopAll, "बंद करो": StopAll, "durdur": StopAll,
		"start": Start, "hilfe": Help, "help": Help}
	keys := make([]string, 0, len(words))
	for w := range words {
		keys = append(keys, w)
	}
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SampledFrom(keys).Draw(t, "word")
		text := w
		switch rapid.IntRange(0, 2).Draw(t, "case") {
		case 1:
			text = strings.ToUpper(w)
		case 2:
			text = strings.ToUpper(w[:1]) + w[1:]
			if w[0] >= 0x80 {
				text = w
			}
		}
		text = rapid.SampledFrom([]string{"", " ", "\n", "  ", "Hi, ", "Hallo! ", "please ", "bitte "}).Draw(t, "before") + text +
			rapid.SampledFrom([]string{"", ".", "!", "!!!", " ", "\n\n", " thanks", ". Danke", ", thx", " bitte", " please", " 🙏"}).Draw(t, "after")
		lang := rapid.SampledFrom([]string{"", "de", "en", "es", "hi", "xx", "pt-BR"}).Draw(t, "lang")
		if got := Read(Input{Text: text, Lang: lang}); got.Intent != words[w] {
			t.Fatalf("%q (%s): %s, want %s", text, lang, got.Intent, words[w])
		}
	})
}

// TestEveryFactsKeyword: each bare word of the facts file is read as it stands there, under any hint.
func TestEveryFactsKeyword(t *testing.T) {
	for key, want := range keywords {
		for _, lang := range []string{"", "en", "ja"} {
			if got := Read(Input{Text: key, Lang: lang}); got.Intent != want {
				t.Errorf("%q (%s): %s, want %s", key, lang, got.Intent, want)
			}
		}
	}
}

// TestLongText: what lies far down is not read, and reading stays quick.
func TestLongText(t *testing.T) {
	for _, s := range []string{strings.Repeat("s t o p ", 100000), strings.Repeat("keine nachrichten ", 50000), strings.Repeat("\u0301", 1<<20), strings.Repeat("ﷺ", 100000)} {
		begin := time.Now()
		Read(Input{Text: s, Via: Email})
		if took := time.Since(begin); took > time.Second {
			t.Errorf("%.20q took %v", s, took)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	set := readLabelled(b, "labelled.jsonl")
	for b.Loop() {
		for _, l := range set {
			Read(Input{Text: l.Text, Via: l.Via, Asked: l.Asked})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(set)), "ns/message")
}
