package address

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestLinesAnswersEachLineInOrder(t *testing.T) {
	in := strings.Join([]string{
		`{"input":"0151 123 45 678"}`,
		`{"input":"+52 1 55 1234 5678","region":"MX"}`,
		`not json`,
		``,
		`{"region":"DE"}`,
		`{"input":42}`,
		`{"input":"07700 900123","region":"GB"}`,
		`{"input":"` + strings.Repeat("1", longest) + `"}`,
		`{"input":"wa:DE.7000000001234567"}`,
		`{"input":"DE.7000000001234567","region":null}`,
		`{"input":"0151 12345678 / 0171 2345678"}`,
		`{"input":"(11) 8765-4321","region":"BR"}`, // no newline at the end
	}, "\n")
	want := []string{
		`{"address":"tel:+4915112345678","wa_ids":["4915112345678"]}`,
		`{"address":"tel:+525512345678","wa_ids":["525512345678","5215512345678"]}`,
		"bad_line", "bad_line", "bad_line", "bad_line",
		`{"address":"tel:+447700900123","wa_ids":["447700900123"]}`,
		"line_too_long",
		`{"address":"wa:DE.7000000001234567","wa_ids":[]}`,
		"user_id", "several_numbers",
		`{"address":"tel:+5511987654321","wa_ids":["5511987654321","551187654321"]}`,
	}
	var out bytes.Buffer
	if err := Lines(strings.NewReader(in), &out, "DE"); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines in, %d out:\n%s", len(want), len(got), out.String())
	}
	for i := range want {
		if got[i] == want[i] {
			continue
		}
		var r refusal
		if err := json.Unmarshal([]byte(got[i]), &r); err != nil || r.Code != Code(want[i]) || r.Error == "" {
			t.Errorf("line %d: %s, want %s", i+1, got[i], want[i])
		}
	}
}

func TestLinesOfNothingIsNothing(t *testing.T) {
	var out bytes.Buffer
	if err := Lines(strings.NewReader(""), &out, "DE"); err != nil || out.Len() != 0 {
		t.Errorf("%q, %v", out.String(), err)
	}
}

// deaf refuses what it is told.
type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("pipe closed") }

func TestLinesTellsWhenNobodyListens(t *testing.T) {
	if err := Lines(strings.NewReader(`{"input":"1"}`), deaf{}, ""); err == nil {
		t.Error("no error")
	}
}

func TestLinesTellsWhenReadingBreaks(t *testing.T) {
	var out bytes.Buffer
	broken := io.MultiReader(strings.NewReader("{\"input\":\"0151 12345678\"}\n"), brokenReader{})
	if err := Lines(broken, &out, "DE"); err == nil || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("%q, %v", out.String(), err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("cable pulled") }

// A conversation: the answer comes before the next question.
func TestLinesAnswersBeforeTheInputEnds(t *testing.T) {
	questions, ask := io.Pipe()
	told, answers := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- Lines(questions, answers, "DE") }()
	dec := json.NewDecoder(told)
	for range 3 {
		if _, err := io.WriteString(ask, "{\"input\":\"0151 12345678\"}\n"); err != nil {
			t.Fatal(err)
		}
		var a answer
		if err := dec.Decode(&a); err != nil || a.Address != "tel:+4915112345678" {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	ask.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("{\"input\":\"0151 12345678\"}\n{}\n\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		if err := Lines(bytes.NewReader(in), &out, "DE"); err != nil {
			t.Fatal(err)
		}
		want := bytes.Count(in, []byte("\n"))
		if len(in) > 0 && in[len(in)-1] != '\n' {
			want++
		}
		if got := bytes.Count(out.Bytes(), []byte("\n")); got != want {
			t.Fatalf("%d lines in, %d out", want, got)
		}
	})
}
