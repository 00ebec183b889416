package sip

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"
)

// ev is one packet of a key: event, end bit, duration.
func ev(key byte, end bool, duration uint16) []byte {
	second := byte(10)
	if end {
		second |= 0x80
	}
	return binary.BigEndian.AppendUint16([]byte{byte(strings.IndexByte(keysOf, key)), second}, duration)
}

func TestPresses(t *testing.T) {
	type in struct {
		sender, at uint32
		b          []byte // nil = speech
	}
	for name, c := range map[string]struct {
		in   []in
		want string
	}{
		"once though its end is said three times": {[]in{{1, 100, ev('1', false, 160)}, {1, 100, ev('1', true, 800)}, {1, 100, ev('1', true, 800)}, {1, 100, ev('1', true, 800)}}, "1"},
		"begins with duration 0":                  {[]in{{1, 100, ev('#', false, 0)}, {1, 100, ev('#', true, 0)}}, "#"},
		"the end alone arrives":                   {[]in{{1, 100, ev('7', true, 800)}}, "7"},
		"the same key twice":                      {[]in{{1, 100, ev('1', true, 800)}, {1, 4000, ev('1', true, 800)}}, "11"},
		"the end is lost, the next key shows it":  {[]in{{1, 100, ev('1', false, 160)}, {1, 4000, ev('2', true, 800)}}, "12"},
		"the end is lost, speech shows it":        {[]in{{1, 100, ev('1', false, 160)}, {1, 300, nil}, {1, 4000, nil}}, "1"},
		"speech during the press ends nothing":    {[]in{{1, 100, ev('1', false, 160)}, {1, 260, nil}}, ""},
		"a straggler after the next key":          {[]in{{1, 100, ev('1', true, 8)}, {1, 4000, ev('2', false, 8)}, {1, 50, ev('3', false, 8)}, {1, 4000, ev('2', true, 8)}}, "12"},
		"the timestamp wraps":                     {[]in{{1, 0xFFFFFFF0, ev('1', false, 8)}, {1, 4000, ev('2', true, 8)}}, "12"},
		"a new sender begins anew":                {[]in{{1, 24400, ev('1', true, 8)}, {2, 24400, ev('1', true, 8)}}, "11"},
		"a new sender, the old one's end lost":    {[]in{{1, 24400, ev('1', false, 8)}, {2, 24400, ev('2', true, 8)}}, "12"},
		"too short, and no key":                   {[]in{{1, 1, []byte{1, 0x80}}, {1, 2, []byte{16, 0x80, 0, 0}}, {1, 3, []byte{255, 0x80, 0, 0}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var p presses
			got := ""
			for _, x := range c.in {
				if x.b == nil {
					got += string(p.audio(x.sender, x.at))
				} else {
					got += string(p.event(x.sender, x.at, x.b))
				}
			}
			if got != c.want {
				t.Errorf("read %q, want %q", got, c.want)
			}
		})
	}
}

func TestInfoKey(t *testing.T) {
	for _, c := range []struct {
		kind, body string
		want       byte
	}{
		{"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", '5'}, {"application/dtmf-relay", "Duration= 160\nSIGNAL = #\n", '#'},
		{"Application/DTMF-Relay; charset=x", "Signal=11", '#'}, {"application/dtmf", "*", '*'}, {"application/dtmf", "10", '*'},
		{"application/dtmf", "12", 0}, {"application/dtmf", "", 0}, {"text/plain", "5", 0}, {"application/dtmf-relay", "5", 0}, {"application/dtmf", "x", 0},
	} {
		if got := infoKey(c.kind, []byte(c.body)); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.kind, c.body, got, c.want)
		}
	}
}

