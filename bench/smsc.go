package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"jawort/app"
	"jawort/smpp"
)

// centre is an operator's SMS centre: it takes one bind and brings texts over it, so many unanswered at once.
type centre struct {
	net.Listener
	bound chan net.Conn
}

const smsWindow = 100

func openCentre() (*centre, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &centre{l, make(chan net.Conn, 16)}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if p, err := smpp.ReadPDU(conn); err != nil || p.Command != smpp.BindTransceiver {
				conn.Close()
				continue
			}
			_, _ = conn.Write(smpp.PDU{Command: smpp.BindTransceiverResp, Sequence: 1, ID: "bench"}.Append(nil))
			c.bound <- conn
		}
	}()
	return c, nil
}

// bring delivers texts for the span and counts those that were acknowledged.
func (c *centre) bring(ctx context.Context, span time.Duration, from func(n int) string) (storm, error) {
	var conn net.Conn
	select {
	case conn = <-c.bound:
	case <-time.After(10 * time.Second):
		return storm{}, errors.New("nobody bound")
	}
	defer conn.Close()
	b := brought{conn: conn, sent: map[uint32]time.Time{}, room: make(chan struct{}, smsWindow)}
	over := make(chan error, 1)
	go func() { over <- b.listen() }()
	began := time.Now()
	for n := 0; time.Since(began) < span && ctx.Err() == nil; n++ {
		select {
		case b.room <- struct{}{}:
		case err := <-over:
			return storm{}, err
		}
		if err := b.deliver(uint32(n+2), from(n)); err != nil {
			return storm{}, err
		}
	}
	for range smsWindow { // all answers are in
		select {
		case b.room <- struct{}{}:
		case err := <-over:
			return storm{}, err
		case <-time.After(10 * time.Second):
			return storm{}, errors.New("a text was never acknowledged")
		}
	}
	return stormOf(b.took, time.Since(began)), nil
}

// brought is what one line has brought.
type brought struct {
	conn net.Conn
	room chan struct{}

	mu   sync.Mutex
	sent map[uint32]time.Time
	took []time.Duration
}

func (b *brought) deliver(seq uint32, from string) error {
	p := smpp.PDU{Command: smpp.DeliverSM, Sequence: seq, Message: smpp.Message{From: smpp.Address{TON: 1, NPI: 1, Number: from},
		To: smpp.Address{Number: "4930555010"}, Body: []byte("KAFFEE")}}
	b.mu.Lock()
	b.sent[seq] = time.Now()
	b.mu.Unlock()
	_, err := b.conn.Write(p.Append(nil))
	return err
}

// listen takes acknowledgements, and answers what the other side asks for.
func (b *brought) listen() error {
	in := bufio.NewReader(b.conn)
	for {
		p, err := smpp.ReadPDU(in)
		if err != nil {
			return fmt.Errorf("line to the SMS centre: %w", err)
		}
		switch p.Command {
		case smpp.DeliverSMResp:
			if p.Status != 0 {
				return fmt.Errorf("a text was answered with %v", p.Status)
			}
			b.mu.Lock()
			b.took = append(b.took, time.Since(b.sent[p.Sequence]))
			delete(b.sent, p.Sequence)
			b.mu.Unlock()
			<-b.room
		case smpp.SubmitSM:
			_, err = b.conn.Write(smpp.PDU{Command: smpp.SubmitSMResp, Sequence: p.Sequence, ID: fmt.Sprint(p.Sequence)}.Append(nil))
		case smpp.EnquireLink:
			_, err = b.conn.Write(smpp.PDU{Command: smpp.EnquireLinkResp, Sequence: p.Sequence}.Append(nil))
		}
		if err != nil {
			return err
		}
	}
}

// texts brings a word by SMS from ever new telephones, beside a line behind which nothing is done.
func texts(ctx context.Context, r *run) error {
	c, err := openCentre()
	if err != nil {
		return err
	}
	defer c.Close()
	bare, err := bareTexts(ctx, c, r.Span)
	if err != nil {
		return err
	}
	w, err := r.newWorld(ctx, "127.0.0.1:1")
	if err != nil {
		return err
	}
	defer w.stop()
	if _, _, err := w.app.SeedSMS(ctx, w.tenant, app.SMSOptions{Addr: c.Addr().String(), Login: "bench", Password: "bench", Number: "+4930555010",
		Words: []string{"KAFFEE"}}); err != nil {
		return err
	}
	var s storm
	if err := r.profiled(func() error {
		s, err = c.bring(ctx, r.Span, func(n int) string { return fmt.Sprintf("4477009%05d", n%100_000) })
		return err
	}); err != nil {
		return err
	}
	r.add(Row{What: "a word by SMS over SMPP, one line, window 100", Value: s.rate, Unit: "SMS/s", Target: 1000, Stretch: 2000})
	r.note("%s: p50 %.1f ms, p99 %.1f ms; a line behind which nothing is done takes %.0f SMS/s, of which this is %.2f", r.engine, s.p50.Seconds()*1000,
		s.p99.Seconds()*1000, bare.rate, s.rate/bare.rate)
	return nil
}

// bareTexts is our own SMPP with nothing behind it.
func bareTexts(ctx context.Context, c *centre, span time.Duration) (storm, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	line := smpp.New(smpp.Options{Addr: c.Addr().String(), Binding: smpp.Binding{SystemID: "bench", Password: "bench"},
		Text: func(context.Context, smpp.Text) error { return nil }})
	var done sync.WaitGroup
	done.Go(func() { line.Run(ctx) })
	s, err := c.bring(ctx, span, func(n int) string { return "4477" + strings.Repeat("0", 3) + fmt.Sprintf("%05d", n%100_000) })
	cancel()
	done.Wait()
	return s, err
}
