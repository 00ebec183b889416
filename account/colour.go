package account

import (
	"encoding/hex"
	"math"
	"strings"
)

// Colour is an opaque sRGB colour.
type Colour struct{ R, G, B uint8 }

// White and Night are the grounds of public pages, light and dark (--surface in LOOK section 2).
var (
	White = Colour{255, 255, 255}
	Night = Colour{0x12, 0x16, 0x1b}
)

// LeastContrast is what text of normal size needs (WCAG 2.2, 1.4.3).
const LeastContrast = 4.5

// ParseColour reads #rrggbb or #rgb, with or without the mark.
func ParseColour(s string) (c Colour, ok bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 3 {
		return Colour{}, false
	}
	return Colour{b[0], b[1], b[2]}, true
}

// String is #rrggbb in small letters.
func (c Colour) String() string { return "#" + hex.EncodeToString([]byte{c.R, c.G, c.B}) }

// Contrast is the ratio of WCAG 2.2, from 1 to 21.
func Contrast(a, b Colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is WCAG 2.2's relative luminance.
func (c Colour) luminance() float64 {
	part := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

// Against is the colour nearest to c, lighter or darker, that can be read on the ground: what a dark page makes of a light page's accent.
func (c Colour) Against(ground Colour) Colour {
	towards := White
	if ground.luminance() > 0.18 {
		towards = Colour{}
	}
	for step := range 101 {
		if x := c.mix(towards, float64(step)/100); Contrast(x, ground) >= LeastContrast {
			return x
		}
	}
	return towards
}

func (c Colour) mix(other Colour, share float64) Colour {
	part := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-share) + float64(b)*share)) }
	return Colour{part(c.R, other.R), part(c.G, other.G), part(c.B, other.B)}
}
