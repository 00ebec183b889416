// Package sound turns recordings into what a telephone carries: samples of 8 kHz, one channel.
package sound

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// Rate of a telephone line.
const Rate = 8000

// Most is the longest recording that is taken.
const Most = 3 * time.Minute

// What is wrong with a recording.
var (
	ErrFormat = errors.New("no WAV and no MP3")
	ErrLong   = errors.New("longer than three minutes")
	ErrEmpty  = errors.New("nothing to hear")
)

// Read takes WAV (PCM of 8 to 32 bits, floats, A-law, µ-law, any rate and channels) and MP3.
func Read(b []byte) ([]int16, error) {
	var s stream
	var err error
	switch {
	case len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WAVE":
		s, err = readWAV(b)
	case len(b) >= 3 && (string(b[:3]) == "ID3" || b[0] == 0xFF && b[1]&0xE0 == 0xE0):
		s, err = readMP3(b)
	default:
		return nil, ErrFormat
	}
	if err != nil {
		return nil, err
	}
	if len(s.samples) > int(Most/time.Second)*s.rate {
		return nil, ErrLong
	}
	pcm := s.telephone()
	if !audible(pcm) {
		return nil, ErrEmpty
	}
	return pcm, nil
}

// audible: a tenth of a second that is not silence. A microphone that was off records nothing.
func audible(pcm []int16) bool {
	loud := 0
	for _, v := range pcm {
		if v > 200 || v < -200 {
			loud++
		}
	}
	return loud > Rate/40
}

// Length of samples at the line's rate.
func Length(pcm []int16) time.Duration { return time.Duration(len(pcm)) * time.Second / Rate }

// stream is decoded sound of one channel.
type stream struct {
	rate    int
	samples []float64 // -1 to 1
}

// telephone brings a stream to 8 kHz. What lies above 3.4 kHz is taken out first: a line does not carry it, and it would come
// back as noise.
func (s stream) telephone() []int16 {
	if s.rate == Rate {
		return toPCM(s.samples)
	}
	const wings = 24 // zero crossings of the filter on each side
	step := float64(s.rate) / Rate
	cut := min(1, 1/step) * 0.92
	reach := wings / cut
	n := int(float64(len(s.samples)) / step)
	out := make([]float64, n)
	for i := range out {
		at := float64(i) * step
		from, to := max(int(math.Ceil(at-reach)), 0), min(int(at+reach), len(s.samples)-1)
		sum, weight := 0.0, 0.0
		for j := from; j <= to; j++ {
			x := float64(j) - at
			w := sinc(x*cut) * (0.5 + 0.5*math.Cos(math.Pi*x/reach))
			sum += w * s.samples[j]
			weight += w
		}
		if weight != 0 {
			out[i] = sum / weight
		}
	}
	return toPCM(out)
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func toPCM(in []float64) []int16 {
	out := make([]int16, len(in))
	for i, v := range in {
		out[i] = int16(math.Round(max(-1, min(1, v)) * 32767))
	}
	return out
}

// WAV writes samples of 8 kHz as a file that every player knows.
func WAV(pcm []int16) []byte {
	var b bytes.Buffer
	b.Grow(44 + 2*len(pcm))
	b.WriteString("RIFF")
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a bytes.Buffer takes everything
	put(uint32(36 + 2*len(pcm)))
	b.WriteString("WAVEfmt ")
	put(uint32(16))
	put([]uint16{1, 1})
	put([]uint32{Rate, 2 * Rate})
	put([]uint16{2, 16})
	b.WriteString("data")
	put(uint32(2 * len(pcm)))
	put(pcm)
	return b.Bytes()
}

// Tones are beeps of these frequencies in hertz, a fifth of a second each: an honest stand-in for a voice that is missing.
func Tones(hertz ...float64) []int16 {
	var out []int16
	for _, f := range hertz {
		n := Rate / 5
		for i := range n {
			fade := min(1, float64(min(i, n-i))/80)
			out = append(out, int16(9000*fade*math.Sin(2*math.Pi*f*float64(i)/Rate)))
		}
	}
	return out
}

// Pause is silence.
func Pause(d time.Duration) []int16 { return make([]int16, int(d*Rate/time.Second)) }
