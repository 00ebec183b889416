package sip

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"jawort/sip/sipptest"
)

// loopback may call without a password.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func startPhone(t *testing.T, o Options) *Phone {
	t.Helper()
	o.Listen = "127.0.0.1:0"
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// within waits for something that must come.
func within[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatalf("%s did not come", what)
		panic("not reached")
	}
}

// took is what a call was.
type took struct {
	from, keys string
	to         []string
	end        End
	heard      int
}

// listening answers, says something long, and takes so many keys.
func listening(n int, out chan<- took) func(context.Context, *Call) {
	return func(ctx context.Context, c *Call) {
		var r took
		_ = c.Ring()
		if err := c.Answer(ctx); err == nil {
			ctx, stop := context.WithCancel(ctx)
			go func() { _ = c.Play(ctx, tone(60)) }()
			for len(r.keys) < n && c.Ended() == Open {
				select {
				case k := <-c.Keys():
					r.keys += string(k)
				case <-c.Done():
				case <-time.After(15 * time.Second):
					c.Hangup()
				}
			}
			stop()
			c.Hangup()
		}
		r.from, r.to, r.end = c.From(), c.To(), c.Ended()
		out <- r
	}
}

func tone(seconds int) []int16 {
	pcm := make([]int16, 8000*seconds)
	for i := range pcm {
		pcm[i] = int16(8000 * (i / 10 % 2))
	}
	return pcm
}

func press(wait time.Duration, way string, key byte) sipptest.Press {
	return sipptest.Press{Wait: wait, Way: way, Key: key}
}

func TestSippPressesKeys(t *testing.T) {
	wait := 300 * time.Millisecond
	for name, c := range map[string]sipptest.Call{
		"RFC 4733 as recorded (duration 0 first), UDP, A-law": {Presses: []sipptest.Press{press(wait, "pcap", '1'), press(time.Second, "pcap", '9')}},
		"RFC 4733 as recorded (duration 0 first), TCP, µ-law": {Presses: []sipptest.Press{press(wait, "pcap", '1'), press(time.Second, "pcap", '9')}, TCP: true, MuLaw: true},
		"RFC 4733 as sipp makes it":                           {Presses: []sipptest.Press{press(wait, "rtp", '1'), press(time.Second, "rtp", '9')}},
		"SIP INFO":                                            {Presses: []sipptest.Press{press(wait, "info", '1'), press(wait, "info", '9')}},
	} {
		t.Run(name, func(t *testing.T) {
			got := make(chan took, 1)
			p := startPhone(t, Options{Allow: loopback, Handle: listening(2, got)})
			c.To, c.Number, c.From = p.Addr(), "+493012345", "+4915112345678"
			seen := c.Run(t.Context(), t)
			r := within(t, "the call's end", got)
			if r.keys != "19" || r.from != "+4915112345678" || r.to[0] != "+493012345" || r.end != OurEnd {
				t.Errorf("got %+v", r)
			}
			if !seen.OK || !strings.Contains(seen.Messages, "BYE sip:") {
				t.Error("sipp was not content, or saw no BYE")
			}
		})
	}
}

func TestSippMissesAndIsRejected(t *testing.T) {
	got := make(chan End, 1)
	p := startPhone(t, Options{Allow: loopback, Handle: func(ctx context.Context, c *Call) {
		_ = c.Ring()
		select {
		case <-c.Done():
		case <-time.After(2 * time.Second):
			_ = c.Busy()
		}
		got <- c.Ended()
	}})
	if seen := (sipptest.Call{To: p.Addr(), Number: "1", From: "+491", CancelIn: 300 * time.Millisecond}).Run(t.Context(), t); !seen.OK || !strings.Contains(seen.Messages, "SIP/2.0 487") {
		t.Error("sipp's CANCEL was not answered by 200 and 487")
	}
	if end := within(t, "the end", got); end != Cancelled {
		t.Errorf("a call given up ended as %q", end)
	}
	if seen := (sipptest.Call{To: p.Addr(), Number: "1", From: "+491", ExpectEnd: 486}).Run(t.Context(), t); !seen.OK {
		t.Error("sipp did not hear that it was busy")
	}
	if end := within(t, "the end", got); end != Rejected {
		t.Errorf("a call rejected ended as %q", end)
	}
}

func TestSippHangsUp(t *testing.T) {
	got := make(chan took, 1)
	p := startPhone(t, Options{Allow: loopback, Handle: listening(9, got)})
	seen := sipptest.Call{To: p.Addr(), Number: "1", From: "+491", HangUp: true, Presses: []sipptest.Press{{Wait: 300 * time.Millisecond}}}.Run(t.Context(), t)
	if r := within(t, "the end", got); !seen.OK || r.end != TheirEnd {
		t.Errorf("got %+v", r)
	}
}

func TestWhoMayCall(t *testing.T) {
	got := make(chan took, 1)
	p := startPhone(t, Options{Users: map[string]string{"pbx": "Kaffee-Bohne"}, Handle: listening(0, got)})
	good := sipptest.Call{To: p.Addr(), Number: "1", From: "+491", Login: "pbx", Password: "Kaffee-Bohne"}
	if seen := good.Run(t.Context(), t); !seen.OK {
		t.Error("the right password was refused")
	}
	within(t, "the call", got)
	bad := good
	bad.Password, bad.ExpectEnd = "Tee", 401
	if seen := bad.Run(t.Context(), t); !seen.OK {
		t.Error("a wrong password was not answered by 401")
	}
	shut := startPhone(t, Options{Handle: listening(0, got)})
	if seen := (sipptest.Call{To: shut.Addr(), Number: "1", From: "+491", ExpectEnd: 403}).Run(t.Context(), t); !seen.OK {
		t.Error("a stranger was not answered by 403")
	}
	select {
	case r := <-got:
		t.Errorf("a call came through: %+v", r)
	default:
	}
}

func TestSippSeesOurCallerIDHeadersRead(t *testing.T) {
	for name, c := range map[string]struct{ from, headers, want string }{
		"asserted":  {"031234", "P-Asserted-Identity: \"Anna\" <sip:+4915155500001@provider.test;user=phone>\r\n", "+4915155500001"},
		"hidden":    {"+4915155500001", "P-Asserted-Identity: <tel:+4915155500001>\r\nPrivacy: id\r\n", ""},
		"anonymous": {"anonymous", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := make(chan took, 1)
			p := startPhone(t, Options{Allow: loopback, Handle: listening(0, got)})
			sipptest.Call{To: p.Addr(), Number: "1", From: c.from, Headers: c.headers}.Run(t.Context(), t)
			if r := within(t, "the call", got); r.from != c.want {
				t.Errorf("caller %q, want %q", r.from, c.want)
			}
		})
	}
}

func TestRegistersAtAProvider(t *testing.T) {
	r := sipptest.StartRegistrar(t, "4930555", "geheim", 2)
	p := startPhone(t, Options{Handle: func(context.Context, *Call) {}})
	p.SetTrunks([]Line{{Name: "a", Registrar: r.Addr, User: "4930555", Password: "geheim"}})
	seen := r.Wait()
	if !seen.OK || strings.Count(seen.Messages, "REGISTER sip:") < 3 {
		t.Error("no challenge, proof and renewal")
	}
	if s, ok := p.Status("a"); !ok || s.State != LineRegistered {
		t.Errorf("the line stands at %+v", s)
	}
}
