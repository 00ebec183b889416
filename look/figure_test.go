package look

import (
	"strings"
	"testing"
	"time"
)

func plain(s string) string {
	return strings.NewReplacer(narrow, "_", firm, "~").Replace(s)
}

func TestFigures(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 17, 10, 42, 0, 0, berlin)
	for _, c := range []struct{ got, want string }{
		{Integer("de", 8214), "8_214"}, {Integer("en", 8214), "8,214"}, {Integer("de", 999), "999"}, {Integer("en", 1234567), "1,234,567"},
		{Integer("de", -1000), "−1_000"}, {Integer("en", 0), "0"}, {Integer("de", -9223372036854775808), "−9_223_372_036_854_775_808"},
		{Percent("de", 78, 1000), "7,8_%"}, {Percent("en", 78, 1000), "7.8%"}, {Percent("de", 1, 100000), "unter 0,1_%"},
		{Percent("en", 1, 100000), "under 0.1%"}, {Percent("de", 0, 5), "0_%"}, {Percent("de", 1, 0), "–"},
		{Date("de", now), "17.~November 2026"}, {Date("en", now), "17~November 2026"}, {ShortDate("de", now), "17.11.2026"}, {ShortDate("en", now), "17 Nov 2026"}, {AxisDate("de", now), "17.~Nov."}, {AxisDate("en", now), "17~Nov"},
		{DateTime("de", now), "17.~November 2026, 10:42~Uhr"}, {DateTime("en", now), "17~November 2026, 10:42"},
		{When("de", now, now), "Heute, 10:42~Uhr"}, {When("en", now.AddDate(0, 0, -1), now), "Yesterday, 10:42"},
		{When("de", time.Date(2026, 11, 16, 23, 30, 0, 0, time.UTC), now), "Heute, 00:30~Uhr"},
		{When("de", now.AddDate(0, 0, -2), now), "15.~November 2026, 10:42~Uhr"}, {When("fr", now, now), "Today, 10:42"},
	} {
		if got := plain(c.got); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestColumnsAreToScale(t *testing.T) {
	d := Columns{UpWord: "agreements", DownWord: "opt-outs", Days: []Column{{Label: "1", Up: 80}, {Label: "2", Up: 40, Down: 20}, {Label: "3"}}}.draw()
	for i, want := range []struct{ up, down, read string }{{"120.0", "", "1  ·  agreements 80  ·  opt-outs 0"}, {"60.0", "30.0", "2  ·  agreements 40  ·  opt-outs 20"},
		{"", "", "3  ·  agreements 0  ·  opt-outs 0"}} { // nought draws nothing
		day := d.Days[i]
		if high(day.Up) != want.up || high(day.Down) != want.down || plain(day.Read) != want.read {
			t.Errorf("day %d: %+v", i+1, day)
		}
	}
	if d.Grid[1].Text != "40" || d.Grid[2].At != "24.0" || d.Base != "144.0" {
		t.Errorf("grid %v, base %s", d.Grid, d.Base)
	}
	if empty := (Columns{}).draw(); empty.Height == "" || len(empty.Days) != 0 {
		t.Error("an empty chart does not draw")
	}
}

// A chart or a line of nothing is not drawn.
func TestNothingToDraw(t *testing.T) {
	for _, c := range []struct {
		days []Column
		want bool
	}{{nil, true}, {[]Column{{Label: "1"}, {Label: "2"}}, true}, {[]Column{{Up: 1}}, false}, {[]Column{{}, {Down: 1}}, false}} {
		if got := (Columns{Days: c.days}).Empty(); got != c.want {
			t.Errorf("%v: %v", c.days, got)
		}
	}
	if out := render(t, Spark([]int64{0, 0, 0})); strings.Contains(out, "l1") || strings.Contains(out, "<circle") {
		t.Errorf("a line through nothing: %s", out)
	}
	if out := render(t, Spark([]int64{0, 2, 1})); strings.Count(out, `class="l1"`) != 2 || !strings.Contains(out, "<circle") {
		t.Errorf("a line: %s", out)
	}
}

func high(all []bar) string {
	if len(all) == 0 {
		return ""
	}
	return all[0].Height
}

func TestRound(t *testing.T) {
	for n, want := range map[int64]int64{0: 2, 1: 2, 2: 2, 3: 4, 9: 10, 11: 20, 41: 60, 100: 100, 801: 1000} {
		if got := round(n); got != want {
			t.Errorf("round(%d) = %d, want %d", n, got, want)
		}
	}
}

func TestWithin(t *testing.T) {
	for in, want := range map[string]string{
		"Gilt seit Heute, 13:20 Uhr.":           "Gilt seit heute, 13:20 Uhr.",
		"WABA Gestern, 9:05 Uhr":                "WABA gestern, 9:05 Uhr",
		"accepted, Today, 1:20 pm":              "accepted, today, 1:20 pm",
		"Zuletzt: Heute, 13:20 Uhr":             "Zuletzt: Heute, 13:20 Uhr",
		"Heute, 13:20 Uhr":                      "Heute, 13:20 Uhr",
		"Das Thema Heute, das alle angeht":      "Das Thema Heute, das alle angeht",
		"seit Gestern, 9 Uhr bis Heute, 10 Uhr": "seit gestern, 9 Uhr bis heute, 10 Uhr",
	} {
		if got := Within(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
