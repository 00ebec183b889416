package app

import (
	"sync/atomic"
	"time"
)

// Clock is a clock that can be put back and runs on from there: demo lets three weeks pass with it.
type Clock struct{ offset atomic.Int64 }

// Now is the clock's time.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

// Set puts the clock to a moment.
func (c *Clock) Set(to time.Time) { c.offset.Store(int64(time.Until(to))) }

// Real makes it the machine's clock again.
func (c *Clock) Real() { c.offset.Store(0) }
