package dispatch

import (
	"sync/atomic"
	"time"
)

const (
	firstBatch = 32
	mostBatch  = 256
	startShare = Fence / 4 // what a start may use up of the fence; the rest is for sending
)

// latency remembers how long starts and answers take, to start no more than can be on the wire within the fence.
type latency struct {
	us    atomic.Int64 // of an answer, on average
	batch atomic.Int64 // how many messages a start may take; 0 = nothing learned yet
}

func (l *latency) add(d time.Duration) {
	old := l.us.Load()
	l.us.Store(old + (d.Microseconds()-old)/16)
}

// started learns from a start of got messages: one that takes as long as the fence would leave none of them any time,
// again and again, so a slow database gets smaller batches.
func (l *latency) started(asked, got int, took time.Duration) {
	now := l.batch.Load()
	if now == 0 {
		now = firstBatch
	}
	switch {
	case got > 0 && took > startShare:
		now = max(1, int64(got)*int64(startShare)/int64(took))
	case got >= asked/2 && took < startShare/2:
		now = min(mostBatch, 2*max(now, int64(got)))
	}
	l.batch.Store(now)
}

// most is how many messages to start now, with so many senders and so many messages that wait for one: no more than a start may take,
// and no more than can be on the wire within half the fence.
func (l *latency) most(senders, pending int) int {
	batch := l.batch.Load()
	if batch == 0 {
		batch = firstBatch
	}
	us := max(l.us.Load(), 500)
	fit := int64(senders) * (Fence / 2).Microseconds() / us
	return int(min(max(fit, 1)-int64(pending), batch))
}
