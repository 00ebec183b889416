package sip

import (
	"bufio"
	"strings"
)

// keysOf are the sixteen events of RFC 4733 section 3.2 that are keys.
const keysOf = "0123456789*#ABCD"

// presses reads key presses out of named events (RFC 4733). A press is one RTP timestamp of one
// sender: its packets are repeated, lost, and by some begun with duration 0, so it counts once, at its end bit, or when something
// later shows that it is over.
type presses struct {
	sender   uint32 // SSRC; sipp takes a new one for each key, and begins its timestamps anew
	open     bool
	key      byte
	at       uint32 // timestamp of the press that is open
	length   uint32 // as far as it was told
	done     [8]uint32
	reported int
}

// slack is how much later than a press's known end audio must be to end it: 200 ms at 8 kHz.
const slack = 1600

// event takes one packet of events and answers the keys that are now complete, at most three.
func (p *presses) event(sender, timestamp uint32, payload []byte) []byte {
	if len(payload) < 4 || int(payload[0]) >= len(keysOf) {
		return nil
	}
	var out []byte
	if sender != p.sender {
		if p.open {
			out = append(out, p.close())
		}
		*p = presses{sender: sender}
	}
	if p.told(timestamp) {
		return out
	}
	key, end := keysOf[payload[0]], payload[1]&0x80 != 0
	if p.open && (p.at != timestamp || p.key != key) {
		if later(p.at, timestamp) {
			return nil // a straggler of an older press
		}
		out = append(out, p.close())
	}
	p.open, p.key, p.at, p.length = true, key, timestamp, max(p.length, uint32(payload[2])<<8|uint32(payload[3]))
	if end {
		out = append(out, p.close())
	}
	return out
}

// audio tells that speech came: a press long past has lost its end.
func (p *presses) audio(sender, timestamp uint32) []byte {
	if !p.open || sender != p.sender || !later(timestamp, p.at+p.length+slack) {
		return nil
	}
	return []byte{p.close()}
}

func (p *presses) close() byte {
	p.open, p.length = false, 0
	p.done[p.reported%len(p.done)] = p.at
	p.reported++
	return p.key
}

func (p *presses) told(timestamp uint32) bool {
	for i := range min(p.reported, len(p.done)) {
		if p.done[i] == timestamp {
			return true
		}
	}
	return false
}

// later compares timestamps, which wrap.
func later(a, b uint32) bool { return int32(a-b) > 0 }

// infoKey reads the key of a SIP INFO: application/dtmf-relay ("Signal=5") or application/dtmf ("5"). 0 = none.
func infoKey(contentType string, body []byte) byte {
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	signal := ""
	switch strings.TrimSpace(kind) {
	case "application/dtmf":
		signal = strings.TrimSpace(string(body))
	case "application/dtmf-relay":
		lines := bufio.NewScanner(strings.NewReader(string(body)))
		for lines.Scan() {
			name, value, ok := strings.Cut(lines.Text(), "=")
			if ok && strings.EqualFold(strings.TrimSpace(name), "signal") {
				signal = strings.TrimSpace(value)
			}
		}
	}
	switch signal = strings.ToUpper(signal); signal {
	case "10":
		signal = "*"
	case "11":
		signal = "#"
	}
	if len(signal) != 1 || !strings.Contains(keysOf, signal) {
		return 0
	}
	return signal[0]
}
