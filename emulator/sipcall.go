package emulator

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// VoiceLine is a telephone number that toy phones reach over SIP.
type VoiceLine struct {
	Number string // as people dial it
	Name   string // what it is for
	Text   string // what is said there, to read along; empty: nothing is known
	Addr   string // host:port of who answers
}

// Ways are what toy phones reach besides the chat.
type Ways struct {
	Lines []VoiceLine // that really ring
	Words []string    // to be texted to Options.SMSNumber
}

// Offer has the toy phones ask for the ways each time they show or dial one: a business adds some while it runs.
func (s *Server) Offer(f func() Ways) { s.ways.Store(&f) }

func (s *Server) offered() Ways {
	if f := s.ways.Load(); f != nil {
		return (*f)()
	}
	return Ways{}
}

// voiceLine is the line with these digits; nil = it is none.
func (s *Server) voiceLine(digits string) *VoiceLine {
	for _, l := range s.offered().Lines {
		if d, _, ok := digitsOf(l.Number); ok && d == strings.TrimPrefix(digits, "00") {
			return &l
		}
	}
	return nil
}

// sipCall is one real call of a toy phone: it rings, is talked on, and ends.
type sipCall struct {
	line VoiceLine
	id   string
	stop context.CancelFunc
	rtp  *net.UDPConn

	mu      sync.Mutex
	talking bool
	to      *net.UDPAddr
	seq     uint16
	stamp   uint32
	keys    string
	heard   []chan []byte // who listens, in the page
	over    chan struct{}
}

// toySIP is the telephones' exchange: one socket for all of them.
type toySIP struct {
	once   sync.Once
	err    error
	client *sipgo.Client
	cache  *sipgo.DialogClientCache
	stop   context.CancelFunc
	ua     *sipgo.UserAgent
}

func (t *toySIP) start() error {
	t.once.Do(func() {
		quiet := slog.New(slog.DiscardHandler)
		sip.SetDefaultLogger(quiet)
		var conn net.PacketConn
		if conn, t.err = net.ListenPacket("udp", "127.0.0.1:0"); t.err != nil {
			return
		}
		port := conn.LocalAddr().(*net.UDPAddr).Port
		if t.ua, t.err = sipgo.NewUA(sipgo.WithUserAgent("toy phones"), sipgo.WithUserAgentHostname("127.0.0.1")); t.err != nil {
			return
		}
		var server *sipgo.Server
		if server, t.err = sipgo.NewServer(t.ua, sipgo.WithServerLogger(quiet)); t.err != nil {
			return
		}
		if t.client, t.err = sipgo.NewClient(t.ua, sipgo.WithClientLogger(quiet), sipgo.WithClientHostname("127.0.0.1"), sipgo.WithClientPort(port)); t.err != nil {
			return
		}
		t.cache = sipgo.NewDialogClientCache(t.client, sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "toy", Host: "127.0.0.1", Port: port}})
		server.OnBye(func(r *sip.Request, tx sip.ServerTransaction) {
			if t.cache.ReadBye(r, tx) != nil {
				_ = tx.Respond(sip.NewResponseFromRequest(r, 481, "Call/Transaction Does Not Exist", nil))
			}
		})
		go func() { _ = server.ServeUDP(conn) }()
		t.stop = func() { _ = conn.Close(); _ = t.ua.Close() }
	})
	return t.err
}

func (t *toySIP) close() {
	if t.stop != nil {
		t.stop()
	}
}

