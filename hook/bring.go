package hook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"jawort/account"
	"jawort/db"
)

// Bringer brings webhooks to hooks. One process has a hook at a time: its order hangs on that.
type Bringer struct {
	DB   *db.DB
	Keys *account.Keyring
	Log  *slog.Logger
	Node string
	Poll time.Duration // how often it looks by itself; 0 = half a second
	Most time.Duration // of one try; 0 = ten seconds

	once          sync.Once
	bell          chan struct{}
	open, guarded *http.Client
}

const (
	lanes    = 8                // deliveries to one hook at the same time, each about other persons
	window   = 400              // of its oldest open deliveries are looked at
	lease    = 60 * time.Second // a hook is its process's for so long
	most     = 30               // attempts: with backoff up to an hour, a little over a day
	overlap  = 10 * time.Second // raw webhooks are written a little out of order
	keepDone = 3 * 24 * time.Hour
)

func (b *Bringer) begin() {
	b.once.Do(func() {
		b.bell = make(chan struct{}, 1)
		if b.Most <= 0 {
			b.Most = 10 * time.Second
		}
		b.open, b.guarded = client(true, b.Most), client(false, b.Most)
		if b.Poll <= 0 {
			b.Poll = 500 * time.Millisecond
		}
		if b.Log == nil {
			b.Log = slog.New(slog.DiscardHandler)
		}
	})
}

func (b *Bringer) client(private bool) *http.Client {
	b.begin()
	if private {
		return b.open
	}
	return b.guarded
}

// Wake tells that a webhook came.
func (b *Bringer) Wake() {
	b.begin()
	select {
	case b.bell <- struct{}{}:
	default:
	}
}

// Run brings until ctx ends.
func (b *Bringer) Run(ctx context.Context) error {
	b.begin()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Add(1)
	go func() {
		defer wg.Done()
		b.place(ctx)
	}()
	busy := sync.Map{} // hook → true
	for {
		hooks, err := b.claim(ctx)
		if err != nil && ctx.Err() == nil {
			b.Log.Error("claim hooks", "error", err)
		}
		for _, h := range hooks {
			if _, at := busy.LoadOrStore(h.ID, true); at {
				continue
			}
			wg.Add(1)
			go func() {
				defer wg.Done()
				defer busy.Delete(h.ID)
				for ctx.Err() == nil {
					more, err := b.round(ctx, &h)
					if err != nil && ctx.Err() == nil {
						b.Log.Error("bring webhooks", "hook", h.ID, "error", err)
					}
					if !more || err != nil {
						return
					}
				}
			}()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-b.bell:
		case <-time.After(b.Poll):
		}
	}
}

// claim takes the hooks that are this process's or nobody's.
func (b *Bringer) claim(ctx context.Context) (list []Hook, err error) {
	err = b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = active(ctx, tx, b.Node)
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var mine []Hook
	err = b.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		mine, err = claim(ctx, tx, b.Node, lease)
		return err
	})
	return mine, err
}

// letter is one open delivery.
type letter struct {
	item     string
	persons  []string
	attempts int64
	due      int64
}

// parcel is what is posted of an item.
type parcel struct {
	body   []byte
	header http.Header
}

// cargo is in what the kinds of hooks differ: where items come from, and what is posted of them.
type cargo interface {
	// fill makes deliveries of what is new.
	fill(ctx context.Context, h *Hook) error
	// load makes the parcels of some letters, in their order; nil where there is nothing (more) in one for this hook.
	load(ctx context.Context, h *Hook, list []letter) ([]*parcel, error)
}

func (b *Bringer) cargoOf(h *Hook) cargo {
	if h.Kind == Own {
		return own{b}
	}
	return metas{b}
}

// round makes deliveries of what came, and brings those that may be brought now. more says that there is something left to do at once.
func (b *Bringer) round(ctx context.Context, h *Hook) (more bool, err error) {
	c := b.cargoOf(h)
	if err := c.fill(ctx, h); err != nil {
		return false, err
	}
	var list []letter
	var now int64
	if err := b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		if now, err = tx.Now(ctx); err == nil {
			list, err = openLetters(ctx, tx, h, window)
		}
		return err
	}); err != nil || len(list) == 0 {
		return false, err
	}
	ready := free(list, now, lanes)
	if len(ready) == 0 {
		return false, nil
	}
	parcels, err := c.load(ctx, h, ready)
	if err != nil {
		return false, err
	}
	outcomes := make([]outcome, len(ready))
	var wg sync.WaitGroup
	for i := range ready {
		wg.Add(1)
		go func() {
			defer wg.Done()
			outcomes[i] = b.bring(ctx, h, &ready[i], parcels[i])
		}()
	}
	wg.Wait()
	return true, b.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error { return settle(ctx, tx, h, outcomes) })
}

// free are the letters that may go now: due, and no earlier open one is about the same person.
func free(list []letter, now int64, most int) []letter {
	var out []letter
	blocked := map[string]bool{}
	for _, l := range list {
		clear := l.due <= now
		for _, p := range l.persons {
			clear = clear && !blocked[p]
			blocked[p] = true
		}
		if clear && len(out) < most {
			out = append(out, l)
		}
	}
	return out
}

// outcome of one try.
type outcome struct {
	item     string
	state    string // done queued dead
	attempts int64
	due      int64 // as it was read: who was queued anew meanwhile has another, and is brought again
	after    int64 // for queued: not before so long after now
	err      string
}

func (b *Bringer) bring(ctx context.Context, h *Hook, l *letter, p *parcel) outcome {
	o := outcome{item: l.item, state: "done", attempts: l.attempts + 1, due: l.due}
	if p == nil {
		return o
	}
	a := b.post(ctx, h, p)
	if o.err = a.why; o.err == "" {
		return o
	}
	if o.state = "queued"; o.attempts >= most {
		o.state = "dead"
	}
	wait := max(a.asked, min(time.Second<<min(l.attempts, 12), time.Hour))
	o.after = (wait + rand.N(wait/4+1)).Microseconds()
	return o
}

// answer of somebody's server.
type answer struct {
	why    string        // "" = taken; else a word for why not, or the status. No address stands in it: it is shown and logged
	asked  time.Duration // to wait so long; 0 = nothing asked
	status int           // 0 = none came
}

// post hands a parcel over.
func (b *Bringer) post(ctx context.Context, h *Hook, p *parcel) answer {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(p.body))
	if err != nil {
		return answer{why: "address"}
	}
	req.Header = p.header
	req.Header.Set("Content-Type", "application/json")
	resp, err := b.client(h.Private).Do(req)
	switch {
	case errors.Is(err, errPrivate):
		return answer{why: "private"}
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		return answer{why: "timeout"}
	case err != nil:
		return answer{why: "unreachable"}
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again; an endless one is cut
	if resp.StatusCode/100 != 2 {
		return answer{why: strconv.Itoa(resp.StatusCode), status: resp.StatusCode, asked: retryAfter(resp.Header.Get("Retry-After"))}
	}
	return answer{status: resp.StatusCode}
}

// retryAfter reads the seconds that a server asks for, up to an hour.
func retryAfter(s string) time.Duration {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return min(time.Duration(n)*time.Second, time.Hour)
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

func parted(s string) []string { return strings.Fields(s) }
