package sound

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"testing"
	"time"
)

// wav builds a file by hand: format, channels, rate, bits, and the data.
func wav(kind, channels uint16, rate uint32, bits uint16, data []byte) []byte {
	le := binary.LittleEndian
	b := append([]byte("RIFF\x00\x00\x00\x00WAVE"), "LIST\x03\x00\x00\x00abc\x00fmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, kind)
	b = le.AppendUint16(b, channels)
	b = le.AppendUint32(b, rate)
	b = le.AppendUint32(b, rate*uint32(channels)*uint32(bits)/8)
	b = le.AppendUint16(b, channels*bits/8)
	b = le.AppendUint16(b, bits)
	b = append(b, "data"...)
	b = le.AppendUint32(b, uint32(len(data)))
	return append(b, data...)
}

// sine is one second of a tone in 16 bits on each channel.
func sine(hertz float64, rate, channels int) []byte {
	var b []byte
	for i := range rate {
		v := int16(16000 * math.Sin(2*math.Pi*hertz*float64(i)/float64(rate)))
		for range channels {
			b = binary.LittleEndian.AppendUint16(b, uint16(v))
		}
	}
	return b
}

// strength of a frequency in samples of 8 kHz (Goertzel), 1 = a full sine of 16000.
func strength(pcm []int16, hertz float64) float64 {
	re, im := 0.0, 0.0
	for i, v := range pcm {
		a := 2 * math.Pi * hertz * float64(i) / Rate
		re += float64(v) * math.Cos(a)
		im += float64(v) * math.Sin(a)
	}
	return 2 * math.Hypot(re, im) / float64(len(pcm)) / 16000
}

func TestReadKeepsTheTone(t *testing.T) {
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"8 kHz", wav(1, 1, 8000, 16, sine(440, 8000, 1))}, {"44.1 kHz stereo", wav(1, 2, 44100, 16, sine(440, 44100, 2))},
		{"48 kHz", wav(1, 1, 48000, 16, sine(440, 48000, 1))}, {"6 kHz", wav(1, 1, 6000, 16, sine(440, 6000, 1))},
	} {
		pcm, err := Read(c.file)
		if err != nil || Length(pcm) < 990*time.Millisecond || Length(pcm) > 1010*time.Millisecond {
			t.Fatalf("%s: %v, %v", c.name, Length(pcm), err)
		}
		if s := strength(pcm, 440); s < 0.95 || s > 1.05 {
			t.Errorf("%s: the tone has strength %.2f", c.name, s)
		}
	}
	pcm, err := Read(wav(1, 1, 48000, 16, sine(5000, 48000, 1))) // would come back as 3 kHz
	if err == nil && strength(pcm, 3000) > 0.02 {
		t.Errorf("a tone above the line's band comes back as noise of strength %.3f", strength(pcm, 3000))
	}
}

func TestReadFormats(t *testing.T) {
	le := binary.LittleEndian
	second := func(f func(i int) []byte) []byte {
		var b []byte
		for i := range 8000 {
			b = append(b, f(i)...)
		}
		return b
	}
	loud := func(i int) float64 { return 0.5 * math.Sin(2*math.Pi*440*float64(i)/8000) }
	for name, file := range map[string][]byte{
		"8 bits":  wav(1, 1, 8000, 8, second(func(i int) []byte { return []byte{byte(128 + 127*loud(i))} })),
		"24 bits": wav(1, 1, 8000, 24, second(func(i int) []byte { return le.AppendUint32(nil, uint32(int32(loud(i)*(1<<31-1))))[1:] })),
		"32 bits": wav(1, 1, 8000, 32, second(func(i int) []byte { return le.AppendUint32(nil, uint32(int32(loud(i)*(1<<31-1)))) })),
		"floats":  wav(3, 1, 8000, 32, second(func(i int) []byte { return le.AppendUint32(nil, math.Float32bits(float32(loud(i)))) })),
	} {
		pcm, err := Read(file)
		if s := strength(pcm, 440); err != nil || s < 0.97 || s > 1.05 {
			t.Errorf("%s: strength %.2f, %v", name, s, err)
		}
	}
	for name, file := range map[string][]byte{"A-law": wav(6, 1, 8000, 8, second(func(i int) []byte { return []byte{map[bool]byte{true: 0xAA, false: 0x2A}[i%16 < 8]} })),
		"µ-law": wav(7, 1, 8000, 8, second(func(i int) []byte { return []byte{map[bool]byte{true: 0x80, false: 0x00}[i%16 < 8]} }))} {
		if pcm, err := Read(file); err != nil || pcm[0] < 31000 || pcm[8] > -31000 {
			t.Errorf("%s: %v, %v", name, pcm[:min(len(pcm), 9)], err)
		}
	}
}

func TestReadMP3(t *testing.T) {
	b, err := os.ReadFile("testdata/tone.mp3")
	if err != nil {
		t.Fatal(err)
	}
	pcm, err := Read(b)
	if err != nil || Length(pcm) < 900*time.Millisecond || strength(pcm[2000:6000], 440) < 0.3 {
		t.Errorf("%v, %v", Length(pcm), err)
	}
	low, err := os.ReadFile("testdata/low.mp3")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(low); !errors.Is(err, ErrFormat) {
		t.Errorf("an MP3 of 22 kHz, which is decoded wrongly, is taken: %v", err)
	}
}

func TestWhatIsNotTaken(t *testing.T) {
	tone := wav(1, 1, 8000, 16, sine(440, 8000, 1))
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing": {nil, ErrFormat}, "text": {[]byte("hello, this is no sound"), ErrFormat}, "a picture": {[]byte("\x89PNG\r\n\x1a\n0000000000"), ErrFormat},
		"a head alone": {tone[:12], ErrFormat}, "no data": {tone[:40], ErrFormat}, "silence": {wav(1, 1, 8000, 16, make([]byte, 16000)), ErrEmpty},
		"no channels": {wav(1, 0, 8000, 16, sine(440, 8000, 1)), ErrFormat}, "12 bits": {wav(1, 1, 8000, 12, sine(440, 8000, 1)), ErrFormat},
		"too long": {wav(1, 1, 8000, 8, make([]byte, 8000*181)), ErrLong}, "a broken MP3": {append([]byte("ID3"), make([]byte, 100)...), ErrFormat},
		"ogg": {[]byte("OggS0000000000000000"), ErrFormat},
	} {
		if _, err := Read(c.file); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestWAVIsReadBack(t *testing.T) {
	pcm := append(Tones(440, 660), Pause(100*time.Millisecond)...)
	got, err := Read(WAV(pcm))
	if err != nil || len(got) != len(pcm) || strength(got[:1600], 440) < 0.4 {
		t.Fatalf("%d of %d samples, %v", len(got), len(pcm), err)
	}
	for i := range pcm {
		if d := int(pcm[i]) - int(got[i]); d > 1 || d < -1 {
			t.Fatalf("sample %d is %d, was %d", i, got[i], pcm[i])
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(wav(1, 2, 44100, 16, sine(440, 400, 2)))
	f.Add([]byte("ID3\x04\x00\x00\x00\x00\x00\x00\xFF\xFB\x90\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		if pcm, err := Read(b); err == nil && (len(pcm) == 0 || Length(pcm) > Most) {
			t.Errorf("%v of sound from %d bytes", Length(pcm), len(b))
		}
	})
}
