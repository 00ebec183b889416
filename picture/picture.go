// Package picture is photos and drawings from outside made harmless: looked at before they are unpacked, turned upright, made no larger
// than needed and written anew, so that nothing of the file as it came is left, neither place nor camera nor anything hidden in it.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"

	_ "golang.org/x/image/webp" // registers itself with image
)

// Bounds of what is unpacked: 40 million pixels are the largest camera of a telephone in its usual mode.
const (
	mostPixels = 40_000_000
	mostSide   = 15_000
	mostScans  = 24 // of a progressive JPEG: each is a whole pass over all pixels
)

// The refusals.
var (
	ErrKind   = errors.New("neither a JPEG nor a PNG nor a WebP")
	ErrHEIC   = errors.New("a HEIC or AVIF, which only an HEVC or AV1 decoder reads")
	ErrLarge  = errors.New("too many pixels")
	ErrBroken = errors.New("the picture cannot be read")
)

// Kind is what a file is by its first bytes; "" = none that is read here.
func Kind(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xd8\xff")):
		return "jpeg"
	case bytes.HasPrefix(body, []byte("\x89PNG\r\n\x1a\n")):
		return "png"
	case len(body) >= 16 && string(body[:4]) == "RIFF" && string(body[8:15]) == "WEBPVP8":
		return "webp"
	}
	return ""
}

// foreign says that a file is a photo as some telephones keep it (ISO/IEC 23008-12, file type box): HEIC of iPhones, AVIF.
func foreign(body []byte) bool {
	if len(body) < 12 || string(body[4:8]) != "ftyp" {
		return false
	}
	return slices.Contains([]string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"}, string(body[8:12]))
}

// unpacking lets few pictures be unpacked at once: each may need a few hundred megabytes.
var unpacking = make(chan struct{}, 2)

// Read unpacks a picture, turned as its camera meant it, on white where it is transparent, and no side longer than most.
func Read(body []byte, most int) (*image.RGBA, error) {
	kind := Kind(body)
	switch {
	case kind == "" && foreign(body):
		return nil, ErrHEIC
	case kind == "":
		return nil, ErrKind
	}
	unpacking <- struct{}{}
	defer func() { <-unpacking }()
	size, got, err := image.DecodeConfig(bytes.NewReader(body))
	switch {
	case err != nil || got != kind || size.Width < 1 || size.Height < 1:
		return nil, fmt.Errorf("%w: %v", ErrBroken, err)
	case size.Width > mostSide || size.Height > mostSide || size.Width*size.Height > mostPixels:
		return nil, ErrLarge
	case kind == "jpeg" && bytes.Count(body, []byte("\xff\xda")) > mostScans:
		return nil, ErrLarge
	}
	img, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrBroken, err)
	}
	return turn(shrink(img, most), orientation(body)), nil
}

// JPEG writes a picture as a photo, for scans.
func JPEG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 82}); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	return b.Bytes(), nil
}

// PNG writes a picture exactly, for drawings.
func PNG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	return b.Bytes(), nil
}

// shrink takes the mean of each square of pixels, so that no side is longer than most.
func shrink(img image.Image, most int) *image.RGBA {
	b := img.Bounds()
	step := max(1, (max(b.Dx(), b.Dy())+most-1)/most)
	out := image.NewRGBA(image.Rect(0, 0, max(1, b.Dx()/step), max(1, b.Dy()/step)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.SetRGBA(x, y, mean(img, b.Min.X+x*step, b.Min.Y+y*step, step))
		}
	}
	return out
}

func mean(img image.Image, left, top, step int) color.RGBA {
	var r, g, b, n uint32
	limit := img.Bounds()
	for y := top; y < min(top+step, limit.Max.Y); y++ {
		for x := left; x < min(left+step, limit.Max.X); x++ {
			pr, pg, pb, pa := img.At(x, y).RGBA()
			white := 0xffff - pa
			r, g, b, n = r+(pr+white)>>8, g+(pg+white)>>8, b+(pb+white)>>8, n+1
		}
	}
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 0xff} // a mean of bytes is a byte
}

// Blank says whether a drawing has next to nothing on it: fewer dark pixels than a dot.
func Blank(img *image.RGBA) bool {
	dark := 0
	for i := 0; i+3 < len(img.Pix); i += 4 {
		if int(img.Pix[i])+int(img.Pix[i+1])+int(img.Pix[i+2]) < 3*128 {
			if dark++; dark >= 40 {
				return false
			}
		}
	}
	return true
}
