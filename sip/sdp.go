package sip

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// session is what an offer says about the sound (RFC 4566): where it goes, and which of our ways to carry it.
type session struct {
	to     netip.AddrPort
	law    Law
	events byte // payload type of key presses; 0 = none
	held   bool // the other side does not want to hear us now
}

// errNoSound says that the offer holds no sound we can carry.
var errNoSound = errors.New("no audio in G.711 over plain RTP offered")

// readSDP reads an offer or an answer. Names are not looked up: providers write addresses, and a name is a way to make us ask.
func readSDP(body []byte) (session, error) {
	var s session
	var everywhere, here, direction string
	var formats []string
	names := map[string]string{}
	port, audio, seen, general := 0, false, false, true
	for line := range strings.Lines(string(body)) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) < 2 || line[1] != '=' {
			continue
		}
		value := line[2:]
		switch {
		case line[0] == 'm':
			audio, general = false, false
			if f := strings.Fields(value); !seen && len(f) >= 4 && f[0] == "audio" && (f[2] == "RTP/AVP" || f[2] == "RTP/AVPF") {
				n, err := strconv.ParseUint(strings.Split(f[1], "/")[0], 10, 16)
				if err != nil || n == 0 {
					continue
				}
				port, formats, audio, seen = int(n), f[3:], true, true
			}
		case line[0] == 'c' && audio:
			here = value
		case line[0] == 'c' && general:
			everywhere = value
		case line[0] == 'a' && (audio || general):
			readAttribute(value, audio, names, &direction)
		}
	}
	if !seen {
		return s, errNoSound
	}
	if here == "" {
		here = everywhere
	}
	ip, err := connection(here)
	if err != nil {
		return s, err
	}
	s.to = netip.AddrPortFrom(ip, uint16(port))
	s.held = direction == "sendonly" || direction == "inactive" || ip.IsUnspecified()
	return s, s.choose(formats, names)
}

func readAttribute(value string, audio bool, names map[string]string, direction *string) {
	switch value {
	case "sendonly", "recvonly", "inactive", "sendrecv":
		*direction = value
	}
	if rest, ok := strings.CutPrefix(value, "rtpmap:"); ok && audio {
		if number, name, ok := strings.Cut(rest, " "); ok && len(names) < 64 {
			names[number] = strings.ToLower(strings.TrimSpace(name))
		}
	}
}

func connection(value string) (netip.Addr, error) {
	f := strings.Fields(value)
	if len(f) != 3 || f[0] != "IN" {
		return netip.Addr{}, errors.New("no address for the sound")
	}
	ip, err := netip.ParseAddr(strings.Split(f[2], "/")[0])
	if err != nil || ip.IsMulticast() {
		return netip.Addr{}, errors.New("the address for the sound is none")
	}
	return ip.Unmap(), nil
}

// choose takes the first of our formats in the other side's order.
func (s *session) choose(formats []string, names map[string]string) error {
	found := false
	for _, f := range formats {
		n, err := strconv.ParseUint(f, 10, 7)
		if err != nil {
			continue
		}
		switch name := names[f]; {
		case !found && (n == 8 && name == "" || strings.HasPrefix(name, "pcma/8000") && n == 8):
			s.law, found = ALaw, true
		case !found && (n == 0 && name == "" || strings.HasPrefix(name, "pcmu/8000") && n == 0):
			s.law, found = MuLaw, true
		case s.events == 0 && n >= 96 && strings.HasPrefix(name, "telephone-event/8000"):
			s.events = byte(n)
		}
	}
	if !found {
		return errNoSound
	}
	return nil
}

// write is our side of the session.
func writeSDP(ip netip.Addr, port int, laws []Law, events byte, id uint64) []byte {
	family := "IP4"
	if ip.Is6() {
		family = "IP6"
	}
	var formats, lines strings.Builder
	for _, l := range laws {
		fmt.Fprintf(&formats, " %d", l)
		fmt.Fprintf(&lines, "a=rtpmap:%d %s/8000\r\n", l, l.name())
	}
	if events != 0 {
		fmt.Fprintf(&formats, " %d", events)
		fmt.Fprintf(&lines, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", events, events)
	}
	return fmt.Appendf(nil, "v=0\r\no=- %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\nm=audio %d RTP/AVP%s\r\n%sa=ptime:20\r\na=sendrecv\r\n",
		id, id, family, ip, family, ip, port, formats.String(), lines.String())
}
