package keyword

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
)

// labelled is one message of testdata with what it asks for.
type labelled struct {
	Text  string `json:"text"`
	Lang  string `json:"lang"`
	Via   Via    `json:"via"`
	Asked Asked  `json:"asked"`
	Want  Intent `json:"want"`
}

func readLabelled(t testing.TB, name string) []labelled {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []labelled
	for s := bufio.NewScanner(f); s.Scan(); {
		var l labelled
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatalf("%s: %v: %s", name, err, s.Text())
		}
		out = append(out, l)
	}
	return out
}

// score is how a set was read.
type score struct {
	n, right, none, falseStops, reversed, unsure int
}

func (s *score) count(want, got Intent) {
	s.n++
	if want == got {
		s.right++
	}
	if got == Unsure {
		s.unsure++
	}
	if !want.Stops() {
		s.none++
		if got.Stops() {
			s.falseStops++
		}
	}
	if want == Start && got.Stops() || want.Stops() && got == Start {
		s.reversed++
	}
}

func measure(t testing.TB, set []labelled, hint bool) (score, map[string]*score) {
	t.Helper()
	var all score
	langs := map[string]*score{}
	for _, l := range set {
		in := Input{Text: l.Text, Via: l.Via, Asked: l.Asked}
		if hint {
			in.Lang = l.Lang
		}
		got := Read(in)
		if langs[l.Lang] == nil {
			langs[l.Lang] = &score{}
		}
		all.count(l.Want, got.Intent)
		langs[l.Lang].count(l.Want, got.Intent)
		if got.Intent != l.Want {
			t.Logf("%s %s %q: %s (%q read as %s), want %s", l.Lang, l.Asked, l.Text, got.Intent, got.Matched, got.Lang, l.Want)
		}
	}
	return all, langs
}

// TestBars holds the reader to what it promises, with the language told and untold.
func TestBars(t *testing.T) {
	for _, name := range []string{"labelled.jsonl", "heldout.jsonl"} {
		for _, hint := range []bool{true, false} {
			all, langs := measure(t, readLabelled(t, name), hint)
			t.Logf("%s hint=%v: %d of %d right (%.1f %%), %d of %d false stops, %d reversed", name, hint,
				all.right, all.n, 100*float64(all.right)/float64(all.n), all.falseStops, all.none, all.reversed)
			if all.right*100 < all.n*97 || all.falseStops*100 > all.none*2 || all.reversed > 0 {
				t.Errorf("%s hint=%v: %+v, below the bars", name, hint, all)
			}
			for lang, s := range langs {
				if s.right*100 < s.n*92 {
					t.Errorf("%s hint=%v: %s %d of %d", name, hint, lang, s.right, s.n)
				}
			}
		}
	}
}

// TestNoHintReverses: whatever language the caller believes in, an opt-in is never read as an opt-out or the reverse.
func TestNoHintReverses(t *testing.T) {
	for _, l := range append(readLabelled(t, "labelled.jsonl"), readLabelled(t, "heldout.jsonl")...) {
		if l.Want != Start && !l.Want.Stops() {
			continue // what asks for neither cannot be turned round
		}
		for _, hint := range []string{"de", "en", "es", "fr", "pt", "it", "nl", "pl", "tr", "ar", "hi", "ja"} {
			got := Read(Input{Text: l.Text, Lang: hint, Via: l.Via, Asked: l.Asked}).Intent
			if l.Want == Start && got.Stops() || l.Want.Stops() && got == Start {
				t.Errorf("%q as %s: %s, want %s", l.Text, hint, got, l.Want)
			}
		}
	}
}
