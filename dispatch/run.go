package dispatch

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/id"
	"jawort/outbox"
	"jawort/quality"
)

// New makes a dispatcher; Run sends, Close ends it.
func New(d *db.DB, o Options) *Dispatcher {
	if o.Node == "" {
		host, _ := os.Hostname()
		o.Node = fmt.Sprintf("%s/%s", host, id.New("node", time.Now()))
	}
	if o.Senders <= 0 {
		o.Senders = 64
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = quiet
	}
	x := &Dispatcher{db: d, o: o, slots: make(chan struct{}, o.Senders)}
	x.submits = db.NewGroup(d, db.GroupOptions{}, x.applySubmits)
	x.settles = db.NewGroup(d, db.GroupOptions{Gather: settleAfter}, x.applySettles)
	return x
}

// settleAfter is how long outcomes are gathered: nobody waits for one but an opt-out that came in between, and one alone would hold up
// the next send for a whole commit.
const settleAfter = 5 * time.Millisecond

// Close waits for outcomes on their way.
func (d *Dispatcher) Close() {
	d.submits.Close()
	d.settles.Close()
}

// Wake tells the workers that something may be due.
func (d *Dispatcher) Wake() { d.bell.ring() }

// Run sends until ctx ends, then waits for what is on the wire.
func (d *Dispatcher) Run(ctx context.Context) error {
	if err := d.begin(ctx); err != nil {
		return err
	}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		d.beat(ctx)
	}()
	wg.Add(1)
	go func() {
		defer wg.Done()
		d.texts(ctx)
	}()
	lines := map[string]context.CancelFunc{}
	d.run(true)
	for {
		numbers, err := d.numbers(ctx)
		if err != nil && ctx.Err() == nil {
			d.o.Log.Error("read numbers", "error", err)
		}
		d.follow(ctx, &wg, lines, numbers)
		select {
		case <-ctx.Done():
			d.run(false)
			wg.Wait()
			d.sends.Wait()
			return nil
		case <-time.After(refresh):
		}
	}
}

func (d *Dispatcher) run(on bool) {
	d.ending.Lock()
	defer d.ending.Unlock()
	d.running = on
}

const refresh = 2 * time.Second

func (d *Dispatcher) numbers(ctx context.Context) (list []account.Number, err error) {
	err = d.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = account.Numbers(ctx, tx, "")
		return err
	})
	return list, err
}

// follow keeps two workers for every number: one starts the next batch while the other sends.
func (d *Dispatcher) follow(ctx context.Context, wg *sync.WaitGroup, lines map[string]context.CancelFunc, numbers []account.Number) {
	for _, n := range numbers {
		l := d.line(n)
		if _, ok := lines[n.ID]; ok {
			continue
		}
		lctx, cancel := context.WithCancel(ctx)
		lines[n.ID] = cancel
		for range 2 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				d.work(lctx, l)
			}()
		}
	}
}

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

func sleep(ctx context.Context, bell <-chan struct{}, t time.Duration) {
	timer := time.NewTimer(t)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-bell:
	case <-timer.C:
	}
}

// bell wakes every waiting worker.
type bell struct {
	mu sync.Mutex
	c  chan struct{}
}

func (b *bell) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.c == nil {
		b.c = make(chan struct{})
	}
	return b.c
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.c != nil {
		close(b.c)
		b.c = nil
	}
}

// latency remembers how long starts and answers take, to start no more than can be on the wire within the fence.
type latency struct {
	us    atomic.Int64 // of an answer, on average
	batch atomic.Int64 // how many messages a start may take; 0 = nothing learned yet
}

func (l *latency) add(d time.Duration) {
	old := l.us.Load()
	l.us.Store(old + (d.Microseconds()-old)/16)
}

const (
	firstBatch = 32
	mostBatch  = 256
	startShare = Fence / 4 // what a start may use up of the fence; the rest is for sending
)

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
