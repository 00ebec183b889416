package wording

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// labelled is a text with the clauses it lacks.
type labelled struct {
	Input
	Missing []string `json:"missing"`
}

func readSet(tb testing.TB, file string) []labelled {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var set []labelled
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var l labelled
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			tb.Fatalf("%s: %v in %s", file, err, sc.Text())
		}
		set = append(set, l)
	}
	return set
}

// score counts caught musts and false alarms of a set.
type score struct {
	texts, right, musts, caught, correct, falseMissing int
}

func measure(tb testing.TB, set []labelled) (total score, byLang map[string]*score) {
	tb.Helper()
	byLang = map[string]*score{}
	for _, l := range set {
		got := Lint(l.Input).Missing
		s := byLang[l.Lang]
		if s == nil {
			s = &score{}
			byLang[l.Lang] = s
		}
		var lost, extra []string
		for _, code := range l.Missing {
			if !slices.Contains(got, code) {
				lost = append(lost, code)
			}
		}
		for _, code := range got {
			if !slices.Contains(l.Missing, code) {
				extra = append(extra, code)
			}
		}
		for _, sc := range []*score{s, &total} {
			sc.texts++
			sc.musts += len(l.Missing)
			sc.caught += len(l.Missing) - len(lost)
			if len(l.Missing) == 0 {
				sc.correct++
			}
			if len(extra) > 0 {
				sc.falseMissing++
			}
			if len(lost)+len(extra) == 0 {
				sc.right++
			}
		}
		if len(lost)+len(extra) > 0 {
			tb.Logf("%s %s not caught [%s], false [%s]: %s", l.Lang, l.Business, strings.Join(lost, " "), strings.Join(extra, " "), l.Text)
		}
	}
	return total, byLang
}

func TestHeldout(t *testing.T) {
	total, byLang := measure(t, readSet(t, "testdata/heldout.jsonl"))
	t.Logf("%+v", total)
	for lang, s := range byLang {
		t.Logf("%s %+v", lang, *s)
	}
}

func TestTexts(t *testing.T) {
	total, _ := measure(t, readSet(t, "testdata/texts.jsonl"))
	if total.caught < total.musts {
		t.Errorf("%d of %d missing clauses were not caught", total.musts-total.caught, total.musts)
	}
	if total.falseMissing*50 > total.texts {
		t.Errorf("%d of %d texts had a clause wrongly called missing", total.falseMissing, total.texts)
	}
}
