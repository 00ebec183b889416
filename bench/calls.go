package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"jawort/app"
)

const (
	callsAtOnce = 50
	hotline     = "+4930555020"
	frameTime   = 20 * time.Millisecond
)

// talk is how the sound of one call came.
type talk struct {
	packets int
	jitter  float64       // ms, RFC 3550 section 6.4.1
	worst   time.Duration // longest pause between two packets
}

// calls rings the hotline from 50 telephones at once and listens, beside a sender that does nothing but send packets by the same plan.
func calls(ctx context.Context, r *run) error {
	w, err := r.newWorldWith(ctx, "127.0.0.1:1", app.Calls{Listen: "127.0.0.1:0", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	if err != nil {
		return err
	}
	defer w.stop()
	if _, _, err := w.app.SeedVoice(ctx, w.tenant, app.VoiceOptions{IVR: hotline, Missed: "+4930555030"}); err != nil {
		return err
	}
	bare, err := atOnce(func(int) (talk, error) { return bareTalk(r.Span) })
	if err != nil {
		return err
	}
	var real []talk
	err = r.profiled(func() error {
		real, err = atOnce(func(n int) (talk, error) { return call(ctx, w.app.Voice.Addr(), n, r.Span) })
		return err
	})
	if err != nil {
		return err
	}
	j, floor := median(real), median(bare)
	r.add(Row{What: fmt.Sprintf("%d calls at once: jitter of their sound, median", callsAtOnce), Value: j.jitter, Unit: "ms", Target: 5, Stretch: 1, Less: true})
	worst, lost := worstOf(real, r.Span)
	r.note("a sender of nothing but packets: jitter %.2f ms, of which this is %.2f ×", floor.jitter, j.jitter/max(floor.jitter, 0.001))
	r.note("longest pause between two packets in any call %s (every 20 ms is the plan), %d packets missing of %d", worst.Round(time.Millisecond), lost,
		callsAtOnce*int(r.Span/frameTime))
	return nil
}

func atOnce(one func(n int) (talk, error)) ([]talk, error) {
	out := make([]talk, callsAtOnce)
	faults := make([]error, callsAtOnce)
	var all sync.WaitGroup
	for n := range callsAtOnce {
		all.Go(func() { out[n], faults[n] = one(n) })
	}
	all.Wait()
	return out, errors.Join(faults...)
}

func median(list []talk) talk {
	slices.SortFunc(list, func(a, b talk) int { return int(math.Copysign(1, a.jitter-b.jitter)) })
	return list[len(list)/2]
}

func worstOf(list []talk, span time.Duration) (worst time.Duration, lost int) {
	for _, t := range list {
		worst = max(worst, t.worst)
		lost += max(0, int(span/frameTime)-t.packets)
	}
	return worst, lost
}

// listenFor counts the packets that come within the span.
func listenFor(c *net.UDPConn, span time.Duration) (t talk, err error) {
	b := make([]byte, 2048)
	var last time.Time
	for end := time.Now().Add(10 * time.Second); ; {
		_ = c.SetReadDeadline(end)
		if _, err := c.Read(b); err != nil {
			if t.packets == 0 {
				return t, fmt.Errorf("no sound: %w", err)
			}
			return t, nil
		}
		now := time.Now()
		if t.packets++; t.packets == 1 {
			last, end = now, now.Add(span)
			continue
		}
		gap := now.Sub(last)
		t.jitter += (math.Abs((gap-frameTime).Seconds()*1000) - t.jitter) / 16
		t.worst, last = max(t.worst, gap), now
	}
}

// bareTalk is a sender that sends 172 bytes each 20 ms, and its listener.
func bareTalk(span time.Duration) (talk, error) {
	in, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return talk{}, err
	}
	defer in.Close()
	out, err := net.DialUDP("udp", nil, in.LocalAddr().(*net.UDPAddr))
	if err != nil {
		return talk{}, err
	}
	over := make(chan struct{})
	var sender sync.WaitGroup
	sender.Go(func() {
		defer out.Close()
		tick := time.NewTicker(frameTime)
		defer tick.Stop()
		for b := make([]byte, 172); ; {
			select {
			case <-over:
				return
			case <-tick.C:
				_, _ = out.Write(b)
			}
		}
	})
	t, err := listenFor(in, span)
	close(over)
	sender.Wait()
	return t, err
}

var soundPort = regexp.MustCompile(`(?m)^m=audio (\d+) `)

// call is one telephone: it rings, listens to the notice, and hangs up. One line of SIP after another, as RFC 3261 has it.
func call(ctx context.Context, house string, n int, span time.Duration) (talk, error) {
	line, err := net.Dial("udp", house)
	if err != nil {
		return talk{}, err
	}
	defer line.Close()
	sound, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return talk{}, err
	}
	defer sound.Close()
	u := telephone{line: line, n: n, port: sound.LocalAddr().(*net.UDPAddr).Port}
	if err := u.invite(ctx); err != nil {
		return talk{}, fmt.Errorf("call %d: %w", n, err)
	}
	t, err := listenFor(sound, span)
	u.say("BYE", 2, "")
	return t, err
}

// telephone is one end of a call.
type telephone struct {
	line net.Conn
	n    int
	port int
	to   string // the other end, with its tag
}

func (u *telephone) say(method string, seq int, sdp string) {
	own := u.line.LocalAddr().String()
	to := u.to
	if to == "" {
		to = "<sip:" + hotline + "@bench>"
	}
	kind := ""
	if sdp != "" {
		kind = "Content-Type: application/sdp\r\n"
	}
	fmt.Fprintf(u.line, "%s sip:%s@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;rport;branch=z9hG4bK%s%d-%d\r\nMax-Forwards: 70\r\nFrom: <sip:+44770090%04d@bench>;tag=%d\r\n"+
		"To: %s\r\nCall-ID: bench-%d-%d\r\nCSeq: %d %s\r\nContact: <sip:bench@%s>\r\n%sContent-Length: %d\r\n\r\n%s",
		method, hotline, u.line.RemoteAddr(), own, strings.ToLower(method), u.n, seq, u.n, u.n, to, u.n, u.port, seq, method, own, kind, len(sdp), sdp)
}

// invite rings until the call is answered.
func (u *telephone) invite(ctx context.Context) error {
	sdp := fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n", u.port)
	b := make([]byte, 64<<10)
	for try := range 40 {
		if try%4 == 0 {
			u.say("INVITE", 1, sdp)
		}
		_ = u.line.SetReadDeadline(time.Now().Add(250 * time.Millisecond))
		size, err := u.line.Read(b)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			continue
		}
		head, body, _ := strings.Cut(string(b[:size]), "\r\n\r\n")
		first, rest, _ := strings.Cut(head, "\r\n")
		if !strings.HasPrefix(first, "SIP/2.0 200") {
			if strings.HasPrefix(first, "SIP/2.0 1") {
				continue
			}
			return errors.New(first)
		}
		fields, _ := textproto.NewReader(bufio.NewReader(strings.NewReader(rest + "\r\n\r\n"))).ReadMIMEHeader()
		u.to = fields.Get("To")
		u.say("ACK", 1, "")
		if !soundPort.MatchString(body) {
			return errors.New("the answer has no sound")
		}
		return nil
	}
	return errors.New("nobody answers")
}
