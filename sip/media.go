package sip

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	frame     = 160 // samples in 20 ms at 8 kHz
	frameTime = 20 * time.Millisecond
	mostKeys  = 64 // kept while nobody reads them
)

// media is the sound of one call: one packet each 20 ms out, silence when there is nothing to say, and keys and voice in.
type media struct {
	conn *net.UDPConn
	keys chan byte

	mu       sync.Mutex
	s        session
	from     netip.AddrPort // where the other side really sends from; zero = not heard yet
	clip     []int16        // what is being said; nil = silence
	over     chan struct{}  // closed when the clip has been said
	record   []byte         // decoded law bytes of the caller; nil = nobody records
	most     int
	way      string // how keys come: rtp or info; the first one counts
	presses  presses
	received int

	closed chan struct{}
	once   sync.Once
	ended  sync.WaitGroup
}

// listenMedia takes a port; ports 0 and 0 = any.
func listenMedia(ip netip.Addr, low, high int) (*media, error) {
	var conn *net.UDPConn
	var err error
	if low == 0 {
		conn, err = net.ListenUDP("udp", &net.UDPAddr{IP: ip.AsSlice()})
	} else {
		n := (high - low) / 2
		start := rand.IntN(n + 1)
		for i := range n + 1 { // even ports, as RTP likes them
			conn, err = net.ListenUDP("udp", &net.UDPAddr{IP: ip.AsSlice(), Port: low + 2*((start+i)%(n+1))})
			if err == nil {
				break
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return &media{conn: conn, keys: make(chan byte, mostKeys), closed: make(chan struct{})}, nil
}

func (m *media) port() int { return m.conn.LocalAddr().(*net.UDPAddr).Port }

// start begins to talk and to listen.
func (m *media) start(s session) {
	m.mu.Lock()
	m.s = s
	m.mu.Unlock()
	m.ended.Add(2)
	go m.speak()
	go m.listen()
}

// turn takes over what a later offer says.
func (m *media) turn(s session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.s.to != s.to {
		m.from = netip.AddrPort{}
	}
	m.s = s
}

func (m *media) close() {
	m.once.Do(func() {
		close(m.closed)
		_ = m.conn.Close()
	})
	m.ended.Wait()
}

// speak sends a packet each 20 ms by a plan that starts once: a late one is followed sooner, so that no delay adds up.
func (m *media) speak() {
	defer m.ended.Done()
	p := packet{marker: true, seq: uint16(rand.Uint32()), timestamp: rand.Uint32(), ssrc: rand.Uint32()}
	var payload [frame]byte
	var out []byte
	next := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-m.closed:
			return
		case <-timer.C:
		}
		to, held := m.fill(&p, payload[:])
		if to.IsValid() && !held {
			p.payload = payload[:]
			out = p.appendTo(out[:0])
			_, _ = m.conn.WriteToUDPAddrPort(out, to) // a lost packet is a lost packet
			p.marker = false
		}
		p.seq++
		p.timestamp += frame
		next = next.Add(frameTime)
		if late := time.Since(next); late > time.Second { // we slept: begin the plan anew
			next = time.Now()
		}
		timer.Reset(time.Until(next))
	}
}

// fill takes the next 20 ms of what is to be said.
func (m *media) fill(p *packet, payload []byte) (to netip.AddrPort, held bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	law := m.s.law
	p.kind = byte(law)
	n := min(len(m.clip), frame)
	for i, s := range m.clip[:n] {
		payload[i] = law.encode(s)
	}
	for i := n; i < frame; i++ {
		payload[i] = law.silence()
	}
	if m.clip = m.clip[n:]; len(m.clip) == 0 && m.over != nil {
		close(m.over)
		m.over = nil
	}
	to = m.s.to
	if m.from.IsValid() {
		to = m.from
	}
	return to, m.s.held
}

// play says the samples; it ends when they were said, or stops at once when ctx ends or the call does.
func (m *media) play(ctx context.Context, pcm []int16) error {
	if len(pcm) == 0 {
		return ctx.Err()
	}
	over := make(chan struct{})
	m.mu.Lock()
	if m.over != nil {
		close(m.over)
	}
	m.clip, m.over = pcm, over
	m.mu.Unlock()
	var err error
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-m.closed:
		err = net.ErrClosed
	}
	m.mu.Lock()
	if m.over == over {
		m.clip, m.over = nil, nil
	}
	m.mu.Unlock()
	return err
}

// listen reads what comes. Packets are taken only from the address the call named or, behind a router, from the first port of it
// that spoke; anybody else's are not of this call.
func (m *media) listen() {
	defer m.ended.Done()
	buf := make([]byte, 2048)
	for {
		n, from, err := m.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		if p, ok := readPacket(buf[:n]); ok {
			m.take(netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), p)
		}
	}
}

func (m *media) take(from netip.AddrPort, p packet) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.from.IsValid() && m.from != from, !m.from.IsValid() && m.s.to.Addr() != from.Addr():
		return
	}
	m.from = from
	m.received++
	switch {
	case m.s.events != 0 && p.kind == m.s.events:
		m.press("rtp", m.presses.event(p.ssrc, p.timestamp, p.payload))
	case p.kind == byte(m.s.law):
		m.press("rtp", m.presses.audio(p.ssrc, p.timestamp))
		if m.record != nil && len(m.record)+len(p.payload) <= m.most {
			m.record = append(m.record, p.payload...)
		}
	}
}

// press hands keys on. Some senders tell each key twice, in RTP and by INFO: the way the first one came is the call's.
func (m *media) press(way string, keys []byte) {
	for _, k := range keys {
		if m.way == "" {
			m.way = way
		}
		if m.way != way {
			return
		}
		select {
		case m.keys <- k:
		default: // nobody reads: a script that waits for no key
		}
	}
}

func (m *media) info(key byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.press("info", []byte{key})
}

// startRecord keeps what the caller says, at most so long.
func (m *media) startRecord(most time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.record == nil {
		m.record, m.most = []byte{}, int(most/time.Second)*8000
	}
}

// recorded is what was kept; nil = nothing.
func (m *media) recorded() []int16 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.record == nil {
		return nil
	}
	return m.s.law.Decode(m.record)
}
