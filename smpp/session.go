package smpp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// lanes and their depth: texts of one sender go one after another, those of different senders side by side. What does not fit is
// refused as temporary, and the SMSC brings it again.
const (
	lanes     = 64
	laneDepth = 64
)

var seed = maphash.MakeSeed()

// session is one life of a bind.
type session struct {
	c     *Client
	conn  net.Conn
	since time.Time
	lanes [lanes]chan PDU
	heard atomic.Int64 // when anything came last, Unix ns

	write sync.Mutex
	seq   uint32
	out   []byte

	mu      sync.Mutex
	pending map[uint32]chan PDU
	over    bool
	done    chan struct{}
}

func newSession(c *Client, conn net.Conn) *session {
	s := &session{c: c, conn: conn, since: time.Now(), pending: map[uint32]chan PDU{}, done: make(chan struct{})}
	for i := range s.lanes {
		s.lanes[i] = make(chan PDU, laneDepth)
	}
	return s
}

// serve binds and stays until the line breaks or ctx ends; every goroutine of it has ended when it returns.
func (s *session) serve(ctx context.Context) error {
	var all sync.WaitGroup
	work := context.WithoutCancel(ctx) // a text that was begun is ended
	broken := make(chan error, 1)
	all.Go(func() { broken <- s.read(work) })
	for _, lane := range s.lanes {
		all.Go(func() { s.handle(work, lane) })
	}
	err := s.bind(ctx)
	if err == nil {
		err = s.stay(ctx, broken)
	}
	s.c.set(Line{Since: time.Now(), Why: err}, nil)
	s.conn.Close()
	s.end()
	all.Wait()
	return err
}

func (s *session) bind(ctx context.Context) error {
	answer, _, err := s.ask(ctx, PDU{Command: BindTransceiver, Bind: s.c.o.Binding}, nil)
	if err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	if answer.Status != OK {
		return Refusal{BindTransceiver, answer.Status}
	}
	s.c.set(Line{Bound: true, Since: s.since}, s)
	return nil
}

// stay tries the line when it is silent, and looks after long texts that never came whole.
func (s *session) stay(ctx context.Context, broken <-chan error) error {
	every := max(s.c.o.Enquire/4, time.Millisecond)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case err := <-broken:
			return err
		case <-ctx.Done():
			s.leave()
			return ctx.Err()
		case now := <-tick.C:
			s.c.flush(context.WithoutCancel(ctx), now.Add(-joinFor), s.since)
			if now.Sub(time.Unix(0, s.heard.Load())) < s.c.o.Enquire {
				continue
			}
			if _, _, err := s.ask(ctx, PDU{Command: EnquireLink}, nil); err != nil {
				return fmt.Errorf("the line is dead: %w", err)
			}
		}
	}
}

// leave says goodbye and waits a moment for the answer, so that the SMSC does not take us for broken.
func (s *session) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s.ask(ctx, PDU{Command: Unbind}, nil)
}

// read takes PDUs until the stream ends.
func (s *session) read(ctx context.Context) error {
	in := bufio.NewReaderSize(s.conn, 16<<10)
	defer func() {
		for _, lane := range s.lanes {
			close(lane)
		}
	}()
	for {
		p, err := ReadPDU(in)
		switch {
		case errors.Is(err, ErrGarbage):
			s.send(PDU{Command: GenericNack, Status: InvalidLength, Sequence: p.Sequence}, nil)
			s.end()
			return err
		case err != nil:
			s.end()
			return fmt.Errorf("read: %w", err)
		}
		s.heard.Store(time.Now().UnixNano())
		if stop := s.take(p); stop {
			s.end()
			return errors.New("smpp: the other side unbound")
		}
	}
}

// take sorts one PDU; true = the other side said goodbye.
func (s *session) take(p PDU) bool {
	switch {
	case p.Command.answers():
		s.mu.Lock()
		wait := s.pending[p.Sequence]
		delete(s.pending, p.Sequence)
		s.mu.Unlock()
		if wait != nil {
			wait <- p
		}
	case p.Command == EnquireLink:
		s.send(PDU{Command: EnquireLinkResp, Sequence: p.Sequence}, nil)
	case p.Command == Unbind:
		s.send(PDU{Command: UnbindResp, Sequence: p.Sequence}, nil)
		return true
	case p.Command == DeliverSM:
		lane := s.lanes[maphash.String(seed, p.Message.From.Number)%lanes]
		select {
		case lane <- p:
		default:
			s.send(PDU{Command: DeliverSMResp, Status: QueueFull, Sequence: p.Sequence}, nil)
		}
	default:
		s.send(PDU{Command: GenericNack, Status: UnknownCommand, Sequence: p.Sequence}, nil)
	}
	return false
}

// handle answers deliveries in order, each after it took effect.
func (s *session) handle(ctx context.Context, lane <-chan PDU) {
	for p := range lane {
		status := OK
		if err := s.c.deliver(ctx, p.Message, s.since); err != nil {
			status = TemporaryError
			s.c.o.Log.Error("smpp delivery did not take effect", "addr", s.c.o.Addr, "err", err)
		}
		s.send(PDU{Command: DeliverSMResp, Status: status, Sequence: p.Sequence}, nil)
	}
}

// errLost: the line broke while an answer was awaited.
var errLost = errors.New("smpp: line lost")

// ask sends a request and waits for its answer.
func (s *session) ask(ctx context.Context, p PDU, fence func() bool) (PDU, Outcome, error) {
	wait := make(chan PDU, 1)
	s.write.Lock()
	s.seq = s.seq%0x7FFFFFFF + 1
	p.Sequence = s.seq
	s.mu.Lock()
	over := s.over
	if !over {
		s.pending[p.Sequence] = wait
	}
	s.mu.Unlock()
	if over {
		s.write.Unlock()
		return PDU{}, NotSent, ErrNotBound
	}
	err := s.put(p, fence)
	s.write.Unlock()
	if errors.Is(err, ErrFenced) {
		s.forget(p.Sequence)
		return PDU{}, NotSent, err
	}
	if err != nil {
		s.forget(p.Sequence)
		s.conn.Close()
		return PDU{}, MayBeSent, fmt.Errorf("write: %w", err)
	}
	patience := time.NewTimer(s.c.o.Patience)
	defer patience.Stop()
	select {
	case answer := <-wait:
		return answer, Sent, nil
	case <-s.done:
		return PDU{}, MayBeSent, errLost
	case <-ctx.Done():
		err = ctx.Err()
	case <-patience.C:
		err = errors.New("smpp: no answer")
	}
	s.forget(p.Sequence)
	return PDU{}, MayBeSent, err
}

func (s *session) forget(seq uint32) {
	s.mu.Lock()
	delete(s.pending, seq)
	s.mu.Unlock()
}

// send writes what needs no answer.
func (s *session) send(p PDU, fence func() bool) error {
	s.write.Lock()
	defer s.write.Unlock()
	return s.put(p, fence)
}

// put writes; its caller holds write.
func (s *session) put(p PDU, fence func() bool) error {
	s.out = p.Append(s.out[:0])
	if fence != nil && !fence() {
		return ErrFenced
	}
	s.conn.SetWriteDeadline(time.Now().Add(s.c.o.Patience))
	_, err := s.conn.Write(s.out)
	return err
}

// end wakes everybody who waits for an answer.
func (s *session) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.over = true
		close(s.done)
	}
}
