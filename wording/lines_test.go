package wording

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

func lintLines(t *testing.T, in string, def Input) []string {
	t.Helper()
	var out strings.Builder
	if err := LintLines(strings.NewReader(in), &out, def); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func line(t *testing.T, in Input) string {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestOneLineOutForEachLineIn(t *testing.T) {
	good := line(t, german())
	in := strings.Join([]string{
		good,
		``,
		`{"business":"Meier","text":""}`,
		`{"text":"Ja"}`,
		`{"business":"Meier"}`,
		`{"business":"Meier","text":7}`,
		`{"business":"Meier","text":"Ja","kind":"fax"}`,
		`{"business":"Meier","text":"Ja","purpose":"fun"}`,
		`not json`,
		`{"business":"Meier","text":"` + strings.Repeat("a", maxLine) + `"}`,
		`{"business":"Meier","text":"` + strings.Repeat("a", maxText+1) + `"}`,
		good,
	}, "\n")
	want := []string{"ok", "error", "missing", "business is missing", "text is missing", "field text", "kind", "purpose", "syntax", "longer", "longer", "ok"}
	got := lintLines(t, in, Input{})
	if len(got) != len(want) {
		t.Fatalf("%d lines for %d", len(got), len(want))
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("line %d: %s, want %s", i, got[i], want[i])
		}
	}
	if !strings.HasPrefix(got[0], `{"ok":true,"missing":[],"warnings":[`) {
		t.Errorf("contract broken: %s", got[0])
	}
	if !strings.HasPrefix(got[2], `{"ok":false,"missing":["BUSINESS_NAME","CHANNEL_WHATSAPP","OPT_IN_STATEMENT","CATEGORIES","WITHDRAW_HOW"]`) {
		t.Errorf("empty text: %s", got[2])
	}
}

func TestLinesFallBackOnDefaults(t *testing.T) {
	def := german()
	def.UI = &UI{Prechecked: yes()}
	got := lintLines(t, `{"ui":{"prechecked":false}}`+"\r\n"+`{}`+"\n", def)
	if len(got) != 2 || !strings.Contains(got[0], `"ok":true`) || !strings.Contains(got[1], Unticked) {
		t.Errorf("one line changed the defaults of the next: %v", got)
	}
}

func TestErrorsEchoNothing(t *testing.T) {
	for _, l := range []string{`{"business":"Meier","text":"x","kind":"+4915112345678"}`, `{"business":"+4915112345678`, `{"text":"+4915112345678"}`} {
		if got := lintLines(t, l, Input{}); strings.Contains(got[0], "4915112345678") || !strings.Contains(got[0], "error") {
			t.Errorf("%s", got[0])
		}
	}
}

func TestReadAndWriteErrors(t *testing.T) {
	broken := errors.New("broken")
	if err := LintLines(iotest.ErrReader(broken), &strings.Builder{}, Input{}); !errors.Is(err, broken) {
		t.Errorf("read: %v", err)
	}
	if err := LintLines(strings.NewReader("{}\n"), failing{broken}, Input{}); !errors.Is(err, broken) {
		t.Errorf("write: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func FuzzLintLines(f *testing.F) {
	f.Add("{}\n\n{\"business\":\"a\",\"text\":\"b\"}")
	f.Fuzz(func(t *testing.T, in string) {
		var out strings.Builder
		if err := LintLines(strings.NewReader(in), &out, Input{}); err != nil {
			t.Fatal(err)
		}
		want := strings.Count(in, "\n")
		if in != "" && !strings.HasSuffix(in, "\n") && strings.Trim(in[strings.LastIndexByte(in, '\n')+1:], "\r") != "" {
			want++
		}
		if got := strings.Count(out.String(), "\n"); got != want {
			t.Fatalf("%d lines out, %d in", got, want)
		}
	})
}