// ringSIP calls a line for real. The call lasts until somebody hangs up.
func (s *Server) ringSIP(p *person, l VoiceLine) error {
	if err := s.toys.start(); err != nil {
		return err
	}
	rtp, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(s.post.ctx, 5*time.Minute)
	c := &sipCall{line: l, id: s.ids.letters(10), stop: stop, rtp: rtp, seq: uint16(rand.Uint32()), stamp: rand.Uint32(), over: make(chan struct{})}
	p.mu.Lock()
	if p.onCall != nil {
		p.mu.Unlock()
		stop()
		_ = rtp.Close()
		return errors.New("call: there is a call already")
	}
	p.onCall = c
	from := p.phone
	if p.hidden {
		from = "anonymous"
	}
	p.mu.Unlock()
	s.feed.tell(p.id)
	go func() {
		if err := s.talkSIP(ctx, c, from, p); err != nil {
			s.log.Debug("toy call", "error", err)
		}
		stop()
		_ = rtp.Close()
		close(c.over)
		p.mu.Lock()
		p.onCall = nil
		p.mu.Unlock()
		s.feed.tell(p.id)
	}()
	return nil
}

func (s *Server) talkSIP(ctx context.Context, c *sipCall, from string, p *person) error {
	host, port, err := net.SplitHostPort(c.line.Addr)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(port)
	digits, _, _ := digitsOf(c.line.Number)
	if from != "anonymous" {
		from = "+" + from
	}
	body := fmt.Appendf(nil, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"+
		"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n", c.rtp.LocalAddr().(*net.UDPAddr).Port)
	req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "+" + digits, Host: host, Port: n})
	req.SetBody(body)
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	who := sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: from, Host: "127.0.0.1"}, Params: sip.NewParams()}
	who.Params.Add("tag", sip.GenerateTagN(12))
	req.AppendHeader(&who)
	d, err := s.toys.cache.WriteInvite(ctx, req)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.WaitAnswer(ctx, sipgo.AnswerOptions{}); err != nil {
		return err
	}
	if err := d.Ack(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	c.talking, c.to = true, soundOf(d.InviteResponse.Body())
	c.mu.Unlock()
	s.feed.tell(p.id)
	go c.listen()
	select {
	case <-d.Context().Done():
		return nil
	case <-ctx.Done():
		bye, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		return d.Bye(bye)
	}
}

// soundOf is where an SDP wants the sound; nil = nowhere.
func soundOf(sdp []byte) *net.UDPAddr {
	var ip net.IP
	port := 0
	for line := range strings.Lines(string(sdp)) {
		line = strings.TrimSpace(line)
		if v, ok := strings.CutPrefix(line, "c=IN IP4 "); ok {
			ip = net.ParseIP(v)
		}
		if v, ok := strings.CutPrefix(line, "m=audio "); ok {
			port, _ = strconv.Atoi(strings.Fields(v)[0])
		}
	}
	if ip == nil || port == 0 {
		return nil
	}
	return &net.UDPAddr{IP: ip, Port: port}
}

// listen hands the sound on to whoever listens in the page.
func (c *sipCall) listen() {
	b := make([]byte, 2048)
	for {
		n, err := c.rtp.Read(b)
		if err != nil {
			return
		}
		if n < 13 || b[1]&0x7F != 0 {
			continue
		}
		sound := append([]byte(nil), b[12:n]...)
		c.mu.Lock()
		for _, h := range c.heard {
			select {
			case h <- sound:
			default: // a page that does not keep up misses some
			}
		}
		c.mu.Unlock()
	}
}

// press sends a key as named events (RFC 4733): five packets and the end three times.
func (c *sipCall) press(key string) error {
	event := strings.Index("0123456789*#", key)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(key) != 1 || event < 0 || c.to == nil {
		return errors.New("press: want one of 0–9, * and # while somebody answers")
	}
	c.keys += key
	c.stamp += 8000
	for i := range 8 {
		end := byte(10)
		if i >= 5 {
			end |= 0x80
		}
		b := []byte{0x80, 101}
		if i == 0 {
			b[1] |= 0x80
		}
		b = binary.BigEndian.AppendUint16(b, c.seq)
		b = binary.BigEndian.AppendUint32(b, c.stamp)
		b = binary.BigEndian.AppendUint32(b, 0x70E0)
		b = append(b, byte(event), end)
		b = binary.BigEndian.AppendUint16(b, uint16(160*min(i+1, 6)))
		c.seq++
		if _, err := c.rtp.WriteTo(b, c.to); err != nil {
			return err
		}
	}
	return nil
}
