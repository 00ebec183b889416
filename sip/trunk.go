package sip

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Line is an account at a telephone provider.
type Line struct {
	Name      string // ours, unique
	Registrar string // host or host:port
	Transport string // udp (default) or tcp
	User      string // "" = the provider calls us by address and wants no sign-in
	Login     string // user of the password; "" = User
	Password  string
}

// LineState is where the sign-in of a line stands.
type LineState string

const (
	LineTrying     LineState = "trying"
	LineRegistered LineState = "registered"
	LineRefused    LineState = "refused"     // the provider knows us not, or not by this password
	LineAway       LineState = "unreachable" // no answer
	LineStatic     LineState = "static"      // no sign-in wanted
)

// LineStatus is a line as it stands.
type LineStatus struct {
	State LineState
	Code  int       // the provider's last answer; 0 = none
	Since time.Time // of this state
	Until time.Time // when the sign-in runs out; zero = not signed in
}

// Trunk keeps one line signed in.
type Trunk struct {
	phone *Phone
	line  Line
	stop  context.CancelFunc
	done  chan struct{}

	mu     sync.Mutex
	status LineStatus
}

// SetTrunks makes these lines the ones there are: new ones are signed in, missing ones signed off.
func (p *Phone) SetTrunks(lines []Line) {
	p.mu.Lock()
	var gone []*Trunk
	want := map[string]Line{}
	for _, l := range lines {
		want[l.Name] = l
	}
	for name, t := range p.trunks {
		if want[name] != t.line {
			gone = append(gone, t)
			delete(p.trunks, name)
			delete(p.allow, name)
		}
	}
	for name, l := range want {
		if p.trunks[name] == nil {
			ctx, stop := context.WithCancel(p.ctx)
			t := &Trunk{phone: p, line: l, stop: stop, done: make(chan struct{}), status: LineStatus{State: LineTrying, Since: p.o.Now()}}
			p.trunks[name] = t
			go t.keep(ctx)
		}
	}
	p.mu.Unlock()
	for _, t := range gone {
		t.stop()
		<-t.done
	}
}

// Status is where a line stands; false if it is none of the phone's.
func (p *Phone) Status(name string) (LineStatus, bool) {
	p.mu.Lock()
	t := p.trunks[name]
	p.mu.Unlock()
	if t == nil {
		return LineStatus{}, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status, true
}

func (t *Trunk) set(s LineState, code int, until time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.status.State != s || t.status.Code != code {
		t.status.Since = t.phone.o.Now()
	}
	t.status.State, t.status.Code, t.status.Until = s, code, until
}

const (
	wanted    = 600 * time.Second // how long a sign-in is asked to last
	tryAgain  = 5 * time.Second
	mostWait  = 5 * time.Minute
	registers = 10 * time.Second // patience with one answer
)

// keep signs in and renews at four fifths of the time; after a failure it waits twice as long each time, five minutes at most.
func (t *Trunk) keep(ctx context.Context) {
	defer close(t.done)
	wait := tryAgain
	registered := false
	id, seq := "jawort-"+sip.GenerateTagN(16), uint32(0) // one call id for all sign-ins of a line (RFC 3261 section 10.2.4)
	for {
		t.find(ctx)
		pause := mostWait
		if t.line.User == "" {
			t.set(LineStatic, 0, time.Time{})
		} else if lasts, code, err := t.register(ctx, id, &seq, wanted); err == nil {
			registered, wait = true, tryAgain
			pause = max(lasts*4/5, time.Second)
			t.set(LineRegistered, code, t.phone.o.Now().Add(lasts))
		} else {
			state := LineAway
			if code != 0 {
				state = LineRefused
			}
			if ctx.Err() == nil {
				t.set(state, code, time.Time{})
			}
			pause, wait = wait, min(2*wait, mostWait)
		}
		select {
		case <-ctx.Done():
			if registered {
				off, cancel := context.WithTimeout(context.Background(), 2*time.Second)
				_, _, _ = t.register(off, id, &seq, 0) // a courtesy; it runs out by itself
				cancel()
			}
			return
		case <-time.After(pause):
		}
	}
}

// find looks the provider's addresses up: whoever we sign in at may call us.
func (t *Trunk) find(ctx context.Context) []netip.Addr {
	host, _ := t.target()
	var list []netip.Addr
	if ip, err := netip.ParseAddr(host); err == nil {
		list = []netip.Addr{ip.Unmap()}
	} else if found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host); err == nil {
		for _, ip := range found {
			list = append(list, ip.Unmap())
		}
	}
	t.phone.mu.Lock()
	defer t.phone.mu.Unlock()
	if len(list) > 0 && t.phone.trunks[t.line.Name] == t {
		t.phone.allow[t.line.Name] = list
	}
	return list
}

