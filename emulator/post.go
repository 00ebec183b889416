package emulator

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// post brings webhooks to their destinations: one queue a destination, in order, repeated until it answers 200.
type post struct {
	s      *Server
	client *http.Client
	ctx    context.Context
	cancel context.CancelFunc
	mu     sync.Mutex
	boxes  map[string]*box

	delivered, failed, dropped atomic.Int64
}

// letter is one update on its way. track may be nil.
type letter struct {
	waba, field, number string
	what                string // what the update says, for the log beside the phones
	time                int64  // entry.time; 0 for messages
	change              json.RawMessage
	track               *track
}

// track lets a caller wait for the first attempt and for the 200.
type track struct {
	tried, done chan struct{}
	once, twice sync.Once
}

func newTrack() *track { return &track{tried: make(chan struct{}), done: make(chan struct{})} }

func (t *track) settle(ok bool) {
	if t == nil {
		return
	}
	if ok {
		t.twice.Do(func() { close(t.done) })
	}
	t.once.Do(func() { close(t.tried) })
}

// parcel is what one POST carries; repeats carry the same bytes.
type parcel struct {
	body    []byte
	letters []letter
	tries   int
	since   time.Time
	number  string
	field   string
	swapped bool
	what    string // for the log beside the phones
	took    time.Duration
}

const queueMost = 200_000 // updates kept for a destination that does not answer

type box struct {
	post *post
	url  string
	mu   sync.Mutex
	list []letter
	redo []*parcel // failed ones whose time has come again
	wake chan struct{}
}

func newPost(s *Server) *post {
	ctx, cancel := context.WithCancel(context.Background())
	transport := &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: false}
	return &post{s: s, ctx: ctx, cancel: cancel, boxes: map[string]*box{}, client: &http.Client{Timeout: 20 * time.Second,
		Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (p *post) stop() {
	p.cancel()
	p.client.CloseIdleConnections()
}

// send queues one update. Without a destination it is gone, as with Meta.
func (p *post) send(url string, l letter) {
	if url == "" {
		if l.track != nil {
			l.track.settle(false)
		}
		return
	}
	p.mu.Lock()
	b := p.boxes[url]
	if b == nil {
		b = &box{post: p, url: url, wake: make(chan struct{}, 1)}
		p.boxes[url] = b
		go b.run()
	}
	p.mu.Unlock()
	b.put(l)
}

func (b *box) put(l letter) {
	b.mu.Lock()
	if len(b.list) >= queueMost {
		b.mu.Unlock()
		b.post.dropped.Add(1)
		l.track.settle(false)
		return
	}
	b.list = append(b.list, l)
	b.mu.Unlock()
	b.nudge()
}

func (b *box) nudge() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

func (b *box) run() {
	for {
		p := b.again()
		if p == nil {
			p = b.pack()
		}
		if p == nil {
			select {
			case <-b.wake:
				continue
			case <-b.post.ctx.Done():
				return
			}
		}
		b.carry(p)
	}
}

func (b *box) again() *parcel {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.redo) == 0 {
		return nil
	}
	p := b.redo[0]
	b.redo = b.redo[1:]
	return p
}

func (b *box) repeat(p *parcel) {
	b.mu.Lock()
	b.redo = append(b.redo, p)
	b.mu.Unlock()
	b.nudge()
}

// pack takes the next update, and what follows it for the same WABA if batches are wanted.
func (b *box) pack() *parcel {
	most := b.post.s.knobs.get().batch
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.list) == 0 {
		return nil
	}
	first := b.list[0]
	n := 1
	for n < len(b.list) && n < most && b.list[n].waba == first.waba && b.list[n].time == 0 && first.time == 0 {
		n++
	}
	p := &parcel{letters: append([]letter(nil), b.list[:n]...), since: b.post.s.clock.Now(), number: first.number,
		field: first.field, what: first.what}
	clear(b.list[:n])
	if b.list = b.list[n:]; len(b.list) == 0 {
		b.list = nil
	}
	e := entry{ID: first.waba, Time: first.time}
	for _, l := range p.letters {
		e.Changes = append(e.Changes, l.change)
	}
	p.body = joinEnvelope(e)
	return p
}

