package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Months is a span counted by the calendar, as laws and people count it.
type Months int

// After is the day that many months later. The 31st does not spill over: one month after 31 January is the last day of
// February, so that nothing lives longer than promised.
func (m Months) After(t time.Time) time.Time {
	y, mo, d := t.Date()
	first := time.Date(y, mo+time.Month(m), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(d, last)-1)
}

// parseMonths reads P24M or P3Y (ISO 8601).
func parseMonths(s string) Months {
	n, unit := parsePeriod(s)
	switch unit {
	case 'M':
		return Months(n)
	case 'Y':
		return Months(12 * n)
	}
	panic(fmt.Sprintf("rules: %q is not a span of months or years", s))
}

// parseDays reads P7D.
func parseDays(s string) time.Duration {
	n, unit := parsePeriod(s)
	if unit != 'D' {
		panic(fmt.Sprintf("rules: %q is not a span of days", s))
	}
	return time.Duration(n) * 24 * time.Hour
}

func parsePeriod(s string) (int, byte) {
	body, ok := strings.CutPrefix(s, "P")
	if !ok || len(body) < 2 {
		panic(fmt.Sprintf("rules: %q is no ISO 8601 period", s))
	}
	n, err := strconv.Atoi(body[:len(body)-1])
	if err != nil {
		panic(fmt.Sprintf("rules: %q: %v", s, err))
	}
	return n, body[len(body)-1]
}