func (t *Trunk) target() (host string, port int) {
	host, p, err := net.SplitHostPort(t.line.Registrar)
	if err != nil {
		return strings.Trim(t.line.Registrar, "[]"), 0
	}
	port, _ = strconv.Atoi(p)
	return host, port
}

// register asks once, with the password if it is wanted. A code that is not 0 is the provider's no.
func (t *Trunk) register(ctx context.Context, id string, seq *uint32, lasts time.Duration) (time.Duration, int, error) {
	ctx, cancel := context.WithTimeout(ctx, registers)
	defer cancel()
	req := t.request(id, seq, lasts)
	res, err := t.phone.client.Do(ctx, req)
	if err == nil && (res.StatusCode == 401 || res.StatusCode == 407) {
		login := t.line.Login
		if login == "" {
			login = t.line.User
		}
		res, err = t.phone.client.DoDigestAuth(ctx, req, res, sipgo.DigestAuth{Username: login, Password: t.line.Password})
		*seq = req.CSeq().SeqNo
	}
	if err != nil {
		return 0, 0, fmt.Errorf("register: %w", err)
	}
	if res.StatusCode == sip.StatusIntervalToBrief && lasts > 0 {
		if h := res.GetHeader("Min-Expires"); h != nil {
			if n, err := strconv.Atoi(strings.TrimSpace(h.Value())); err == nil && time.Duration(n)*time.Second > lasts && n <= 86400 {
				return t.register(ctx, id, seq, time.Duration(n)*time.Second)
			}
		}
	}
	if res.StatusCode != 200 {
		return 0, res.StatusCode, fmt.Errorf("register: the provider answers %d", res.StatusCode)
	}
	return granted(res, lasts), 200, nil
}

func (t *Trunk) request(id string, seq *uint32, lasts time.Duration) *sip.Request {
	host, port := t.target()
	to := sip.Uri{Scheme: "sip", Host: host, Port: port, UriParams: sip.NewParams()}
	req := sip.NewRequest(sip.REGISTER, to)
	transport := "UDP"
	if strings.EqualFold(t.line.Transport, "tcp") {
		transport = "TCP"
	}
	req.SetTransport(transport)
	who := sip.Uri{Scheme: "sip", User: t.line.User, Host: host, UriParams: sip.NewParams()}
	from := sip.FromHeader{Address: who, Params: sip.NewParams()}
	from.Params.Add("tag", sip.GenerateTagN(16))
	req.AppendHeader(&from)
	req.AppendHeader(&sip.ToHeader{Address: who, Params: sip.NewParams()})
	call := sip.CallIDHeader(id)
	req.AppendHeader(&call)
	*seq++
	req.AppendHeader(&sip.CSeqHeader{SeqNo: *seq, MethodName: sip.REGISTER})
	ip := t.phone.local().Addr()
	if ip.IsUnspecified() {
		if list := t.find(context.Background()); len(list) > 0 {
			ip = t.phone.towards(netip.AddrPortFrom(list[0], 5060))
		}
	}
	contact := t.phone.contact(ip, transport)
	contact.Address.User = t.line.User
	req.AppendHeader(&contact)
	expires := sip.ExpiresHeader(lasts / time.Second)
	req.AppendHeader(&expires)
	return req
}

// granted is how long the provider keeps us: it may be less than we asked for.
func granted(res *sip.Response, asked time.Duration) time.Duration {
	text := ""
	if c := res.Contact(); c != nil && c.Params != nil {
		text, _ = c.Params.Get("expires")
	}
	if h := res.GetHeader("Expires"); text == "" && h != nil {
		text = h.Value()
	}
	if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && n > 0 && n <= 86400 {
		return time.Duration(n) * time.Second
	}
	return asked
}
