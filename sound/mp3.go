package sound

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/hajimehoshi/go-mp3"
)

// readMP3 decodes at most as much as is taken. A file that its decoder chokes on is no MP3.
func readMP3(b []byte) (s stream, err error) {
	defer func() {
		if recover() != nil {
			s, err = stream{}, fmt.Errorf("%w: the MP3 is damaged", ErrFormat)
		}
	}()
	d, err := mp3.NewDecoder(bytes.NewReader(b))
	if err != nil {
		return stream{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	rate := d.SampleRate()
	if rate < 32000 {
		return stream{}, fmt.Errorf("%w: an MP3 of %d Hz", ErrFormat, rate) // go-mp3 decodes MPEG-2 wrongly: it sounds like gravel
	}
	most := (int(Most/time.Second)*rate + 1) * 4
	raw, err := io.ReadAll(io.LimitReader(d, int64(most)))
	if err != nil {
		return stream{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return (&wavFormat{kind: wavPCM, channels: 2, rate: rate, bits: 16}).decode(raw) // it always gives two channels
}
