package web

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// code is a QR code as an SVG path.
type code struct {
	path string
	size int // modules with the border
}

// border is the quiet zone in modules (ISO/IEC 18004).
const border = 4

// qrCode draws a text with the least error correction: it is read from a screen, and a long text must stay coarse.
func qrCode(text string) (code, error) {
	c, err := qr.Encode(text, qr.L, qr.Auto)
	if err != nil {
		return code{}, fmt.Errorf("draw code: %w", err)
	}
	n := c.Bounds().Dx()
	var b strings.Builder
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for x < n && dark(c.At(x, y).RGBA()) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+border, y+border, x-from, x-from)
			}
		}
	}
	return code{b.String(), n + 2*border}, nil
}

func dark(r, _, _, _ uint32) bool { return r < 0x8000 }
