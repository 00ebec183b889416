package dispatch

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/id"
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
