package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Window is one span of a weekday in which messages may arrive, in the recipient's local time.
type Window struct {
	Day      time.Weekday
	From, To int // minutes after midnight, To not included
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

// OpenAt says whether marketing may arrive at t, whose location must be the recipient's; if not, when it may next.
// Public holidays are the caller's to know.
func (r Rules) OpenAt(t time.Time) (open bool, next time.Time) {
	if len(r.Quiet) == 0 {
		return true, t
	}
	minute := t.Hour()*60 + t.Minute()
	for ahead := range 8 {
		day := t.AddDate(0, 0, ahead)
		for _, w := range r.Quiet {
			if w.Day != day.Weekday() {
				continue
			}
			if ahead == 0 && minute >= w.From && minute < w.To {
				return true, t
			}
			if ahead > 0 || minute < w.From {
				return false, time.Date(day.Year(), day.Month(), day.Day(), w.From/60, w.From%60, 0, 0, t.Location())
			}
		}
	}
	return false, t.AddDate(0, 0, 7) // no window in a whole week: lint forbids it
}

// quiet takes the windows for WhatsApp out of the record, or ours where we have a stricter one.
func (b *book) quiet(r *Rules, id string, rec record, day time.Time) {
	l := rec.QuietHours
	if own, ok := b.own(id, "quiet_hours", day); ok && b.exact(id) {
		l = own
	}
	r.Proofs["quiet_hours"] = l.proof()
	type span struct {
		Days     []string
		From, To string
	}
	for _, q := range decode[[]struct {
		AppliesTo []string `json:"applies_to"`
		Allow     []span
		Holidays  string
		Basis     string
	}](l, id+"/quiet_hours") {
		if !slices.Contains(q.AppliesTo, "whatsapp") {
			continue
		}
		for _, a := range q.Allow {
			for _, d := range a.Days {
				r.Quiet = append(r.Quiet, Window{weekdays[d], clock(a.From), clock(a.To)})
			}
		}
		r.QuietHolidays = r.QuietHolidays || q.Holidays == "block"
		r.QuietByLaw = r.QuietByLaw || strings.HasPrefix(q.Basis, "law")
	}
	slices.SortFunc(r.Quiet, func(x, y Window) int {
		if x.Day != y.Day {
			return int(x.Day - y.Day)
		}
		return x.From - y.From
	})
}

// exact is false for US states: they have their own windows, ours is for an unknown state.
func (b *book) exact(id string) bool { return !strings.Contains(id, "-") }

// clock reads 09:00 as minutes after midnight; 24:00 is the day's end.
func clock(s string) int {
	var h, m int
	if _, err := fmt.Sscanf(s, "%d:%d", &h, &m); err != nil {
		panic(fmt.Sprintf("rules: time of day %q: %v", s, err))
	}
	return h*60 + m
}
