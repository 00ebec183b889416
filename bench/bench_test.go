package bench

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		got, target, stretch float64
		less                 bool
		want                 string
	}{
		{0.4, 0.5, 0.8, false, "short"}, {0.5, 0.5, 0.8, false, "met"}, {0.8, 0.5, 0.8, false, "stretch"},
		{1.1, 1, 0.3, true, "short"}, {1, 1, 0.3, true, "met"}, {0.2, 1, 0.3, true, "stretch"}, {5, 0, 0, false, ""},
	} {
		if got := verdict(c.got, c.target, c.stretch, c.less); got != c.want {
			t.Errorf("verdict(%v, %v, %v, %v) = %q, want %q", c.got, c.target, c.stretch, c.less, got, c.want)
		}
	}
}

// A row with a floor is judged by its ratio, and both are shown.
func TestRatioIsJudgedAndShown(t *testing.T) {
	r := run{bench: "check", engine: "sqlite", out: &Result{}}
	r.add(Row{What: "x", Value: 60, Floor: "bare", FloorAt: 100, Target: 0.5, Stretch: 0.8})
	if got := r.out.Rows[0]; got.Ratio != 0.6 || got.Verdict != "met" {
		t.Errorf("%+v", got)
	}
	var text strings.Builder
	if err := Print(&text, []Result{*r.out}); err != nil || !strings.Contains(text.String(), "bare: 100") || !strings.Contains(text.String(), "met") {
		t.Errorf("%v\n%s", err, text.String())
	}
}

func TestMedian(t *testing.T) {
	r := run{Options: Options{Runs: 3}}
	got, err := r.median(func(i int) (float64, error) { return []float64{9, 1, 5}[i], nil })
	if got != 5 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestUnknownBench(t *testing.T) {
	if _, err := Run(t.Context(), "nonsense", Options{}); err == nil {
		t.Error("no error")
	}
}

// The smallest check runs whole on SQLite: world, people, API, floor.
func TestCheckRuns(t *testing.T) {
	list, err := Run(context.Background(), "check", Options{Engines: []string{"sqlite"}, Span: 50 * time.Millisecond, Runs: 1, People: 50})
	if err != nil || len(list) != 1 || len(list[0].Rows) != 1 || list[0].Rows[0].Value <= 0 || list[0].Rows[0].FloorAt <= 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

// The smallest benches of the ways in run whole: a word over SMPP, and 50 calls.
func TestWaysInRun(t *testing.T) {
	for _, name := range []string{"sms", "calls"} {
		list, err := Run(context.Background(), name, Options{Engines: []string{"sqlite"}, Span: 200 * time.Millisecond, Runs: 1, People: 10})
		if err != nil || len(list) != 1 || len(list[0].Rows) != 1 || list[0].Rows[0].Value <= 0 {
			t.Errorf("%s: %+v, %v", name, list, err)
		}
	}
}
