package rules

import (
	"testing"
	"time"
)

// The terms of the records, counted on a calendar somebody can look at: 23 November 2026 is a Monday.
func TestTerms(t *testing.T) {
	for _, c := range []struct{ country, from, stop, answer string }{
		{"DE", "2026-11-23 10:42", "2026-11-23 10:42", "2026-12-23 10:42"}, // at once
		{"FR", "2027-01-31 09:00", "2027-01-31 09:00", "2027-02-28 09:00"},
		{"XX", "2026-11-23 10:42", "2026-11-23 10:42", "2026-12-23 10:42"}, // unknown: the Union's
		{"US", "2026-11-23 10:42", "2026-12-07 10:42", "2026-12-23 10:42"}, // Thanksgiving is no day off here
		{"US-TX", "2026-11-23 10:42", "2026-12-07 10:42", "2026-12-23 10:42"},
		{"CA", "2026-11-27 23:59", "2026-12-11 23:59", "2026-12-27 23:59"},
		{"SG", "2026-11-28 08:00", "2026-12-11 08:00", "2026-12-28 08:00"}, // a Saturday
		{"AU", "2026-11-27 08:00", "2026-12-04 08:00", "2026-12-27 08:00"},
		{"TR", "2026-11-29 08:00", "2026-12-02 08:00", "2026-12-29 08:00"}, // a Sunday
		{"TR", "2026-11-26 08:00", "2026-12-01 08:00", "2026-12-26 08:00"},
		{"ID", "2026-11-27 08:00", "2026-11-30 08:00", "2026-12-27 08:00"}, // hours know no weekend
		{"MX", "2026-11-23 08:00", "2026-12-21 08:00", "2026-12-21 08:00"},
		{"ZA", "2026-11-23 08:00", "2026-11-23 08:00", "2026-12-23 08:00"},
	} {
		from := at(t, c.from)
		r := For(c.country, from)
		if got := r.StopWithin.End(from); !got.Equal(at(t, c.stop)) {
			t.Errorf("%s, %s: an opt-out by %s, want %s", c.country, c.from, got, c.stop)
		}
		if got := r.AnswerWithin.End(from); !got.Equal(at(t, c.answer)) {
			t.Errorf("%s, %s: an answer by %s, want %s", c.country, c.from, got, c.answer)
		}
	}
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	out, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every record has terms that can be counted, and no wish to be forgotten may be left for longer than a month.
func TestEveryRecordHasTerms(t *testing.T) {
	from := at(t, "2026-11-23 10:42")
	for _, id := range Records() {
		r := For(id, from)
		if end := r.AnswerWithin.End(from); r.AnswerWithin.AtOnce() || end.After(from.AddDate(0, 1, 0)) {
			t.Errorf("%s: an answer by %s", id, end)
		}
		if end := r.StopWithin.End(from); !r.StopWithin.AtOnce() && !end.After(from) || end.After(from.AddDate(0, 1, 0)) {
			t.Errorf("%s: an opt-out by %s", id, end)
		}
	}
}
