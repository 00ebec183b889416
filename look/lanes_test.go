package look

import (
	"context"
	"strings"
	"testing"
)

func TestLanes(t *testing.T) {
	l := Lanes{Words: [3]string{"Grün", "Gelb", "Rot"}, Notes: []float64{0.5}, Runs: []Run{
		{0, 0.5, "ok"}, {0.5, 0.75, "warn"}, {0.75, 0.9, "idle"}, {0.9, 0.9, "bad"}, {0.95, 1.5, "bad"}}}
	bars, steps := drawRuns(l.Runs)
	if len(bars) != 3 || len(steps) != 1 {
		t.Fatalf("%d bars, %d steps: what is not rated and what lasted no time is not drawn", len(bars), len(steps))
	}
	if bars[0].X != "11.00%" || bars[0].Width != "44.50%" || bars[1].Fill != "f-warn" || bars[2].Y != "44.0" || bars[2].Width != "4.45%" {
		t.Errorf("%+v", bars)
	}
	if steps[0] != (stroke{"55.50%", "12.0", "55.50%", "30.0"}) {
		t.Errorf("%+v", steps[0])
	}
	var b strings.Builder
	if err := LanesOf(l).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Grün", "Rot", `class="g-note"`, `aria-hidden="true"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(b.String(), "style=") {
		t.Error("a style attribute, which the policy blocks")
	}
}

func TestLevel(t *testing.T) {
	l := Level{Used: 6410, Reserved: 940, Limit: 10000}
	if l.share(l.Used) != "64.10%" || l.share(20_000) != "100.00%" || (Level{}).share(5) != "0.00%" {
		t.Error(l.share(l.Used), l.share(20_000), (Level{}).share(5))
	}
}
