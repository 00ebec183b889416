package sip

import "encoding/binary"

// packet is one RTP packet (RFC 3550 section 5.1) as far as a telephone call needs it.
type packet struct {
	kind      byte // payload type
	marker    bool
	seq       uint16
	timestamp uint32
	ssrc      uint32
	payload   []byte
}

const rtpHeader = 12

// readPacket takes a datagram apart; ok is false for whatever is no RTP. The payload points into b.
func readPacket(b []byte) (p packet, ok bool) {
	if len(b) < rtpHeader || b[0]>>6 != 2 {
		return p, false
	}
	p = packet{kind: b[1] & 0x7F, marker: b[1]&0x80 != 0, seq: binary.BigEndian.Uint16(b[2:]),
		timestamp: binary.BigEndian.Uint32(b[4:]), ssrc: binary.BigEndian.Uint32(b[8:])}
	padded, extended, sources := b[0]&0x20 != 0, b[0]&0x10 != 0, int(b[0]&0x0F)
	rest := b[rtpHeader:]
	if len(rest) < 4*sources {
		return p, false
	}
	rest = rest[4*sources:]
	if extended {
		if len(rest) < 4 {
			return p, false
		}
		words := int(binary.BigEndian.Uint16(rest[2:]))
		if len(rest) < 4+4*words {
			return p, false
		}
		rest = rest[4+4*words:]
	}
	if padded {
		if len(rest) == 0 || int(rest[len(rest)-1]) == 0 || int(rest[len(rest)-1]) > len(rest) {
			return p, false
		}
		rest = rest[:len(rest)-int(rest[len(rest)-1])]
	}
	p.payload = rest
	return p, true
}

// appendTo writes the packet behind b.
func (p packet) appendTo(b []byte) []byte {
	second := p.kind & 0x7F
	if p.marker {
		second |= 0x80
	}
	b = append(b, 0x80, second)
	b = binary.BigEndian.AppendUint16(b, p.seq)
	b = binary.BigEndian.AppendUint32(b, p.timestamp)
	b = binary.BigEndian.AppendUint32(b, p.ssrc)
	return append(b, p.payload...)
}
