package alert

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/db"
	"jawort/errs"
	"jawort/say"
)

func gate106(n int64) Condition {
	return Condition{Kind: RoundGate, Subject: "106", Seen: n, Detail: Detail{Name: "Bestellservice"}}
}

// However often a condition is seen, it is one alert; after the all-clear the next one is another.
func TestRaisedOnce(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		x.raise(gate106(3), gate106(2), Condition{Kind: Held})
		x.now = x.now.Add(time.Minute)
		x.raise(gate106(0))
		list := x.open(x.tenant)
		if len(list) != 2 || list[0].Kind != Held || list[1].Seen != 6 || list[1].LastAt-list[1].Since != time.Minute.Microseconds() {
			t.Fatalf("open %+v", list)
		}
		if title := list[1].Title("de"); title != "An der Prüfung vorbei gesendet über „Bestellservice“" {
			t.Error(title)
		}
		if text := list[1].Text("en"); !strings.Contains(text, "6 messages") {
			t.Error(text)
		}
		if len(x.open(x.other)) != 0 {
			t.Error("another business sees it")
		}
		first := list[1].ID
		for range 2 {
			x.clear(RoundGate, "106", "107")
		}
		if list := x.open(x.tenant); len(list) != 1 {
			t.Errorf("still open %+v", list)
		}
		x.raise(gate106(1))
		if list := x.open(x.tenant); len(list) != 2 || list[1].ID == first || list[1].Seen != 1 {
			t.Errorf("a new episode %+v", list)
		}
		x.write(func(ctx context.Context, tx *db.Tx) error {
			past, err := Past(ctx, tx, x.tenant, "", 10)
			if len(past) != 1 || past[0].ID != first || past[0].At(x.now.UnixMicro()) != Cleared {
				t.Errorf("past %+v", past)
			}
			older, err2 := Past(ctx, tx, x.tenant, first, 10)
			if len(older) != 0 || err2 != nil {
				t.Errorf("older than the oldest: %+v %v", older, err2)
			}
			return err
		})
	})
}

func TestUnknownKindIsAFault(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		err := x.d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return Raise(ctx, tx, x.tenant, Condition{Kind: "odd"})
		})
		if err == nil {
			t.Error("raised")
		}
	})
}

func TestQuietEndsByItself(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		x.raise(gate106(1))
		x.pass(23 * time.Hour)
		x.raise(gate106(1))
		x.pass(2 * time.Hour)
		if len(x.open(x.tenant)) != 1 {
			t.Fatal("ended although it was seen two hours ago")
		}
		x.pass(22 * time.Hour)
		if list := x.open(x.tenant); len(list) != 0 {
			t.Errorf("open a day after it was last seen: %+v", list)
		}
	})
}

func TestMute(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		x.raise(Condition{Kind: Held})
		id := x.open(x.tenant)[0].ID
		try := func(tenant string, until time.Duration, why string) error {
			return x.d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return Mute(ctx, tx, tenant, id, x.now.Add(until).UnixMicro(), "usr_1", why)
			})
		}
		for name, c := range map[string]struct {
			err  error
			want errs.Code
		}{
			"no reason": {try(x.tenant, time.Hour, "kurz"), errs.Invalid}, "in the past": {try(x.tenant, -time.Hour, "Wir wissen davon"), errs.Invalid},
			"for a year": {try(x.tenant, 366*24*time.Hour, "Wir wissen davon"), errs.Invalid}, "another's": {try(x.other, time.Hour, "Wir wissen davon"), errs.NotFound},
		} {
			if errs.CodeOf(c.err) != c.want {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		if err := try(x.tenant, time.Hour, "Wir wissen davon"); err != nil {
			t.Fatal(err)
		}
		if a := x.open(x.tenant)[0]; a.At(x.now.UnixMicro()) != Muted || a.At(x.now.Add(2*time.Hour).UnixMicro()) != Raised || a.MutedBy != "usr_1" {
			t.Errorf("%+v", a)
		}
		x.write(func(ctx context.Context, tx *db.Tx) error { return Unmute(ctx, tx, x.tenant, id) })
		if a := x.open(x.tenant)[0]; a.At(x.now.UnixMicro()) != Raised {
			t.Errorf("%+v", a)
		}
	})
}

// Every kind has its sentences in both languages, a group, and a severity.
func TestKindsAreWhole(t *testing.T) {
	var codes []string
	for _, k := range Kinds {
		codes = append(codes, k.Code)
		if !slices.Contains(Groups, k.Group) || !slices.Contains([]Severity{Bad, Warn, Good}, k.Severity) || k.Severity == Good && !k.News {
			t.Errorf("%+v", k)
		}
		for _, lang := range say.Languages {
			for _, part := range []string{"title", "text", "do", "clear"} {
				if !say.Has(lang, "alert."+k.Code+"."+part) {
					t.Errorf("%s lacks alert.%s.%s", lang, k.Code, part)
				}
			}
			a := Alert{Kind: k.Code, Seen: 2, Detail: Detail{Why: "refused", From: 1}}
			for _, s := range []string{a.Title(lang), a.Text(lang), a.Do(lang), a.AllClear(lang)} {
				if strings.Contains(s, "<no value>") || strings.ContainsAny(s, "!") || strings.Contains(s, "[") {
					t.Errorf("%s: %s", k.Code, s)
				}
			}
			if len([]rune(a.Title(lang))) > 78 {
				t.Errorf("%s: a subject of %d characters", k.Code, len([]rune(a.Title(lang))))
			}
		}
	}
	slices.Sort(codes)
	if len(slices.Compact(slices.Clone(codes))) != len(codes) {
		t.Errorf("a code stands twice: %v", codes)
	}
	odd := Alert{Kind: "of_later"}
	if odd.Title("de") != "of_later" || odd.Shape() != "warn" || odd.Leads() != "" {
		t.Error("a kind of a newer version does not show")
	}
}

// What gave way to something graver is over without an all-clear, and says so.
func TestSupersede(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		x.raise(Condition{Kind: BrakeSlow, Subject: "106"}, Condition{Kind: BrakeSlow, Subject: "107"})
		x.write(func(ctx context.Context, tx *db.Tx) error { return Supersede(ctx, tx, x.tenant, BrakeSlow, "106") })
		if open := x.open(x.tenant); len(open) != 1 || open[0].Subject != "107" {
			t.Fatalf("open %+v", open)
		}
		var past []Alert
		var letters int64
		x.write(func(ctx context.Context, tx *db.Tx) (err error) {
			if past, err = Past(ctx, tx, x.tenant, "", 10); err != nil {
				return err
			}
			return tx.Row(ctx, `select count(*) from timer where tenant = $1 and kind = $2`, x.tenant, timerMail).Scan(&letters)
		})
		if len(past) != 1 || !past[0].Detail.Graver || letters != 1 {
			t.Errorf("past %+v, %d letters to be written", past, letters)
		}
	})
}
