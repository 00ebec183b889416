package sip

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// End is how a call came to its end.
type End string

const (
	Open      End = ""          // it lasts
	Cancelled End = "cancelled" // the caller gave up before it was answered
	Rejected  End = "rejected"  // we did not take it
	TheirEnd  End = "hung up"   // the caller hung up
	OurEnd    End = "done"      // we did
	Broken    End = "broken"    // no answer from the other side, or no sound that we can carry
)

// Call is one call to us. Whoever was handed it says what becomes of it; it is over when its handler returns.
type Call struct {
	phone   *Phone
	id      string
	who     identity
	to      []string
	lines   []string
	free    bool
	ip      netip.Addr // ours, as the caller's side sees it
	dialog  *sipgo.DialogServerSession
	tx      sip.ServerTransaction
	offer   *session // nil = the caller waits for ours
	media   *media
	started time.Time

	mu   sync.Mutex
	end  End
	done chan struct{}
}

// ID is the caller's name for the call; a replay has the same.
func (c *Call) ID() string { return c.id }

// From is who calls, a number or a name as the network told it; "" = hidden.
func (c *Call) From() string { return c.who.user }

// To are the numbers or names that were called, the most telling first: providers put them into different places.
func (c *Call) To() []string { return c.to }

// Lines are the names of the lines whose provider the call comes from; several where two accounts are at one provider.
func (c *Call) Lines() []string { return c.lines }

// Free says that the sender may call us whatever the lines: by its address, or by a password of ours.
func (c *Call) Free() bool { return c.free }

// Done is closed when the call is over.
func (c *Call) Done() <-chan struct{} { return c.done }

// Ended says how; Open while it lasts.
func (c *Call) Ended() End {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end
}

// finish keeps the first end.
func (c *Call) finish(how End) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.end == Open {
		c.end = how
		close(c.done)
	}
}

// Ring lets the caller hear that it rings.
func (c *Call) Ring() error { return c.dialog.Respond(sip.StatusRinging, "Ringing", nil) }

// Busy rejects a call that was not answered; it costs the caller nothing.
func (c *Call) Busy() error { return c.reject(sip.StatusBusyHere, "Busy Here") }

// Nobody rejects a call to a number that is not ours.
func (c *Call) Nobody() error { return c.reject(sip.StatusNotFound, "Not Found") }

func (c *Call) reject(code int, reason string) error {
	c.finish(Rejected)
	return c.dialog.Respond(code, reason, nil)
}

// ackTime is how long we wait for the caller's side to have heard that we answered (RFC 3261: 64 × T1).
const ackTime = 32 * time.Second

// Answer takes the call: from now on it can be talked.
func (c *Call) Answer(ctx context.Context) error {
	if c.Ended() != Open {
		return errors.New("answer a call that is over")
	}
	m, err := listenMedia(c.ip, c.phone.o.PortsFrom, c.phone.o.PortsTo)
	if err != nil {
		_ = c.reject(sip.StatusServiceUnavailable, "Service Unavailable")
		return fmt.Errorf("take a port for the sound: %w", err)
	}
	body := c.answerSDP(m)
	c.mu.Lock()
	c.media = m
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { c.tx.Terminate() }) // else the library repeats the answer for ever
	if c.offer != nil {
		m.start(*c.offer)
	}
	err = c.dialog.RespondSDP(body)
	if !stop() || err != nil {
		c.finish(Broken)
		return fmt.Errorf("answer a call: %w", cmp.Or(err, ctx.Err()))
	}
	return nil
}

// answerSDP answers the offer, or makes one if there was none.
func (c *Call) answerSDP(m *media) []byte {
	ip := c.ip
	if c.phone.public.IsValid() {
		ip = c.phone.public
	}
	laws, events := []Law{ALaw, MuLaw}, byte(101)
	if c.offer != nil {
		laws, events = []Law{c.offer.law}, c.offer.events
	}
	return writeSDP(ip, m.port(), laws, events, uint64(c.started.Unix()))
}

// heard takes the sound of a later message of the call: the answer to our offer, or a changed offer.
func (c *Call) heard(body []byte) error {
	s, err := readSDP(body)
	if err != nil {
		return err
	}
	c.mu.Lock()
	m, first := c.media, c.offer == nil
	c.offer = &s
	c.mu.Unlock()
	switch {
	case m == nil:
		return errNoSound
	case first:
		m.start(s)
	default:
		m.turn(s)
	}
	return nil
}

func (c *Call) sound() *media {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.media
}

// Play says samples of 8 kHz, paced at 20 ms. It returns when they were said, and at once when ctx or the call ends.
func (c *Call) Play(ctx context.Context, pcm []int16) error {
	m := c.sound()
	if m == nil {
		return errors.New("play in a call that was not answered")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-c.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	return m.play(ctx, pcm)
}

// Keys are the keys pressed since the answer.
func (c *Call) Keys() <-chan byte {
	if m := c.sound(); m != nil {
		return m.keys
	}
	return nil
}

// Record keeps what the caller says from now on, at most so long. Recorded answers it.
func (c *Call) Record(most time.Duration) {
	if m := c.sound(); m != nil {
		m.startRecord(most)
	}
}

// Recorded is what was kept, as samples of 8 kHz; nil = nothing.
func (c *Call) Recorded() []int16 {
	if m := c.sound(); m != nil {
		return m.recorded()
	}
	return nil
}

// Hangup ends an answered call.
func (c *Call) Hangup() {
	if c.Ended() != Open {
		return
	}
	c.finish(OurEnd)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := c.dialog.Bye(ctx); err != nil {
		c.phone.log.Debug("hang up", "error", err)
	}
}

// release ends what the handler left open.
func (c *Call) release() {
	if c.Ended() == Open {
		if c.sound() != nil {
			c.Hangup()
		} else {
			_ = c.reject(sip.StatusTemporarilyUnavailable, "Temporarily Unavailable")
		}
	}
	if m := c.sound(); m != nil {
		m.close()
	}
	_ = c.dialog.Close()
}
