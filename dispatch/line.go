package dispatch

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/outbox"
	"jawort/quality"
)

// line is a number with its pace in this process.
type line struct {
	mu      sync.Mutex
	number  account.Number
	bucket  quality.Bucket
	waiting atomic.Bool // messages that are due wait in its queue, as far as this process knows
}

// line is the one of the number, with what was read of it last.
func (d *Dispatcher) line(n account.Number) *line {
	v, _ := d.lines.LoadOrStore(n.ID, &line{bucket: quality.Bucket{Rate: n.Throughput}})
	l := v.(*line)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.number, l.bucket.Rate = n, n.Throughput
	return l
}

func (l *line) take(n int) (got int, wait time.Duration, number account.Number) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.number.Throughput <= 0 {
		return n, 0, l.number
	}
	now := time.Now().UnixMicro()
	got, next := l.bucket.Take(n, now)
	return got, time.Duration(next-now) * time.Microsecond, l.number
}

func (l *line) giveBack(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bucket.GiveBack(n)
}

// idle is how long a worker that found nothing waits before it looks by itself: other nodes put messages too.
const idle = 200 * time.Millisecond

// work is one worker of one number: tokens, start, send, again.
func (d *Dispatcher) work(ctx context.Context, l *line) {
	for ctx.Err() == nil {
		bell := d.bell.wait()
		tokens, wait, number := l.take(d.room(ctx))
		if tokens == 0 {
			sleep(ctx, nil, max(wait, time.Millisecond))
			continue
		}
		begun := time.Now()
		b, err := d.startWith(ctx, l, number, tokens)
		d.lat.started(tokens, len(b.list), time.Since(begun))
		l.giveBack(tokens - len(b.list))
		if err != nil {
			if ctx.Err() == nil {
				d.o.Log.Error("start messages", "number", number.ID, "error", err)
			}
			sleep(ctx, nil, time.Second)
			continue
		}
		if !b.limited {
			l.waiting.Store(false)
		}
		d.pending.Add(int64(len(b.list)))
		d.sendAll(ctx, b)
		if len(b.list) == 0 && !b.limited {
			sleep(ctx, bell, idle)
		}
	}
}

// startWith opens the number's secrets before anything is marked. While nothing is known to wait it only looks: a transaction that
// writes would hold up the others for nothing, many times a second.
func (d *Dispatcher) startWith(ctx context.Context, l *line, n account.Number, limit int) (batch, error) {
	if !l.waiting.Load() {
		if due, err := d.due(ctx, n); err != nil || !due {
			return batch{}, err
		}
	}
	token, secret, err := d.o.Keys.Secrets(n)
	if err != nil {
		return batch{}, fmt.Errorf("open secrets of number: %w", err)
	}
	b, err := d.start(ctx, n, limit)
	if err != nil {
		// a commit whose answer was lost may stand: what it marked is swept to unknown, never sent
		return batch{}, err
	}
	b.token, b.secret = token, secret
	return b, nil
}

func (d *Dispatcher) due(ctx context.Context, n account.Number) (due bool, err error) {
	err = d.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err == nil {
			due, err = outbox.IsDue(ctx, tx, n.Tenant, n.ID, now)
		}
		return err
	})
	return due, err
}
