package voice

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jawort/docs"
)

var full = Script{Languages: []string{"de", "en"}, Topics: []string{"a", "b"}, Record: true}

// say gives the sentences' names, for reading.
func say(list []Prompt) string {
	var out []string
	for _, p := range list {
		out = append(out, p.Language+":"+p.Standard+p.Slot)
	}
	return strings.Join(out, " ")
}

// run walks keys; the sentences said last and where it ends.
func run(s Script, hidden bool, keys string) Turn {
	t := s.Begin(hidden)
	for _, k := range []byte(keys) {
		t = s.After(t.Next, k)
	}
	return t
}

func TestCalls(t *testing.T) {
	one := Script{Languages: []string{"de"}}
	two := Script{Languages: []string{"de", "en"}}
	each := Script{Languages: []string{"de"}, Topics: []string{"a", "b"}}
	for name, c := range map[string]struct {
		script Script
		hidden bool
		keys   string
		at     Place
		said   string
		chosen string
		why    string
	}{
		"begins with the wording":            {one, false, "", AtNotice, "de:notice de:menu", "", ""},
		"the other language says how":        {two, false, "", AtNotice, "en:switch de:notice de:menu", "", ""},
		"yes":                                {one, false, "1", Yes, "de:yes", "", ""},
		"no":                                 {one, false, "2", No, "de:no", "", ""},
		"again, then yes":                    {one, false, "31", Yes, "de:yes", "", ""},
		"in English":                         {two, false, "4", AtNotice, "de:switch en:notice en:menu", "", ""},
		"in English, yes":                    {two, false, "41", Yes, "en:yes", "", ""},
		"there and back":                     {two, false, "44", AtNotice, "en:switch de:notice de:menu", "", ""},
		"four means nothing in one language": {one, false, "4", AtNotice, "de:wrong de:menu", "", ""},
		"the stop line":                      {one, false, "9", Stopped, "de:stop", "", ""},
		"stop while asked about recording":   {full, false, "9", Stopped, "de:stop", "", ""},
		"stop while asked about topics":      {each, false, "119", Stopped, "de:stop", "a", ""},
		"each topic":                         {each, false, "1", AtTopic, "de:topic:a de:topic", "", ""},
		"one of two":                         {each, false, "121", Yes, "de:yes", "b", ""},
		"none of two":                        {each, false, "122", No, "de:no", "", ""},
		"gone before the last topic":         {each, false, "11h", Nothing, "", "a", "gone"},
		"silent once":                        {one, false, "s", AtNotice, "de:menu", "", ""},
		"silent twice":                       {one, false, "ss", Nothing, "de:silent", "", "silent"},
		"silent, a key, silent":              {one, false, "s3s", AtNotice, "de:menu", "", ""},
		"confused":                           {one, false, "5#0", Nothing, "de:confused", "", "confused"},
		"confused, and in between again":     {one, false, "53#30", Nothing, "de:confused", "", "confused"},
		"a machine that repeats":             {one, false, strings.Repeat("3", 41), Nothing, "de:confused", "", "confused"},
		"hidden":                             {one, true, "", Nothing, "de:hidden", "", "hidden"},
		"hidden, and still presses":          {one, true, "1", Nothing, "", "", ""},
		"gone":                               {one, false, "h", Nothing, "", "", "gone"},
		"may record":                         {full, false, "1", AtNotice, "en:switch de:notice de:menu", "", ""},
		"may record is no yes":               {full, false, "1h", Nothing, "", "", "gone"},
		"three at the question about record": {full, false, "3", AtRecord, "de:wrong de:record", "", ""},
		"after the end nothing counts":       {one, false, "29", No, "", "", ""},
	} {
		got := run(c.script, c.hidden, c.keys)
		if got.Next.At != c.at || say(got.Say) != c.said || strings.Join(got.Next.Chosen, "") != c.chosen || got.Why != c.why {
			t.Errorf("%s: at %s, says %q, chosen %v, why %q", name, got.Next.At, say(got.Say), got.Next.Chosen, got.Why)
		}
	}
	if run(full, false, "1").Next.Recording != true || run(full, false, "2").Next.Recording != false {
		t.Error("recording without a yes, or none with it")
	}
}

// arrows are all steps the machine takes, found by walking it.
func arrows() []docs.Arrow {
	out := []docs.Arrow{{From: "[*]", To: "record", By: "call"}, {From: "[*]", To: "nothing", By: "hidden"}}
	seen := map[string]bool{}
	walk := []Moment{full.Begin(false).Next}
	for len(walk) > 0 {
		m := walk[0]
		walk = walk[1:]
		key := fmt.Sprintf("%+v", m)
		if m.At.Ends() || seen[key] {
			continue
		}
		seen[key] = true
		for _, in := range []byte("123495sh") {
			next := full.After(m, in).Next
			name := map[byte]string{'5': "other", 's': "silence", 'h': "hang up"}[in]
			if name == "" {
				name = string(in)
			}
			if a := (docs.Arrow{From: fmt.Sprint(m.At), To: fmt.Sprint(next.At), By: name}); !slices.Contains(out, a) {
				out = append(out, a)
			}
			if len(next.Keys) < 6 {
				walk = append(walk, next)
			}
		}
	}
	return out
}

func TestDrawingIsTheScript(t *testing.T) {
	code := arrows()
	docs.Compare(t, "Call", code)
	if len(code) < 20 {
		t.Errorf("only %d steps were found", len(code))
	}
}

// Whatever somebody presses: a consent comes only from a 1 at the wording, and every call ends.
func TestNoConsentWithoutAYes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := Script{Languages: []string{"de", "en"}[:rapid.IntRange(1, 2).Draw(r, "languages")], Record: rapid.Bool().Draw(r, "record")}
		if rapid.Bool().Draw(r, "each") {
			s.Topics = []string{"a", "b", "c"}
		}
		keys := rapid.StringOfN(rapid.RuneFrom([]rune("0123456789*#s")), 0, 60, -1).Draw(r, "keys")
		turn, yes := s.Begin(false), false
		for _, k := range []byte(keys) {
			yes = yes || turn.Next.At == AtNotice && k == '1'
			turn = s.After(turn.Next, k)
		}
		if turn.Next.At == Yes && !yes {
			r.Fatalf("%q is a yes", keys)
		}
		if turn.Next.Recording && !s.Record {
			r.Fatal("recorded without being asked")
		}
		for range mostSilent {
			turn = s.After(turn.Next, Silence)
		}
		if !turn.Next.At.Ends() {
			r.Fatalf("after %q and silence the call goes on at %s", keys, turn.Next.At)
		}
	})
}
