package keyword

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of docs/keyword.md anew")

const docsPath, mark = "../docs/keyword.md", "<!-- tables: go test ./keyword -update -->"

// TestDocs keeps the tables of the docs page equal to what is measured.
func TestDocs(t *testing.T) {
	if *update {
		relearn(t)
	}
	page, err := os.ReadFile(docsPath)
	if err != nil {
		t.Fatal(err)
	}
	text, _, ok := bytes.Cut(page, []byte(mark))
	if !ok {
		t.Fatalf("docs/keyword.md has no line %s", mark)
	}
	want := append(append(slices.Clone(text), mark...), tables(t)...)
	if *update {
		if err := os.WriteFile(docsPath, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(page, want) {
		t.Error("docs/keyword.md differs from what is measured; run go test ./keyword -update")
	}
}

func tables(t *testing.T) string {
	var b strings.Builder
	b.WriteString("\n")
	for _, name := range []string{"labelled.jsonl", "heldout.jsonl"} {
		set := readLabelled(t, name)
		all, langs := score{}, map[string]*score{}
		intents := map[Intent]*tally{}
		for _, l := range set {
			got := Read(Input{Text: l.Text, Lang: l.Lang, Via: l.Via, Asked: l.Asked}).Intent
			all.count(l.Want, got)
			if langs[l.Lang] == nil {
				langs[l.Lang] = &score{}
			}
			langs[l.Lang].count(l.Want, got)
			tallyFor(intents, l.Want).wanted++
			tallyFor(intents, got).said++
			if l.Want == got {
				tallyFor(intents, got).right++
			}
		}
		fmt.Fprintf(&b, "\n### %s, now\n\n%d messages, %.1f %% right, %d of %d false stops, %d opt-ins and opt-outs confused, %d unsure.\n", name,
			all.n, percent(all.right, all.n), all.falseStops, all.none, all.reversed, all.unsure)
		b.WriteString("\n| language | messages | right | false stops |\n|---|---|---|---|\n")
		for _, lang := range slices.Sorted(maps.Keys(langs)) {
			s := langs[lang]
			fmt.Fprintf(&b, "| %s | %d | %.1f %% | %d of %d |\n", lang, s.n, percent(s.right, s.n), s.falseStops, s.none)
		}
		b.WriteString("\n| intent | messages | precision | recall |\n|---|---|---|---|\n")
		for _, in := range slices.Sorted(maps.Keys(intents)) {
			c := intents[in]
			fmt.Fprintf(&b, "| %s | %d | %.1f %% | %.1f %% |\n", in, c.wanted, percent(c.right, c.said), percent(c.right, c.wanted))
		}
		precisionByLanguage(&b, set)
	}
	return b.String()
}

type tally struct{ wanted, said, right int }

func tallyFor(m map[Intent]*tally, in Intent) *tally {
	if m[in] == nil {
		m[in] = &tally{}
	}
	return m[in]
}

// precisionByLanguage is about stops of any kind, the reading that matters most.
func precisionByLanguage(b *strings.Builder, set []labelled) {
	stops := map[string]*tally{}
	for _, l := range set {
		if stops[l.Lang] == nil {
			stops[l.Lang] = &tally{}
		}
		c := stops[l.Lang]
		got := Read(Input{Text: l.Text, Lang: l.Lang, Via: l.Via, Asked: l.Asked}).Intent
		if l.Want.Stops() {
			c.wanted++
		}
		if got.Stops() {
			c.said++
		}
		if l.Want.Stops() && got.Stops() {
			c.right++
		}
	}
	b.WriteString("\n| stops of any kind | messages | precision | recall |\n|---|---|---|---|\n")
	for _, lang := range slices.Sorted(maps.Keys(stops)) {
		c := stops[lang]
		fmt.Fprintf(b, "| %s | %d | %.1f %% | %.1f %% |\n", lang, c.wanted, percent(c.right, c.said), percent(c.right, c.wanted))
	}
}

func percent(a, b int) float64 {
	if b == 0 {
		return 100
	}
	return 100 * float64(a) / float64(b)
}
