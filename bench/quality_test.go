package bench

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"jawort/crowd"
)

var small = Season{People: 400, Months: 1, PerWeek: 2, NoConsent: 0.4, Unaware: 0.1, Promised: 8}

func TestSeasonIsTheSameEachTime(t *testing.T) {
	for _, g := range guardings {
		if a, b := small.play(g, 3), small.play(g, 3); a != b || a.Delivered == 0 {
			t.Errorf("%s: %+v, then %+v", g.name, a, b)
		}
	}
	if small.play(guardings[0], 3) == small.play(guardings[0], 4) {
		t.Error("other people do the same")
	}
}

// What the gate promises holds in the model too: nothing to people who did not agree; and less is lost by it.
func TestGuardKeepsPeople(t *testing.T) {
	without, with := small.play(guardings[0], 1), small.play(guardings[3], 1)
	if with.Unwelcome != 0 || without.Unwelcome == 0 {
		t.Errorf("unwelcome: %d with, %d without", with.Unwelcome, without.Unwelcome)
	}
	if with.Blocked*2 > without.Blocked || with.Reachable <= without.Reachable {
		t.Errorf("with %+v\nwithout %+v", with, without)
	}
	if with.Delivered >= without.Delivered || with.Refused == 0 {
		t.Errorf("the guard costs nothing? %d and %d delivered, %d refused", with.Delivered, without.Delivered, with.Refused)
	}
}

// Every message that was asked for is accounted for, and every day has a colour.
func TestNothingIsLost(t *testing.T) {
	o := small
	o.NoConsent, o.Unaware = 0.2, 0.7
	for _, g := range guardings {
		got := o.play(g, 2)
		if days := got.Green + got.Yellow + got.Red + got.Unrated; days != 30 {
			t.Errorf("%s: %d days", g.name, days)
		}
		if !g.gate && got.Waited > 0 && !g.brake || g.gate && got.Unwelcome > 0 || !g.brake && got.Crawling > 0 {
			t.Errorf("%s: %+v", g.name, got)
		}
		if got.Reported > got.Blocked || got.FirstMonth > got.Delivered || got.Liked > got.Delivered || got.Limit < 250 {
			t.Errorf("%s: %+v", g.name, got)
		}
	}
}

// The brake acts on a source whose people do not know that they agreed, and the page of causes names it.
func TestCauseIsNamed(t *testing.T) {
	o := Season{People: 2000, Months: 2, PerWeek: 2, Unaware: 0.5, Promised: 8}
	brake, cause := o.play(guardings[3], 1), o.play(guardings[4], 1)
	if brake.Crawling == 0 || cause.Blocked >= brake.Blocked || cause.Liked*10 < brake.Liked*9 {
		t.Errorf("brake %+v\ncause %+v", brake, cause)
	}
}

func TestSeasonCheck(t *testing.T) {
	for want, change := range map[string]func(o *Season){
		"--people": func(o *Season) { o.People = 99 }, "--months": func(o *Season) { o.Months = 0 }, "--per-week": func(o *Season) { o.PerWeek = 22 },
		"--promised": func(o *Season) { o.Promised = -1 }, "--no-consent": func(o *Season) { o.NoConsent = 1.01 }, "--unaware": func(o *Season) { o.Unaware = 0.81 },
	} {
		o := small
		change(&o)
		if err := o.Check(5); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if err := small.Check(0); err == nil {
		t.Error("no seeds")
	}
	if err := small.Check(5); err != nil {
		t.Error(err)
	}
}

// The bench prints a table to compare, and the same figures as JSON.
func TestQualityRuns(t *testing.T) {
	o := small
	o.Rules = RulesOfMeta(true)
	list, err := Run(context.Background(), "quality", Options{Season: o, Seeds: 2})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	var text strings.Builder
	if err := Print(&text, list); err != nil || !strings.Contains(text.String(), "and the cause left out") || !strings.Contains(text.String(), "days green") ||
		!strings.Contains(text.String(), "before October 2025") || strings.Contains(text.String(), "verdict") {
		t.Errorf("%v\n%s", err, text.String())
	}
	raw, err := json.Marshal(list)
	if err != nil || len(list[0].Rows) != len(figures)*len(guardings) || !strings.Contains(string(raw), `"guard":"gate and brake"`) {
		t.Errorf("%v, %d rows", err, len(list[0].Rows))
	}
	if RulesOfMeta(false) != crowd.Today {
		t.Error("today's rules are not today's")
	}
	if _, err := Run(context.Background(), "quality", Options{Season: Season{}}); err == nil {
		t.Error("an empty season runs")
	}
}
