package qr

import (
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"testing"
)

// page puts codes onto grey paper, seen askew and with noise, as a telephone does.
func page(t *testing.T, texts ...string) *image.RGBA {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 900, 500))
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = uint8(215 + noise.IntN(25))
	}
	for n, text := range texts {
		c, err := Paper(text)
		if err != nil {
			t.Fatal(err)
		}
		for y := range 300 {
			for x := range 300 {
				if c.Dark(x*c.Size()/300, y*c.Size()/300) {
					img.SetRGBA(60+430*n+x+y/9, 60+y+x/12, color.RGBA{60, 55, 50, 255})
				}
			}
		}
	}
	return img
}

func TestCodesAreFoundInPhotos(t *testing.T) {
	one, other := "https://jawort.example/o/f/ABCDE-FGHJK", "https://jawort.example/o/f/LMNPQ-RSTUV"
	for name, want := range map[string][]string{"one": {one}, "two": {one, other}, "none": nil} {
		got := Find(page(t, want...))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: found %q", name, got)
		}
	}
	turned := image.NewRGBA(image.Rect(0, 0, 500, 900))
	src := page(t, one)
	for y := range 500 {
		for x := range 900 {
			turned.Set(499-y, x, src.At(x, y))
		}
	}
	if got := Find(turned); !slices.Equal(got, []string{one}) {
		t.Errorf("turned: %q", got)
	}
	if got := Find(image.NewRGBA(image.Rect(0, 0, 1, 1))); got != nil {
		t.Errorf("in one pixel: %q", got)
	}
}
