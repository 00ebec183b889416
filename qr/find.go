package qr

import (
	"image"
	pixels "image/draw"
	"slices"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// Find reads the QR codes of a picture: of the whole, or one in each half of it. A photo taken askew or badly lit may hide some.
func Find(img *image.RGBA) []string {
	var out []string
	for _, part := range parts(img.Rect) {
		if text := read(cut(img, part)); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// parts are the whole of a picture and its halves, which lap over each other, so that no code lies across every edge.
func parts(r image.Rectangle) []image.Rectangle {
	w, h := r.Dx(), r.Dy()
	return []image.Rectangle{r,
		image.Rect(r.Min.X, r.Min.Y, r.Min.X+w*11/20, r.Max.Y), image.Rect(r.Min.X+w*9/20, r.Min.Y, r.Max.X, r.Max.Y),
		image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+h*11/20), image.Rect(r.Min.X, r.Min.Y+h*9/20, r.Max.X, r.Max.Y)}
}

func cut(img *image.RGBA, r image.Rectangle) *image.RGBA {
	if r == img.Rect {
		return img
	}
	out := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	pixels.Draw(out, out.Rect, img, r.Min, pixels.Src)
	return out
}

// read keeps the library's faults to itself: it was written for pictures of codes, not for those of attackers.
func read(img *image.RGBA) (text string) {
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	if img.Rect.Dx() < 21 || img.Rect.Dy() < 21 { // the smallest code
		return ""
	}
	source := gozxing.NewLuminanceSourceFromImage(img)
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	for _, binarizer := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
		bitmap, err := gozxing.NewBinaryBitmap(binarizer)
		if err != nil {
			return ""
		}
		if r, err := qrcode.NewQRCodeReader().Decode(bitmap, hints); err == nil {
			return r.GetText()
		}
	}
	return ""
}
