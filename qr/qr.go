// Package qr is QR codes as pages, cameras and paper need them: modules, one SVG path, an SVG, a PNG.
package qr

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// Code is one QR code with its quiet zone.
type Code struct {
	dark [][]bool // without the border
}

// border is the quiet zone in modules (ISO/IEC 18004).
const border = 4

// Screen draws a text with the least error correction: it is read from a screen, and a long text must stay coarse.
func Screen(text string) (Code, error) { return draw(text, qr.L) }

// Paper draws a text so that it survives a stain: about a quarter of it may be unreadable (level Q).
func Paper(text string) (Code, error) { return draw(text, qr.Q) }

func draw(text string, level qr.ErrorCorrectionLevel) (Code, error) {
	img, err := qr.Encode(text, level, qr.Auto)
	if err != nil {
		return Code{}, fmt.Errorf("draw code: %w", err)
	}
	n := img.Bounds().Dx()
	c := Code{dark: make([][]bool, n)}
	for y := range n {
		c.dark[y] = make([]bool, n)
		for x := range n {
			r, _, _, _ := img.At(x, y).RGBA()
			c.dark[y][x] = r < 0x8000
		}
	}
	return c, nil
}

// Size is the number of modules in a row, border and all.
func (c Code) Size() int { return len(c.dark) + 2*border }

// Dark says whether the module is black; the border is white.
func (c Code) Dark(x, y int) bool {
	x, y = x-border, y-border
	return x >= 0 && y >= 0 && y < len(c.dark) && x < len(c.dark) && c.dark[y][x]
}

// Path is the code as one SVG path in a box of Size modules.
func (c Code) Path() string {
	var b strings.Builder
	for _, r := range c.Runs() {
		fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", r.X, r.Y, r.Length, r.Length)
	}
	return b.String()
}

// Run is a row of black modules side by side.
type Run struct{ X, Y, Length int }

// Runs are all black modules, so that paper shows no hairlines between neighbours.
func (c Code) Runs() []Run {
	var out []Run
	for y := range c.Size() {
		for x := 0; x < c.Size(); x++ {
			from := x
			for c.Dark(x, y) {
				x++
			}
			if x > from {
				out = append(out, Run{from, y, x - from})
			}
		}
	}
	return out
}

// SVG is the code as a file of its own.
func (c Code) SVG() []byte {
	n := c.Size()
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" shape-rendering="crispEdges">`+
		`<path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`+"\n", n, n, 8*n, 8*n, n, n, c.Path())
}

// PNG is the code as a picture whose modules are so many pixels wide.
func (c Code) PNG(scale int) ([]byte, error) {
	n := c.Size()
	img := image.NewPaletted(image.Rect(0, 0, n*scale, n*scale), color.Palette{color.White, color.Black})
	for _, r := range c.Runs() {
		for y := r.Y * scale; y < (r.Y+1)*scale; y++ {
			for x := r.X * scale; x < (r.X+r.Length)*scale; x++ {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("draw code: %w", err)
	}
	return b.Bytes(), nil
}
