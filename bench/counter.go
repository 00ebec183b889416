package bench

import "sync/atomic"

// counter numbers what is made, across runs and connections.
type counter struct{ n atomic.Int64 }

func (c *counter) next() int { return int(c.n.Add(1) - 1) }
