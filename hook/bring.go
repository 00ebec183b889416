package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	"jawort/graph"
)

// Bringer brings webhooks to hooks. One process has a hook at a time: its order hangs on that.
type Bringer struct {
	DB   *db.DB
	Keys *account.Keyring
	Log  *slog.Logger
	Node string
	Poll time.Duration // how often it looks by itself; 0 = half a second

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
		b.open, b.guarded = client(true), client(false)
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

// letter is one delivery with what it needs.
type letter struct {
	raw       string
	persons   []string
	attempts  int64
	due       int64
	body      []byte
	signature string
}

// round makes deliveries of what came, and brings those that may be brought now. more says that there is something left to do at once.
func (b *Bringer) round(ctx context.Context, h *Hook) (more bool, err error) {
	if err := b.fill(ctx, h); err != nil {
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
	y, err := b.yardOf(ctx, h)
	if err != nil {
		return false, err
	}
	outcomes := make([]outcome, len(ready))
	var wg sync.WaitGroup
	for i := range ready {
		wg.Add(1)
		go func() {
			defer wg.Done()
			outcomes[i] = b.bring(ctx, h, &ready[i], y)
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
	raw      string
	state    string // done queued dead
	attempts int64
	due      int64 // as it was read: who was queued anew meanwhile has another, and is brought again
	after    int64 // for queued: not before so long after now
	err      string
}

func (b *Bringer) bring(ctx context.Context, h *Hook, l *letter, y *yard) outcome {
	o := outcome{raw: l.raw, state: "done", attempts: l.attempts + 1, due: l.due}
	body, signature, ok := h.cut(l.body, l.signature, y)
	if !ok {
		return o // nothing in it is for this hook, or its bytes are no longer kept
	}
	if o.err = b.post(ctx, h, l.raw, body, signature); o.err == "" {
		return o
	}
	if o.state = "queued"; o.attempts >= most {
		o.state = "dead"
	}
	wait := min(time.Second<<min(l.attempts, 12), time.Hour)
	o.after = (wait + rand.N(wait/4+1)).Microseconds()
	return o
}

// post hands a body over; the answer is "" or a word for why it was not taken. No address stands in it: it is shown and logged.
func (b *Bringer) post(ctx context.Context, h *Hook, raw string, body []byte, signature string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return "address"
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "facebookexternalua")
	req.Header.Set(graph.SignatureHeader, signature)
	req.Header.Set("X-Jawort-Delivery", raw)
	resp, err := b.client(h.Private).Do(req)
	switch {
	case errors.Is(err, errPrivate):
		return "private"
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		return "timeout"
	case err != nil:
		return "unreachable"
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode/100 != 2 {
		return strconv.Itoa(resp.StatusCode)
	}
	return ""
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// yardOf reads what is the tenant's.
func (b *Bringer) yardOf(ctx context.Context, h *Hook) (*yard, error) {
	y := &yard{}
	err := b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := account.Numbers(ctx, tx, h.Tenant)
		for _, n := range all {
			y.numbers, y.accounts = append(y.numbers, n.ID), append(y.accounts, n.WABA)
			if y.secret == "" {
				if _, y.secret, err = b.Keys.Secrets(n); err != nil {
					return err
				}
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is the tenant's: %w", err)
	}
	return y, nil
}

func parted(s string) []string { return strings.Fields(s) }
