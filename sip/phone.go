// Package sip is a telephone on the network: SIP, RTP and DTMF as much as a ring, a key press and a prompt need. The signalling
// is sipgo's; sound and keys are ours.
package sip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Options of New.
type Options struct {
	Listen    string         // host:port for UDP and TCP alike; port 0 = any
	Public    string         // our address as the provider sees it, when a router stands between; "" = the listening one
	PortsFrom int            // first UDP port for sound, for firewalls; 0 = any
	PortsTo   int            // the last one
	Allow     []netip.Prefix // who may call us without a password
	Users     map[string]string
	Most      int // calls at the same time; 0 = 200
	Handle    func(context.Context, *Call)
	Log       *slog.Logger
	Now       func() time.Time
}

// Phone answers calls until it is closed.
type Phone struct {
	o      Options
	log    *slog.Logger
	ua     *sipgo.UserAgent
	client *sipgo.Client
	public netip.Addr
	udp    net.PacketConn
	tcp    net.Listener
	nonces nonces

	mu     sync.Mutex
	calls  map[string]*Call
	trunks map[string]*Trunk
	allow  map[string][]netip.Addr // of trunks, by name
	full   int                     // calls refused because too many were open

	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// New listens; calls come at once.
func New(o Options) (*Phone, error) {
	if o.Most == 0 {
		o.Most = 200
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p := &Phone{o: o, log: o.Log, calls: map[string]*Call{}, trunks: map[string]*Trunk{}, allow: map[string][]netip.Addr{}}
	if o.Public != "" {
		ip, err := netip.ParseAddr(o.Public)
		if err != nil {
			return nil, fmt.Errorf("public address of the phone: %w", err)
		}
		p.public = ip
	}
	if err := p.listen(); err != nil {
		return nil, err
	}
	if err := p.agent(); err != nil {
		_ = p.udp.Close()
		_ = p.tcp.Close()
		return nil, err
	}
	return p, nil
}

// listen takes the same port for UDP and TCP.
func (p *Phone) listen() error {
	var err error
	for range 20 { // another program may hold the port for TCP alone
		if p.udp, err = net.ListenPacket("udp", p.o.Listen); err != nil {
			return fmt.Errorf("listen for calls: %w", err)
		}
		if p.tcp, err = net.Listen("tcp", p.udp.LocalAddr().String()); err == nil {
			return nil
		}
		_ = p.udp.Close()
		if _, port, _ := net.SplitHostPort(p.o.Listen); port != "0" {
			break
		}
	}
	return fmt.Errorf("listen for calls over TCP: %w", err)
}

// agent hands the sockets to sipgo.
func (p *Phone) agent() error {
	quiet := slog.New(slog.DiscardHandler) // it logs addresses of callers
	sip.SetDefaultLogger(quiet)
	ua, err := sipgo.NewUA(sipgo.WithUserAgent("jawort"), sipgo.WithUserAgentHostname(p.local().Addr().String()),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet)))
	if err != nil {
		return err
	}
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(quiet))
	if err != nil {
		return err
	}
	if p.client, err = sipgo.NewClient(ua, sipgo.WithClientLogger(quiet), sipgo.WithClientNAT(), sipgo.WithClientHostname(p.host().String()),
		sipgo.WithClientPort(int(p.local().Port()))); err != nil {
		return err
	}
	p.ua = ua
	p.ctx, p.cancel = context.WithCancel(context.Background())
	server.OnInvite(p.guard(p.invite))
	server.OnAck(p.guard(p.ack))
	server.OnBye(p.guard(p.bye))
	server.OnInfo(p.guard(p.info))
	server.OnCancel(p.guard(func(r *sip.Request, tx sip.ServerTransaction) { answer(r, tx, 481, "Call/Transaction Does Not Exist") }))
	server.OnOptions(p.guard(func(r *sip.Request, tx sip.ServerTransaction) { answer(r, tx, 200, "OK") }))
	server.OnNoRoute(p.guard(func(r *sip.Request, tx sip.ServerTransaction) { answer(r, tx, 405, "Method Not Allowed") }))
	p.running.Go(func() { _ = server.ServeUDP(p.udp) })
	p.running.Go(func() { _ = server.ServeTCP(p.tcp) })
	return nil
}

// guard keeps a message that nobody foresaw from ending the program.
func (p *Phone) guard(f sipgo.RequestHandler) sipgo.RequestHandler {
	return func(r *sip.Request, tx sip.ServerTransaction) {
		defer func() {
			if what := recover(); what != nil {
				p.log.Error("a call's message could not be handled", "method", string(r.Method), "panic", fmt.Sprint(what))
			}
		}()
		f(r, tx)
	}
}

func answer(r *sip.Request, tx sip.ServerTransaction, code int, reason string) {
	if tx != nil {
		_ = tx.Respond(sip.NewResponseFromRequest(r, code, reason, nil))
	}
}

func (p *Phone) local() netip.AddrPort {
	a := p.udp.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// host is our address as it stands in messages.
func (p *Phone) host() netip.Addr {
	if p.public.IsValid() {
		return p.public
	}
	return p.local().Addr()
}

// Addr is where the phone listens.
func (p *Phone) Addr() string { return p.local().String() }

// Calls is how many calls are open.
func (p *Phone) Calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.calls)
}

// Close signs off from all trunks and hangs up.
func (p *Phone) Close() {
	p.SetTrunks(nil)
	p.cancel()
	p.mu.Lock()
	open := make([]*Call, 0, len(p.calls))
	for _, c := range p.calls {
		open = append(open, c)
	}
	p.mu.Unlock()
	for _, c := range open {
		c.Hangup()
	}
	_ = p.udp.Close()
	_ = p.tcp.Close()
	_ = p.ua.Close()
	p.running.Wait()
}

// towards is our address as a peer sees it.
func (p *Phone) towards(peer netip.AddrPort) netip.Addr {
	if ip := p.local().Addr(); !ip.IsUnspecified() {
		return ip
	}
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(peer)) // sends nothing: asks the routing table
	if err != nil {
		return p.local().Addr()
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
}

func (p *Phone) contact(ip netip.Addr, transport string) sip.ContactHeader {
	if p.public.IsValid() {
		ip = p.public
	}
	host := ip.String()
	if ip.Is6() {
		host = "[" + host + "]"
	}
	u := sip.Uri{Scheme: "sip", User: "jawort", Host: host, Port: int(p.local().Port()), UriParams: sip.NewParams()}
	if transport == "TCP" {
		u.UriParams.Add("transport", "tcp")
	}
	return sip.ContactHeader{Address: u}
}

// add takes a call in, unless there are too many or it is there already.
func (p *Phone) add(c *Call) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.calls) >= p.o.Most {
		p.full++
		return errors.New("too many calls at the same time")
	}
	p.calls[c.dialog.ID] = c
	return nil
}

func (p *Phone) remove(c *Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, c.dialog.ID)
}

// of is the call that a later message belongs to; nil = none.
func (p *Phone) of(r *sip.Request) *Call {
	id, err := sip.DialogIDFromRequestUAS(r)
	if err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[id]
}

func source(r *sip.Request) netip.AddrPort {
	host, port, err := net.SplitHostPort(r.Source())
	if err != nil {
		return netip.AddrPort{}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.AddrPort{}
	}
	n, _ := strconv.ParseUint(port, 10, 16)
	return netip.AddrPortFrom(ip.Unmap(), uint16(n))
}
