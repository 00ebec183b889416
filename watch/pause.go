package watch

import (
	"errors"
	"time"

	"jawort/graph"
)

// Share of what Meta allows from which on we ask less, and from which on hardly.
const (
	much    = 60
	tooMuch = 85
)

// longest is how far apart polls may get while nothing else is wrong: a rating must not go unseen for longer.
const longest = time.Hour

// Pause is how long to wait until the next poll: the usual time; longer the more of Meta's allowance is used, by whoever; as long as
// Meta says; and longer and longer while it does not answer.
func Pause(every time.Duration, u graph.Usage, failure error, failing time.Duration) time.Duration {
	pause := every
	switch {
	case u.Percent >= tooMuch:
		pause = every * 6
	case u.Percent >= much:
		pause = every * 2
	}
	if failure != nil {
		pause = max(pause, min(failing, longest)) // doubles each time, since it grows by what it waited
		if e, ok := errors.AsType[*graph.Error](failure); ok && busy(e) {
			pause = max(pause, every*6)
		}
	}
	if every < longest {
		pause = min(pause, longest)
	}
	return max(pause, u.Wait)
}
