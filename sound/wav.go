package sound

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Formats of a WAV file.
const (
	wavPCM      = 1
	wavFloat    = 3
	wavALaw     = 6
	wavMuLaw    = 7
	wavExtended = 0xFFFE
)

type wavFormat struct{ kind, channels, rate, bits int }

// readWAV walks through the parts of the file; sizes are believed only as far as the bytes go.
func readWAV(b []byte) (stream, error) {
	var f wavFormat
	for rest := b[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		body := rest[8:]
		if size > len(body) { // recorders that did not end well write 0xFFFFFFFF
			size = len(body)
		}
		switch name {
		case "fmt ":
			if err := f.read(body[:size]); err != nil {
				return stream{}, err
			}
		case "data":
			return f.decode(body[:size])
		}
		rest = body[min(size+size%2, len(body)):]
	}
	return stream{}, fmt.Errorf("%w: the file has no sound in it", ErrFormat)
}

func (f *wavFormat) read(b []byte) error {
	if len(b) < 16 {
		return fmt.Errorf("%w: the format is cut off", ErrFormat)
	}
	le := binary.LittleEndian
	*f = wavFormat{int(le.Uint16(b)), int(le.Uint16(b[2:])), int(le.Uint32(b[4:])), int(le.Uint16(b[14:]))}
	if f.kind == wavExtended && len(b) >= 26 {
		f.kind = int(le.Uint16(b[24:]))
	}
	if f.channels < 1 || f.channels > 8 || f.rate < 4000 || f.rate > 384000 {
		return fmt.Errorf("%w: %d channels at %d Hz", ErrFormat, f.channels, f.rate)
	}
	return nil
}

// decode mixes the channels into one.
func (f *wavFormat) decode(b []byte) (stream, error) {
	read, width := f.sample()
	if read == nil {
		return stream{}, fmt.Errorf("%w: format %d with %d bits", ErrFormat, f.kind, f.bits)
	}
	frame := width * f.channels
	n := len(b) / frame
	if n > int(Most.Seconds())*f.rate {
		return stream{}, ErrLong
	}
	out := stream{f.rate, make([]float64, n)}
	for i := range out.samples {
		sum := 0.0
		for c := range f.channels {
			sum += read(b[i*frame+c*width:])
		}
		out.samples[i] = sum / float64(f.channels)
	}
	return out, nil
}

func (f *wavFormat) sample() (read func([]byte) float64, width int) {
	le := binary.LittleEndian
	switch {
	case f.kind == wavPCM && f.bits == 8:
		return func(b []byte) float64 { return (float64(b[0]) - 128) / 128 }, 1
	case f.kind == wavPCM && f.bits == 16:
		return func(b []byte) float64 { return float64(int16(le.Uint16(b))) / 32768 }, 2
	case f.kind == wavPCM && f.bits == 24:
		return func(b []byte) float64 {
			return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)>>8) / (1 << 23)
		}, 3
	case f.kind == wavPCM && f.bits == 32:
		return func(b []byte) float64 { return float64(int32(le.Uint32(b))) / (1 << 31) }, 4
	case f.kind == wavFloat && f.bits == 32:
		return func(b []byte) float64 { return finite(float64(math.Float32frombits(le.Uint32(b)))) }, 4
	case f.kind == wavALaw && f.bits == 8:
		return func(b []byte) float64 { return aLaw(b[0]) }, 1
	case f.kind == wavMuLaw && f.bits == 8:
		return func(b []byte) float64 { return muLaw(b[0]) }, 1
	}
	return nil, 0
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return max(-1, min(1, v))
}

// aLaw and muLaw: ITU-T G.711.
func aLaw(b byte) float64 {
	b ^= 0x55
	v := float64(int(b&0x0F)<<4 + 8)
	if n := b >> 4 & 7; n > 0 {
		v = (v + 0x100) * float64(int(1)<<(n-1))
	}
	if b&0x80 == 0 {
		v = -v
	}
	return v / 32768
}

func muLaw(b byte) float64 {
	b = ^b
	v := float64((int(b&0x0F)<<3+0x84)<<(b>>4&7) - 0x84)
	if b&0x80 != 0 {
		v = -v
	}
	return v / 32768
}
