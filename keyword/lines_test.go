package keyword

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadLines(t *testing.T) {
	secret := "+4915112345678"
	in := strings.Join([]string{
		`{"text":"STOP","lang":"","via":"text"}`,
		`{"text":"Ja","lang":"de","via":"text","asked":"optin"}`,
		`not json ` + secret,
		``,
		`{"lang":"de"}`,
		`{"text":5}`,
		`{"text":"ja","asked":"whatever"}`,
		`{"text":"` + strings.Repeat("x", maxLine) + `"}`,
		`[]`,
		"{\"text\":\"keine Werbung mehr\"}\r",
		`{"text":"alles","asked":"stop_scope"}`,
		`{"text":"Danke & <tschüss>"}`, // the last line has no end
	}, "\n")
	want := []string{"stop_all", "start", "error", "error", "error", "error", "error", "error", "error", "stop_marketing", "stop_all", "none"}
	var out bytes.Buffer
	if err := ReadLines(iotest.HalfReader(strings.NewReader(in)), &out, ""); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), secret) {
		t.Error("an error repeats the line")
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d lines out for %d in:\n%s", len(lines), len(want), out.String())
	}
	for i, line := range lines {
		var got struct {
			Intent, Error string
			Matched       *string
			Confidence    *float64
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		if want[i] == "error" && (got.Error == "" || got.Intent != "") || want[i] != "error" && (got.Intent != want[i] || got.Matched == nil || got.Confidence == nil) {
			t.Errorf("line %d: %s, want %s", i, line, want[i])
		}
	}
}

func TestReadLinesHint(t *testing.T) {
	var out bytes.Buffer
	if err := ReadLines(strings.NewReader(`{"text":"fin"}`+"\n"), &out, "es"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "stop_all") {
		t.Error(out.String())
	}
	out.Reset()
	if err := ReadLines(strings.NewReader(""), &out, ""); err != nil || out.Len() != 0 {
		t.Errorf("%v, %q for no line", err, out.String())
	}
}

func TestReadLinesFails(t *testing.T) {
	broken := errors.New("broken")
	if err := ReadLines(iotest.ErrReader(broken), &bytes.Buffer{}, ""); !errors.Is(err, broken) {
		t.Errorf("reader: %v", err)
	}
	if err := ReadLines(strings.NewReader("{}\n"), failing{}, ""); !errors.Is(err, errFull) {
		t.Errorf("writer: %v", err)
	}
}

var errFull = errors.New("full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

func FuzzReadLines(f *testing.F) {
	f.Add([]byte("{\"text\":\"STOP\"}\n"))
	f.Add([]byte("\n\n{"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var out bytes.Buffer
		if err := ReadLines(bytes.NewReader(b), &out, ""); err != nil {
			t.Fatal(err)
		}
		want := bytes.Count(b, []byte("\n"))
		if len(b) > 0 && b[len(b)-1] != '\n' {
			want++
		}
		if got := bytes.Count(out.Bytes(), []byte("\n")); got != want {
			t.Fatalf("%d lines out for %d in", got, want)
		}
	})
}
