package smpp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Options of a client.
type Options struct {
	Addr    string // host:port
	Binding Binding
	TLS     *tls.Config // nil = in the clear

	Window    int           // submits without an answer; 0 = 10
	PerSecond float64       // submits a second; 0 = as many as are taken
	Enquire   time.Duration // how long a line may be silent before it is tried; 0 = 30 s
	Patience  time.Duration // for an answer; 0 = 10 s

	// Text is told each text that came, whole; its error makes the SMSC bring it again. Texts of one sender come one after another.
	Text func(context.Context, Text) error
	// Receipt is told what became of a message of ours; its error makes the SMSC bring it again.
	Receipt func(context.Context, Receipt) error
	Changed func(Line) // told when the line is bound or lost; nil = nobody
	Log     *slog.Logger
}

// Text is an SMS that somebody sent us.
type Text struct {
	From, To string
	Text     string
	Readable bool      // false: binary, or a coding nobody knows; Text is empty
	Whole    bool      // false: pieces of a long text are missing
	Session  time.Time // since when this line has been bound: a text brought again is older than its session
}

// Line is how a bind stands.
type Line struct {
	Bound bool
	Since time.Time
	Why   error // of the last failure, nil while bound
}

// Client keeps one bind. Run keeps it up, Submit uses it from many goroutines.
type Client struct {
	o      Options
	pace   *rate.Limiter
	window chan struct{}

	mu      sync.Mutex
	line    Line
	session *session
	hold    time.Time // throttled until then
	joins   joiner
	ref     byte
}

// New makes a client; nothing is dialled before Run.
func New(o Options) *Client {
	if o.Window <= 0 {
		o.Window = 10
	}
	if o.Enquire <= 0 {
		o.Enquire = 30 * time.Second
	}
	if o.Patience <= 0 {
		o.Patience = 10 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	limit := rate.Inf
	if o.PerSecond > 0 {
		limit = rate.Limit(o.PerSecond)
	}
	return &Client{o: o, pace: rate.NewLimiter(limit, max(1, o.Window)), window: make(chan struct{}, o.Window), ref: byte(rand.Uint32())}
}

// Line says how the bind stands.
func (c *Client) Line() Line {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.line
}

// slowest is the longest pause between two tries to bind.
const slowest = time.Minute

// Run binds, and binds again whenever the line is lost, until ctx ends; then it unbinds and hands on what was still waiting for pieces.
func (c *Client) Run(ctx context.Context) {
	pause := 250 * time.Millisecond
	for ctx.Err() == nil {
		began := time.Now()
		err := c.once(ctx)
		if ctx.Err() != nil {
			break
		}
		if time.Since(began) > slowest {
			pause = 250 * time.Millisecond
		}
		c.set(Line{Since: time.Now(), Why: err}, nil)
		c.o.Log.Warn("smpp line lost", "addr", c.o.Addr, "err", err, "again_in", pause)
		select {
		case <-ctx.Done():
		case <-time.After(pause/2 + rand.N(pause/2)): // spread, so that many binds do not come back at once
		}
		pause = min(2*pause, slowest)
	}
	c.set(Line{Since: time.Now(), Why: context.Canceled}, nil)
	c.flush(context.WithoutCancel(ctx), time.Now().Add(time.Hour), time.Time{})
}

func (c *Client) set(l Line, s *session) {
	c.mu.Lock()
	c.line, c.session = l, s
	c.mu.Unlock()
	if c.o.Changed != nil {
		c.o.Changed(l)
	}
}

// once is one life of the line: dial, bind, serve until it ends.
func (c *Client) once(ctx context.Context) error {
	d := net.Dialer{Timeout: c.o.Patience}
	var conn net.Conn
	var err error
	if c.o.TLS != nil {
		conn, err = (&tls.Dialer{NetDialer: &d, Config: c.o.TLS}).DialContext(ctx, "tcp", c.o.Addr)
	} else {
		conn, err = d.DialContext(ctx, "tcp", c.o.Addr)
	}
	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	s := newSession(c, conn)
	return s.serve(ctx)
}

// Outcome of a submit.
type Outcome int

// Unknown is the zero value: whoever forgets to say so sends nothing twice.
const (
	MayBeSent Outcome = iota // it left, and no answer came
	Sent
	NotSent
)

// ErrNotBound: there is no line just now.
var ErrNotBound = errors.New("smpp: no line")

// Submission is a text to somebody.
type Submission struct {
	From, To string
	Text     string
	Validity time.Duration // how long the SMSC may keep trying; 0 = its own
	Receipt  bool          // ask for one
	// Fence is asked right before the first byte leaves; false = it may not any more. nil = always.
	Fence func() bool
}

// ErrFenced is what a Submit ends with whose fence had closed.
var ErrFenced = errors.New("smpp: too late to send")

// Submit sends a text, in as many pieces as it needs, and waits until the SMSC has taken each. ids are those of the pieces taken.
// Where the SMSC throttles, it waits and tries again until ctx ends.
func (c *Client) Submit(ctx context.Context, m Submission) (ids []string, out Outcome, err error) {
	c.mu.Lock()
	c.ref++
	ref := c.ref
	c.mu.Unlock()
	coding, class, bodies := Pieces(m.Text, ref)
	if len(bodies) > MostParts {
		return nil, NotSent, fmt.Errorf("smpp: %d parts are too many", len(bodies))
	}
	p := PDU{Command: SubmitSM, Message: Message{From: sender(m.From), To: international(m.To), Class: class, Coding: coding, Validity: validity(m.Validity)}}
	for i, b := range bodies {
		p.Message.Body = b
		p.Message.Registered = 0
		if m.Receipt && i == len(bodies)-1 {
			p.Message.Registered = 1
		}
		fence := m.Fence
		if i > 0 {
			fence = nil // what has begun is ended: half a text helps nobody
		}
		id, o, err := c.piece(ctx, p, fence)
		if err != nil {
			if i > 0 {
				o = MayBeSent
			}
			return ids, o, err
		}
		ids = append(ids, id)
	}
	return ids, Sent, nil
}

// piece submits one PDU, waiting for pace, window and throttling.
func (c *Client) piece(ctx context.Context, p PDU, fence func() bool) (string, Outcome, error) {
	for wait := 500 * time.Millisecond; ; wait = min(2*wait, 15*time.Second) {
		if err := c.room(ctx); err != nil {
			return "", NotSent, err
		}
		answer, o, err := c.exchange(ctx, p, fence)
		<-c.window
		if err != nil {
			return "", o, err
		}
		if answer.Status == OK {
			return answer.ID, Sent, nil
		}
		if !answer.Status.waits() {
			return "", NotSent, Refusal{SubmitSM, answer.Status}
		}
		c.mu.Lock()
		c.hold = time.Now().Add(wait/2 + rand.N(wait/2))
		c.mu.Unlock()
	}
}

// room waits until the line may take one more: throttling over, a place in the window, the pace kept.
func (c *Client) room(ctx context.Context) error {
	for {
		c.mu.Lock()
		rest := time.Until(c.hold)
		c.mu.Unlock()
		if rest <= 0 {
			break
		}
		select {
		case <-ctx.Done():
			return Refusal{SubmitSM, Throttled}
		case <-time.After(rest):
		}
	}
	if err := c.pace.Wait(ctx); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case c.window <- struct{}{}:
		return nil
	}
}

func (c *Client) exchange(ctx context.Context, p PDU, fence func() bool) (PDU, Outcome, error) {
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
	if s == nil {
		return PDU{}, NotSent, ErrNotBound
	}
	return s.ask(ctx, p, fence)
}
