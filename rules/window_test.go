package rules

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestOpenAt(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		country, at string
		open        bool
		next        string
	}{
		{"DE", "2026-11-23 07:59", false, "2026-11-23 08:00"}, // Monday
		{"DE", "2026-11-23 08:00", true, "2026-11-23 08:00"},
		{"DE", "2026-11-23 19:59", true, "2026-11-23 19:59"},
		{"DE", "2026-11-23 20:00", false, "2026-11-24 08:00"},
		{"DE", "2026-11-21 20:00", false, "2026-11-23 08:00"}, // Saturday night: Sunday is quiet
		{"US-TX", "2026-11-22 11:00", false, "2026-11-22 12:00"},
		{"US", "2026-11-22 11:00", false, "2026-11-22 12:00"}, // state unknown: strictest
		{"US", "2026-11-23 20:30", false, "2026-11-24 09:00"},
		{"US-CA", "2026-11-23 20:30", true, "2026-11-23 20:30"},
		{"IL", "2026-11-21 12:00", false, "2026-11-22 08:00"}, // Sabbath
		{"SE", "2026-11-22 03:00", true, "2026-11-22 03:00"},  // none at EU level
	} {
		open, next := For(c.country, today).OpenAt(at(c.at))
		if open != c.open || !next.Equal(at(c.next)) {
			t.Errorf("%s at %s: %t, next %s; want %t, %s", c.country, c.at, open, next.Format("2006-01-02 15:04"), c.open, c.next)
		}
	}
}

// Whatever the moment: the next opening is open, not before now, and nothing between the two is.
func TestNextOpeningIsTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := For(rapid.SampledFrom(Records()).Draw(t, "record"), today)
		now := time.Unix(rapid.Int64Range(1.7e9, 1.9e9).Draw(t, "now")/60*60, 0).UTC()
		open, next := r.OpenAt(now)
		if again, _ := r.OpenAt(next); !again {
			t.Fatalf("%s: next opening %s is closed", r.Record, next)
		}
		if open != next.Equal(now) || next.Before(now) {
			t.Fatalf("%s: open %t, next %s, now %s", r.Record, open, next, now)
		}
		for m := now; m.Before(next); m = m.Add(17 * time.Minute) {
			if o, _ := r.OpenAt(m); o {
				t.Fatalf("%s: open already at %s, next says %s", r.Record, m, next)
			}
		}
	})
}

func TestMonthsDoNotSpillOver(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 15, 4, 5, 6, time.UTC) }
	for _, c := range []struct {
		from time.Time
		m    Months
		want time.Time
	}{
		{day(2026, 1, 31), 1, day(2026, 2, 28)},
		{day(2024, 2, 29), 12, day(2025, 2, 28)},
		{day(2024, 2, 29), 24, day(2026, 2, 28)},
		{day(2026, 11, 22), 24, day(2028, 11, 22)},
		{day(2026, 12, 31), 2, day(2027, 2, 28)},
	} {
		if got := c.m.After(c.from); !got.Equal(c.want) {
			t.Errorf("%d months after %s: %s, want %s", c.m, c.from, got, c.want)
		}
	}
}
