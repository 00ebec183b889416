package wording

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func emptyLexicon() *lexicon {
	return &lexicon{groups: map[string]int{}, exact: map[string]*bits{}, prefix: map[string]*bits{}, suffix: map[string]*bits{}}
}

func TestNotationErrors(t *testing.T) {
	for _, line := range []string{"@a b", "nothing", "TAG:", "TAG: ..3 a", "TAG: a ..x b", "TAG: ^", "@a = *", "TAG: a ? b"} {
		if err := emptyLexicon().read(line, "de"); err == nil {
			t.Errorf("%q passes", line)
		}
	}
	for _, line := range []string{"", "# only a comment", "@a = b c* *d", "TAG: a|b @c ..3 d? ~2 !e # why", "TAG: <a ^b"} {
		if err := emptyLexicon().read(line, "de"); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
}

// matches reports whether a pattern is found in a text.
func matches(t *testing.T, pattern, text string) bool {
	t.Helper()
	x := emptyLexicon()
	for _, l := range []string{"@neg = nicht", "@leave = stopp", "@filler = ja", pattern} {
		if err := x.read(l, "de"); err != nil {
			t.Fatal(err)
		}
	}
	x.neg, x.leave = x.group("@neg"), x.group("@leave")
	r := &reading{text: text, toks: split(text), x: x, hits: map[string][]span{}}
	r.classifyAll("")
	r.search("")
	return len(r.hits["T"]) > 0
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		found         bool
	}{
		{"T: ich ..2 will", "ich das nur will", true},
		{"T: ich ..2 will", "ich das ja nur will", false},
		{"T: ich ..2 will", "ich nicht will", false},
		{"T: ich ~2 will", "ich nicht will", true},
		{"T: ich ..2 will", "ich stopp will", false},
		{"T: ich ..2 will", "Nur ich. Wer will?", false},
		{"T: ich ja? will", "ich will", true},
		{"T: ich ja? will", "ich ja will", true},
		{"T: <will", "ja will ich", true},
		{"T: <will", "ich will", false},
		{"T: ^will", "ich, will", true},
		{"T: ^will", "ich will", false},
		{"T: !will", "ich will", false},
		{"T: !will", "ich WILL", true},
		{"T: !will", "ich „will“", true},
		{"T: wi*", "wille", true},
		{"T: *le", "wille", true},
		{"T: *le", "willen", false},
	} {
		if got := matches(t, c.pattern, c.text); got != c.found {
			t.Errorf("%s in %q: %t", c.pattern, c.text, got)
		}
	}
}

// A class or tag that the code asks for and no file fills would answer no for ever.
func TestEveryClassAndTagIsFilled(t *testing.T) {
	x := theLexicon()
	filled := map[int]bool{}
	for _, m := range []map[string]*bits{x.exact, x.prefix, x.suffix} {
		for _, b := range m {
			for g := range words64 * 64 {
				if b.has(g) {
					filled[g] = true
				}
			}
		}
	}
	for name, g := range x.groups {
		if !filled[g] && g != x.business {
			t.Errorf("class %s has no words", name)
		}
	}
	tags := map[string]bool{}
	for _, p := range x.patterns {
		tags[p.tag] = true
	}
	files, _ := filepath.Glob("*.go")
	class, tag := regexp.MustCompile(`"(@[a-z0-9]+)"`), regexp.MustCompile(`(?:hits\["|Hit\([^"]*"|leaving\(")([A-Z]{2,})"`)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range class.FindAllSubmatch(src, -1) {
			if _, ok := x.groups[string(m[1])]; !ok {
				t.Errorf("%s asks for class %s, which no file has", f, m[1])
			}
		}
		for _, m := range tag.FindAllSubmatch(src, -1) {
			if !tags[string(m[1])] {
				t.Errorf("%s asks for %s, which no pattern gives", f, m[1])
			}
		}
	}
	for code, list := range evidence {
		for _, tg := range list {
			if !tags[tg] {
				t.Errorf("evidence of %s: no pattern %s", code, tg)
			}
		}
	}
}
