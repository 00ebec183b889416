package crowd

import (
	"slices"
	"testing"
)

// days plays days at one rating; every day the account is looked at each hour. It is what happened, in order, with the day.
func (a *Account) days(from *int64, n int, blocks int, reached int) (out []News) {
	for range n * 24 {
		a.Delivered(*from, 100)
		for range blocks {
			a.Heard(*from, Block)
		}
		out = append(out, a.Look(*from, reached)...)
		*from += Hour
	}
	return out
}

// A number that stays red: a warning, then shut longer and longer, until it is locked (Meta, WA/policy-enforcement).
func TestEnforcement(t *testing.T) {
	a, now := Account{Level: 1}, t0
	if got := a.days(&now, 1, 10, 0); len(got) != 0 || a.Held(now) != Free {
		t.Fatalf("a red day: %v, %v", got, a.Held(now))
	}
	a.days(&now, 2, 10, 0)
	if a.Held(now) != Limited || a.Room(now) != 200 || a.Limit() != 2000 {
		t.Errorf("red for three days: held %v, room for %d of %d", a.Held(now), a.Room(now), a.Limit())
	}
	var all []News
	var held []Held
	for range 200 {
		news := a.days(&now, 1, 10, 0)
		if all = append(all, news...); slices.Contains(news, Confined) {
			held = append(held, a.Held(now-Hour))
			if a.HeldTo(now-Hour) <= now-Hour {
				t.Errorf("%v ends at once", held)
			}
		}
	}
	if want := []News{Warned, Confined, Confined, Confined, Confined, Confined, Confined}; !slices.Equal(all, want) {
		t.Errorf("%v", all)
	}
	if want := []Held{Templates, Templates, All, All, All, Locked}; !slices.Equal(held, want) {
		t.Errorf("held: %v, want %v", held, want)
	}
	if a.Limit() != 2000 {
		t.Error("today a fall of the rating lowers no limit")
	}
}

func TestForgiven(t *testing.T) {
	a, now := Account{Level: 1}, t0
	a.days(&now, 9, 10, 0)
	if a.Step != 1 {
		t.Fatalf("step %d", a.Step)
	}
	a.days(&now, 92, 0, 0)
	if a.Step != 0 || a.Held(now) != Free {
		t.Errorf("step %d, held %v", a.Step, a.Held(now))
	}
}

// The limit grows a level at a time, while green and half used, and never while red.
func TestLimitGrows(t *testing.T) {
	a, now := Account{Level: 0}, t0
	if got := a.days(&now, 3, 0, 124); len(got) != 0 {
		t.Errorf("less than half used: %v", got)
	}
	if got := a.days(&now, 3, 0, 125); !slices.Equal(got, []News{Raised}) || a.Limit() != 2000 {
		t.Errorf("half used: %v, %d", got, a.Limit())
	}
	if got := a.days(&now, 2, 0, 1_000_000); !slices.Equal(got, []News{Raised, Raised, Raised}) || a.Limit() != Unlimited || a.Room(now) != Unlimited {
		t.Errorf("all used: %v, %d", got, a.Limit())
	}
	b, now := Account{Level: 1}, t0
	if got := b.days(&now, 5, 2, 2000); slices.Contains(got, Raised) {
		t.Errorf("yellow: %v", got)
	}
}

// Before October 2025: flagged on red, a level down after a week of it.
func TestOldRules(t *testing.T) {
	a, now := Account{Level: 2, Rules: Before}, t0
	if got := a.days(&now, 6, 10, 0); !slices.Equal(got, []News{Flag}) || !a.Flagged {
		t.Errorf("%v", got)
	}
	if got := a.days(&now, 2, 10, 0); !slices.Contains(got, Lowered) || a.Limit() != 2000 {
		t.Errorf("%v, %d", got, a.Limit())
	}
	if got := a.days(&now, 8, 0, 0); !slices.Contains(got, Unflag) || a.Flagged {
		t.Errorf("%v", got)
	}
}
