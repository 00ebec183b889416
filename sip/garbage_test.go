package sip

import (
	"context"
	"math/rand/v2"
	"net"
	"strings"
	"testing"

	"jawort/sip/sipptest"
)

// hostile are messages that others' phones have choked on.
var hostile = []string{
	"\x00\x01\x02", "INVITE", "INVITE sip:a SIP/2.0\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n", "ACK sip:a SIP/2.0\r\nCSeq: x\r\n\r\n",
	"INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nContent-Length: 99999\r\n\r\n",
	"INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK2\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 2\r\nCSeq: 1 INVITE\r\nContact: <sip:a@b>\r\nContent-Type: application/sdp\r\nContent-Length: 7\r\n\r\nm=audio",
	"BYE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK3\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: 3\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n",
	"INFO sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK4\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: 4\r\nCSeq: 1 INFO\r\nContent-Length: 0\r\n\r\n",
	"CANCEL sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK5\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 5\r\nCSeq: 1 CANCEL\r\nContent-Length: 0\r\n\r\n",
	strings.Repeat("A", 60000), "INVITE sip:" + strings.Repeat("b", 30000) + " SIP/2.0\r\n\r\n",
}

func TestGarbageLeavesThePhoneUp(t *testing.T) {
	got := make(chan took, 1)
	p := startPhone(t, Options{Allow: loopback, Handle: listening(0, got)})
	random := rand.New(rand.NewPCG(1, 2))
	udp, err := net.Dial("udp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	for i := range 600 {
		b := []byte(hostile[i%len(hostile)])
		for range i % 7 {
			b[random.IntN(len(b))] = byte(random.Uint32())
		}
		_, _ = udp.Write(b)
		if i%60 == 0 {
			tcp, err := net.Dial("tcp", p.Addr())
			if err != nil {
				t.Fatalf("the phone takes no connection any more: %v", err)
			}
			_, _ = tcp.Write(b)
			_ = tcp.Close()
		}
	}
	if seen := (sipptest.Call{To: p.Addr(), Number: "1", From: "+491"}).Run(t.Context(), t); !seen.OK {
		t.Error("after garbage no call comes through")
	}
	within(t, "the call", got)
}

func TestStrangersSoundIsNotOfTheCall(t *testing.T) {
	m, err := listenMedia(loopback[0].Addr().Next(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	own, other := net.ParseIP("127.0.0.1"), net.ParseIP("127.0.0.2")
	a, err := net.ListenUDP("udp", &net.UDPAddr{IP: own})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := net.ListenUDP("udp", &net.UDPAddr{IP: other})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	m.start(session{to: a.LocalAddr().(*net.UDPAddr).AddrPort(), law: ALaw, events: 101})
	to := m.conn.LocalAddr()
	_, _ = b.WriteTo(packet{kind: 101, timestamp: 5, ssrc: 9, payload: ev('1', true, 8)}.appendTo(nil), to)
	_, _ = a.WriteTo(packet{kind: 101, timestamp: 5, ssrc: 9, payload: ev('2', true, 8)}.appendTo(nil), to)
	if k := within(t, "a key", m.keys); k != '2' {
		t.Errorf("the key of a stranger counts: %q", k)
	}
	m.info('3') // keys come in RTP on this call
	_, _ = a.WriteTo(packet{kind: 101, timestamp: 9000, ssrc: 9, payload: ev('4', true, 8)}.appendTo(nil), to)
	if k := within(t, "a key", m.keys); k != '4' {
		t.Errorf("a key told twice counts twice: %q", k)
	}
}

func TestTooManyCalls(t *testing.T) {
	hold := make(chan struct{})
	p := startPhone(t, Options{Allow: loopback, Most: 1, Handle: func(_ context.Context, c *Call) { _ = c.Ring(); <-hold }})
	first := make(chan sipptest.Seen, 1)
	go func() {
		first <- sipptest.Call{To: p.Addr(), Number: "1", From: "+491", ExpectEnd: 480}.Run(t.Context(), t)
	}()
	for p.Calls() == 0 {
		select {
		case <-t.Context().Done():
			t.Fatal("no call came")
		default:
		}
	}
	if seen := (sipptest.Call{To: p.Addr(), Number: "1", From: "+491", ExpectEnd: 503}).Run(t.Context(), t); !seen.OK {
		t.Error("one call too many was not refused")
	}
	close(hold)
	if seen := within(t, "the first call's end", first); !seen.OK {
		t.Error("a call that its handler left was not rejected")
	}
}