func TestIdentify(t *testing.T) {
	for _, c := range []struct {
		privacy, asserted []string
		from              string
		want              string
		hidden            bool
	}{
		{nil, nil, `"Anna" <sip:+4915112345678@p.example;user=phone>;tag=1`, "+4915112345678", false},
		{nil, []string{"<sip:+4915155500001@p.example>"}, "<sip:031@p.example>;tag=1", "+4915155500001", false},
		{nil, []string{"\"x\" <sip:trunk@p.example>, <tel:+4915155500002;ext=1>"}, "<sip:031@p.example>", "trunk", false},
		{nil, []string{"tel:+4915155500002"}, "<sip:031@p.example>", "+4915155500002", false},
		{[]string{"none"}, nil, "<sip:%2B49151@p.example>", "+49151", false},
		{[]string{"critical;id"}, []string{"<tel:+49151>"}, "<sip:+49151@p.example>", "", true},
		{nil, nil, "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=2", "", true},
		{nil, nil, "<sip:x@anonymous.invalid>", "", true}, {nil, nil, "<sip:Restricted@p.example>", "", true},
		{nil, []string{"<sip:anonymous@p.example>"}, "<sip:+49@p.example>", "", true},
		{nil, nil, "", "", true}, {nil, nil, "<sip:p.example>", "", true}, {nil, nil, "<sip:\x00@p.example>", "", true},
		{nil, nil, "<sip:a:pass@p.example>", "a", false}, {nil, nil, "<sip:" + strings.Repeat("1", 65) + "@p.example>", "", true},
	} {
		got := identify(c.privacy, c.asserted, c.from)
		if got.user != c.want || got.hidden != c.hidden {
			t.Errorf("%q %q %q: %+v", c.privacy, c.asserted, c.from, got)
		}
	}
}

