package manager

import "fmt"

// stroke is one piece of a sparkline: x in percent, y in pixels, so that it stretches and never scales (LOOK section 6).
type stroke struct{ X1, Y1, X2, Y2 string }

const sparkHeight = 30.0

// spark draws a row of counts; the end is where its last point stands.
func spark(days []int64) (lines []stroke, endX, endY string) {
	if len(days) < 2 {
		return nil, "0%", "26"
	}
	var most int64
	for _, n := range days {
		most = max(most, n)
	}
	if most == 0 {
		return nil, "0%", "26" // nothing: a line through it would look like news
	}
	x := func(i int) string { return fmt.Sprintf("%.1f%%", 98*float64(i)/float64(len(days)-1)) }
	y := func(n int64) string {
		return fmt.Sprintf("%.1f", sparkHeight-4-(sparkHeight-8)*float64(n)/float64(most))
	}
	for i := 1; i < len(days); i++ {
		lines = append(lines, stroke{x(i - 1), y(days[i-1]), x(i), y(days[i])})
	}
	return lines, x(len(days) - 1), y(days[len(days)-1])
}
