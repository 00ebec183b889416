package emulator

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"time"
)

// processStart anchors the arrival log. Its clock never jumps and is not moved by POST /_emulator/clock.
var processStart = time.Now()

func monotonicUS() int64 { return time.Since(processStart).Microseconds() }

// clock is the emulated wall clock: the machine's, moved forward on request.
type clock struct {
	base  func() time.Time
	ahead atomic.Int64
}

func (c *clock) Now() time.Time { return c.base().Add(time.Duration(c.ahead.Load())) }

func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

func (c *clock) reset() { c.ahead.Store(0) }

// readAdvance understands "25h", "90m30s", "2d" and plain seconds (number or text).
func readAdvance(v any) (time.Duration, error) {
	var d time.Duration
	switch x := v.(type) {
	case float64:
		d = time.Duration(x * float64(time.Second))
	case string:
		seconds, err := strconv.ParseFloat(x, 64)
		if err == nil {
			d = time.Duration(seconds * float64(time.Second))
			break
		}
		if n := len(x); n > 1 && x[n-1] == 'd' {
			days, err := strconv.ParseFloat(x[:n-1], 64)
			if err != nil {
				return 0, fmt.Errorf("advance %q: not a number of days", x)
			}
			d = time.Duration(days * 24 * float64(time.Hour))
			break
		}
		if d, err = time.ParseDuration(x); err != nil {
			return 0, fmt.Errorf("advance %q: want seconds or a duration such as 25h", x)
		}
	default:
		return 0, fmt.Errorf("advance: want seconds or a duration such as \"25h\"")
	}
	if d < 0 || d > 10*365*24*time.Hour {
		return 0, fmt.Errorf("advance: the clock only goes forward, ten years at most")
	}
	return d, nil
}