func TestReadSDP(t *testing.T) {
	head := "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
	for name, c := range map[string]struct {
		body string
		want session
		bad  bool
	}{
		"A-law with keys": {head + "m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n", session{to: netip.MustParseAddrPort("192.0.2.1:4000"), law: ALaw, events: 101}, false},
		"µ-law first":     {head + "m=audio 4000 RTP/AVP 18 0 8\r\na=rtpmap:0 PCMU/8000\r\n", session{to: netip.MustParseAddrPort("192.0.2.1:4000"), law: MuLaw}, false},
		"own address of the sound, held": {head + "m=audio 4000 RTP/AVP 8\r\nc=IN IP6 2001:db8::1\r\na=sendonly\r\n",
			session{to: netip.MustParseAddrPort("[2001:db8::1]:4000"), law: ALaw, held: true}, false},
		"video before": {head + "m=video 5000 RTP/AVP 96\r\nc=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 8\r\n", session{to: netip.MustParseAddrPort("192.0.2.1:4000"), law: ALaw}, false},
		"held by no address": {strings.Replace(head, "c=IN IP4 192.0.2.1", "c=IN IP4 0.0.0.0", 1) + "m=audio 4000 RTP/AVP 8\r\n",
			session{to: netip.MustParseAddrPort("0.0.0.0:4000"), law: ALaw, held: true}, false},
		"encrypted":   {head + "m=audio 4000 RTP/SAVP 8\r\n", session{}, true},
		"opus alone":  {head + "m=audio 4000 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n", session{}, true},
		"a name":      {strings.Replace(head, "192.0.2.1\r\nt", "host.example\r\nt", 1) + "m=audio 4000 RTP/AVP 8\r\n", session{}, true},
		"a multicast": {strings.Replace(head, "192.0.2.1\r\nt", "224.0.0.1\r\nt", 1) + "m=audio 4000 RTP/AVP 8\r\n", session{}, true},
		"no port":     {head + "m=audio 0 RTP/AVP 8\r\n", session{}, true},
		"nothing":     {"", session{}, true},
	} {
		got, err := readSDP([]byte(c.body))
		if (err != nil) != c.bad || !c.bad && got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	ours := writeSDP(netip.MustParseAddr("192.0.2.7"), 4002, []Law{MuLaw}, 97, 5)
	if s, err := readSDP(ours); err != nil || s != (session{to: netip.MustParseAddrPort("192.0.2.7:4002"), law: MuLaw, events: 97}) {
		t.Errorf("what we write reads as %+v, %v", s, err)
	}
}

// The values are those of ITU-T G.711's tables.
func TestG711(t *testing.T) {
	for _, c := range []struct {
		law  Law
		pcm  int16
		want byte
	}{{ALaw, 0, 0xD5}, {ALaw, 32767, 0xAA}, {ALaw, -32768, 0x2A}, {ALaw, -1, 0x55}, {MuLaw, 0, 0xFF}, {MuLaw, 32767, 0x80}, {MuLaw, -32768, 0x00}} {
		if got := c.law.encode(c.pcm); got != c.want {
			t.Errorf("%s of %d is %#x, want %#x", c.law.name(), c.pcm, got, c.want)
		}
	}
	for _, l := range []Law{ALaw, MuLaw} {
		for i := range 256 {
			if b := byte(i); l.encode(l.decode(b)) != b && !(l == MuLaw && b == 0x7F) { // µ-law has two zeroes
				t.Errorf("%s %#x becomes %d becomes %#x", l.name(), b, l.decode(b), l.encode(l.decode(b)))
			}
		}
	}
	if got := ALaw.Decode(ALaw.Encode([]int16{1000, -1000})); got[0] < 960 || got[0] > 1040 || got[1] > -960 || got[1] < -1040 {
		t.Errorf("1000 comes back as %d", got)
	}
}

func TestPackets(t *testing.T) {
	p := packet{kind: 8, marker: true, seq: 7, timestamp: 9, ssrc: 11, payload: []byte("ab")}
	b := p.appendTo(nil)
	if got, ok := readPacket(b); !ok || got.kind != 8 || !got.marker || got.seq != 7 || got.timestamp != 9 || got.ssrc != 11 || string(got.payload) != "ab" {
		t.Errorf("%+v %v", got, ok)
	}
	for name, bad := range map[string][]byte{"short": b[:11], "another version": append([]byte{0x40}, b[1:]...), "sources missing": append([]byte{0x8F}, b[1:12]...),
		"extension missing": append([]byte{0x90}, b[1:12]...), "padding too long": append(append([]byte{0xA0}, b[1:12]...), 9)} {
		if _, ok := readPacket(bad); ok {
			t.Errorf("%s was read", name)
		}
	}
	padded := append(append([]byte{0xA0}, b[1:]...), 0, 2)
	if got, ok := readPacket(padded); !ok || string(got.payload) != "ab" {
		t.Errorf("padding stays: %q", got.payload)
	}
}

func FuzzSDP(f *testing.F) {
	f.Add([]byte("v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := readSDP(b); err == nil && (!s.to.IsValid() || s.to.Port() == 0 || s.law != ALaw && s.law != MuLaw) {
			t.Errorf("%q reads as %+v", b, s)
		}
	})
}

func FuzzRTP(f *testing.F) {
	f.Add([]byte{0x80, 101, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 0x80, 0, 160})
	f.Add(bytes.Repeat([]byte{0xFF}, 40))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok := readPacket(b)
		if !ok {
			return
		}
		var r presses
		for _, k := range append(r.event(p.ssrc, p.timestamp, p.payload), r.audio(p.ssrc, p.timestamp+9999)...) {
			if !strings.Contains(keysOf, string(k)) {
				t.Errorf("%q is no key", k)
			}
		}
	})
}

func FuzzIdentify(f *testing.F) {
	f.Add("id", "\"A\" <sip:+49151@p>", "<sip:x@y>")
	f.Fuzz(func(t *testing.T, privacy, asserted, from string) {
		got := identify([]string{privacy}, []string{asserted}, from)
		if strings.ContainsFunc(got.user, odd) || len(got.user) > 64 || (got.user == "") != got.hidden {
			t.Errorf("read %+v", got)
		}
	})
}

func FuzzInfo(f *testing.F) {
	f.Add("application/dtmf-relay", []byte("Signal=5"))
	f.Fuzz(func(t *testing.T, kind string, b []byte) {
		if k := infoKey(kind, b); k != 0 && !strings.Contains(keysOf, string(k)) {
			t.Errorf("%q is no key", k)
		}
	})
}
