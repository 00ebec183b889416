package sip

// Law is one of the two ways of G.711 (ITU-T G.711) to put a sample into a byte.
type Law uint8

// The numbers are those of RTP's static payload types (RFC 3551, table 4).
const (
	MuLaw Law = 0
	ALaw  Law = 8
)

// silence is what a line carries while nobody speaks.
func (l Law) silence() byte { return l.encode(0) }

func (l Law) name() string {
	if l == MuLaw {
		return "PCMU"
	}
	return "PCMA"
}

func (l Law) encode(s int16) byte {
	if l == MuLaw {
		return muEncode(s)
	}
	return aEncode(s)
}

func (l Law) decode(b byte) int16 {
	if l == MuLaw {
		return muDecode[b]
	}
	return aDecode[b]
}

// Encode turns samples of 8 kHz into bytes, Decode the other way.
func (l Law) Encode(pcm []int16) []byte {
	out := make([]byte, len(pcm))
	for i, s := range pcm {
		out[i] = l.encode(s)
	}
	return out
}

// Decode: see Encode.
func (l Law) Decode(b []byte) []int16 {
	out := make([]int16, len(b))
	for i, v := range b {
		out[i] = l.decode(v)
	}
	return out
}

// segment is which of the eight chords a magnitude lies in; each is twice as wide as the one before.
func segment(v int32) byte {
	var n byte
	for n = 0; n < 7 && v >= 128<<(n+1); n++ {
	}
	return n
}

func muEncode(s int16) byte {
	const bias, clip = 0x84, 32635
	v, sign := int32(s), byte(0)
	if v < 0 {
		v, sign = -v, 0x80
	}
	v = min(v, clip) + bias
	n := segment(v)
	return ^(sign | n<<4 | byte(v>>(n+3))&0x0F)
}

func aEncode(s int16) byte {
	v, sign := int32(s), byte(0x80)
	if v < 0 {
		v, sign = -v-1, 0
	}
	var out byte
	if v < 256 {
		out = byte(v >> 4)
	} else {
		n := segment(v)
		out = n<<4 | byte(v>>(n+3))&0x0F
	}
	return (sign | out) ^ 0x55
}

var aDecode, muDecode = func() (a, mu [256]int16) {
	for i := range 256 {
		b := byte(i) ^ 0x55
		v := int32(b&0x0F)<<4 + 8
		if n := b >> 4 & 7; n > 0 {
			v = (v + 0x100) << (n - 1)
		}
		if b&0x80 == 0 {
			v = -v
		}
		a[i] = int16(v)

		b = ^byte(i)
		v = (int32(b&0x0F)<<3+0x84)<<(b>>4&7) - 0x84
		if b&0x80 != 0 {
			v = -v
		}
		mu[i] = int16(v)
	}
	return a, mu
}()