func joinEnvelope(e entry) []byte {
	var out bytes.Buffer
	out.WriteString(`{"object":"whatsapp_business_account","entry":[{"id":"` + e.ID + `"`)
	if e.Time != 0 {
		t, _ := json.Marshal(e.Time)
		out.WriteString(`,"time":` + string(t))
	}
	out.WriteString(`,"changes":[`)
	for i, c := range e.Changes {
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(c)
	}
	out.WriteString(`]}]}`)
	return out.Bytes()
}

// retryAfter grows: at once, then the base doubled each time up to a minute; given up after 7 days (WA/webhooks/overview).
func (p *post) retryAfter(tries int) time.Duration {
	if tries <= 1 {
		return 0
	}
	return min(p.s.knobs.get().retryBase<<min(tries-2, 16), time.Minute)
}

func (b *box) carry(p *parcel) {
	s := b.post.s
	f := s.faults.hit("webhook", p.number, p.field)
	if _, ok := f["reorder"]; ok && !p.swapped {
		p.swapped = true
		if next := b.waitForNext(); next != nil {
			b.carry(next)
		}
	}
	if x, ok := f["delay"]; ok {
		b.post.sleep(x.delay())
	}
	begun := time.Now()
	ok := b.attempt(p, f)
	p.took = time.Since(begun)
	if _, twice := f["duplicate"]; twice && ok {
		b.deliver(p.body, false)
	}
	p.tries++
	for _, l := range p.letters {
		l.track.settle(ok)
	}
	s.noteDelivery(b.url, p, ok)
	if ok {
		b.post.delivered.Add(int64(len(p.letters)))
		return
	}
	b.post.failed.Add(1)
	if b.post.ctx.Err() == nil && s.clock.Now().Sub(p.since) < 7*24*time.Hour {
		s.later.after(b.post.retryAfter(p.tries), func() { b.repeat(p) })
	}
}

// waitForNext gives the update that overtakes; nil if none comes soon.
func (b *box) waitForNext() *parcel {
	for deadline := time.Now().Add(250 * time.Millisecond); time.Now().Before(deadline); {
		if next := b.pack(); next != nil {
			next.swapped = true
			return next
		}
		b.post.sleep(5 * time.Millisecond)
	}
	return nil
}

func (b *box) attempt(p *parcel, f map[string]fault) bool {
	if x, ok := f["status"]; ok {
		return x.Status == http.StatusOK
	}
	if _, ok := f["close"]; ok {
		b.deliver(p.body, true)
		return false
	}
	ok := b.deliver(p.body, false)
	if _, dropped := f["drop_answer"]; dropped {
		return false
	}
	return ok
}

// deliver makes one POST. broken ends the body half-way.
func (b *box) deliver(body []byte, broken bool) bool {
	var r io.Reader = bytes.NewReader(body)
	if broken {
		r = io.MultiReader(bytes.NewReader(body[:len(body)/2]), brokenReader{})
	}
	req, err := http.NewRequestWithContext(b.post.ctx, http.MethodPost, b.url, r)
	if err != nil {
		return false
	}
	req.ContentLength = int64(len(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "facebookexternalua")
	req.Header.Set("X-Hub-Signature-256", sign(b.post.s.o.AppSecret, body))
	resp, err := b.post.client.Do(req)
	if err != nil {
		return false
	}
	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("closed on request of a fault") }

func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func (p *post) sleep(d time.Duration) {
	select {
	case <-time.After(d):
	case <-p.ctx.Done():
	}
}

// clear forgets what has not been delivered.
func (p *post) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range p.boxes {
		b.mu.Lock()
		for _, l := range b.list {
			l.track.settle(false)
		}
		b.list, b.redo = nil, nil
		b.mu.Unlock()
	}
}

// waiting is how many updates are queued for all destinations.
func (p *post) waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, b := range p.boxes {
		b.mu.Lock()
		n += len(b.list) + len(b.redo)
		b.mu.Unlock()
	}
	return n
}
